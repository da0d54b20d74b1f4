import type { AwsConnection } from '../../functions/aws/connection.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import type { StageAction } from '../../functions/domain/pipeline.ts'
import { readApprovals, readRecord, type ApprovalRecord } from '../../functions/record/record-reader.ts'
import { signatureFlaws, type AuditKeys } from '../../functions/record/signature-flaws.ts'
import { standInFlaws } from '../../functions/record/stand-in-flaws.ts'
import type { FormatName } from '../formats.ts'
import { exportedEntry } from './exported-entry.ts'
import { wantedEntries, type Wanted } from './filter.ts'
import { unconfirmedOverrides } from './override-review.ts'
import { FORMATS } from './formats.ts'

/** What every approval of an audit is examined by. A worker thread can take it. */
export interface Examination extends Wanted {
  connection: AwsConnection
  table: string
  keys: AuditKeys | null
  /** The whole range of the audit. Epoch milliseconds. */
  from: number
  now: number
  format: FormatName
  /** Entries are not written. */
  verifyOnly?: boolean
}

/** Of which approvals, and of which part of the range. Epoch milliseconds; `to` is left out. */
export interface Part {
  from: number
  to: number
  approvals: readonly string[]
}

/** An approval that was read as a whole and verified. */
export interface Examined {
  approval: string
  where: StageAction | null
  /** In clauses; empty if every entry is there and as it was written. */
  flaws: string[]
  /** Its wanted entries in the part. The line is empty if entries are not written. */
  entries: { at: number; number: number; line: string }[]
  /** What is to be said of its overrides, if no one confirmed them in time. */
  unconfirmed: string | null
  /** The part has its first entry in the range. */
  isFirst: boolean
}

/** Examines approvals of one table. */
export const examinerOf = (examination: Examination) => {
  const client = documentClient(examination.connection)
  const absences = new Map<string, Promise<ApprovalRecord>>()
  const readAbsence = (id: string): Promise<ApprovalRecord> => {
    const read = absences.get(id) ?? readRecord(client, examination.table, id, examination.now)
    absences.set(id, read)
    return read
  }
  return async ({ from, to, approvals }: Part): Promise<Examined[]> => {
    const records = await readApprovals(client, examination.table, approvals, examination.now)
    return Promise.all(
      records.map(async (record) => {
        const standIns = await standInFlaws(record.entries, readAbsence, examination.keys)
        return examined({ ...record, flaws: [...record.flaws, ...standIns] }, { from, to }, examination)
      }),
    )
  }
}

const examined = (
  record: ApprovalRecord,
  { from, to }: Omit<Part, 'approvals'>,
  examination: Examination,
): Examined => {
  const { approval, where, entries } = record
  const forged = examination.keys ? signatureFlaws(approval, entries, examination.keys) : []
  const lineOf = (entry: Entry): string =>
    examination.verifyOnly ? '' : FORMATS[examination.format].line(exportedEntry(record, entry))
  return {
    approval,
    where,
    flaws: [...record.flaws, ...forged],
    entries: wantedEntries(record, examination)
      .filter(({ at }) => isWithin(at, from, to))
      .map((entry) => ({ at: entry.at, number: entry.number, line: lineOf(entry) })),
    unconfirmed: unconfirmedOverrides(entries, examination.now),
    isFirst: isWithin(Math.min(...entries.map(({ at }) => at).filter((at) => at >= examination.from)), from, to),
  }
}

const isWithin = (at: number, from: number, to: number): boolean => at >= from && at < to
