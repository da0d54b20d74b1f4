import type { AuthTestResponse, UsersInfoResponse, WebClient } from '@slack/web-api'
import type { Clock } from '../clock.ts'
import { isZone } from '../domain/zone-name.ts'
import { oneLine } from '../domain/visible-text.ts'
import type { Directory, LookupResult, SlackPerson } from '../ports/directory.ts'
import type { Log } from '../ports/log.ts'
import type { Secrets } from '../ports/secrets.ts'
import { plain } from './sentence.ts'
import { meaningOf } from './expected-errors.ts'
import { platformError, refusalFrom, slackClient } from './slack-client.ts'
import { REASONS, UNANSWERED } from './words/directory-words.ts'
import { ownEntry } from '../own-entry.ts'

const ANSWERS_KEPT_MS = 5 * 60_000
const MOST_KEPT = 2_000

/**
 * People and groups in Slack. The same lookup repeated, or by many at once, is one call, as long as the token is the
 * same.
 */
export const slackDirectory = (
  secrets: Secrets,
  slackApiUrl: string | undefined,
  clock: Clock,
  log: Log,
): Directory => {
  const call = slackClient(secrets, slackApiUrl)
  const answers = new Map<string, { answer: Promise<LookupResult<unknown>>; at: number }>()

  /** Until when Slack asks to wait, by the name of the method. Epoch milliseconds. */
  const heldUntil = new Map<string, number>()

  /** `question` says for people what Slack did not answer. */
  const look = async <T>(
    method: string,
    question: string,
    ask: (client: WebClient) => Promise<T | null>,
  ): Promise<LookupResult<T>> => {
    if (clock.now() < (heldUntil.get(method) ?? 0)) return unanswered(question, 'busy')
    try {
      const value = await call(ask)
      return value === null ? { kind: 'not-found' } : { kind: 'found', value }
    } catch (error) {
      if (meaningOf(platformError(error) ?? '', 'lookup') === 'not-found') return { kind: 'not-found' }
      const refusal = refusalFrom(error, 'lookup')
      log.warn(question, { error })
      if (refusal.kind !== 'busy') return unanswered(question, refusal.because)
      heldUntil.set(method, clock.now() + refusal.afterSeconds * 1_000)
      return unanswered(question, 'busy')
    }
  }

  const once = async <T>(question: string, ask: () => Promise<LookupResult<T>>): Promise<LookupResult<T>> => {
    // A new token may be for another workspace, where the same lookup has another result.
    const key = `${(await secrets.current()).botToken} ${question}`
    const now = clock.now()
    const known = answers.get(key)
    if (known && now - known.at < ANSWERS_KEPT_MS) return known.answer as Promise<LookupResult<T>>
    if (answers.size >= MOST_KEPT) answers.clear()
    const asked = { answer: ask(), at: now }
    answers.set(key, asked)
    const forget = () => {
      if (answers.get(key) === asked) answers.delete(key)
    }
    asked.answer.then(({ kind }) => kind === 'unread' && forget(), forget)
    return asked.answer
  }

  const home = (): Promise<LookupResult<Home>> =>
    once('home', () => look('auth.test', UNANSWERED.installation, async (client) => homeOf(await client.auth.test())))

  return {
    person: (userId) =>
      once(`person ${userId}`, async () => {
        const question = plain(UNANSWERED.person, { person: userId })
        const [user, ours] = await Promise.all([
          look('users.info', question, async (client) => (await client.users.info({ user: userId })).user ?? null),
          home(),
        ])
        if (user.kind !== 'found') return user
        if (ours.kind !== 'found')
          return ours.kind === 'unread' ? ours : { kind: 'unread', because: UNANSWERED.installation }
        // Without a workspace they may be from another company.
        if (!user.value.team_id)
          return { kind: 'unread', because: plain(UNANSWERED.workspace, { person: userId }), isFinal: true }
        return user.value.is_bot
          ? { kind: 'not-found' }
          : { kind: 'found', value: personFrom(userId, user.value, ours.value) }
      }),
    byEmail: (email) => {
      const address = email.toLowerCase()
      return once(`e-mail ${address}`, () =>
        look('users.lookupByEmail', plain(UNANSWERED.person, { person: address }), async (client) => {
          const { user } = await client.users.lookupByEmail({ email: address })
          return user?.id && !user.deleted ? user.id : null
        }),
      )
    },
    members: (groupId) =>
      once(`group ${groupId}`, () =>
        look('usergroups.users.list', plain(UNANSWERED.group, { group: groupId }), async (client) => {
          const { users } = await client.usergroups.users.list({ usergroup: groupId })
          return users ?? []
        }),
      ),
  }
}

const unanswered = (question: string, reason: string): Extract<LookupResult<never>, { kind: 'unread' }> => ({
  kind: 'unread',
  because: plain(UNANSWERED.because, { question, why: ownEntry(REASONS, reason) ?? reason }),
  ...(reason === 'busy' && { isBusy: true }),
})

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
  name: oneLine(user.profile?.real_name || user.real_name || user.name || '') || userId,
  email: user.profile?.email ?? null,
  zone: () => (user.tz && isZone(user.tz) ? user.tz : 'UTC'),
  isDeactivated: user.deleted === true,
  isStranger: isStranger(user, home),
})

/**
 * Slack gives `is_stranger` only for people in no channel that the bot sees, so the workspace decides ("User object" on
 * docs.slack.dev). Workspaces of one Enterprise Grid organization are one company.
 */
const isStranger = ({ team_id, enterprise_user, is_stranger }: User, { teamId, enterpriseId }: Home): boolean => {
  if (is_stranger) return true
  if (team_id === teamId) return false
  return !enterpriseId || enterprise_user?.enterprise_id !== enterpriseId
}
