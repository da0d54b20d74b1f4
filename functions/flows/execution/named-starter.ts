import type { Starter } from '../../domain/starter.ts'
import type { Services } from '../../ports/services.ts'

/** The person for whom the bot started the execution, by their name in Slack; without one while Slack does not tell it. */
export const namedStarter = async ({ directory }: Pick<Services, 'directory'>, starter: Starter): Promise<Starter> => {
  if (starter.userId === undefined) return starter
  const looked = await directory.person(starter.userId)
  return { ...starter, name: looked.kind === 'found' ? looked.value.name : null }
}
