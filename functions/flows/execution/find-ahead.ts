import { same } from '../../domain/canonical.ts'
import type { Execution, ExecutionAhead } from '../../domain/execution.ts'
import type { HeldStage } from '../../domain/held-stage.ts'
import { heldInFront } from '../../domain/held-stage.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import { touched } from '../../domain/showing.ts'
import type { StageState } from '../../ports/pipelines.ts'
import type { Services } from '../../ports/services.ts'
import { readableExecution } from '../readable-records.ts'

/** What an execution waits for in front of a stage. */
export interface WaitsFor {
  /** The execution in the stage; null if it waits for none. */
  behind: ExecutionAhead | null
  held: HeldStage | null
}

/** What this execution waits for in front of the stage that it would enter next, by these stages. */
export const queueIn = async (
  services: Pick<Services, 'executions' | 'log'>,
  key: ExecutionKey,
  stages: readonly StageState[],
): Promise<WaitsFor> => {
  const next = stages.find(({ inbound }) => inbound.includes(key.executionId))
  const held = heldInFront(stages, key.executionId)
  // A held stage shows the execution that was in it last, however it ended.
  if (!next?.executionId || (held && next.status !== 'InProgress')) return { behind: null, held }
  const ahead = await readableExecution(services, { ...key, executionId: next.executionId })
  return { behind: { executionId: next.executionId, revision: ahead?.revisions[0] ?? null }, held }
}

/** The same, by the stages as they are now. */
export const findQueue = async (
  services: Pick<Services, 'executions' | 'log' | 'pipelines'>,
  key: ExecutionKey,
): Promise<WaitsFor> => queueIn(services, key, (await services.pipelines.stages(key)) ?? [])

/** The execution with what it waits for, and itself if that is known already. */
export const withQueue = (execution: Execution, { behind, held }: WaitsFor, now: number): Execution => {
  if (same(behind, execution.behind ?? null) && same(held, execution.held ?? null)) return execution
  const { behind: _, held: __, ...rest } = execution
  // If the answer of this write is lost, the message shows what was known before, and must be written again.
  return { ...rest, ...(behind && { behind }), ...(held && { held }), showing: touched(rest.showing, now) }
}
