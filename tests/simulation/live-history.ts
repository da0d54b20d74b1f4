import type { Approval } from '../../functions/domain/approval.ts'
import type { ArtifactRevision, Pipelines } from '../../functions/ports/pipelines.ts'
import type { PipelineDeclaration } from '../../local/aws/codepipeline/codepipeline.ts'
import { PIPELINE, deployedPipeline } from '../support/deployed-pipeline.ts'
import { DANA, settled } from '../support/virtual-codepipeline.ts'
import { Chance } from './chance.ts'
import type { DrawnHead } from './drawn-head.ts'
import { drawnHead } from './drawn-head.ts'
import type { DrawnSource } from './drawn-pipeline.ts'
import { drawnEdit, drawnPipeline, drawnSources } from './drawn-pipeline.ts'
import type { Expected } from './live-oracle.ts'
import { LiveOracle } from './live-oracle.ts'

export interface LiveHistory {
  seed: number
  trace: string[]
  /** What approvals said of their change, at the request and later, beside what the ledger says. */
  told: Told[]
}

/** What an approval said at one moment. */
export interface Told {
  /** The execution, the action, and when it was read. */
  about: string
  approval: Approval
  expected: Expected
  /** Who wrote a revision that the ledger has, such as `App:0000000001…`. */
  writerOf: (named: string) => string
}

/** Changes CodePipeline's answers for a bot under test. */
export interface LiveDifferently {
  pipelines?: (answers: Pipelines) => Pipelines
}

/**
 * Runs a drawn pipeline through pushes, verdicts, failures, retries, rollbacks, stops, edits and recreation, and keeps
 * what the bot's flows say of every approval beside what the ledger says. The same seed gives the same history.
 */
