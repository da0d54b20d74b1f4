import type { Approval } from '../domain/approval.ts'
import type { Execution } from '../domain/execution.ts'
import type { ExecutionKey } from '../domain/pipeline.ts'
import { UnreadableRecord } from '../ports/records.ts'
import type { Services } from '../ports/services.ts'
import { readApproval } from './approval/change-approval.ts'

/* Records that are read beside others: one that cannot be read is left out, and never stops its neighbors. */

type ReaderOf<Record extends keyof Services> = Pick<Services, Record | 'log'>

/** Null if the table has no such approval, or has one that no function can read. */
export const readableApproval = (services: ReaderOf<'approvals'>, id: string): Promise<Approval | null> =>
  readApproval(services, id).catch(leaveOut(services, { approval: id }))

/** Null if the table has no such execution, or has one that no function can read. */
export const readableExecution = (services: ReaderOf<'executions'>, key: ExecutionKey): Promise<Execution | null> =>
  services.executions.read(key).catch(leaveOut(services, { execution: key }))

/** A table that does not answer is another matter: that passes. */
const leaveOut =
  ({ log }: Pick<Services, 'log'>, about: object) =>
  (error: unknown): null => {
    if (!(error instanceof UnreadableRecord)) throw error
    log.error('A record is left out, because it cannot be read', { ...about, error })
    log.count('EffectFailed')
    return null
  }
