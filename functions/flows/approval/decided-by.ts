import { addressIn, aliasesOf, sessionOf } from '../../domain/starter.ts'
import type { Services } from '../../ports/services.ts'

/**
 * The Slack user ID of the person whom CodePipeline names with a verdict: by `people` in greenlight.yml, or by the address
 * of an IAM Identity Center session. Null where neither knows them. The bare name of another session is what its person
 * chose, so it identifies no one here.
 */
export const decidedBy = async (
  { configuration, directory }: Pick<Services, 'configuration' | 'directory'>,
  arn: string | null,
): Promise<string | null> => {
  if (arn === null) return null
  const session = addressIn(arn) === null ? sessionOf(arn) : null
  const aliases = aliasesOf(arn).filter((alias) => alias !== session)
  const named = aliases.map((alias) => configuration.personFor(alias)).find((person) => person !== null)
  if (named) return named === 'nobody' ? null : named
  const address = addressIn(arn)
  const found = address ? await directory.byEmail(address) : null
  return found?.kind === 'found' ? found.value : null
}
