import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { Tombstone } from '../../functions/domain/approval.ts'
import { DAY } from '../../functions/domain/time-units.ts'
import { approvalKey } from '../../functions/aws/records.ts'
import { type Deflated, inflated } from '../../functions/aws/deflated-record.ts'
import type { StoredApproval } from '../../functions/aws/stored-approval.ts'
import { restoredApproval } from '../../functions/aws/stored-approval.ts'
import { stretches } from '../../functions/record/index-of-days.ts'
import { isAbsenceId } from '../../functions/domain/absence.ts'
import { isFreezeId } from '../../functions/domain/freeze.ts'
import { isSkippedApprovalId } from '../../functions/domain/skipped-approval.ts'
import { isSteeringId } from '../../functions/domain/steering.ts'
import { readRecord } from '../../functions/record/record-reader.ts'
import type { RecordTable } from '../audit/record-table.ts'
import type { PastCase } from './past-case.ts'
import { actsIn } from './past-case.ts'

export interface RecordedCases {
  /** Newest first. */
  cases: PastCase[]
  /** Approvals whose record was altered, or whose own item is gone. */
  notIntact: string[]
}

/** As long as approvals are kept by default. */
const MOST_DAYS = 400

/** The approvals of the newest executions that the audit record has; `isWanted` chooses among them. */
export const recordedCases = async (
  { client, table }: Pick<RecordTable, 'client' | 'table'>,
  { most, now, isWanted }: { most: number; now: number; isWanted: (where: PastCase['where']) => boolean },
): Promise<RecordedCases> => {
  const [cases, notIntact, seen, executions] = [[] as PastCase[], [] as string[], new Set<string>(), new Set<string>()]
  const today = Math.floor(now / DAY) * DAY
  for (let day = today; day > today - MOST_DAYS * DAY && executions.size < most; day -= DAY)
    for await (const { approvals } of stretches(client, table, { from: day, to: Math.min(day + DAY, now + 1) }))
      for (const id of approvals.filter(
        (one) =>
          !seen.has(one) && !isFreezeId(one) && !isAbsenceId(one) && !isSkippedApprovalId(one) && !isSteeringId(one),
      )) {
        seen.add(id)
        const read = await caseOf({ client, table }, id, now)
        if (read === 'not-intact') notIntact.push(id)
        else if (read && isWanted(read.where)) {
          cases.push(read)
          executions.add(read.executionId)
        }
      }
  const newest = cases.sort((a, b) => b.requestedAt - a.requestedAt)
  const kept = new Set([...new Set(newest.map(({ executionId }) => executionId))].slice(0, most))
  return { cases: newest.filter(({ executionId }) => kept.has(executionId)), notIntact }
}

const caseOf = async (
  { client, table: TableName }: Pick<RecordTable, 'client' | 'table'>,
  id: string,
  now: number,
): Promise<PastCase | 'not-intact' | null> => {
  const { Item } = await client.send(new GetCommand({ TableName, Key: approvalKey(id), ConsistentRead: true }))
  const stored = Item?.['data'] as StoredApproval | Tombstone | Deflated | undefined
  if (stored && 'kind' in stored && stored.kind === 'tombstone') return null
  const { entries, flaws } = await readRecord(client, TableName, id, now)
  if (!stored || flaws.length > 0) return 'not-intact'
  const { where, executionId, requestedAt, change, starter } = restoredApproval(inflated(stored as StoredApproval))
  return { where, executionId, requestedAt, change, starter, approval: id, ...actsIn(entries) }
}
