import type { Entry } from '../../functions/domain/journal.ts'
import type { ApprovalRecord } from '../../functions/record/record-reader.ts'

/** An entry as it is exported: every field of its hash, with the time and the place in words. */
export const exportedEntry = ({ where }: Pick<ApprovalRecord, 'where'>, entry: Entry) => ({
  time: new Date(entry.at).toISOString(),
  account: where?.accountId ?? null,
  region: where?.region ?? null,
  pipeline: where?.pipeline ?? null,
  stage: where?.stage ?? null,
  action: where?.action ?? null,
  ...entry,
})

export type ExportedEntry = ReturnType<typeof exportedEntry>
