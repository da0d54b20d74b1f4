import { fixedSecrets } from '../../functions/aws/secrets.ts'
import type { Clock } from '../../functions/clock.ts'
import { systemClock } from '../../functions/clock.ts'
import type { Directory, LookupResult, SlackPerson } from '../../functions/ports/directory.ts'
import type { Log } from '../../functions/ports/log.ts'
import { slackDirectory } from '../../functions/slack/slack-directory.ts'
import { addressFrom } from '../address.ts'
import type { Terminal } from '../terminal.ts'

/** The explanation itself says what Slack did not answer, so nothing is logged. */
const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }

/** Slack, with the bot's own lookups. */
export const onlineDirectory = (token: string, { environment, now }: Terminal): Directory => {
  const clock: Clock = { ...systemClock, now }
  return slackDirectory(
    fixedSecrets({ botToken: token, signingSecret: '' }),
    addressFrom(environment, 'SLACK_API_URL'),
    clock,
    SILENT,
  )
}

/** An account that can decide, of which nothing else is known. */
export const accountOf = (userId: string): LookupResult<SlackPerson> => ({
  kind: 'found',
  value: {
    userId,
    teamId: null,
    name: userId,
    email: null,
    zone: () => 'UTC',
    isDeactivated: false,
    isStranger: false,
  },
})

/** Without Slack, an ID or an address stands for itself, and the members of a group are unknown. */
export const offlineDirectory: Directory = {
  person: (userId) => Promise.resolve(accountOf(userId)),
  byEmail: (email) => Promise.resolve({ kind: 'found', value: email.toLowerCase() }),
  members: (groupId) =>
    Promise.resolve({ kind: 'unread', because: `Slack was not asked who is in ${groupId} (--offline)` }),
}
