import type { AuthTestResponse, UsersInfoResponse, WebClient } from '@slack/web-api'
import type { Clock } from '../clock.ts'
import type { Directory, Looked, SlackPerson } from '../ports/directory.ts'
import type { Log } from '../ports/log.ts'
import type { Secrets } from '../ports/secrets.ts'
import { refusalFrom, slackClient } from './slack-client.ts'

const KEEP_MS = 5 * 60_000
const MOST_KEPT = 2_000

/** What Slack calls somebody or something that it does not know, or that is switched off. */
const NOT_FOUND = new Set(['user_not_found', 'users_not_found', 'user_not_visible', 'no_such_subteam'])

/** Who is who in Slack. The same question asked again, or by many at once, is one call, as long as the token is the same. */
export const slackDirectory = (
  secrets: Secrets,
  slackApiUrl: string | undefined,
  clock: Clock,
  log: Log,
): Directory => {
  const call = slackClient(secrets, slackApiUrl)
  const answers = new Map<string, { answer: Promise<Looked<unknown>>; at: number }>()

  /** `unsaid` begins the clause that tells people what Slack did not. */
  const look = async <T>(unsaid: string, ask: (client: WebClient) => Promise<T | null>): Promise<Looked<T>> => {
    try {
      const value = await call(ask)
      return value === null ? { kind: 'not-found' } : { kind: 'found', value }
    } catch (error) {
      const refusal = refusalFrom(error)
      if (refusal.kind !== 'busy' && NOT_FOUND.has(refusal.because)) return { kind: 'not-found' }
      const why = refusal.kind === 'busy' ? 'it asks to wait' : (WHY[refusal.because] ?? refusal.because)
      log.warn(unsaid, { error })
      return { kind: 'unread', because: `${unsaid} (${why})` }
    }
  }

  const once = async <T>(question: string, ask: () => Promise<Looked<T>>): Promise<Looked<T>> => {
    // A new token may be another workspace's, where the same question has another answer.
    const key = `${(await secrets.current()).botToken} ${question}`
    const now = clock.now()
    const known = answers.get(key)
    if (known && now - known.at < KEEP_MS) return known.answer as Promise<Looked<T>>
    if (answers.size >= MOST_KEPT) answers.clear()
    const asked = { answer: ask(), at: now }
    answers.set(key, asked)
    const forget = () => {
      if (answers.get(key) === asked) answers.delete(key)
    }
    asked.answer.then(({ kind }) => kind === 'unread' && forget(), forget)
    return asked.answer
  }

  const home = (): Promise<Looked<Home>> =>
    once('home', () => look('Slack does not say whose bot this is', async (client) => homeOf(await client.auth.test())))

  return {
    person: (userId) =>
      once(`person ${userId}`, async () => {
        const unsaid = `Slack does not say who ${userId} is`
        const [user, ours] = await Promise.all([
          look(unsaid, async (client) => (await client.users.info({ user: userId })).user ?? null),
          home(),
        ])
        if (user.kind !== 'found') return user
        if (ours.kind !== 'found')
          return ours.kind === 'unread' ? ours : { kind: 'unread', because: 'Slack does not say whose bot this is' }
        // Without a workspace nobody can tell them from a stranger.
        if (!user.value.team_id) return { kind: 'unread', because: `Slack does not say where ${userId} belongs` }
        return user.value.is_bot
          ? { kind: 'not-found' }
          : { kind: 'found', value: personFrom(userId, user.value, ours.value) }
      }),
    byEmail: (email) => {
      const address = email.toLowerCase()
      return once(`e-mail ${address}`, () =>
        look(`Slack does not say who ${address} is`, async (client) => {
          const { user } = await client.users.lookupByEmail({ email: address })
          return user?.id && !user.deleted ? user.id : null
        }),
      )
    },
    members: (groupId) =>
      once(`group ${groupId}`, () =>
        look(`Slack does not say who is in ${groupId}`, async (client) => {
          const { users } = await client.usergroups.users.list({ usergroup: groupId })
          return users ?? []
        }),
      ),
  }
}

/** Where the bot is installed. */
interface Home {
  teamId: string | null
  enterpriseId: string | null
}

const homeOf = ({ team_id, enterprise_id }: AuthTestResponse): Home => ({
  teamId: team_id ?? null,
  enterpriseId: enterprise_id ?? null,
})

type User = NonNullable<UsersInfoResponse['user']>

const personFrom = (userId: string, user: User, home: Home): SlackPerson => ({
  userId,
  teamId: user.team_id ?? null,
  name: user.profile?.real_name || user.real_name || user.name || userId,
  email: user.profile?.email ?? null,
  isDeactivated: user.deleted === true,
  isStranger: isStranger(user, home),
})

/**
 * `is_stranger` is only told of people in no channel that the bot sees, so the workspace decides ("User object" on
 * docs.slack.dev). Workspaces of one Enterprise Grid organisation are one company.
 */
const isStranger = ({ team_id, enterprise_user, is_stranger }: User, { teamId, enterpriseId }: Home): boolean => {
  if (is_stranger) return true
  if (team_id === teamId) return false
  return !enterpriseId || enterprise_user?.enterprise_id !== enterpriseId
}

/** What went wrong, in words for people; any other is given as Slack names it. */
const WHY: Record<string, string> = {
  missing_scope: 'the bot lacks a permission: missing_scope',
  slack_webapi_request_error: 'no answer',
  plan_upgrade_required: 'its plan has no user groups',
}
