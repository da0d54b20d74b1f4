import type { Entry, Happening } from '../../functions/domain/journal.ts'
import type { ApprovalRecord } from '../../functions/record/record-reader.ts'
import { unconfirmedOverrides } from '../audit/override-review.ts'
import { actorOf } from '../audit/filter.ts'

/** What the audit record says of an approval that CodePipeline has as approved. */
export interface OnRecord {
  outcome:
    | 'approved'
    | 'approved-in-console'
    | 'past-policy'
    | 'override-not-confirmed'
    | 'not-on-record'
    | 'not-approved'
    | 'not-intact'
  /** Who approved, as far as the record knows: an e-mail address, a name, a Slack user ID or an ARN. */
  by: readonly string[]
  /** A sentence for an exception; empty otherwise. */
  note: string
}

export const onRecord = ({ entries, flaws }: Pick<ApprovalRecord, 'entries' | 'flaws'>, now: number): OnRecord => {
  const find = <What extends Happening['what']>(what: What) =>
    entries
      .map(({ happened }) => happened)
      .findLast((happened): happened is Extract<Happening, { what: What }> => happened.what === what)
  if (entries.length === 0) return { outcome: 'not-on-record', by: [], note: 'The audit record has no such approval.' }
  const decided = find('decided')
  const outcome = find('settled')?.outcome
  const past = find('past-policy')
  const outside = outcome?.how === 'console' && outcome.verdict === 'Approved' ? (outcome.by ?? 'unknown') : null
  const inSlack = decided?.automatic ? ['autoApprove'] : (decided?.by ?? []).map((userId) => nameOf(entries, userId))
  const by = outside === null ? inSlack : [outside]
  if (flaws.length > 0) return { outcome: 'not-intact', by, note: `The record was altered: ${flaws.join('; ')}.` }
  if (past)
    return { outcome: 'past-policy', by: [past.by ?? 'unknown'], note: 'Approved outside Slack, past the policy.' }
  const unconfirmed = unconfirmedOverrides(entries, now)
  const isApproved = outside !== null || decided?.verdict === 'Approved'
  if (unconfirmed && isApproved) return { outcome: 'override-not-confirmed', by, note: sentence(unconfirmed) }
  if (outside !== null) return { outcome: 'approved-in-console', by, note: '' }
  const wasSent = outcome?.how === 'slack' || find('answered')?.answer === 'recorded'
  if (decided?.verdict === 'Approved' && wasSent) return { outcome: 'approved', by, note: '' }
  return {
    outcome: 'not-approved',
    by,
    note: `CodePipeline has it as approved; the audit record says: ${said(entries)}.`,
  }
}

const sentence = (clause: string): string => `${clause[0]!.toUpperCase()}${clause.slice(1)}.`

const nameOf = (entries: readonly Entry[], userId: string): string => {
  const actor = entries.map(({ happened }) => actorOf(happened)).find((one) => one?.userId === userId)
  return actor?.email ?? actor?.name ?? userId
}

/** The last thing that the record says of a verdict. */
const said = (entries: readonly Entry[]): string => {
  const last = entries.findLast(({ happened: { what } }) => SAYING.has(what))?.happened
  if (last?.what === 'settled') return 'verdict' in last.outcome ? last.outcome.verdict : last.outcome.how
  return last?.what === 'decided' ? last.verdict : 'not decided'
}

const SAYING: ReadonlySet<string> = new Set(['decided', 'settled'] satisfies Happening['what'][])
