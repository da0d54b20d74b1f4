import { isOfFailure } from '../../domain/deployment-notices.ts'
import type { Execution } from '../../domain/execution.ts'
import { lastFailure } from '../../domain/execution.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { ExecutionSummary } from '../../ports/pipelines.ts'
import { OutOfReach } from '../../ports/out-of-reach.ts'
import type { Services } from '../../ports/services.ts'
import { asked } from '../asked.ts'
import { readableExecution } from '../readable-records.ts'

/** The oldest, up to the first that counts. Each is a read of the table. */
const MOST_LOOKED_UP = 20

/**
 * Since when the pipeline's deployments failed, for an execution that succeeded: when the first execution failed after
 * the last one that succeeded, or when this one failed before it was retried. Null if none failed. A rejection, and an
 * approval that expired, is no failure. Epoch milliseconds.
 */
export const failingSince = async (services: Services, key: ExecutionKey): Promise<number | null> => {
  const { pipelines, executions } = services
  const enough = (listed: readonly ExecutionSummary[]) => {
    const earlier = earlierThan(key, listed)
    return until(earlier) < earlier.length
  }
  const [listed, own] = await Promise.all([
    asked(pipelines.executions(pipelineOf(key), { enough })),
    executions.read(key),
  ])
  const ownFirst = Math.min(...ownFailures(own))
  const earlier = earlierThan(key, listed instanceof OutOfReach ? [] : (listed ?? []))
  const failed = earlier
    .slice(0, until(earlier))
    .filter(({ status, updatedAt }) => status === 'Failed' && updatedAt < ownFirst)
    .sort((one, other) => one.updatedAt - other.updatedAt)
  for (const { executionId, updatedAt } of failed.slice(0, MOST_LOOKED_UP)) {
    const record = await readableExecution(services, { ...key, executionId })
    if (record && lastFailure(record)?.category !== 'Approval') return updatedAt
  }
  return Number.isFinite(ownFirst) ? ownFirst : null
}

const earlierThan = ({ executionId }: ExecutionKey, newestFirst: readonly ExecutionSummary[]): ExecutionSummary[] => {
  const at = newestFirst.findIndex((one) => one.executionId === executionId)
  return at < 0 ? [] : newestFirst.slice(at + 1)
}

/** The number of executions since the last one that succeeded. */
const until = (newestFirst: readonly ExecutionSummary[]): number => {
  const succeeded = newestFirst.findIndex(({ status }) => status === 'Succeeded')
  return succeeded < 0 ? newestFirst.length : succeeded
}

/** When it failed itself, by the notices of these failures. */
const ownFailures = (execution: Execution | null): number[] =>
  Object.keys(execution?.notices ?? {})
    .filter(isOfFailure)
    .map((key) => Number(key.split('-').at(-1)) * 1_000)
