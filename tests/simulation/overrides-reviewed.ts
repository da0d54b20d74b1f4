import type { Entry } from '../../functions/domain/journal.ts'
import type { Route } from '../../functions/domain/route.ts'
import { rulesThrough } from '../../functions/domain/route.ts'
import { membersOf } from '../support/memory/people.ts'
import { forbiddenPeople } from './authority.ts'
import { openAt } from './configuration.ts'
import type { History } from './history.ts'
import type { Stored } from './stored.ts'
import { stored } from './stored.ts'

/** From acquiring the lease of a notice until Slack has it. */
const SAID_WITHIN = 31_000
/** Sweeps and retries included. */
const IN_TIME = 10 * 60_000

/**
 * An override is confirmed once, by another person whom the route and its `forbid` let and who clicked, and before the next
 * one. Until then the reviewers are told once that it is to be confirmed, and once that it is overdue; afterwards no more.
 */
export const overridesReviewed = async (history: History): Promise<string[]> =>
  (await stored(history)).flatMap((one) =>
    problemsWith(history, one).map((problem) => `${one.asked.id.slice(0, 8)}: ${problem}`),
  )

const problemsWith = (history: History, { asked, entries }: Stored): string[] => {
  const inOrder = entries.toSorted((a, b) => a.number - b.number)
  return inOrder.flatMap((entry, index) => {
    if (entry.happened.what !== 'glass-broken') return []
    const after = inOrder.slice(index + 1)
    const next = after.findIndex(({ happened }) => happened.what === 'glass-broken')
    const confirmations = (next < 0 ? after : after.slice(0, next)).filter(
      ({ happened }) => happened.what === 'override-confirmed',
    )
    const confirmedAt = confirmations[0]?.at ?? Infinity
    return [
      ...(confirmations.length > 1 ? [`an override was confirmed ${confirmations.length} times`] : []),
      ...confirmations.flatMap((one) => wronglyConfirmed(history, asked, entry, one)),
      ...(confirmedAt === Infinity && next >= 0 ? wronglyReplaced(history, asked, entry, after[next]!) : []),
      ...wronglyTold(history, asked, entry, confirmedAt, next < 0),
    ]
  })
}

const wronglyConfirmed = (
  history: History,
  asked: Stored['asked'],
  { happened: override, at: overriddenAt }: Entry,
  { happened: confirmed, at: confirmedAt }: Entry,
): string[] => {
  if (override.what !== 'glass-broken' || confirmed.what !== 'override-confirmed') return []
  const { routesOf, ledger } = history
  const { userId } = confirmed.who
  const { id } = asked
  const routes = routesOf(asked, { at: [overriddenAt, confirmedAt], readFrom: asked.at, readTo: confirmedAt })
  const mayConfirm = routes.some((route) => route && reviewersOf(history, asked, route).includes(userId))
  const hasClicked = ledger.clicks.some(
    ({ approvalId, act, ...click }) => approvalId === id && click.userId === userId && act.do === 'confirm-override',
  )
  return [
    ...(userId === override.who.userId ? [`${userId} confirmed their own override`] : []),
    ...(mayConfirm ? [] : [`${userId} confirmed an override, whom the route does not let`]),
    ...(hasClicked ? [] : [`${userId} confirmed an override and did not click`]),
  ]
}

/** The next override waits for the confirmation, as long as the route lets a person confirm. */
const wronglyReplaced = (
  { routesOf }: History,
  asked: Stored['asked'],
  { happened: override }: Entry,
  { at }: Entry,
): string[] => {
  if (override.what !== 'glass-broken' || override.reviewUntil === undefined) return []
  const routes = routesOf(asked, { at: [at], readFrom: asked.at, readTo: at })
  return routes.every((route) => route?.review) ? ['an override took the place of one that was to be confirmed'] : []
}

/** Those whom the route names, else everyone who may approve; without those who may not approve this change. */
const reviewersOf = (history: History, asked: Stored['asked'], route: Route): string[] => {
  const { review } = route
  const forbidden = forbiddenPeople(history, asked, route)
  if (!review || forbidden === 'everyone') return []
  const isNamed = review.people.length + review.groups.length > 0
  const all = isNamed ? membersOf(review) : rulesThrough(route).flatMap((rule) => membersOf(rule))
  return all.filter((userId) => !forbidden.includes(userId))
}

const wronglyTold = (
  { slack, configuration, routesOf, endedAt }: History,
  asked: Stored['asked'],
  override: Entry,
  confirmedAt: number,
  isLast: boolean,
): string[] => {
  const { id, where } = asked
  // How people are told is the same by each of them.
  const [route] = routesOf(asked)
  const key = Math.floor(override.at / 1_000)
  const said = (kind: string) => slack.messages.filter(({ subject }) => subject === `notice/${id}/${kind}-${key}`)
  const late = ['review', 'review-overdue', 'review-overdue-channel']
    .flatMap(said)
    .filter(({ postedAt }) => postedAt > confirmedAt + SAID_WITHIN)
  if (late.length > 0) return ['the reviewers were told that an override is to be confirmed, which was']
  const until = override.happened.what === 'glass-broken' ? override.happened.reviewUntil : undefined
  const mustBeTold =
    isLast &&
    route?.review &&
    until !== undefined &&
    confirmedAt === Infinity &&
    until + IN_TIME < endedAt &&
    configuration.approvalsChannelFor(where) !== null &&
    openAt(route.quiet, until) === null &&
    openAt(route.quiet, until + IN_TIME) === null
  const isRefused = [...slack.refused].some((subject) => subject.startsWith(`notice/${id}/review-overdue`))
  return mustBeTold && said('review-overdue').length === 0 && !isRefused
    ? ['no one was told that an override was not confirmed in time']
    : []
}
