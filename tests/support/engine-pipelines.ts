import type { ActionRun, ActionStatus, ExecutionSummary, Pipelines } from '../../functions/ports/pipelines.ts'
import type { VerdictOutcome } from '../../functions/ports/gate.ts'
import type { Hold } from '../../functions/domain/held-stage.ts'
import { nameFromArn } from '../../functions/domain/starter.ts'
import { wordsOfHold } from '../../functions/domain/steering.ts'
import type { CodePipeline } from '../../local/aws/codepipeline/codepipeline.ts'

export const BOT = 'arn:aws:sts::111122223333:assumed-role/greenlight-button-clicked/greenlight'

const CONDITIONS = ['beforeEntryConditionState', 'onSuccessConditionState', 'onFailureConditionState']

/** Answers the flows from the local CodePipeline without a network. Read operations answer as of `asOf`. */
export const enginePipelines = (
  engine: CodePipeline,
  asOf: () => number = () => Infinity,
  runsPage = PAGE,
  steererOf: (arn: string) => string | null = () => null,
): { [K in keyof Pipelines]: (...given: Parameters<Pipelines[K]>) => Awaited<ReturnType<Pipelines[K]>> } => ({
  pipelines: () =>
    allPages((nextToken) => engine.listPipelines({ maxResults: 1_000, ...(nextToken && { nextToken }) }))
      .flatMap(({ pipelines }) => pipelines)
      .map(({ name, executionMode }) => ({ pipeline: name, isParallel: executionMode === 'PARALLEL' })),

  structure: ({ pipeline }, version) =>
    unlessMissing(() =>
      engine.getPipeline({ name: pipeline, version }).pipeline.stages.map(({ name, actions }) => ({
        stage: name,
        actions: actions.map(({ name, actionTypeId, runOrder, configuration, timeoutInMinutes, region, roleArn }) => ({
          action: name,
          category: actionTypeId.category,
          provider: actionTypeId.provider,
          runOrder,
          configuration,
          ...(timeoutInMinutes !== undefined && { timeoutInMinutes }),
          ...(region && { region }),
          ...(roleArn && { roleArn }),
        })),
      })),
    ),

  failedRules: ({ pipeline, executionId }) =>
    unlessMissing(() =>
      engine
        .listRuleExecutions({ pipelineName: pipeline, filter: { pipelineExecutionId: executionId } })
        .ruleExecutionDetails.filter(({ status }) => status === 'Failed')
        .map(({ stageName, ruleName, output, updatedBy = null, lastUpdateTime }) => ({
          stage: stageName,
          rule: ruleName,
          summary: output.executionResult.externalExecutionSummary,
          updatedBy,
          at: milliseconds(lastUpdateTime),
        })),
    ),

  stages: ({ pipeline }) =>
    unlessMissing(() => {
      const known = asOf()
      return engine.getPipelineState({ name: pipeline }).stageStates.map((stage) => ({
        stage: stage.stageName,
        executionId: stage.latestExecution?.pipelineExecutionId ?? null,
        status: stage.latestExecution?.status ?? null,
        ...standingOf(stage.inboundTransitionState, steererOf),
        ...(CONDITIONS.some((condition) => condition in stage) && { hasConditions: true as const }),
        inbound: (stage.inboundExecutions ?? []).map(({ pipelineExecutionId }) => pipelineExecutionId),
        actions: stage.actionStates.map(({ actionName, latestExecution: latest }) => {
          const shown = latest && statusAsOf(known, latest.status, latest.lastStatusChange)
          // An action that an outdated answer shows as running has run since its start, which this engine no longer
          // has.
          const since = latest && shown === latest.status ? milliseconds(latest.lastStatusChange) : null
          return { action: actionName, status: shown ?? null, since, token: (shown && latest?.token) ?? null }
        }),
      }))
    }),

  actionRuns: ({ pipeline, executionId }) => unlessMissing(() => runsOf(engine, asOf(), pipeline, executionId)),

  runs: ({ pipeline }, enough) =>
    unlessMissing(() => {
      const all = runsOf(engine, asOf(), pipeline, null)
      let read = runsPage
      while (read < all.length && !enough(all.slice(0, read))) read += runsPage
      return { runs: all.slice(0, read), isWhole: read >= all.length }
    }),

  execution: ({ pipeline, executionId }) =>
    unlessMissing(() => {
      const { pipelineExecution } = engine.getPipelineExecution({
        pipelineName: pipeline,
        pipelineExecutionId: executionId,
      })
      return {
        executionId,
        status: pipelineExecution.status,
        trigger: triggerOf(pipelineExecution.trigger, steererOf),
        executionMode: pipelineExecution.executionMode,
        revisions: pipelineExecution.artifactRevisions.map(({ name, revisionId, revisionSummary, revisionUrl }) => ({
          actionName: null,
          artifactName: name,
          revisionId,
          summary: revisionSummary,
          url: revisionUrl,
        })),
      }
    }),

  executions: ({ pipeline }, { enough = () => true, succeededIn } = {}) =>
    unlessMissing(() => {
      const listed: ExecutionSummary[] = []
      let nextToken: string | undefined
      do {
        const page = engine.listPipelineExecutions({
          pipelineName: pipeline,
          maxResults: 100,
          ...(succeededIn !== undefined && { filter: { succeededInStage: { stageName: succeededIn } } }),
          ...(nextToken && { nextToken }),
        })
        listed.push(...page.pipelineExecutionSummaries.map((one) => summaryOf(one, steererOf)))
        nextToken = page.nextToken
      } while (nextToken && !enough(listed))
      return listed
    }),

  putApprovalResult: (where, token, status, { summary }) => {
    try {
      const { pipeline: pipelineName, stage: stageName, action: actionName } = where
      engine.putApprovalResult({ pipelineName, stageName, actionName, token, result: { status, summary } }, BOT)
      return { kind: 'recorded' }
    } catch (error) {
      const outcome = error instanceof Error ? PUT_ERRORS[error.name] : undefined
      if (outcome) return outcome
      throw error
    }
  },
})

