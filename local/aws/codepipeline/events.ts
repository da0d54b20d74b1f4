import type { CodePipelineEvent, EventLevel } from './codepipeline-event.ts'
import type { ActionRecord, Artifact, Execution, StageRun } from './model.ts'
import type { State } from './state.ts'
import { isoMilliseconds, isoSeconds } from './timestamps.ts'

type PipelineState = 'STARTED' | 'SUCCEEDED' | 'RESUMED' | 'FAILED' | 'CANCELED' | 'SUPERSEDED' | 'STOPPING' | 'STOPPED'
type StageState = Exclude<PipelineState, 'SUPERSEDED'>
type ActionState = 'STARTED' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'ABANDONED'

export const pipelineEvent = (state: State, execution: Execution, reached: PipelineState): void => {
  put(state, 'Pipeline', execution, {
    'start-time': isoMilliseconds(execution.startedAt),
    ...(reached === 'STARTED' && {
      'execution-trigger': {
        'trigger-type': execution.trigger.triggerType,
        'trigger-detail': execution.trigger.triggerDetail,
      },
    }),
    state: reached,
    ...(reached === 'STOPPING' && execution.stop?.reason && { 'stop-execution-comments': execution.stop.reason }),
  })
}

export const stageEvent = (state: State, execution: Execution, stage: StageRun, reached: StageState): void => {
  put(state, 'Stage', execution, {
    'start-time': isoMilliseconds(stage.startedAt ?? execution.startedAt),
    ...(stage.lastRetryAt !== null && { 'stage-last-retry-attempt-time': isoMilliseconds(stage.lastRetryAt) }),
    stage: stage.declaration.name,
    state: reached,
  })
}

export const actionEvent = (state: State, action: ActionRecord, reached: ActionState): void => {
  const { outcome, declaration, inputs, outputs } = action
  const failed = reached === 'FAILED' && { 'error-code': outcome.errorCode }
  const result = {
    ...(outcome.externalExecutionUrl && { 'external-execution-url': outcome.externalExecutionUrl }),
    ...(outcome.summary && { 'external-execution-summary': outcome.summary }),
    ...(outcome.externalExecutionId && { 'external-execution-id': outcome.externalExecutionId }),
    ...failed,
  }
  const ended = reached === 'SUCCEEDED' || reached === 'FAILED'
  put(state, 'Action', action.execution, {
    'start-time': isoMilliseconds(action.startedAt),
    stage: action.stage.declaration.name,
    ...(ended && { 'execution-result': result }),
    ...(reached === 'STARTED' && inputs.length > 0 && { 'input-artifacts': inputs.map(located) }),
    ...(reached === 'SUCCEEDED' && outputs.length > 0 && { 'output-artifacts': outputs.map(located) }),
    'action-execution-id': action.id,
    action: declaration.name,
    state: reached,
    region: declaration.region ?? state.settings.region,
    type: {
      owner: declaration.actionTypeId.owner,
      provider: declaration.actionTypeId.provider,
      category: declaration.actionTypeId.category,
      version: declaration.actionTypeId.version,
    },
  })
}

const located = ({ name, bucket, key }: Artifact) => ({ name, s3location: { bucket, key } })

const put = (state: State, level: EventLevel, execution: Execution, detail: Record<string, unknown>): void => {
  const { settings } = state
  const event: CodePipelineEvent = {
    version: '0',
    id: state.newId(),
    'detail-type': `CodePipeline ${level} Execution State Change`,
    source: 'aws.codepipeline',
    account: settings.accountId,
    time: isoSeconds(state.now()),
    region: settings.region,
    resources: [state.pipelineArn(execution.pipeline.name)],
    detail: {
      pipeline: execution.pipeline.name,
      'execution-id': execution.id,
      ...detail,
      version: execution.definition.version,
      'pipeline-execution-attempt': execution.attempt,
    },
  }
  state.send(() => settings.putEvent(event))
}
