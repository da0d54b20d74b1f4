import type { AutomaticRule } from '../../functions/domain/automatic-rule.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import type { Refusal } from '../../functions/domain/refusal.ts'
import type { AskedApproval, TimedAct } from '../test/judge-acts.ts'

/** An approval of the past, with what people did, as far as it is known. */
export interface PastCase extends AskedApproval {
  executionId: string
  /** Its ID in the audit record; null if it is known from CodePipeline alone: then no act is known. */
  approval: string | null
  /** Those that counted, in the order of the record. */
  acts: readonly TimedAct[]
  /** How many clicks the policy of then refused: the record does not say whether they were to approve or to reject. */
  refusedClicks: number
  /** The rule by which it approved itself then; null if no rule did. */
  automatic: { rule: AutomaticRule; at: number } | null
  /** When it was over. Epoch milliseconds; null if the record has no end. */
  endedAt: number | null
  /** What people or a rule decided in Slack; null if it ended without. */
  decided: 'granted' | 'rejected' | null
}

/** What people did, from the entries of an audit record. */
export const actsIn = (
  entries: readonly Entry[],
): Pick<PastCase, 'acts' | 'refusedClicks' | 'automatic' | 'endedAt' | 'decided'> => {
  const decided = entries.findLast(({ happened: { what } }) => what === 'decided')
  const decision = decided?.happened.what === 'decided' ? decided.happened : null
  return {
    acts: entries.flatMap(actOf),
    refusedClicks: entries.filter(
      ({ happened }) => happened.what === 'refused' && BY_POLICY.has(happened.refusal.because),
    ).length,
    automatic: decided && decision?.automatic ? { rule: decision.automatic, at: decided.at } : null,
    endedAt: entries.find(({ happened: { what } }) => what === 'settled')?.at ?? null,
    decided: decision ? (decision.verdict === 'Approved' ? 'granted' : 'rejected') : null,
  }
}

/** Another policy may let these count. */
const BY_POLICY: ReadonlySet<Refusal['because']> = new Set([
  ...(['no-route', 'console-only', 'no-approvers', 'not-an-approver', 'not-a-rejecter', 'unread'] as const),
  ...(['author', 'starter', 'not-your-turn', 'unidentified', 'frozen', 'comment', 'may-not-break-glass'] as const),
])

const actOf = ({ at, happened }: Entry): TimedAct[] => {
  switch (happened.what) {
    case 'voted':
      return [{ who: happened.who, at, act: { do: 'vote', verdict: happened.verdict, comment: happened.comment } }]
    case 'withdrawn':
      return [{ who: happened.who, at, act: { do: 'withdraw' } }]
    case 'glass-broken':
      return [{ who: happened.who, at, act: { do: 'break-glass', reason: happened.reason } }]
    case 'automatic-stopped':
      return [{ who: happened.who, at, act: { do: 'stop-automatic' } }]
    default:
      return []
  }
}
