import type {
  ActionExecutionDetail,
  ArtifactRevision as Artifact,
  ExecutionTrigger,
  PipelineExecutionSummary,
  RuleExecutionDetail,
  SourceRevision,
  StageDeclaration,
  StageState as Stage,
  TransitionState,
} from '@aws-sdk/client-codepipeline'
import {
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  ListRuleExecutionsCommand,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline'
import { storableCause } from '../domain/failure-cause.ts'
import type { Hold } from '../domain/held-stage.ts'
import type { Pipeline } from '../domain/pipeline.ts'
import { nameFromArn } from '../domain/starter.ts'
import { wordsOfHold } from '../domain/steering.ts'
import type {
  ActionRun,
  ActionStatus,
  ArtifactRevision,
  DeclaredStage,
  ExecutionStatus,
  ExecutionSummary,
  FailedRule,
  ListedPipeline,
  Located,
  Pipelines,
  StageState,
  Trigger,
} from '../ports/pipelines.ts'
import { OutOfReach } from '../ports/out-of-reach.ts'
import type { ClientFor } from './codepipeline-clients.ts'
import { answerIn } from './expected-errors.ts'
import { sessionNameOf } from './session-name.ts'
import type { SteeredFor } from './steering-session.ts'
import { ownEntry } from '../own-entry.ts'

/** The most that one call of a list operation gives. */
const LIST_PAGE = 100

/** As for LIST_PAGE, of ListPipelines. */
const PIPELINES_PAGE = 1_000

/** A pipeline's actions are read back for at most so many pages. */
const MOST_PAGES_OF_RUNS = 20

/** CodePipeline keeps twelve months of executions; so many pages are read of them at the most. */
const MOST_PAGES_LISTED = 50

/**
 * CodePipeline, as the flows call it. An expected error is an answer (expected-errors.ts); any other is thrown, and the
 * queue tries again. Without `steeredFor`, it tells of no person for whom the bot started an execution. Source:
 * "CodePipeline API reference".
 */
export const codePipeline = (clientFor: ClientFor, steeredFor: SteeredFor = () => null): Pipelines => {
  const actionPage = async (pipeline: Pipeline, executionId: string | null, nextToken: string | undefined) => {
    const client = await clientFor(pipeline, 'reader')
    const answer = await client.send(
      new ListActionExecutionsCommand({
        pipelineName: pipeline.pipeline,
        maxResults: LIST_PAGE,
        ...(executionId && { filter: { pipelineExecutionId: executionId } }),
        ...(nextToken && { nextToken }),
      }),
    )
    return { runs: (answer.actionExecutionDetails ?? []).map(runOf), nextToken: answer.nextToken }
  }

  return {
    pipelines: async (there) => {
      const client = await clientFor(there, 'reader')
      const all: ListedPipeline[] = []
      let next: string | undefined
      try {
        do {
          const page = await client.send(
            new ListPipelinesCommand({ maxResults: PIPELINES_PAGE, ...(next && { nextToken: next }) }),
          )
          const named = (page.pipelines ?? []).filter(({ name }) => name !== undefined)
          all.push(
            ...named.map(({ name = '', executionMode }) => ({
              pipeline: name,
              isParallel: executionMode === 'PARALLEL',
            })),
          )
          next = page.nextToken
        } while (next)
      } catch (error) {
        if (answerIn('ListPipelines', error) === 'refused') return null
        throw error
      }
      return all.sort((one, other) => (one.pipeline < other.pipeline ? -1 : 1))
    },

    structure: async (pipeline, version) => {
      const client = await clientFor(pipeline, 'reader')
      try {
        const answer = await client.send(new GetPipelineCommand({ name: pipeline.pipeline, version }))
        return (answer.pipeline?.stages ?? []).map(declaredStage)
      } catch (error) {
        if (answerIn('GetPipeline', error) !== null) return null
        throw error
      }
    },

    failedRules: async ({ executionId, ...pipeline }) => {
      const client = await clientFor(pipeline, 'reader')
      try {
        const all: RuleExecutionDetail[] = []
        let next: string | undefined
        do {
          const { ruleExecutionDetails = [], nextToken } = await client.send(
            new ListRuleExecutionsCommand({
              pipelineName: pipeline.pipeline,
              maxResults: LIST_PAGE,
              filter: { pipelineExecutionId: executionId },
              ...(next && { nextToken: next }),
            }),
          )
          all.push(...ruleExecutionDetails)
          next = nextToken
        } while (next)
        return all.filter(({ status }) => status === 'Failed').map(failedRule)
      } catch (error) {
        const answer = answerIn('ListRuleExecutions', error)
        if (answer === null) throw error
        return answer === 'refused' ? 'refused' : null
      }
    },

    stages: (pipeline) =>
      unlessMissing('GetPipelineState', async () => {
        const client = await clientFor(pipeline, 'reader')
        const { stageStates } = await client.send(new GetPipelineStateCommand({ name: pipeline.pipeline }))
        return (stageStates ?? []).map((stage) => stageOf(stage, (arn) => steeredFor(pipeline, arn)))
      }),

    actionRuns: (key) =>
      unlessMissing('ListActionExecutions', async () => {
        const all: ActionRun[] = []
        let next: string | undefined
        do {
          const { runs, nextToken } = await actionPage(key, key.executionId, next)
          all.push(...runs)
          next = nextToken
        } while (next)
        return all
      }),

    runs: (pipeline, enough) =>
      unlessMissing('ListActionExecutions', async () => {
        const all: ActionRun[] = []
        let next: string | undefined
        for (let page = 0; page < MOST_PAGES_OF_RUNS; page++) {
          const { runs, nextToken } = await actionPage(pipeline, null, next)
          all.push(...runs)
          if (!nextToken) return { runs: all, isWhole: true }
          if (enough(all)) break
          next = nextToken
        }
        return { runs: all, isWhole: false }
      }),

    execution: (key) =>
      unlessMissing('GetPipelineExecution', async () => {
        const client = await clientFor(key, 'reader')
        const { pipelineExecution } = await client.send(
          new GetPipelineExecutionCommand({ pipelineName: key.pipeline, pipelineExecutionId: key.executionId }),
        )
        if (!pipelineExecution) return null
        const { status, trigger, artifactRevisions, executionMode } = pipelineExecution
        return {
          executionId: key.executionId,
          status: knownName(status, EXECUTION_STATUSES),
          trigger: triggerOf(trigger, (arn) => steeredFor(key, arn)),
          revisions: artifactRevisions?.map(revisionOf) ?? null,
          ...(executionMode && { executionMode }),
        }
      }),

    executions: (pipeline, { enough = () => true, succeededIn } = {}) =>
      unlessMissing('ListPipelineExecutions', async () => {
        const client = await clientFor(pipeline, 'reader')
        const all: ExecutionSummary[] = []
        let next: string | undefined
        for (let page = 0; page < MOST_PAGES_LISTED; page++) {
          const { pipelineExecutionSummaries, nextToken } = await client.send(
            new ListPipelineExecutionsCommand({
              pipelineName: pipeline.pipeline,
              maxResults: LIST_PAGE,
              ...(succeededIn !== undefined && { filter: { succeededInStage: { stageName: succeededIn } } }),
              ...(next && { nextToken: next }),
            }),
          )
          all.push(
            ...(pipelineExecutionSummaries ?? []).map((one) =>
              executionSummary(one, (arn) => steeredFor(pipeline, arn)),
            ),
          )
          if (!nextToken || enough(all)) break
          next = nextToken
        }
        return all
      }),

    putApprovalResult: async (where, token, status, { summary, by }) => {
      try {
        const client = await clientFor(where, 'decider', sessionNameOf(by))
        const { $metadata } = await client.send(
          new PutApprovalResultCommand({
            pipelineName: where.pipeline,
            stageName: where.stage,
            actionName: where.action,
            token,
            result: { status, summary },
          }),
        )
        return { kind: 'recorded', ...($metadata.requestId && { requestId: $metadata.requestId }) }
      } catch (error) {
        if (error instanceof OutOfReach) return { kind: 'refused', because: error.message }
        const kind = answerIn('PutApprovalResult', error)
        if (kind === null) throw error
        return kind === 'refused'
          ? { kind, because: ownEntry(REFUSED_BECAUSE, (error as Error).name) ?? 'it was refused' }
          : { kind }
      }
    },
  }
}

const REFUSED_BECAUSE: Record<string, string> = {
  ValidationException: 'it found the request invalid',
  AccessDeniedException: 'the bot’s role may not call codepipeline:PutApprovalResult on this action',
}

/** Null if the operation's error says that there is no such pipeline or execution. @throws {OutOfReach} if the role may not ask. */
const unlessMissing = async <T>(
  operation: 'GetPipelineState' | 'ListActionExecutions' | 'GetPipelineExecution' | 'ListPipelineExecutions',
  ask: () => Promise<T>,
): Promise<T | null> => {
  try {
    return await ask()
  } catch (error) {
    const answer = answerIn(operation, error)
    if (answer === 'missing') return null
    if (answer === 'refused')
      throw new OutOfReach(`the bot’s role may not call codepipeline:${operation} (AccessDenied)`, { cause: error })
    throw error
  }
}

const ACTION_STATUSES: readonly ActionStatus[] = ['InProgress', 'Abandoned', 'Succeeded', 'Failed']

const EXECUTION_STATUSES: readonly ExecutionStatus[] = [
  'Cancelled',
  'InProgress',
  'Stopped',
  'Stopping',
  'Succeeded',
  'Superseded',
  'Failed',
]

/** CodePipeline's enums grow: a value that is new to the bot is `Unknown`, and never mistaken for another. */
const knownName = <T extends string>(value: string | undefined, values: readonly T[]): T | 'Unknown' =>
  values.find((one) => one === value) ?? 'Unknown'

/** A reason that was given in AWS may look like one of the bot's: who disabled the transition tells them apart. */
const holdOf = ({ lastChangedBy, lastChangedAt, disabledReason = '' }: TransitionState, steererOf: SteererOf): Hold => {
  const userId = lastChangedBy === undefined ? null : steererOf(lastChangedBy)
  return {
    reason: wordsOfHold(userId, disabledReason),
    since: lastChangedAt?.getTime() ?? null,
    userId,
    name: lastChangedBy === undefined || userId !== null ? null : (nameFromArn(lastChangedBy) ?? lastChangedBy),
  }
}

const stageOf = (
  {
    stageName,
    latestExecution,
    inboundExecution,
    inboundExecutions,
    inboundTransitionState,
    actionStates,
    beforeEntryConditionState,
    onSuccessConditionState,
    onFailureConditionState,
  }: Stage,
  steererOf: SteererOf,
): StageState => ({
  stage: stageName ?? '',
  executionId: latestExecution?.pipelineExecutionId ?? null,
  status: latestExecution?.status ?? null,
  ...((beforeEntryConditionState ?? onSuccessConditionState ?? onFailureConditionState) && { hasConditions: true }),
  ...(inboundTransitionState?.enabled === false
    ? { held: holdOf(inboundTransitionState, steererOf) }
    : inboundTransitionState?.lastChangedAt && { resumedAt: inboundTransitionState.lastChangedAt.getTime() }),
  inbound: (inboundExecutions ?? (inboundExecution ? [inboundExecution] : [])).flatMap(
    ({ pipelineExecutionId }) => pipelineExecutionId ?? [],
  ),
  actions: (actionStates ?? []).map(({ actionName, latestExecution }) => ({
    action: actionName ?? '',
    status: latestExecution?.status === undefined ? null : knownName(latestExecution.status, ACTION_STATUSES),
    since: latestExecution?.lastStatusChange?.getTime() ?? null,
    token: latestExecution?.token ?? null,
  })),
})

const declaredStage = ({ name, actions }: StageDeclaration): DeclaredStage => ({
  stage: name ?? '',
  actions: (actions ?? []).map(
    ({ name, actionTypeId, runOrder, configuration, timeoutInMinutes, region, roleArn }) => ({
      action: name ?? '',
      category: actionTypeId?.category ?? '',
      provider: actionTypeId?.provider ?? '',
      runOrder: runOrder ?? 1,
      configuration: configuration ?? {},
      ...(timeoutInMinutes !== undefined && { timeoutInMinutes }),
      ...located(region, roleArn),
    }),
  ),
})

const located = (region: string | undefined, roleArn: string | undefined): Pick<Located, 'region' | 'roleArn'> => ({
  ...(region && { region }),
  ...(roleArn && { roleArn }),
})

const runOf = ({ input, output, ...run }: ActionExecutionDetail): ActionRun => ({
  executionId: run.pipelineExecutionId ?? '',
  actionExecutionId: run.actionExecutionId ?? '',
  version: run.pipelineVersion ?? null,
  stage: run.stageName ?? '',
  action: run.actionName ?? '',
  category: input?.actionTypeId?.category ?? '',
  owner: input?.actionTypeId?.owner ?? '',
  provider: input?.actionTypeId?.provider ?? '',
  status: knownName(run.status, ACTION_STATUSES),
  statusText: run.status ?? '',
  startedAt: run.startTime?.getTime() ?? 0,
  updatedAt: run.lastUpdateTime?.getTime() ?? 0,
  externalId: output?.executionResult?.externalExecutionId ?? null,
  externalUrl: output?.executionResult?.externalExecutionUrl ?? null,
  ...(output?.executionResult?.logStreamARN && { logStreamArn: output.executionResult.logStreamARN }),
  summary: output?.executionResult?.externalExecutionSummary ?? null,
  ...errorOf(output?.executionResult?.errorDetails?.message),
  updatedBy: run.updatedBy ?? null,
  configuration: input?.resolvedConfiguration ?? input?.configuration ?? {},
  ...located(input?.region, input?.roleArn),
  outputVariables: output?.outputVariables ?? {},
  outputArtifacts: (output?.outputArtifacts ?? []).flatMap(({ name }) => name ?? []),
})

const failedRule = (detail: RuleExecutionDetail): FailedRule => {
  const { stageName, ruleName, output, updatedBy, lastUpdateTime, startTime } = detail
  const { externalExecutionSummary: summary, errorDetails } = output?.executionResult ?? {}
  const said = summary || errorDetails?.message
  return {
    stage: stageName ?? '',
    rule: ruleName ?? '',
    summary: said ? storableCause(said) : null,
    updatedBy: updatedBy ?? null,
    at: (lastUpdateTime ?? startTime)?.getTime() ?? null,
  }
}

const errorOf = (message: string | undefined): { error?: string } => (message ? { error: storableCause(message) } : {})

/** One execution names the artifact that a revision became; a list of executions names the source action. */
type ToldRevision = Artifact & Partial<Record<keyof SourceRevision, string | undefined>>

const revisionOf = (revision: ToldRevision): ArtifactRevision => ({
  actionName: revision.actionName ?? null,
  artifactName: revision.name ?? null,
  revisionId: revision.revisionId ?? '',
  summary: revision.revisionSummary ?? null,
  url: revision.revisionUrl ?? null,
})

type SteererOf = (arn: string) => string | null

/** The triggers whose detail is the caller's ARN. A webhook's is what its sender wrote. */
const CALLED = ['StartPipelineExecution', 'ManualRollback']

const triggerOf = (trigger: ExecutionTrigger | undefined, steererOf: SteererOf): Trigger | null => {
  const { triggerType: type, triggerDetail: detail = '' } = trigger ?? {}
  if (!type) return null
  const userId = CALLED.includes(type) ? steererOf(detail) : null
  return { type, detail, ...(userId !== null && { steeredFor: userId }) }
}

const executionSummary = (execution: PipelineExecutionSummary, steererOf: SteererOf): ExecutionSummary => ({
  executionId: execution.pipelineExecutionId ?? '',
  status: knownName(execution.status, EXECUTION_STATUSES),
  trigger: triggerOf(execution.trigger, steererOf),
  startedAt: execution.startTime?.getTime() ?? 0,
  updatedAt: execution.lastUpdateTime?.getTime() ?? 0,
  stopReason: execution.stopTrigger?.reason ?? null,
  revisions: execution.sourceRevisions?.map(revisionOf) ?? null,
  ...(execution.executionMode && { executionMode: execution.executionMode }),
  ...(execution.rollbackMetadata?.rollbackTargetPipelineExecutionId && {
    rollbackTo: execution.rollbackMetadata.rollbackTargetPipelineExecutionId,
  }),
})
