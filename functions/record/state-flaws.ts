import type { StoredApproval } from '../aws/stored-approval.ts'
import { same } from '../domain/canonical.ts'
import type { Entry } from '../domain/journal.ts'

/**
 * What the approval says of itself and its entries do not, in clauses. `isWhole`: none of its entries has expired.
 */
export const stateFlaws = ({ state, votes }: StoredApproval, entries: readonly Entry[], isWhole: boolean): string[] => {
  const happened = entries.map((entry) => entry.happened)
  const last = <W extends Entry['happened']['what']>(what: W) =>
    happened.findLast((one): one is Extract<Entry['happened'], { what: W }> => one.what === what)
  if (!isWhole) return []
  return [
    ...votes.flatMap(({ userId, verdict, at }) =>
      entries.some(
        (entry) =>
          entry.happened.what === 'voted' &&
          entry.happened.who.userId === userId &&
          entry.happened.verdict === verdict &&
          entry.at === at,
      )
        ? []
        : [`the approval has a vote of ${userId} that no entry has`],
    ),
    ...(state.name === 'deciding' && !happened.some((one) => one.what === 'decided' && one.verdict === state.verdict)
      ? ['the approval has a verdict that no entry has']
      : []),
    ...(state.name === 'settled' && !same(last('settled')?.outcome, state.outcome)
      ? ['the approval ended in another way than its entries say']
      : []),
  ]
}