/** The most that one call of a list operation gives. */
const PAGE = 100

const runsOf = (engine: CodePipeline, known: number, pipelineName: string, executionId: string | null): ActionRun[] => {
  const all = allPages((nextToken) =>
    engine.listActionExecutions({
      pipelineName,
      maxResults: 100,
      ...(executionId && { filter: { pipelineExecutionId: executionId } }),
      ...(nextToken && { nextToken }),
    }),
  )
  return all
    .flatMap(({ actionExecutionDetails }) => actionExecutionDetails)
    .flatMap((run): ActionRun[] => {
      const { input, output } = run
      const status = statusAsOf(known, run.status, run.lastUpdateTime)
      if (!status || run.startTime * 1000 > known) return []
      const ended = status === run.status
      return [
        {
          executionId: run.pipelineExecutionId,
          actionExecutionId: run.actionExecutionId,
          version: run.pipelineVersion,
          stage: run.stageName,
          action: run.actionName,
          category: input.actionTypeId.category,
          owner: input.actionTypeId.owner,
          provider: input.actionTypeId.provider,
          status,
          statusText: status,
          startedAt: milliseconds(run.startTime),
          updatedAt: milliseconds(ended ? run.lastUpdateTime : run.startTime),
          externalId: output.executionResult.externalExecutionId ?? null,
          externalUrl: output.executionResult.externalExecutionUrl ?? null,
          summary: (ended && output.executionResult.externalExecutionSummary) || null,
          ...(ended && output.executionResult.errorDetails && { error: output.executionResult.errorDetails.message }),
          updatedBy: (ended && run.updatedBy) || null,
          configuration: input.resolvedConfiguration,
          ...(input.region && { region: input.region }),
          ...(input.roleArn && { roleArn: input.roleArn }),
          outputVariables: output.outputVariables,
          outputArtifacts: output.outputArtifacts.map(({ name }) => name),
        },
      ]
    })
}

