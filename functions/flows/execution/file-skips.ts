import { unfiledSkips, withFiledSkips } from '../../domain/skipped-approval.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { Services } from '../../ports/services.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'

/**
 * Story: a condition skipped approvals, and the execution has an entry about each. Each becomes an item of the audit record,
 * and only then leaves the execution: an entry is always in at least one of both.
 */
export const fileSkips = async ({ entries, executions }: Services, key: ExecutionKey): Promise<Performed> => {
  const execution = await executions.read(key)
  const unfiled = execution ? unfiledSkips(execution) : []
  if (!execution || unfiled.length === 0) return done()
  await entries.file(unfiled)
  const ids = unfiled.map(({ entry }) => entry.approval)
  await executions.change(key, (current) => [withFiledSkips(current, ids), null], { from: execution })
  return done()
}
