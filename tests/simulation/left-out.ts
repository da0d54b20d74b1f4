import type { Pipelines } from '../../functions/ports/pipelines.ts'
import type { Chance } from './chance.ts'

/**
 * What another implementation of CodePipeline's API leaves out of its answers, or answers with a value that this code
 * does not know yet. AWS's model requires none of these fields and closes none of these lists of values.
 */
type Change = (pipelines: Pipelines) => Partial<Pipelines>

type Answer<Operation extends keyof Pipelines> = NonNullable<Awaited<ReturnType<Pipelines[Operation]>>>
type Of<List> = List extends readonly (infer One)[] ? One : never
type Execution = Of<Answer<'executions'>>
type Run = Answer<'runs'>['runs'][number]
type Stage = Of<Answer<'stages'>>

const ofExecutions =
  (change: (execution: Execution) => Partial<Execution>): Change =>
  ({ executions }) => ({
    executions: async (...asked) => (await executions(...asked))?.map((one) => ({ ...one, ...change(one) })) ?? null,
  })

const ofExecution =
  (change: (execution: Answer<'execution'>) => Partial<Answer<'execution'>>): Change =>
  ({ execution }) => ({
    execution: async (key) => {
      const found = await execution(key)
      return found && { ...found, ...change(found) }
    },
  })

const ofRuns =
  (change: (run: Run) => Partial<Run>): Change =>
  ({ runs, actionRuns }) => ({
    actionRuns: async (key) => (await actionRuns(key))?.map((run) => ({ ...run, ...change(run) })) ?? null,
    runs: async (...asked) => {
      const found = await runs(...asked)
      return found && { ...found, runs: found.runs.map((run) => ({ ...run, ...change(run) })) }
    },
  })

const ofStages =
  (change: (stage: Stage) => Partial<Stage>): Change =>
  ({ stages }) => ({
    stages: async (pipeline) => (await stages(pipeline))?.map((stage) => ({ ...stage, ...change(stage) })) ?? null,
  })

const both =
  (...changes: Change[]): Change =>
  (pipelines) =>
    changes.reduce<Partial<Pipelines>>((so, change) => ({ ...so, ...change({ ...pipelines, ...so }) }), {})

const isOver = (status: string): boolean => status !== 'InProgress'

/** By what is left out, or unknown. */
export const LEFT_OUT: Record<string, Change> = {
  'sourceRevisions of a list': ofExecutions(() => ({ revisions: null })),
  artifactRevisions: ofExecution(() => ({ revisions: null })),
  'names of revisions': both(
    ofExecutions(({ revisions }) => ({ revisions: revisions?.map((one) => ({ ...one, actionName: null })) ?? null })),
    ofExecution(({ revisions }) => ({ revisions: revisions?.map((one) => ({ ...one, artifactName: null })) ?? null })),
  ),
  'summary and address of revisions': both(
    ofExecutions(({ revisions }) => ({
      revisions: revisions?.map((one) => ({ ...one, summary: null, url: null })) ?? null,
    })),
    ofExecution(({ revisions }) => ({
      revisions: revisions?.map((one) => ({ ...one, summary: null, url: null })) ?? null,
    })),
  ),
  trigger: both(
    ofExecutions(() => ({ trigger: null })),
    ofExecution(() => ({ trigger: null })),
  ),
  'startTime of executions': ofExecutions(() => ({ startedAt: 0 })),
  'startTime of actions': ofRuns(() => ({ startedAt: 0 })),
  'lastUpdateTime of actions': ofRuns(() => ({ updatedAt: 0 })),
  stopTrigger: ofExecutions(() => ({ stopReason: null })),
  'status of an execution that is over': both(
    ofExecutions(({ status }) => (isOver(status) ? { status: 'Unknown' } : {})),
    ofExecution(({ status }) => (isOver(status) ? { status: 'Unknown' } : {})),
  ),
  actionTypeId: ofRuns(() => ({ category: '', owner: '', provider: '' })),
  pipelineVersion: ofRuns(() => ({ version: null })),
  externalExecutionSummary: ofRuns(() => ({ summary: null })),
  externalExecutionId: ofRuns(() => ({ externalId: null })),
  updatedBy: ofRuns(() => ({ updatedBy: null })),
  outputVariables: ofRuns(() => ({ outputVariables: {} })),
  outputArtifacts: ofRuns(() => ({ outputArtifacts: [] })),
  'status of an action that is over': ofRuns(({ status }) =>
    isOver(status) ? { status: 'Unknown', statusText: 'Paused' } : {},
  ),
  'latestExecution of a stage': ofStages(() => ({ executionId: null, status: null })),
  'latestExecution of an action that is over': ofStages(({ actions }) => ({
    actions: actions.map((one) =>
      one.status === 'InProgress' ? one : { ...one, status: null, since: null, token: null },
    ),
  })),
  inboundExecutions: ofStages(() => ({ inbound: [] })),
  lastStatusChange: ofStages(({ actions }) => ({ actions: actions.map((one) => ({ ...one, since: null })) })),
  token: ofStages(({ actions }) => ({ actions: actions.map((one) => ({ ...one, token: null })) })),
}

/** Some of them, by chance, and the pipelines without them. */
export const someLeftOut = (chance: Chance): { names: string[]; without: (pipelines: Pipelines) => Pipelines } => {
  const chosen = Object.entries(LEFT_OUT).filter(() => chance.is(0.2))
  return {
    names: chosen.map(([name]) => name),
    without: (pipelines) => chosen.reduce((so, [, change]) => ({ ...so, ...change(so) }), pipelines),
  }
}
