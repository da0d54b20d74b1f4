import type { ActionRun, ActionStatus, ExecutionStatus } from '../../../functions/ports/pipelines.ts'
import type { EnginePipelines } from '../../support/engine-pipelines.ts'
import { ACCOUNT } from '../ledger.ts'

const STAGES = ['Source', 'Build', 'Test', 'Staging', 'Production'] as const
/** So many actions in all that an execution has forty events, with those of its stages and its own. */
const ACTIONS: Record<(typeof STAGES)[number], number> = { Source: 1, Build: 3, Test: 4, Staging: 3, Production: 3 }

/** How an execution of the storm ends: it goes live, its last action fails, or it waits for an approval at the end. */
export type StormEnd = 'live' | 'failed' | 'waits'

/** An execution of a pipeline of its own. */
export interface Stormy {
  pipeline: string
  executionId: string
  end: StormEnd
  token: string
  /** Epoch milliseconds; each event comes a second after the one before. */
  startedAt: number
}

export const stormy = (number: number, end: StormEnd, startedAt: number): Stormy => {
  const digits = String(number).padStart(12, '0')
  return {
    pipeline: `shop-${number}`,
    executionId: `00000000-0000-4000-8000-${digits}`,
    end,
    token: `11111111-1111-4111-8111-${digits}`,
    startedAt,
  }
}

interface Step {
  level: 'Pipeline' | 'Stage' | 'Action'
  state: 'STARTED' | 'SUCCEEDED' | 'FAILED'
  stage?: string
  action?: string
}

/** Every state change of the execution, in the order in which CodePipeline makes them. */
const stepsOf = ({ end }: Stormy): Step[] => {
  const failed = end === 'failed'
  const inside = STAGES.flatMap((stage): Step[] => {
    const actions = Array.from({ length: ACTIONS[stage] }, (_, index) => `${stage}${index + 1}`)
    const isLast = (action: string) => stage === 'Production' && action === actions.at(-1)
    return [
      { level: 'Stage', stage, state: 'STARTED' },
      ...actions.flatMap((action): Step[] => [
        { level: 'Action', stage, action, state: 'STARTED' },
        { level: 'Action', stage, action, state: failed && isLast(action) ? 'FAILED' : 'SUCCEEDED' },
      ]),
      { level: 'Stage', stage, state: failed && stage === 'Production' ? 'FAILED' : 'SUCCEEDED' },
    ]
  })
  const all: Step[] = [
    { level: 'Pipeline', state: 'STARTED' },
    ...inside,
    { level: 'Pipeline', state: failed ? 'FAILED' : 'SUCCEEDED' },
  ]
  // The last action is the approval, and it is requested last.
  return end === 'waits' ? all.slice(0, -3) : all
}

const isApproval = ({ end }: Stormy, { action }: Step): boolean => end === 'waits' && action === 'Production3'

/** The events of EventBridge about the execution. */
export const eventsOf = (of: Stormy): object[] =>
  stepsOf(of).map((step, index) => ({
    version: '0',
    id: `${of.executionId}-${index}`,
    'detail-type': `CodePipeline ${step.level === 'Pipeline' ? 'Pipeline' : step.level} Execution State Change`,
    source: 'aws.codepipeline',
    account: ACCOUNT.accountId,
    region: ACCOUNT.region,
    time: new Date(of.startedAt + index * 1_000).toISOString(),
    resources: [],
    detail: {
      pipeline: of.pipeline,
      'execution-id': of.executionId,
      state: step.state,
      ...(step.stage && { stage: step.stage }),
      ...(step.action && {
        action: step.action,
        'action-execution-id': `${of.executionId}/${step.action}`,
        type: { owner: 'AWS', version: '1', ...kindOf(of, step) },
      }),
    },
  }))