export const letLive = async (
  seed: number,
  { pipelines: differently = (answers) => answers }: LiveDifferently = {},
): Promise<LiveHistory> => {
  const chance = new Chance(seed)
  const placing = new Chance(seed + 0xe000000)
  const branching = new Chance(seed + 0xf000000)
  const oracle = new LiveOracle()
  const trace: string[] = []
  const told: Told[] = []
  let commits = 0
  let edits = 0
  /** Every revision of each source, oldest first. */
  const heads = new Map<string, DrawnHead[]>()
  const roughness = { fail: chance.pick([0, 0.1, 0.3]), slow: chance.pick([2, 60, 300]) }
  const open = new Map<string, Approval>()

  const shop = deployedPipeline({
    route: { forbid: ['author'] },
    takes: () => chance.between(500, roughness.slow * 1_000),
    fails: ({ category }) => chance.is(category === 'Source' ? roughness.fail / 4 : roughness.fail),
    gives: ({ actionName, pipelineExecutionId, sourceRevision }) => {
      const had = heads.get(actionName)!
      const head = had.find(({ outcome }) => outcome.revision.revisionId === sourceRevision) ?? had.at(-1)!
      const { revision, outputVariables } = head.outcome
      taken.push([pipelineExecutionId, actionName, revision.revisionId, outputVariables?.['BranchName']])
      return head
    },
    onEvent: (event) => {
      const { detail } = event
      // A source that took a revision and failed counts as without one.
      if (event['detail-type'].includes('Action') && detail['state'] === 'SUCCEEDED')
        for (const [executionId, source, revisionId, branch] of taken)
          if (detail['execution-id'] === executionId && detail['action'] === source)
            oracle.brought(executionId, source, revisionId, branch)
      oracle.note(event)
      const target = rollbackTarget(String(detail['execution-id']))
      if (target) oracle.rollsBack(String(detail['execution-id']), target)
    },
    runsPage: chance.pick([10, 100]),
    pipelines: (answers) => differently(inAnyOrder(answers, chance)),
  })
  const taken: [executionId: string, source: string, revisionId: string, branch: string | undefined][] = []
  const { engine } = shop
  const rollbackTarget = (pipelineExecutionId: string): string | null => {
    try {
      const { pipelineExecution } = engine.getPipelineExecution({ pipelineName: PIPELINE, pipelineExecutionId })
      return 'rollbackMetadata' in pipelineExecution
        ? (pipelineExecution.rollbackMetadata?.rollbackTargetPipelineExecutionId ?? null)
        : null
    } catch {
      return null
    }
  }

  let sources: readonly DrawnSource[] = drawnSources(chance)
  let declaration: PipelineDeclaration = drawnPipeline(chance, placing, sources)
  const writers = new Map<string, string>()
  const nextHead = (provider: DrawnSource['provider']): DrawnHead => {
    const head = drawnHead(chance, branching, provider, ++commits)
    writers.set(head.outcome.revision.revisionId, head.writer)
    return head
  }
  const push = (): void => {
    const { name, provider } = chance.pick(sources)
    const had = heads.get(name) ?? []
    // A branch is sometimes set back.
    const again = had.length > 1 && chance.is(0.1) ? chance.pick(had) : null
    heads.set(name, [...had, again ?? nextHead(provider)])
    trace.push(`push ${name} ${heads.get(name)!.at(-1)!.outcome.revision.revisionId.slice(-12)}`)
  }
  const withHeads = (): void => {
    for (const { name, provider } of sources) {
      // Another kind of source under the same name starts a history of its own.
      const head = heads.get(name)?.at(-1)
      if (!head || head.provider !== provider) heads.set(name, [nextHead(provider)])
    }
  }
  withHeads()
  oracle.created(declaration)
  shop.create(declaration)
  trace.push(shapeOf(declaration))

  const executions = () => engine.listPipelineExecutions({ pipelineName: PIPELINE }).pipelineExecutionSummaries
  const tryTo = (what: string, act: () => unknown): void => {
    try {
      act()
      trace.push(what)
    } catch (error) {
      trace.push(`${what}: ${String(error)}`)
    }
  }
  const start = (): void => {
    const trigger = { triggerType: 'WebhookV2', triggerDetail: '' } as const
    if (chance.is(0.9)) return tryTo('start', () => engine.sourceChanged(PIPELINE, trigger))
    const { name } = chance.pick(sources)
    const older = chance.pick(heads.get(name)!).outcome.revision.revisionId
    tryTo(`start with ${name} ${older.slice(-12)}`, () =>
      engine.startPipelineExecution(
        { name: PIPELINE, sourceRevisions: [{ actionName: name, revisionType: 'COMMIT_ID', revisionValue: older }] },
        DANA,
      ),
    )
  }
  const decide = (): void => {
    if (open.size === 0) return
    const { where, token, executionId } = chance.pick([...open.values()])
    const status = chance.is(0.8) ? 'Approved' : 'Rejected'
    tryTo(`${status} ${executionId.slice(-3)} in ${where.stage}/${where.action}`, () =>
      engine.putApprovalResult(
        {
          pipelineName: PIPELINE,
          stageName: where.stage,
          actionName: where.action,
          token,
          result: { status, summary: '' },
        },
        DANA,
      ),
    )
    open.delete(token)
  }
  const anyExecution = (): string | null => {
    const all = executions()
    return all.length === 0 ? null : chance.pick(all.slice(0, 8)).pipelineExecutionId
  }
  const anyStage = (): string => chance.pick(declaration.stages.slice(1)).name
  const rollBack = (): void => {
    const target = anyExecution()
    const stageName = anyStage()
    if (target)
      tryTo(`roll ${stageName} back to ${target.slice(-3)}`, () =>
        engine.rollbackStage({ pipelineName: PIPELINE, stageName, targetPipelineExecutionId: target }, DANA),
      )
  }
  const retry = (): void => {
    const failed = executions().find(({ status }) => status === 'Failed' || status === 'Stopped')
    const retryMode = chance.pick(['FAILED_ACTIONS', 'ALL_ACTIONS'] as const)
    if (!failed) return
    const { pipelineExecutionId } = failed
    const run = engine.listActionExecutions({ pipelineName: PIPELINE, filter: { pipelineExecutionId } })
    const stageName = run.actionExecutionDetails[0]?.stageName
    if (stageName)
      tryTo(`retry ${stageName} of ${pipelineExecutionId.slice(-3)} (${retryMode})`, () =>
        engine.retryStageExecution({ pipelineName: PIPELINE, stageName, pipelineExecutionId, retryMode }),
      )
  }
  const stop = (): void => {
    const pipelineExecutionId = anyExecution()
    const abandon = chance.is(0.5)
    if (pipelineExecutionId)
      tryTo(`stop ${pipelineExecutionId.slice(-3)}`, () =>
        engine.stopPipelineExecution({ pipelineName: PIPELINE, pipelineExecutionId, abandon, reason: 'Not now' }),
      )
  }
  const edit = (): void => {
    ;({ sources, declaration } = drawnEdit(chance, placing, sources, declaration, ++edits))
    withHeads()
    oracle.edited(declaration)
    tryTo(`edit: ${shapeOf(declaration)}`, () => engine.updatePipeline(declaration))
  }
  const recreate = (): void => {
    engine.deletePipeline({ name: PIPELINE })
    shop.notices.splice(0)
    open.clear()
    oracle.created(declaration)
    trace.push('delete and create')
    shop.create(declaration)
  }

  const writerOf = (named: string): string => writers.get(named.slice(named.indexOf(':') + 1))!
  const compare = (when: string, approval: Approval): void => {
    const { executionId, where } = approval
    const expected = oracle.expected(executionId, where.stage, where.action)
    const about = `${executionId.slice(-3)} in ${where.stage}/${where.action}, ${when}`
    trace.push(
      `compare ${about}: ${JSON.stringify(expected, (_, value: unknown) => (value instanceof Map ? [...value] : value))}`,
    )
    told.push({ about, approval, expected, writerOf })
  }
  const request = async (): Promise<void> => {
    for (const approval of await shop.request()) {
      if (approval.state.name !== 'waiting') continue
      open.set(approval.token, approval)
      compare('requested', approval)
    }
  }
  const isRunning = ({ executionId }: Approval): boolean =>
    executions().some((one) => one.pipelineExecutionId === executionId && one.status === 'InProgress')
  const sweep = async (): Promise<void> => {
    for (const approval of [...open.values()]) {
      const checked = await shop.check(approval)
      // The engine has ended it, and the bot may still wait until all of CodePipeline's answers say so.
      if (checked.state.name !== 'waiting' || !isRunning(approval)) open.delete(approval.token)
      else compare('checked', checked)
    }
  }

  const deeds: readonly [weight: number, deed: () => void][] = [
    [8, () => (push(), start())],
    [2, start],
    [1, push],
    [9, decide],
    [1, rollBack],
    [1.5, retry],
    [0.7, stop],
    [0.5, edit],
    [0.1, recreate],
  ]
  const total = deeds.reduce((sum, [weight]) => sum + weight, 0)
  const drawnDeed = (): (() => void) => {
    let at = chance.next() * total
    return (deeds.find(([weight]) => (at -= weight) < 0) ?? deeds[0]!)[1]
  }
  for (let steps = chance.between(10, 50); steps > 0; steps--) {
    drawnDeed()()
    await settled()
    for (let moves = chance.between(1, 6); moves > 0; moves--) {
      await shop.advance(chance.between(1_000, roughness.slow * 1_000))
      await request()
    }
    if (chance.is(0.3)) await sweep()
  }
  await shop.rest()
  await request()
  await sweep()
  return { seed, trace, told }
}

/** AWS promises no order of an execution's revisions. */
const inAnyOrder = (answers: Pipelines, chance: Chance): Pipelines => {
  const shuffled = (revisions: ArtifactRevision[] | null) =>
    revisions && (chance.is(0.5) ? revisions.toReversed() : revisions)
  return {
    ...answers,
    execution: async (key) => {
      const told = await answers.execution(key)
      return told && { ...told, revisions: shuffled(told.revisions) }
    },
    executions: async (...asked) => {
      const told = await answers.executions(...asked)
      return told && told.map((one) => ({ ...one, revisions: shuffled(one.revisions) }))
    },
  }
}

/** Source and stages in short: `App(S3) | Approve-Prod: Approve | Prod: Deploy`. */
const shapeOf = ({ stages, pipelineType, executionMode }: PipelineDeclaration): string =>
  [
    `${pipelineType} ${executionMode}`,
    ...stages.map(
      ({ name, actions, onFailure }) =>
        `${name}${onFailure ? '↺' : ''}: ${actions.map((action) => `${action.name}@${action.runOrder}`).join(' ')}`,
    ),
  ].join(' | ')
