import type { CodePipelineClient } from '@aws-sdk/client-codepipeline'
import {
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline'
import type { RETRY_MODES, Steering, SteeringAct } from '../domain/steering.ts'
import type { SteeringSender } from '../ports/pipelines.ts'

interface SteeringOperation {
  /** As EXPECTED_ERRORS and IAM name it. */
  operation: 'RetryStageExecution' | 'StopPipelineExecution' | 'StartPipelineExecution'
  send: (client: CodePipelineClient, steering: Steering, sender: SteeringSender) => Promise<unknown>
}

/** The operation of CodePipeline that does each act ("CodePipeline API reference"). */
export const STEERING_OPERATIONS: Record<SteeringAct, SteeringOperation> = {
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
  stop: {
    operation: 'StopPipelineExecution',
    send: (client, { execution, choice, reason }, { by }) =>
      client.send(
        new StopPipelineExecutionCommand({
          pipelineName: execution.pipeline,
          pipelineExecutionId: execution.executionId,
          abandon: choice === 'abandon',
          reason: stopReason(by, reason),
        }),
      ),
  },
  release: {
    operation: 'StartPipelineExecution',
    send: (client, { execution }, { once }) =>
      client.send(new StartPipelineExecutionCommand({ name: execution.pipeline, clientRequestToken: once })),
  },
}

/** At most 200 characters ("StopPipelineExecution", reason). */
const stopReason = (by: string, reason: string | null): string => `Greenlight ${by}: ${reason ?? ''}`.slice(0, 200)