const kindOf = (of: Stormy, step: Step) => {
  if (isApproval(of, step)) return { category: 'Approval', provider: 'Manual' }
  if (step.stage === 'Source') return { category: 'Source', provider: 'CodeStarSourceConnection' }
  return step.stage === 'Test' || step.stage === 'Build'
    ? { category: 'Build', provider: 'CodeBuild' }
    : { category: 'Deploy', provider: 'CodeDeploy' }
}

const STATUS: Record<StormEnd, ExecutionStatus> = { live: 'Succeeded', failed: 'Failed', waits: 'InProgress' }

/** CodePipeline as it is after the storm: it knows everything, and its events arrive in any order. */
export const stormyPipelines = (all: readonly Stormy[]): EnginePipelines => {
  const byPipeline = new Map(all.map((one) => [one.pipeline, one]))
  const runsOf = (of: Stormy): ActionRun[] => {
    const runs = new Map<string, ActionRun>()
    for (const [index, step] of stepsOf(of).entries()) {
      if (!step.action) continue
      const at = of.startedAt + index * 1_000
      const { category, provider } = kindOf(of, step)
      const status = (
        { STARTED: 'InProgress', SUCCEEDED: 'Succeeded', FAILED: 'Failed' } as const satisfies Record<
          string,
          ActionStatus
        >
      )[step.state]
      runs.set(step.action, {
        executionId: of.executionId,
        actionExecutionId: `${of.executionId}/${step.action}`,
        version: 1,
        stage: step.stage!,
        action: step.action,
        category,
        owner: 'AWS',
        provider,
        status,
        statusText: status,
        startedAt: runs.get(step.action)?.startedAt ?? at,
        updatedAt: at,
        externalId: isApproval(of, step) ? of.token : null,
        externalUrl: null,
        summary: null,
        updatedBy: null,
        configuration: {},
        outputVariables: {},
        outputArtifacts: step.stage === 'Source' ? ['SourceOutput'] : [],
      })
    }
    return [...runs.values()].toReversed()
  }
  const factsOf = (of: Stormy) => ({
    executionId: of.executionId,
    status: STATUS[of.end],
    trigger: null,
    revisions: [
      {
        actionName: 'Source1',
        artifactName: 'SourceOutput',
        revisionId: of.executionId.slice(-12).padStart(40, 'c'),
        summary: `Change ${of.pipeline}`,
        url: null,
      },
    ],
  })
  return {
    pipelines: () => all.map(({ pipeline }) => ({ pipeline, isParallel: false })),
    structure: () => null,
    failedRules: () => [],
    stages: ({ pipeline }) => {
      const of = byPipeline.get(pipeline)
      if (!of) return null
      const runs = runsOf(of)
      return STAGES.map((stage) => {
        const actions = runs.filter((run) => run.stage === stage).toReversed()
        return {
          stage,
          executionId: of.executionId,
          status: stage === 'Production' ? STATUS[of.end] : 'Succeeded',
          inbound: [],
          actions: actions.map(({ action, status, updatedAt, externalId }) => ({
            action,
            status,
            since: updatedAt,
            token: status === 'InProgress' ? externalId : null,
          })),
        }
      })
    },
    actionRuns: ({ pipeline }) => {
      const of = byPipeline.get(pipeline)
      return of ? runsOf(of) : null
    },
    runs: ({ pipeline }) => {
      const of = byPipeline.get(pipeline)
      return of ? { runs: runsOf(of), isWhole: true } : null
    },
    execution: ({ pipeline }) => {
      const of = byPipeline.get(pipeline)
      return of ? factsOf(of) : null
    },
    executions: ({ pipeline }) => {
      const of = byPipeline.get(pipeline)
      if (!of) return null
      const updatedAt = of.startedAt + stepsOf(of).length * 1_000
      return [{ ...factsOf(of), startedAt: of.startedAt, updatedAt, stopReason: null }]
    },
    putApprovalResult: () => ({ kind: 'refused', because: 'no one decides in a storm' }),
  }
}
