import type { Entry } from '../../functions/domain/journal.ts'
import { passedBy } from '../../functions/domain/past-policy.ts'
import { stillNeededPeople } from '../../functions/domain/policy.ts'
import type { NoticeKind } from '../../functions/domain/notice.ts'
import type { Window } from '../../functions/domain/window.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { History } from './history.ts'
import type { Message } from '../support/memory/slack.ts'
import { sendAt } from '../../functions/domain/later.ts'
import { rendered } from '../support/memory/slack.ts'
import { frozenTimes, openAt } from './configuration.ts'
import { wrongUnderEach } from './drawn-routes.ts'
import type { Stored } from './stored.ts'
import { stored } from './stored.ts'
import type { Turn } from './turns-told.ts'
import { laterTurnsOf } from './turns-told.ts'

/** From acquiring the lease of a notice until Slack has it. */
const SAID_WITHIN = 31_000
/** Sweeps and retries included. */
const IN_TIME = 10 * 60_000

/** Each notice is sent once, in time, none but the outcome after the end, and no reminder in a freeze. */
export const noticesSaid = async (history: History): Promise<string[]> =>
  (await stored(history)).flatMap((one) =>
    problemsWith(history, one).map((problem) => `${one.asked.id.slice(0, 8)}: ${problem}`),
  )

const problemsWith = (history: History, one: Stored): string[] =>
  wrongUnderEach(history.routesOf(one.asked), (route) => problemsBy(history, one, route))

const problemsBy = (history: History, one: Stored, route: Route | null): string[] => {
  const { asked, entries } = one
  const { slack } = history
  const said = slack.messages.filter(({ subject }) => subject.startsWith(`notice/${asked.id}/`))
  const waits = waitsIn(entries)
  const settledAt = entries.find(({ happened }) => happened.what === 'settled')?.at ?? Infinity
  return [
    ...twice(said).map((subject) => `${subject} was said twice`),
    ...said.flatMap((message) => problemsOf(message, route, settledAt)),
    ...slack.messages.flatMap((message) =>
      message.subject === `approval/${asked.id}` ? wronglyMentioned(message, route, waits) : [],
    ),
    ...unsaid(history, one, route).map((key) => `${key} was not said`),
    ...outOfTurn(said, laterTurnsOf(route, one)).map((subject) => `${subject} was said, and it was not its turn`),
  ]
}

/** Once in a thread: a person who deletes a message deletes its thread. */
const twice = (said: readonly Message[]): string[] => {
  const places = said.map(({ subject, under }) => `${subject} under ${under?.ts ?? 'no message'}`)
  return [...new Set(places.filter((place, index) => places.indexOf(place) !== index))]
}

interface Wait {
  from: number
  to: number
}

/** From when to when people were needed: until a verdict was fixed or there was an end, and again where it was not sent. */
const waitsIn = (entries: readonly Entry[]): Wait[] => {
  const waits: Wait[] = []
  for (const { at, happened } of entries.toSorted((one, other) => one.number - other.number)) {
    const last = waits.at(-1)
    if (happened.what === 'requested') waits.push({ from: at, to: Infinity })
    // Posted in that moment, it may still show the verdict.
    else if (happened.what === 'not-sent') waits.push({ from: at + SAID_WITHIN, to: Infinity })
    else if (last && END.has(happened.what)) last.to = Math.min(last.to, at)
  }
  return waits
}

const END: ReadonlySet<string> = new Set(['decided', 'settled'])

/** The message that asks for an approval mentions people where the route says so, while it waits and outside quiet hours. */
const wronglyMentioned = ({ notifies, postedAt }: Message, route: Route | null, waits: readonly Wait[]): string[] => {
  const quiet = openAt(route?.quiet ?? [], postedAt)
  const mentions = route?.notify === 'approvers'
  if (notifies && !mentions) return ['the approval mentions people, and the route does not say so']
  if (notifies && quiet && postedAt - SAID_WITHIN >= quiet.from) return ['the approval mentions people in quiet hours']
  const wasQuiet = quiet ?? openAt(route?.quiet ?? [], postedAt - SAID_WITHIN)
  const isNeeded = waits.some(({ from, to }) => from <= postedAt && postedAt < to)
  return mentions && !notifies && !wasQuiet && isNeeded ? ['the approval mentions no one'] : []
}

const AFTER_THE_END: readonly NoticeKind[] = [
  'outcome',
  'glass-broken',
  'past-policy',
  'deployment',
  'review',
  'review-overdue',
  'override-confirmed',
]

