import type { Entry } from '../domain/journal.ts'
import { skippedApprovalId } from '../domain/skipped-approval.ts'

/** What is wrong with the chain of a skipped approval, in clauses. It has one entry, of the approval that its id was made from. */
export const skipFlaws = (id: string, entries: readonly Entry[]): string[] =>
  entries.flatMap(({ number, happened }) => {
    if (number > 1 || happened.what !== 'approval-skipped') return [`entry ${number} is not about a skipped approval`]
    // A person with access to the table may have written it.
    const where = happened.where as typeof happened.where | undefined
    return where && skippedApprovalId(where, happened.executionId) === id
      ? []
      : [`entry ${number} is about another skipped approval`]
  })
