import type { Approval } from '../../functions/domain/approval.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import type { History } from './history.ts'
import type { Asked } from './ledger.ts'

export interface Stored {
  asked: Asked
  approval: Approval
  entries: Entry[]
}

/** Null if it was never requested in Slack. */
export const approvalOf = async ({ tables }: History, { id }: Asked): Promise<Approval | null> => {
  const record = await tables.approvals.read(id)
  return record?.kind === 'approval' ? record : null
}

/** Every approval that was requested, and its record. */
export const stored = async (history: History): Promise<Stored[]> => {
  const found: Stored[] = []
  for (const asked of history.ledger.asked.values()) {
    const approval = await approvalOf(history, asked)
    if (approval) found.push({ asked, approval, entries: await history.tables.entriesOf(asked.id) })
  }
  return found
}
