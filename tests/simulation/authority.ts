import type { Approval } from '../../functions/domain/approval.ts'
import { endOfFreeze, type Freeze } from '../../functions/domain/freeze.ts'
import { matchesPattern } from '../../functions/domain/name-pattern.ts'
import type { Verdict } from '../../functions/domain/policy.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { Window } from '../../functions/domain/window.ts'
import type { History } from './history.ts'
import { wrongUnderEach } from './drawn-routes.ts'
import type { Asked, Click, Ledger } from './ledger.ts'
import { decidersIn, isAutomatic } from './ledger.ts'
import { membersOf } from '../support/memory/people.ts'
import { stored } from './stored.ts'
import { frozenTimes, isOfForm, openAt } from './configuration.ts'

/** A click that reached the bot is weighed within the time limit of its function. */
const WEIGHED_WITHIN = 10_000
/** From reading what CodePipeline tells until it has the verdict. */
const SENT_WITHIN = 31_000

/**
 * Only authorized people have approved, outside freezes, and only approvals that CodePipeline requested reached people.
 */
export const authorised = async (history: History): Promise<string[]> => {
  const { ledger, slack, tables } = history
  const found = [...ledger.asked.values()].flatMap((asked) => unauthorised(history, asked))
  for (const { asked, approval, entries } of await stored(history))
    for (const { happened, at } of entries)
      if (happened.what === 'decided' && happened.verdict === 'Approved')
        found.push(...decidedInFreeze(history, asked, approval, at))
  for (const id of ledger.forged)
    if ((await tables.approvals.read(id)) || slack.messages.some(({ subject }) => subject === `approval/${id}`))
      found.push(`approval ${id} was requested in Slack, and never by CodePipeline`)
  return found
}

/** Of one approval: enough people, each of whom may approve, clicked outside a freeze or with an override of it. */
const unauthorised = (history: History, asked: Asked): string[] => {
  const { ledger } = history
  const sent = ledger.sent.find(({ token, verdict }) => token === asked.token && verdict === 'Approved')
  // I16 looks at those.
  if (!sent || isAutomatic(sent.summary)) return []
  const { at, summary } = sent
  const moments = { at: decidedAt(ledger, asked, namedIn(summary), at), readFrom: at - SENT_WITHIN, readTo: at }
  return wrongUnderEach(history.routesOf(asked, moments), (route) => unauthorisedBy(history, asked, sent, route))
}

/**
 * When the last of the votes may have been cast: no earlier than every one of these people has clicked. If a person has
 * not, the time at which the verdict was sent.
 */
const decidedAt = ({ clicks }: Ledger, asked: Asked, people: readonly string[], sentAt: number): number[] => {
  const times = people.map((person) =>
    clicks
      .filter(({ act, ...click }) => isOf(click, asked, person) && isVote(act, 'Approved') && click.at <= sentAt)
      .map(({ at }) => at),
  )
  const least = Math.max(...times.map((all) => Math.min(...all)))
  const last = times.flat().filter((at) => at >= least)
  const isTimed = clicks.some(
    ({ approvalId, act }) => approvalId === asked.id && act.do === 'vote' && act.notBefore !== undefined,
  )
  // A verdict that waited for its time is judged when it is sent.
  const judged = isTimed ? [Math.max(sentAt - SENT_WITHIN, asked.at), sentAt] : []
  return last.length > 0 ? [...last.flatMap((at) => [at, Math.min(at + WEIGHED_WITHIN, sentAt)]), ...judged] : [sentAt]
}

const unauthorisedBy = (
  history: History,
  asked: Asked,
  sent: Ledger['sent'][number],
  route: Route | null,
): string[] => {
  const { ledger } = history
  const about = asked.id.slice(0, 8)
  if (!route || route.consoleOnly !== null) return [`${about} was approved in Slack, where no one may approve`]
  const approvers = namedIn(sent.summary)
  const places = decidersIn(sent.summary).map(({ userId, for: absent }) => (absent ? placeOf(absent) : userId))
  const found = rulesAt(route, sent.at - asked.at).some((rules) => isEnough(rules, [...new Set(places)]))
    ? []
    : [`${about} was approved by ${approvers.join(', ') || 'no one'}, who are not enough`]
  const forbidden = forbiddenPeople(history, asked, route)
  if (forbidden === 'everyone') found.push(`${about} was approved though its author is unknown`)
  else
    for (const person of approvers)
      if (forbidden.includes(person)) found.push(`${about} was approved by ${person}, whose own change it is`)
  for (const person of approvers) {
    const clicks = ledger.clicks.filter(({ act, ...click }) => isOf(click, asked, person) && isVote(act, 'Approved'))
    if (clicks.length === 0) found.push(`${about} was approved by ${person}, who did not`)
    else if (!clicks.some((click) => mayHaveCounted(history, asked, route, click, sent.at)))
      found.push(`${about} was approved by ${person} in a freeze`)
    else if (
      !clicks.some(
        ({ act }) => act.do === 'vote' && act.verdict === 'Approved' && isOfForm(route.commentForm, act.comment),
      )
    )
      found.push(`${about} was approved by ${person} without the comment that the route asks for`)
  }
  return found
}

