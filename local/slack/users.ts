import { z } from 'zod'
import type { EmulatedSlack, SlackAnswer } from './emulated-slack.ts'
import type { Parameters } from './parameters.ts'
import { DEACTIVATED, teamOf } from './people.ts'

const user = z.looseObject({ id: z.string() })
const oneUser = z.looseObject({ user: z.optional(user) })
const manyUsers = z.looseObject({ members: z.array(user).default([]) })

/** Facts about a person that the emulator does not take: that they left, or belong to another workspace. */
const asTheyAre = (known: z.infer<typeof user>) => ({
  ...known,
  team_id: teamOf(known.id),
  // The page shows times in the zone of this machine.
  tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
  ...(DEACTIVATED.some(({ id }) => id === known.id)
    ? { deleted: true }
    : // Slack also says false of a stranger who is in a channel that the bot sees.
      { is_stranger: false }),
})

const withOne = (answer: SlackAnswer): SlackAnswer => {
  const { user } = oneUser.parse(answer)
  return user ? { ...answer, user: asTheyAre(user) } : answer
}

export const userInfo = async (emulated: EmulatedSlack, parameters: Parameters): Promise<SlackAnswer> =>
  withOne(await emulated.call('users.info', parameters))

export const listUsers = async (emulated: EmulatedSlack, parameters: Parameters): Promise<SlackAnswer> => {
  const answer = await emulated.call('users.list', parameters)
  return answer.ok ? { ...answer, members: manyUsers.parse(answer).members.map(asTheyAre) } : answer
}

/** By the e-mail address of a deactivated account, Slack finds no user. */
export const lookupUserByEmail = async (emulated: EmulatedSlack, parameters: Parameters): Promise<SlackAnswer> => {
  const answer = withOne(await emulated.call('users.lookupByEmail', parameters))
  const found = z.object({ user: z.object({ deleted: z.boolean() }) }).safeParse(answer)
  return found.success && found.data.user.deleted ? { ok: false, error: 'users_not_found' } : answer
}
