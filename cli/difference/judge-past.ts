import type { AutomaticRule } from '../../functions/domain/automatic-rule.ts'
import { automaticIn } from '../../functions/domain/automatic.ts'
import type { Services } from '../../functions/ports/services.ts'
import type { CaseResult, Judged } from '../test/judge-acts.ts'
import { judgeWith, missingIn, resultOf } from '../test/judge-acts.ts'
import type { PastCase } from './past-case.ts'

export type PastResult =
  | {
      kind: 'known'
      result: CaseResult
      /** How many more approvals it needs. */
      missing: number
      /** How many approvals it took; null if people have not approved it. */
      took: number | null
    }
  /** In clauses: what would have to be known. */
  | { kind: 'unknown'; because: readonly string[] }

/**
 * What a policy makes of an approval of the past: the acts that counted then, by their times, until the approval is decided.
 * What nothing tells any more is unknown, and not guessed.
 */
export const judgePast = async (
  services: Pick<Services, 'configuration' | 'directory' | 'calendars'>,
  past: PastCase,
): Promise<PastResult> => {
  const judging = judgeWith(services, past)
  let judged = await judging.open()
  const rule = ruleIn(judged)
  for (const act of past.acts) if (isWaiting(judged)) judged = await judging.act(judged, act)
  const { automatic } = past
  const isImplied = automatic !== null && rule !== null && isImpliedBy(automatic.rule, rule)
  if (isImplied && isWaiting(judged))
    judged = await judging.wait(judged, automatic.at, () => Promise.resolve({ kind: 'passed' }))
  const result = resultOf(judged)
  if (result.expect === 'open' && judged.unread.length > 0) return { kind: 'unknown', because: judged.unread }
  if (rule && !isImplied && result.expect !== 'granted' && mayHavePassed(rule, past, judged))
    return { kind: 'unknown', because: ['the record does not say how the alarms of autoApprove stood'] }
  const { votes, approvedBy } = judged.approval
  const isByPeople = result.expect === 'granted' && !approvedBy
  const approvals = votes.filter(({ verdict }) => verdict === 'Approved').length
  return { kind: 'known', result, missing: missingIn(judged), took: isByPeople ? approvals : null }
}

const isWaiting = ({ approval }: Judged): boolean => approval.state.name === 'waiting'

const ruleIn = ({ approval: { resolvedPolicy } }: Judged): AutomaticRule | null =>
  resolvedPolicy && automaticIn(resolvedPolicy.policy)

/** The alarms were quiet for as long as the one rule takes, and so for as long as the other does. */
const isImpliedBy = (known: AutomaticRule, rule: AutomaticRule): boolean =>
  rule.after <= known.after &&
  rule.alarms.every((alarm) => known.alarms.includes(alarm)) &&
  (!rule.emptyChangeSet || known.emptyChangeSet === true)

/** It waited for long enough, and no person had stopped the rule by then. */
const mayHavePassed = ({ after }: AutomaticRule, past: PastCase, { approval }: Judged): boolean => {
  const { state, automaticStop } = approval
  const decidedAt = state.name === 'deciding' ? state.since : Infinity
  return past.requestedAt + after <= Math.min(past.endedAt ?? Infinity, automaticStop?.at ?? Infinity, decidedAt)
}
