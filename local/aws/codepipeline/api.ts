import type { z } from 'zod'
import * as inputs from './api-inputs.ts'
import type { Operations } from './operations.ts'
import { AwsError } from '../aws-error.ts'
import { validated } from './validation.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

type Operation = (operations: Operations, body: unknown, callerArn: string) => object

/** Parses the input first, then performs the operation. */
const operation =
  <Input>(schema: z.ZodType<Input>, perform: (operations: Operations, input: Input, callerArn: string) => object) =>
  (operations: Operations, body: unknown, callerArn: string): object =>
    perform(operations, validated(schema, body), callerArn)

const OPERATIONS: Record<string, Operation> = {
  CreatePipeline: operation(inputs.pipelineBody, (operations, { pipeline }, caller) =>
    operations.createPipeline(pipeline, caller),
  ),
  UpdatePipeline: operation(inputs.pipelineBody, (operations, { pipeline }) => operations.updatePipeline(pipeline)),
  DeletePipeline: operation(inputs.deletePipeline, (operations, input) => operations.deletePipeline(input)),
  GetPipeline: operation(inputs.getPipeline, (operations, input) => operations.getPipeline(input)),
  ListPipelines: operation(inputs.listPipelines, (operations, input) => operations.listPipelines(input)),
  GetPipelineState: operation(inputs.getPipelineState, (operations, input) => operations.getPipelineState(input)),
  GetPipelineExecution: operation(inputs.getPipelineExecution, (operations, input) =>
    operations.getPipelineExecution(input),
  ),
  ListPipelineExecutions: operation(inputs.listPipelineExecutions, (operations, input) =>
    operations.listPipelineExecutions(input),
  ),
  ListActionExecutions: operation(inputs.listActionExecutions, (operations, input) =>
    operations.listActionExecutions(input),
  ),
  ListRuleExecutions: operation(inputs.listRuleExecutions, (operations, input) => operations.listRuleExecutions(input)),
  StartPipelineExecution: operation(inputs.startPipelineExecution, (operations, input, caller) =>
    operations.startPipelineExecution(input, caller),
  ),
  StopPipelineExecution: operation(inputs.stopPipelineExecution, (operations, input) =>
    operations.stopPipelineExecution(input),
  ),
  PutApprovalResult: operation(inputs.putApprovalResult, (operations, input, caller) =>
    operations.putApprovalResult(input, caller),
  ),
  RetryStageExecution: operation(inputs.retryStageExecution, (operations, input) =>
    operations.retryStageExecution(input),
  ),
  RollbackStage: operation(inputs.rollbackStage, (operations, input, caller) =>
    operations.rollbackStage(input, caller),
  ),
  OverrideStageCondition: operation(inputs.overrideStageCondition, (operations, input, caller) =>
    operations.overrideStageCondition(input, caller),
  ),
  EnableStageTransition: operation(inputs.enableStageTransition, (operations, input, caller) =>
    operations.enableStageTransition(input, caller),
  ),
  DisableStageTransition: operation(inputs.disableStageTransition, (operations, input, caller) =>
    operations.disableStageTransition(input, caller),
  ),
}

const TARGET = /^CodePipeline_20150709\.(\w+)$/

/**
 * Answers one call of the AWS JSON 1.1 protocol: `target` is the X-Amz-Target header, `body` the parsed JSON. Refusals
 * have status 400 and `{ __type, message }`; other errors are thrown.
 */
export const answerCall = (
  operations: Operations,
  target: string,
  body: unknown,
  callerArn: string,
): { status: number; body: object } => {
  const name = TARGET.exec(target)?.[1] ?? ''
  const perform = ownEntry(OPERATIONS, name)
  try {
    if (!perform) throw new AwsError('UnknownOperationException', `There is no operation ${target}`)
    return { status: 200, body: perform(operations, body, callerArn) }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { status: 400, body: { __type: error.code, message: error.message } }
  }
}
