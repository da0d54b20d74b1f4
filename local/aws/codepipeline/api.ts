import type { z } from 'zod'
import * as inputs from './api-inputs.ts'
import type { CodePipeline } from './engine.ts'
import { CodePipelineError } from './errors.ts'
import { validated } from './validation.ts'

type Operation = (engine: CodePipeline, body: unknown, callerArn: string) => object

/** Parses the body at the door, then does it. */
const operation =
  <Input>(schema: z.ZodType<Input>, perform: (engine: CodePipeline, input: Input, callerArn: string) => object) =>
  (engine: CodePipeline, body: unknown, callerArn: string): object =>
    perform(engine, validated(schema, body), callerArn)

const OPERATIONS: Record<string, Operation> = {
  CreatePipeline: operation(inputs.pipelineBody, (engine, { pipeline }, caller) =>
    engine.createPipeline(pipeline, caller),
  ),
  UpdatePipeline: operation(inputs.pipelineBody, (engine, { pipeline }) => engine.updatePipeline(pipeline)),
  DeletePipeline: operation(inputs.deletePipeline, (engine, input) => engine.deletePipeline(input)),
  GetPipeline: operation(inputs.getPipeline, (engine, input) => engine.getPipeline(input)),
  ListPipelines: operation(inputs.listPipelines, (engine, input) => engine.listPipelines(input)),
  GetPipelineState: operation(inputs.getPipelineState, (engine, input) => engine.getPipelineState(input)),
  GetPipelineExecution: operation(inputs.getPipelineExecution, (engine, input) => engine.getPipelineExecution(input)),
  ListPipelineExecutions: operation(inputs.listPipelineExecutions, (engine, input) =>
    engine.listPipelineExecutions(input),
  ),
  ListActionExecutions: operation(inputs.listActionExecutions, (engine, input) => engine.listActionExecutions(input)),
  StartPipelineExecution: operation(inputs.startPipelineExecution, (engine, input, caller) =>
    engine.startPipelineExecution(input, caller),
  ),
  StopPipelineExecution: operation(inputs.stopPipelineExecution, (engine, input) =>
    engine.stopPipelineExecution(input),
  ),
  PutApprovalResult: operation(inputs.putApprovalResult, (engine, input, caller) =>
    engine.putApprovalResult(input, caller),
  ),
  RetryStageExecution: operation(inputs.retryStageExecution, (engine, input) => engine.retryStageExecution(input)),
  RollbackStage: operation(inputs.rollbackStage, (engine, input, caller) => engine.rollbackStage(input, caller)),
  EnableStageTransition: operation(inputs.enableStageTransition, (engine, input, caller) =>
    engine.enableStageTransition(input, caller),
  ),
  DisableStageTransition: operation(inputs.disableStageTransition, (engine, input, caller) =>
    engine.disableStageTransition(input, caller),
  ),
}

const TARGET = /^CodePipeline_20150709\.(\w+)$/

/**
 * Answers one call of the AWS JSON 1.1 protocol: `target` is the X-Amz-Target header, `body` the parsed JSON. Refusals
 * have status 400 and `{ __type, message }`; anything else that goes wrong is thrown.
 */
export const handleCodePipeline = (
  engine: CodePipeline,
  target: string,
  body: unknown,
  callerArn: string,
): { status: number; body: object } => {
  const name = TARGET.exec(target)?.[1] ?? ''
  const perform = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined
  try {
    if (!perform) throw new CodePipelineError('UnknownOperationException', `There is no operation ${target}`)
    return { status: 200, body: perform(engine, body, callerArn) }
  } catch (error) {
    if (!(error instanceof CodePipelineError)) throw error
    return { status: 400, body: { __type: error.code, message: error.message } }
  }
}
