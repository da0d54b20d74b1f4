import type { CodePipelineClient } from '@aws-sdk/client-codepipeline'
import {
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  RetryStageExecutionCommand,
  RollbackStageCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline'
import { holdReason, stopReason } from '../domain/steering.ts'
import type { RETRY_MODES, Steering, SteeringAct } from '../domain/steering.ts'
import { OutOfReach } from '../ports/out-of-reach.ts'
import type { PipelineSteering, SteeringSender } from '../ports/pipeline-steering.ts'
import type { ClientFor } from './codepipeline-clients.ts'
import { answerIn } from './expected-errors.ts'
import { steeringSessionNameOf } from './session-name.ts'

interface SteeringOperation {
  /** As EXPECTED_ERRORS and IAM name it. */
  operation:
    | 'RetryStageExecution'
    | 'RollbackStage'
    | 'DisableStageTransition'
    | 'EnableStageTransition'
    | 'StopPipelineExecution'
    | 'StartPipelineExecution'
  send: (client: CodePipelineClient, steering: Steering, sender: SteeringSender) => Promise<unknown>
}

/** The operation of CodePipeline that does each act ("CodePipeline API reference"). */
const STEERING_OPERATIONS: Record<SteeringAct, SteeringOperation> = {
  retry: {
    operation: 'RetryStageExecution',
    send: (client, { execution, stage, choice }) =>
      client.send(
        new RetryStageExecutionCommand({
          pipelineName: execution.pipeline,
          stageName: stage!,
          pipelineExecutionId: execution.executionId,
          retryMode: choice as (typeof RETRY_MODES)[number],
        }),
      ),
  },
  rollback: {
    operation: 'RollbackStage',
    send: (client, { execution, stage, choice }) =>
      client.send(
        new RollbackStageCommand({
          pipelineName: execution.pipeline,
          stageName: stage!,
          targetPipelineExecutionId: choice!,
        }),
      ),
  },
  stop: {
    operation: 'StopPipelineExecution',
    send: (client, { execution, choice, reason }, { by, once }) =>
      client.send(
        new StopPipelineExecutionCommand({
          pipelineName: execution.pipeline,
          pipelineExecutionId: execution.executionId,
          abandon: choice === 'abandon',
          reason: stopReason(once, by, reason),
        }),
      ),
  },
  hold: {
    operation: 'DisableStageTransition',
    send: (client, { execution, stage, reason }, { by }) =>
      client.send(
        new DisableStageTransitionCommand({
          pipelineName: execution.pipeline,
          stageName: stage!,
          transitionType: 'Inbound',
          reason: holdReason(by, reason),
        }),
      ),
  },
  resume: {
    operation: 'EnableStageTransition',
    send: (client, { execution, stage }) =>
      client.send(
        new EnableStageTransitionCommand({
          pipelineName: execution.pipeline,
          stageName: stage!,
          transitionType: 'Inbound',
        }),
      ),
  },
  release: {
    operation: 'StartPipelineExecution',
    send: (client, { execution }, { once }) =>
      client.send(new StartPipelineExecutionCommand({ name: execution.pipeline, clientRequestToken: once })),
  },
}

/** As the flow of `effect-due` steers. An expected error is an answer (expected-errors.ts); any other is thrown. */
export const codePipelineSteering = (clientFor: ClientFor): PipelineSteering => ({
  steer: async (steering, sender) => {
    const { operation, send } = STEERING_OPERATIONS[steering.act]
    try {
      await send(await clientFor(steering.execution, 'decider', steeringSessionNameOf(sender.by)), steering, sender)
      return { kind: 'taken' }
    } catch (error) {
      if (error instanceof OutOfReach) return { kind: 'refused', because: error.message }
      const kind = answerIn(operation, error)
      if (kind === null) throw error
      return kind === 'refused' ? { kind, because: `the role lacks codepipeline:${operation}` } : { kind }
    }
  },
})
