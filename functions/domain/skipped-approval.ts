import { canonical } from './canonical.ts'
import type { Execution, RecordedSkip } from './execution.ts'
import { emptyJournal, toFile, written } from './journal.ts'
import type { StageAction } from './pipeline.ts'
import { sha256 } from './statement.ts'
import { ownEntry } from '../own-entry.ts'

/*
 * Approvals that a condition skipped together with their stage. CodePipeline requested none of them, so they have no token:
 * each has a chain of its own in the audit record, with one entry.
 */

/** `skipped-` and 32 hexadecimal digits: made from the execution and the action, so that it is recorded once. */
export const skippedApprovalId = (
  { accountId, region, pipeline, stage, action }: StageAction,
  executionId: string,
): string => `skipped-${sha256(canonical({ accountId, region, pipeline, stage, action, executionId })).slice(0, 32)}`

/** Whether a chain of the audit record is that of a skipped approval. */
export const isSkippedApprovalId = (id: string): boolean => /^skipped-[0-9a-f]{32}$/.test(id)

/**
 * The execution with an entry for each approval that was skipped and has none yet. An entry stays as it was first written,
 * whatever CodePipeline says later. `retention`: how long it is kept, in milliseconds.
 */
export const withSkips = (execution: Execution, now: number, retention: number): Execution => {
  const { skips = {}, stages } = execution
  const { executionId, ...pipeline } = execution.key
  const fresh = [...stages].flatMap(([stage, { progress, because = null, overriddenBy, skippedApprovals = [] }]) =>
    (progress === 'skipped' ? skippedApprovals : []).flatMap((action): [string, RecordedSkip][] => {
      const where = { ...pipeline, stage, action }
      const id = skippedApprovalId(where, executionId)
      if (ownEntry(skips, id) !== undefined) return []
      const said = { because, ...(overriddenBy !== undefined && { overriddenBy }) }
      const happened = { what: 'approval-skipped', where, executionId, ...said } as const
      const entry = { approval: id, at: now, happened, keptUntil: now + retention }
      return toFile(written(emptyJournal, entry)).map((one) => [id, { ...one, where }])
    }),
  )
  return fresh.length === 0 ? execution : { ...execution, skips: { ...skips, ...Object.fromEntries(fresh) } }
}

/** Those whose entry is in the execution alone. */
export const unfiledSkips = ({ skips = {} }: Pick<Execution, 'skips'>): Exclude<RecordedSkip, 'filed'>[] =>
  Object.values(skips).filter((skip) => skip !== 'filed')

export const hasUnfiledSkips = (execution: Pick<Execution, 'skips'>): boolean => unfiledSkips(execution).length > 0

/** These entries are in the table, each as an item of its own. */
export const withFiledSkips = (execution: Execution, ids: readonly string[]): Execution => ({
  ...execution,
  skips: { ...execution.skips, ...Object.fromEntries(ids.map((id) => [id, 'filed'] as const)) },
})
