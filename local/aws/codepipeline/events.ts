import type { ActionRecord, Artifact, Execution, StageRun } from './model.ts'
import type { Plant } from './plant.ts'
import { isoMilliseconds, isoSeconds } from './time.ts'

/** An EventBridge event as CodePipeline puts it on the default bus. */
export interface CodePipelineEvent {
  version: '0'
  id: string
  'detail-type': `CodePipeline ${Level} Execution State Change`
  source: 'aws.codepipeline'
  account: string
  time: string
  region: string
  resources: string[]
  detail: Record<string, unknown>
}

type Level = 'Pipeline' | 'Stage' | 'Action'
type PipelineState = 'STARTED' | 'SUCCEEDED' | 'RESUMED' | 'FAILED' | 'CANCELED' | 'SUPERSEDED' | 'STOPPING' | 'STOPPED'
type StageState = Exclude<PipelineState, 'SUPERSEDED'>
type ActionState = 'STARTED' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'ABANDONED'

/*
 * The three levels of events (CodePipeline User Guide, "Monitoring CodePipeline events").
 */

export const pipelineEvent = (plant: Plant, execution: Execution, state: PipelineState): void => {
  put(plant, 'Pipeline', execution, {
    'start-time': isoMilliseconds(execution.startedAt),
    ...(state === 'STARTED' && {
      'execution-trigger': {
        'trigger-type': execution.trigger.triggerType,
        'trigger-detail': execution.trigger.triggerDetail,
      },
    }),
    state,
    ...(state === 'STOPPING' && execution.stop?.reason && { 'stop-execution-comments': execution.stop.reason }),
  })
}

export const stageEvent = (plant: Plant, execution: Execution, stage: StageRun, state: StageState): void => {
  put(plant, 'Stage', execution, {
    'start-time': isoMilliseconds(stage.startedAt ?? execution.startedAt),
    ...(stage.lastRetryAt !== null && { 'stage-last-retry-attempt-time': isoMilliseconds(stage.lastRetryAt) }),
    stage: stage.declaration.name,
    state,
  })
}

export const actionEvent = (plant: Plant, action: ActionRecord, state: ActionState): void => {
  const { outcome, declaration, inputs, outputs } = action
  const failed = state === 'FAILED' && { 'error-code': outcome.errorCode }
  const result = {
    ...(outcome.externalExecutionUrl && { 'external-execution-url': outcome.externalExecutionUrl }),
    ...(outcome.summary && { 'external-execution-summary': outcome.summary }),
    ...(outcome.externalExecutionId && { 'external-execution-id': outcome.externalExecutionId }),
    ...failed,
  }
  const ended = state === 'SUCCEEDED' || state === 'FAILED'
  put(plant, 'Action', action.execution, {
    'start-time': isoMilliseconds(action.startedAt),
    stage: action.stage.declaration.name,
    ...(ended && { 'execution-result': result }),
    ...(state === 'STARTED' && inputs.length > 0 && { 'input-artifacts': inputs.map(located) }),
    ...(state === 'SUCCEEDED' && outputs.length > 0 && { 'output-artifacts': outputs.map(located) }),
    'action-execution-id': action.id,
    action: declaration.name,
    state,
    region: declaration.region ?? plant.settings.region,
    type: {
      owner: declaration.actionTypeId.owner,
      provider: declaration.actionTypeId.provider,
      category: declaration.actionTypeId.category,
      version: declaration.actionTypeId.version,
    },
  })
}

const located = ({ name, bucket, key }: Artifact) => ({ name, s3location: { bucket, key } })

const put = (plant: Plant, level: Level, execution: Execution, detail: Record<string, unknown>): void => {
  const { settings } = plant
  const event: CodePipelineEvent = {
    version: '0',
    id: plant.newId(),
    'detail-type': `CodePipeline ${level} Execution State Change`,
    source: 'aws.codepipeline',
    account: settings.accountId,
    time: isoSeconds(plant.now()),
    region: settings.region,
    resources: [plant.pipelineArn(execution.pipeline.name)],
    detail: {
      pipeline: execution.pipeline.name,
      'execution-id': execution.id,
      ...detail,
      version: execution.definition.version,
      'pipeline-execution-attempt': execution.attempt,
    },
  }
  plant.send(() => settings.putEvent(event))
}
