import type { Approval } from '../../functions/domain/approval.ts'
import type { Verdict } from '../../functions/domain/policy.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { History } from './history.ts'
import type { Asked, Click } from './ledger.ts'
import { membersOf } from '../support/memory/people.ts'
import { stored } from './stored.ts'
import { openAt } from './configuration.ts'

/** A click that reached the bot is weighed within the time that its function has. */
const WEIGHED_WITHIN = 10_000

/** Only who truly may has approved, outside freezes, and people were asked only about what CodePipeline asks. */
export const authorised = async (history: History): Promise<string[]> => {
  const { ledger, slack, tables } = history
  const found = [...ledger.asked.values()].flatMap((asked) => unauthorised(history, asked))
  for (const { asked, approval, entries } of await stored(history))
    for (const { happened, at } of entries)
      if (happened.what === 'decided' && happened.verdict === 'Approved')
        found.push(...decidedInFreeze(history, asked, approval, at))
  for (const id of ledger.forged)
    if ((await tables.approvals.read(id)) || slack.messages.some(({ subject }) => subject === `approval/${id}`))
      found.push(`people were asked about ${id}, which CodePipeline never asked for`)
  return found
}

/** Of one approval: enough people, each of whom may approve, clicked when no freeze held or past an overridden one. */
const unauthorised = (history: History, asked: Asked): string[] => {
  const { ledger, configuration } = history
  const sent = ledger.sent.find(({ token, verdict }) => token === asked.token && verdict === 'Approved')
  if (!sent) return []
  const about = asked.id.slice(0, 8)
  const route = configuration.routeFor(asked.where)
  if (!route || route.consoleOnly !== null) return [`${about} was approved where nobody may`]
  const approvers = namedIn(sent.summary)
  const found = isEnough(rulesAt(route, sent.at - asked.at), approvers)
    ? []
    : [`${about} was approved by ${approvers.join(', ') || 'nobody'}, who are not enough`]
  const apart = keptApart(history, asked, route)
  if (apart === 'everybody') found.push(`${about} was approved though nobody knows whose change it is`)
  else
    for (const person of approvers)
      if (apart.includes(person)) found.push(`${about} was approved by ${person}, whose own change it is`)
  for (const person of approvers) {
    const clicks = ledger.clicks.filter(({ act, ...click }) => isOf(click, asked, person) && isVote(act, 'Approved'))
    if (clicks.length === 0) found.push(`${about} was approved by ${person}, who did not`)
    else if (!clicks.some((click) => mayHaveCounted(history, asked, route, click, sent.at)))
      found.push(`${about} was approved by ${person} in a freeze`)
  }
  return found
}

/** Of the moment itself: no verdict is fixed in a freeze. */
const decidedInFreeze = (
  { configuration }: History,
  { id, where }: Asked,
  { override }: Approval,
  at: number,
): string[] => {
  const freeze = openAt(configuration.routeFor(where)?.freezes ?? [], at)
  if (!freeze || (override && freeze.from <= override.at && override.at < freeze.to)) return []
  return [`${id.slice(0, 8)} was decided at ${new Date(at).toISOString()}, in a freeze`]
}

/** As the summary on AWS's record names those who decided. */
const namedIn = (summary: string): string[] => {
  const [deciders] = summary.split('. Glass broken by ')
  return [...new Set([...deciders!.matchAll(/\((U0[A-Z]+)\)/g)].map(([, id]) => id!))]
}

interface Places {
  people: string[]
  count: number
}

const rulesAt = ({ approvers, escalate }: Route, waitedFor: number): Places[] => {
  const helpers = escalate && waitedFor >= escalate.after ? membersOf(escalate) : []
  return approvers.map((rule) => ({ people: [...membersOf(rule), ...helpers], count: rule.count }))
}

/** Whether different people can fill all places. */
const isEnough = (rules: readonly Places[], people: readonly string[]): boolean => {
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

/** Who may not approve, by their part in this very execution. */
const keptApart = ({ ledger }: History, { executionId }: Asked, route: Route): string[] | 'everybody' => {
  const { wrote = [], started = [] } = ledger.involved.get(executionId) ?? {}
  const involved = [
    ...(route.forbid.includes('author') ? wrote : []),
    ...(route.forbid.includes('starter') ? started : []),
  ]
  if (route.whenUnidentified === 'refuse' && involved.includes(null)) return 'everybody'
  return involved.filter((person) => person !== null)
}

const isOf = (click: Omit<Click, 'act'>, { id }: Asked, person: string): boolean =>
  click.approvalId === id && click.userId === person

const isVote = (act: Click['act'], verdict: Verdict): boolean => act.do === 'vote' && act.verdict === verdict

/** It was weighed when no freeze held, or somebody who may broke the glass of that very freeze before it was told AWS. */
const mayHaveCounted = (
  { ledger }: History,
  { id }: Asked,
  { freezes, breakGlass }: Route,
  { at }: Click,
  sentAt: number,
): boolean => {
  const freeze = openAt(freezes, at)
  if (!freeze || at + WEIGHED_WITHIN >= freeze.to) return true
  return ledger.clicks.some(
    (click) =>
      click.approvalId === id &&
      click.act.do === 'break-glass' &&
      membersOf(breakGlass).includes(click.userId) &&
      freeze.from <= click.at + WEIGHED_WITHIN &&
      click.at < freeze.to &&
      click.at <= sentAt,
  )
}
