import type { PipelineExecutionSummary, SourceRevision } from '@aws-sdk/client-codepipeline'
import {
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline'
import type {
  ActionRun,
  ActionStatus,
  ArtifactRevision,
  ExecutionStatus,
  ExecutionSummary,
  Pipelines,
  PutOutcome,
  StageState,
} from '../ports/pipelines.ts'
import { RoleRefused } from './assume-role.ts'
import type { ClientFor } from './codepipeline-clients.ts'
import { AccountNotAllowed } from './allowed-accounts.ts'

/** The most that one call of a list operation gives. */
const PAGE = 100

/**
 * CodePipeline, as the flows ask it. An expected error is an answer; any other is thrown, and the queue tries again.
 * Source: "CodePipeline API reference".
 */
export const codePipeline = (clientFor: ClientFor): Pipelines => {
  return {
    stages: (pipeline) =>
      unlessMissing(async () => {
        const { stageStates } = await (
          await clientFor(pipeline, 'reader')
        ).send(new GetPipelineStateCommand({ name: pipeline.pipeline }))
        return (stageStates ?? []).map((stage): StageState => ({
          stage: stage.stageName ?? '',
          executionId: stage.latestExecution?.pipelineExecutionId ?? null,
          inbound: [...(stage.inboundExecutions ?? (stage.inboundExecution ? [stage.inboundExecution] : []))].flatMap(
            ({ pipelineExecutionId }) => pipelineExecutionId ?? [],
          ),
          actions: (stage.actionStates ?? []).map(({ actionName, latestExecution }) => ({
            action: actionName ?? '',
            status: latestExecution?.status ?? null,
            since: latestExecution?.lastStatusChange?.getTime() ?? null,
            token: latestExecution?.token ?? null,
          })),
        }))
      }),

    actionRuns: async (pipeline, pipelineExecutionId) => {
      const { actionExecutionDetails } = await (
        await clientFor(pipeline, 'reader')
      ).send(
        new ListActionExecutionsCommand({
          pipelineName: pipeline.pipeline,
          maxResults: PAGE,
          ...(pipelineExecutionId && { filter: { pipelineExecutionId } }),
        }),
      )
      return (actionExecutionDetails ?? []).map(({ input, output, ...run }): ActionRun => ({
        executionId: run.pipelineExecutionId ?? '',
        actionExecutionId: run.actionExecutionId ?? '',
        stage: run.stageName ?? '',
        action: run.actionName ?? '',
        category: input?.actionTypeId?.category ?? '',
        provider: input?.actionTypeId?.provider ?? '',
        status: run.status as ActionStatus,
        startedAt: run.startTime?.getTime() ?? 0,
        updatedAt: run.lastUpdateTime?.getTime() ?? 0,
        externalId: output?.executionResult?.externalExecutionId ?? null,
        externalUrl: output?.executionResult?.externalExecutionUrl ?? null,
        summary: output?.executionResult?.externalExecutionSummary ?? null,
        updatedBy: run.updatedBy ?? null,
        outputVariables: output?.outputVariables ?? {},
      }))
    },

    execution: (key) =>
      unlessMissing(async () => {
        const { pipelineExecution } = await (
          await clientFor(key, 'reader')
        ).send(new GetPipelineExecutionCommand({ pipelineName: key.pipeline, pipelineExecutionId: key.executionId }))
        if (!pipelineExecution) return null
        return {
          executionId: key.executionId,
          status: pipelineExecution.status as ExecutionStatus,
          trigger: triggerOf(pipelineExecution.trigger),
          revisions: (pipelineExecution.artifactRevisions ?? []).map(
            ({ revisionId, revisionSummary, revisionUrl }): ArtifactRevision => ({
              revisionId: revisionId ?? '',
              summary: revisionSummary ?? null,
              url: revisionUrl ?? null,
            }),
          ),
        }
      }),

    executions: async (pipeline, succeededInStage) => {
      const { pipelineExecutionSummaries } = await (
        await clientFor(pipeline, 'reader')
      ).send(
        new ListPipelineExecutionsCommand({
          pipelineName: pipeline.pipeline,
          maxResults: PAGE,
          ...(succeededInStage && { filter: { succeededInStage: { stageName: succeededInStage } } }),
        }),
      )
      return (pipelineExecutionSummaries ?? []).map(summaryOf)
    },

    putApprovalResult: async (where, token, status, summary) => {
      try {
        await (
          await clientFor(where, 'decider')
        ).send(
          new PutApprovalResultCommand({
            pipelineName: where.pipeline,
            stageName: where.stage,
            actionName: where.action,
            token,
            result: { status, summary },
          }),
        )
        return { kind: 'recorded' }
      } catch (error) {
        if (error instanceof RoleRefused || error instanceof AccountNotAllowed)
          return { kind: 'refused', because: error.message }
        const outcome = error instanceof Error ? PUT_ERRORS.get(error.name) : undefined
        if (outcome) return outcome
        throw error
      }
    },
  }
}

/**
 * What PutApprovalResult's errors mean. InvalidApprovalToken says "already received a response or has expired", so it
 * is no more than too late; CodePipeline's record tells which.
 */
const PUT_ERRORS = new Map<string, PutOutcome>([
  ['ApprovalAlreadyCompletedException', { kind: 'too-late' }],
  ['InvalidApprovalTokenException', { kind: 'too-late' }],
  ['PipelineNotFoundException', { kind: 'gone' }],
  ['StageNotFoundException', { kind: 'gone' }],
  ['ActionNotFoundException', { kind: 'gone' }],
  ['ValidationException', { kind: 'refused', because: 'it found the request invalid' }],
  [
    'AccessDeniedException',
    { kind: 'refused', because: 'the bot’s role may not call codepipeline:PutApprovalResult on this action' },
  ],
])

const MISSING = new Set(['PipelineNotFoundException', 'PipelineExecutionNotFoundException'])

const unlessMissing = async <T>(ask: () => Promise<T>): Promise<T | null> => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Error && MISSING.has(error.name)) return null
    throw error
  }
}

const triggerOf = (trigger: { triggerType?: string | undefined; triggerDetail?: string | undefined } | undefined) =>
  trigger?.triggerType ? { type: trigger.triggerType, detail: trigger.triggerDetail ?? '' } : null

const summaryOf = (execution: PipelineExecutionSummary): ExecutionSummary => ({
  executionId: execution.pipelineExecutionId ?? '',
  status: execution.status as ExecutionStatus,
  trigger: triggerOf(execution.trigger),
  startedAt: execution.startTime?.getTime() ?? 0,
  updatedAt: execution.lastUpdateTime?.getTime() ?? 0,
  stopReason: execution.stopTrigger?.reason ?? null,
  revisions: (execution.sourceRevisions ?? []).map(({ revisionId, revisionSummary, revisionUrl }: SourceRevision) => ({
    revisionId: revisionId ?? '',
    summary: revisionSummary ?? null,
    url: revisionUrl ?? null,
  })),
})
