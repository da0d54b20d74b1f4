import type { WebClient } from '@slack/web-api'
import { slackError } from '../slack-access.ts'
import type { Check, Finding } from './check.ts'
import { mentionedIn } from './mentioned.ts'
import { ownEntry } from '../../functions/own-entry.ts'

const IN_THE_FILE = 'Correct it in greenlight.yml and deploy.'

/** The bot is in each channel. Elsewhere it cannot find its own messages after a crash. */
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
  fix: 'Write in that channel: /invite @Greenlight',
})

const REFUSED: Record<string, (channel: string) => Finding> = {
  not_in_channel: INVITE,
  channel_not_found: (channel) => ({
    what: `${channel} is not a channel, or it is a private one without the bot.`,
    fix: `Invite the bot: /invite @Greenlight. If the ID is wrong: ${IN_THE_FILE}`,
  }),
}

/** Reads the channel if the bot may; otherwise its history, which the bot must be able to read. */
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
          what: `${channel} is archived, so nothing can be posted there.`,
          fix: `Unarchive it in Slack, or name another channel. ${IN_THE_FILE}`,
        },
      ]
    else if (!seen.channel?.is_member) return [INVITE(channel)]
    return []
  } catch (error) {
    const known = ownEntry(REFUSED, slackError(error)?.error ?? '')
    if (!known) throw error
    return [known(channel)]
  }
}

/** Slack knows the people and user groups of greenlight.yml, and their accounts are active. */
export const approvers: Check = {
  title: 'Slack people and user groups',
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
      if (refusal) findings.push({ what: `Slack does not know ${person} (${refusal}).`, fix: IN_THE_FILE })
      else if (user?.deleted)
        findings.push({ what: `${person} (${user.real_name ?? user.name}) is deactivated.`, fix: IN_THE_FILE })
    }
    for (const usergroup of groups) {
      const { users, refusal } = await askFor(() => client.usergroups.users.list({ usergroup }))
      if (refusal)
        findings.push({ what: `Slack does not know the user group ${usergroup} (${refusal}).`, fix: IN_THE_FILE })
      else if (users?.length === 0)
        findings.push({ what: `The user group ${usergroup} has no members.`, fix: 'Add people to it in Slack.' })
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