const allPages = <Page extends { nextToken?: string | undefined }>(page: (nextToken?: string) => Page): Page[] => {
  const first = page()
  const pages = [first]
  for (let next = first.nextToken; next; next = pages.at(-1)!.nextToken) pages.push(page(next))
  return pages
}

type Summary = ReturnType<CodePipeline['listPipelineExecutions']>['pipelineExecutionSummaries'][number]

const summaryOf = (execution: Summary, steererOf: SteererOf): ExecutionSummary => ({
  executionId: execution.pipelineExecutionId,
  status: execution.status,
  trigger: triggerOf(execution.trigger, steererOf),
  startedAt: milliseconds(execution.startTime),
  updatedAt: milliseconds(execution.lastUpdateTime),
  stopReason: execution.stopTrigger?.reason ?? null,
  revisions: execution.sourceRevisions.map(({ actionName, revisionId, revisionSummary, revisionUrl }) => ({
    actionName,
    artifactName: null,
    revisionId,
    summary: revisionSummary,
    url: revisionUrl,
  })),
  executionMode: execution.executionMode,
  ...(execution.rollbackMetadata && {
    rollbackTo: execution.rollbackMetadata.rollbackTargetPipelineExecutionId,
  }),
})

const PUT_ERRORS: Record<string, VerdictOutcome> = {
  ApprovalAlreadyCompletedException: { kind: 'too-late' },
  InvalidApprovalTokenException: { kind: 'too-late' },
  PipelineNotFoundException: { kind: 'gone' },
  StageNotFoundException: { kind: 'gone' },
  ActionNotFoundException: { kind: 'gone' },
}

const MISSING = new Set([
  'PipelineNotFoundException',
  'PipelineVersionNotFoundException',
  'PipelineExecutionNotFoundException',
])

const unlessMissing = <T>(ask: () => T): T | null => {
  try {
    return ask()
  } catch (error) {
    if (error instanceof Error && MISSING.has(error.name)) return null
    throw error
  }
}

const milliseconds = (seconds: number): number => Math.round(seconds * 1000)

type SteererOf = (arn: string) => string | null

const CALLED = ['StartPipelineExecution', 'ManualRollback']

const triggerOf = (
  { triggerType, triggerDetail }: { triggerType: string; triggerDetail: string },
  steererOf: SteererOf,
) => {
  const userId = CALLED.includes(triggerType) ? steererOf(triggerDetail) : null
  return { type: triggerType, detail: triggerDetail, ...(userId !== null && { steeredFor: userId }) }
}

type State = ReturnType<CodePipeline['getPipelineState']>
type Transition = NonNullable<State['stageStates'][number]['inboundTransitionState']>

const standingOf = (transition: Transition | undefined, steererOf: SteererOf) => {
  if (transition?.enabled === false) return { held: holdOf(transition, steererOf) }
  return transition?.lastChangedAt === undefined ? {} : { resumedAt: milliseconds(transition.lastChangedAt) }
}

const holdOf = (transition: Transition, steererOf: SteererOf): Hold => {
  const { lastChangedBy, lastChangedAt, disabledReason = '' } = transition
  const userId = lastChangedBy === undefined ? null : steererOf(lastChangedBy)
  return {
    reason: wordsOfHold(userId, disabledReason),
    since: lastChangedAt === undefined ? null : milliseconds(lastChangedAt),
    userId,
    name: lastChangedBy === undefined || userId !== null ? null : (nameFromArn(lastChangedBy) ?? lastChangedBy),
  }
}

/** The action as it was at that time: started and not seen yet, or ended and still seen as running. */
const statusAsOf = (known: number, status: ActionStatus, since: number): ActionStatus | null => {
  if (since * 1000 <= known) return status
  return status === 'InProgress' ? null : 'InProgress'
}

export type EnginePipelines = ReturnType<typeof enginePipelines>
