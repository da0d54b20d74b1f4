import { same } from './canonical.ts'
import type { Execution, Progress } from './execution.ts'
import { applyEvent, newExecution } from './execution.ts'
import type { OutsideService, OutsideWork } from './outside-work.ts'
import type { ExecutionKey } from './pipeline.ts'
import { needNotBeShown, touched } from './showing.ts'
import type { Starter } from './starter.ts'

/* A build or a deployment outside a pipeline, as the execution as which it is kept. */

/** One state. `at`: epoch milliseconds. */
export interface OutsideState {
  progress: Progress
  at: number
}

const CATEGORY: Record<OutsideService, string> = { CodeBuild: 'Build', CodeDeploy: 'Deploy' }

/** The execution as which it is kept, before anything is known of its state. */
export const newOutside = (key: ExecutionKey, outside: OutsideWork, now: number): Execution => ({
  ...newExecution(key, now),
  outside,
})

/** The record of a deployment that a pipeline created: nothing follows from it. */
export const ofPipeline = (key: ExecutionKey, outside: OutsideWork, now: number): Execution => {
  const execution = newOutside(key, { ...outside, isOfPipeline: true }, now)
  return { ...execution, confirmed: true, showing: needNotBeShown(execution.showing) }
}

/** The execution with one more state of its only action. Returns the same object if nothing changes. */
export const applyOutside = (execution: Execution, { progress, at }: OutsideState, now: number): Execution => {
  const { key, outside } = execution
  if (!outside) return execution
  const { service } = outside
  const action = { stage: '', action: key.pipeline, category: CATEGORY[service], provider: service }
  return applyEvent(
    applyEvent(execution, { level: 'pipeline', progress, at }, now),
    { level: 'action', actionExecutionId: key.executionId, ...action, summary: null, url: null, progress, at },
    now,
  )
}

/** Facts of it that its first event may lack. Returns the same object if nothing changes. */
export const learned = (
  execution: Execution,
  { starter, version }: { starter: Starter | null; version: string | null },
  now: number,
): Execution => {
  const { outside } = execution
  if (!outside) return execution
  const next = {
    ...execution,
    starter: starter ?? execution.starter,
    outside: { ...outside, version: version ?? outside.version },
  }
  const isKnown = same(next.starter, execution.starter) && same(next.outside, outside)
  return isKnown ? execution : { ...next, showing: touched(execution.showing, now) }
}