const problemsOf = ({ card, postedAt, subject }: Message, route: Route | null, settledAt: number): string[] => {
  if (card.kind !== 'notice') return [`${subject} is no notice`]
  const { notice, mention } = card
  const quiet = openAt(route?.quiet ?? [], postedAt)
  const found: string[] = []
  rendered(card)
  if (mention.length > 0 && quiet && postedAt - SAID_WITHIN >= quiet.from)
    found.push(`${notice.key} pings in quiet hours`)
  const freeze = card.approval.override ? null : openAt(route ? frozenTimes(route) : [], postedAt)
  if (notice.kind === 'direct' && route?.notify !== 'direct')
    found.push(`${notice.key} was said, and the route does not say so`)
  if (['direct', 'reminder', 'turn'].includes(notice.kind) && freeze && postedAt - SAID_WITHIN >= freeze.from)
    found.push(`${notice.key} was said in a freeze`)
  if (notice.kind === 'past-policy' && route?.consoleApprovals === 'allow')
    found.push('an approval in the console was reported, which the route allows')
  if (notice.kind === 'outcome' && postedAt < settledAt) found.push('the outcome was said before there was one')
  if (!AFTER_THE_END.includes(notice.kind) && postedAt > settledAt + SAID_WITHIN)
    found.push(`${notice.key} was said after the end`)
  return found
}

const pastAll = (windows: readonly Window[], at: number): number => {
  const open = openAt(windows, at)
  return open ? pastAll(windows, open.to) : at
}

/** A later group is asked only while it is its turn, give or take the time that a message takes. */
const outOfTurn = (said: readonly Message[], turns: readonly Turn[] | null): string[] =>
  said
    .filter(({ card, postedAt }) => {
      if (turns === null || card.kind !== 'notice' || card.notice.kind !== 'turn') return false
      const group = Number(card.notice.key.slice('turn-'.length))
      return !turns.some((turn) => turn.group === group && turn.from <= postedAt && postedAt < turn.to + SAID_WITHIN)
    })
    .map(({ subject }) => subject)

/** Of those who were needed from the beginning: others are told when their turn comes. */
const isToldDirectly = ({ approval }: Stored, route: Route): boolean =>
  route.notify === 'direct' && route.consoleOnly === null && approval.resolvedPolicy !== null

/** Notices that were due by the end of the history and were not sent, though Slack did not refuse them. */
const unsaid = ({ slack, configuration, endedAt, mutes }: History, one: Stored, route: Route | null): string[] => {
  const { asked, approval } = one
  if (!route || !configuration.approvalsChannelFor(asked.where)) return []
  const due = (delay: number, closed = route.quiet, before = Infinity): boolean => {
    const moved = pastAll(closed, approval.requestedAt + delay)
    // A window that opens before a function came to send it delays it too.
    return pastAll(closed, moved + IN_TIME) + IN_TIME < Math.min(approval.expiresAt, endedAt, before)
  }
  const ownTurns = (laterTurnsOf(route, one) ?? []).filter(({ from, to }) =>
    due(from - approval.requestedAt, [...route.quiet, ...frozenTimes(route)], to),
  )
  // Of several reminders that fell due together the last is sent; those before an override are no longer sent.
  const last = approval.override
    ? 0
    : route.remind.findLastIndex((delay) => due(delay, [...route.quiet, ...frozenTimes(route)])) + 1
  const keys =
    approval.state.name === 'settled'
      ? [...(passedBy(approval.state.outcome) ? ['past-policy'] : []), 'outcome']
      : sendAt(approval) !== null
        ? []
        : [
            ...(isToldDirectly(one, route) && due(0, [...route.quiet, ...frozenTimes(route)])
              ? stillNeededPeople(approval.resolvedPolicy!.policy, approval.votes)
                  // I25 says whether a mute keeps it back.
                  .filter((userId) => !(userId in mutes.by))
                  .map((userId) => `direct-${userId}`)
              : []),
            ...(last > 0 && route.consoleOnly === null ? [`reminder-${last}`] : []),
            ...(route.escalate && due(route.escalate.after) && route.consoleOnly === null ? ['escalation'] : []),
          ]
  return [...keys, ...ownTurns.map(({ group }) => `turn-${group}`)].filter((key) => {
    const subject = `notice/${asked.id}/${key}`
    return !slack.refused.has(subject) && !slack.messages.some((message) => message.subject === subject)
  })
}
