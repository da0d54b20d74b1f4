import type { WebClient } from '@slack/web-api'
import { slackError } from '../slack-access.ts'
import type { Check, Finding } from './check.ts'
import { mentionedIn } from './mentioned.ts'

const IN_THE_FILE = 'Put it right in greenlight.yml and deploy.'

/** The bot is in each channel: only there can it find its own messages again after a crash. */
export const channels: Check = {
  title: 'Slack channels',
  run: async ({ slack, configuration }) => {
    const client = await slack()
    const findings: Finding[] = []
    for (const channel of mentionedIn(await configuration()).channels)
      findings.push(...(await checkChannel(client, channel)))
    return findings
  },
}

const INVITE = (channel: string): Finding => ({
  what: `The bot is not in ${channel}.`,
  fix: 'In that channel: /invite @Greenlight',
})

const REFUSED: Record<string, (channel: string) => Finding> = {
  not_in_channel: INVITE,
  channel_not_found: (channel) => ({
    what: `${channel} is no channel, or a private one that the bot is not in.`,
    fix: `Invite the bot there; or, if it is no channel, correct it. ${IN_THE_FILE}`,
  }),
}

/** Asks for the channel where the bot may; else looks whether it may read there, which it has to. */
const checkChannel = async (client: WebClient, channel: string): Promise<Finding[]> => {
  try {
    const seen = await client.conversations.info({ channel }).catch((error: unknown) => {
      if (slackError(error)?.error !== 'missing_scope') throw error
      return null
    })
    if (!seen) await client.conversations.history({ channel, limit: 1 })
    else if (seen.channel?.is_archived)
      return [
        {
          what: `${channel} is archived: nothing can be posted there.`,
          fix: `Unarchive it, or name another. ${IN_THE_FILE}`,
        },
      ]
    else if (!seen.channel?.is_member) return [INVITE(channel)]
    return []
  } catch (error) {
    const known = REFUSED[slackError(error)?.error ?? '']
    if (!known) throw error
    return [known(channel)]
  }
}

/** Whoever may approve exists, and is still there. */
export const approvers: Check = {
  title: 'People and user groups',
  run: async ({ slack, configuration }) => {
    const client = await slack()
    const { people, groups } = mentionedIn(await configuration())
    const findings: Finding[] = []
    for (const person of people) {
      const { user, refusal } = await askFor(
        person.includes('@')
          ? () => client.users.lookupByEmail({ email: person })
          : () => client.users.info({ user: person }),
      )
      if (refusal) findings.push({ what: `Slack knows no ${person} (${refusal}).`, fix: IN_THE_FILE })
      else if (user?.deleted)
        findings.push({ what: `${person} (${user.real_name ?? user.name}) is deactivated.`, fix: IN_THE_FILE })
    }
    for (const usergroup of groups) {
      const { users, refusal } = await askFor(() => client.usergroups.users.list({ usergroup }))
      if (refusal) findings.push({ what: `Slack knows no user group ${usergroup} (${refusal}).`, fix: IN_THE_FILE })
      else if (users?.length === 0)
        findings.push({ what: `Nobody is in the user group ${usergroup}.`, fix: 'Add people to it in Slack.' })
    }
    return findings
  },
}

const UNKNOWN = new Set([
  'user_not_found',
  'users_not_found',
  'user_not_visible',
  'no_such_subteam',
  'subteam_not_found',
])

const askFor = async <Answer extends object>(
  ask: () => Promise<Answer>,
): Promise<Partial<Answer> & { refusal?: string }> => {
  try {
    return await ask()
  } catch (error) {
    const refusal = slackError(error)?.error
    if (refusal === undefined || !UNKNOWN.has(refusal)) throw error
    return { refusal } as Partial<Answer> & { refusal: string }
  }
}
