import { answerCall } from './api.ts'
import { artifactObjects } from './artifact-objects.ts'
import type { Trigger } from './model.ts'
import { createOperations } from './operations.ts'
import { type PipelineOverview, pipelineOverview } from './overview.ts'
import type { CodePipelineSettings } from './settings.ts'
import { startExecution } from './start-execution.ts'
import { createState } from './state.ts'

export type { ApprovalNotice } from './approval-notice.ts'
export type { CodePipelineEvent } from './codepipeline-event.ts'
export { parsePipeline, type PipelineDeclaration } from './declaration.ts'
export type { Trigger } from './model.ts'
export type { ExecutionOverview, PipelineOverview } from './overview.ts'

export type CodePipeline = ReturnType<typeof createCodePipeline>

/**
 * CodePipeline for one account and Region, in memory. All its time and chance come from `settings`, so the same clock,
 * ids and runners give the same events. {@link parsePipeline} makes the declarations that it takes.
 */
export const createCodePipeline = (settings: CodePipelineSettings) => {
  const state = createState(settings)
  const operations = createOperations(state)
  return {
    ...operations,
    accountId: settings.accountId,
    region: settings.region,
    /**
     * Answers one call of the AWS JSON 1.1 protocol: `target` is the X-Amz-Target header, `body` the parsed JSON.
     * Refusals have status 400 and `{ __type, message }`; other errors are thrown.
     */
    answer: (target: string, body: unknown, callerArn: string) => answerCall(operations, target, body, callerArn),
    /** Starts an execution as a change at the source does, such as a push that a webhook reports. */
    sourceChanged: (name: string, trigger: Trigger) =>
      state.change(() => ({ pipelineExecutionId: startExecution(state, { name }, trigger).id })),
    /** Every pipeline as the AWS console shows it. */
    overview: (): PipelineOverview[] =>
      [...state.pipelines.values()].map((pipeline) => pipelineOverview(state, pipeline)),
    /** The log of one action execution, or undefined if it has none. */
    logOf: (actionExecutionId: string) => state.logs.read(actionExecutionId),
    /** An artifact as an object of its bucket; null if no action that succeeded has made it. */
    artifact: artifactObjects(state),
    /** Calls `listener` after every change and every line of a log; returns a function that stops it. */
    onChange: (listener: () => void) => state.onChange(listener),
  }
}