/**
 * Of the moment of the decision: no verdict is fixed in a freeze. An override lifts all that is frozen without a gap from
 * its own moment on, also by freezes from Slack.
 */
const decidedInFreeze = (
  { configuration, freezes }: History,
  { id, where }: Asked,
  { override }: Approval,
  at: number,
): string[] => {
  const route = configuration.routeFor(where)
  const configured = route ? frozenTimes(route) : []
  const freeze = openAt(configured, at)
  if (!freeze) return []
  const fromSlack = freezes.filter(({ patterns }) => matchesPattern(patterns, where.pipeline))
  const isLifted =
    override !== null && override.at < freeze.to && freeze.from < endOfFrozen(configured, fromSlack, override.at)
  return isLifted ? [] : [`${id.slice(0, 8)} was decided at ${new Date(at).toISOString()}, in a freeze`]
}

/** When nothing is frozen any more that is frozen at this moment, or begins before that is over. */
const endOfFrozen = (configured: readonly Window[], fromSlack: readonly Freeze[], at: number): number => {
  const ends = [
    openAt(configured, at)?.to ?? at,
    ...fromSlack.map((freeze) => (freeze.from <= at && at < endOfFreeze(freeze) ? endOfFreeze(freeze) : at)),
  ]
  const end = Math.max(...ends)
  return end === at ? at : endOfFrozen(configured, fromSlack, end)
}

/** The people who decided. */
const namedIn = (summary: string): string[] => [...new Set(decidersIn(summary).map(({ userId }) => userId))]

/** The place of an absent person, which someone else has taken. I22 looks at who may. */
const placeOf = (absent: string): string => `in place of ${absent}`

interface Required {
  people: string[]
  count: number
}

/** The rules of each way to approve. */
const rulesAt = ({ approvers, anyOf, escalate }: Route, waitedFor: number): Required[][] => {
  const helpers = escalate && waitedFor >= escalate.after ? membersOf(escalate) : []
  const ways = anyOf.length > 0 ? anyOf.map((way) => [...approvers, ...way]) : [approvers]
  return ways.map((rules) =>
    rules.map((rule) => {
      const members = membersOf(rule)
      return { people: [...members, ...helpers, ...members.map(placeOf)], count: rule.count }
    }),
  )
}

/** Whether different people can give all required approvals. */
const isEnough = (rules: readonly Required[], people: readonly string[]): boolean => {
  const [place, ...others] = rules.flatMap(({ people, count }) => Array.from({ length: count }, () => people))
  if (!place) return rules.length > 0
  const rest = others.map((people) => ({ people, count: 1 }))
  return people.some(
    (person) =>
      place.includes(person) &&
      (rest.length === 0 ||
        isEnough(
          rest,
          people.filter((other) => other !== person),
        )),
  )
}

/** The people who may not approve, because of their part in this execution. */
export const forbiddenPeople = ({ ledger }: History, { executionId }: Asked, route: Route): string[] | 'everyone' => {
  const { wrote = [], started = [] } = ledger.involved.get(executionId) ?? {}
  const involved = [
    ...(route.forbid.includes('author') ? wrote : []),
    ...(route.forbid.includes('starter') ? started : []),
  ]
  if (route.whenUnidentified === 'refuse' && involved.includes(null)) return 'everyone'
  return involved.filter((person) => person !== null)
}

const isOf = (click: Omit<Click, 'act'>, { id }: Asked, person: string): boolean =>
  click.approvalId === id && click.userId === person

const isVote = (act: Click['act'], verdict: Verdict): boolean =>
  (act.do === 'vote' && act.verdict === verdict) || (act.do === 'deploy-now' && verdict === 'Approved')

/**
 * The click was weighed outside a freeze, or an authorized person had overridden that freeze before the verdict was
 * sent.
 */
const mayHaveCounted = (
  { ledger, freezes }: History,
  { id, where }: Asked,
  route: Route,
  { at }: Click,
  sentAt: number,
): boolean => {
  const { breakGlass } = route
  const configured = frozenTimes(route)
  const freeze = openAt(configured, at)
  if (!freeze || at + WEIGHED_WITHIN >= freeze.to) return true
  const fromSlack = freezes.filter(({ patterns }) => matchesPattern(patterns, where.pipeline))
  return ledger.clicks.some(
    (click) =>
      click.approvalId === id &&
      click.act.do === 'break-glass' &&
      membersOf(breakGlass).includes(click.userId) &&
      freeze.from <= Math.max(click.at + WEIGHED_WITHIN, endOfFrozen(configured, fromSlack, click.at)) &&
      click.at < freeze.to &&
      click.at <= sentAt,
  )
}
