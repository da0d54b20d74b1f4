import type { CodePipelineClient } from '@aws-sdk/client-codepipeline'
import { RetryStageExecutionCommand } from '@aws-sdk/client-codepipeline'
import type { RETRY_MODES, Steering, SteeringAct } from '../domain/steering.ts'

interface SteeringOperation {
  /** As EXPECTED_ERRORS and IAM name it. */
  operation: 'RetryStageExecution'
  send: (client: CodePipelineClient, steering: Steering) => Promise<unknown>
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
}
