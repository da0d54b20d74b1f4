import fc from 'fast-check'
import type { ActionOutcome } from '../../../../local/aws/action-runner.ts'
import { DANA, virtualCodePipeline, refusal, settled, shop } from '../../../support/virtual-codepipeline.ts'
import { wholeInCi } from '../../../support/whole-in-ci.ts'

/*
 * Random walks over the real engine. In every order of acts of people and builds, a stage holds one execution, a token
 * is decided once, and the events agree with the state.
 */

type Step =
  | { kind: 'start' }
  | { kind: 'edit' }
  | { kind: 'end'; pick: number; status: ActionOutcome['status'] }
  | { kind: 'decide'; pick: number; status: 'Approved' | 'Rejected' }
  | { kind: 'stop'; pick: number; abandon: boolean }
  | { kind: 'retry'; pick: number; stageName: string }
  | { kind: 'transition'; stageName: string; enable: boolean }
  | { kind: 'pass'; minutes: number }

const stageName = fc.constantFrom('Source', 'Build', 'Production')
const pick = fc.nat({ max: 5 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Step>({ kind: 'start' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'edit' }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      pick,
      status: fc.constantFrom('Succeeded' as const, 'Succeeded' as const, 'Failed' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      pick,
      status: fc.constantFrom('Approved' as const, 'Rejected' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('stop' as const), pick, abandon: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('retry' as const), pick, stageName }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('transition' as const), stageName, enable: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), minutes: fc.constantFrom(1, 6 * 24 * 60) }) },
)

type CodePipeline = ReturnType<typeof virtualCodePipeline>
const pipelineName = 'shop-web'

/** The n-th of a list, counted modulo its length. */
const nth = <T>(list: T[], n: number): T | undefined => list[n % Math.max(1, list.length)]

/** What each step does; `decided` collects the tokens whose decision was accepted. */
const take = (codePipeline: CodePipeline, taken: Step, decided: string[]): void => {
  const { engine, held, notices } = codePipeline
  const executions = () => engine.listPipelineExecutions({ pipelineName }).pipelineExecutionSummaries
  if (taken.kind === 'start') engine.startPipelineExecution({ name: pipelineName }, DANA)
  else if (taken.kind === 'edit') engine.updatePipeline(engine.getPipeline({ name: pipelineName }).pipeline)
  else if (taken.kind === 'pass') codePipeline.clock.pass(taken.minutes * 60_000)
  else if (taken.kind === 'end')
    held.running.splice(taken.pick % Math.max(1, held.running.length), 1)[0]?.end({ status: taken.status })
  else if (taken.kind === 'transition') {
    const request = { pipelineName, stageName: taken.stageName, transitionType: 'Inbound' } as const
    if (taken.enable) engine.enableStageTransition(request, DANA)
    else engine.disableStageTransition({ ...request, reason: 'walk' }, DANA)
  } else if (taken.kind === 'decide') {
    const approval = nth(notices, taken.pick)?.message.approval
    if (!approval) return
    const { stageName, actionName, token } = approval
    const result = { status: taken.status, summary: '' }
    const put = () => engine.putApprovalResult({ pipelineName, stageName, actionName, token, result }, DANA)
    if (refusal(put) === 'nothing was refused') decided.push(token)
  } else {
    const pipelineExecutionId = nth(executions(), taken.pick)?.pipelineExecutionId
    if (pipelineExecutionId === undefined) return
    const request = { pipelineName, pipelineExecutionId }
    refusal(() =>
      taken.kind === 'stop'
        ? engine.stopPipelineExecution({ ...request, abandon: taken.abandon })
        : engine.retryStageExecution({ ...request, stageName: taken.stageName, retryMode: 'FAILED_ACTIONS' }),
    )
  }
}

/** Stage → executions that are in it, as the page shows them. */
const occupants = ({ engine }: CodePipeline): string[][] => {
  const [pipeline] = engine.overview()
  const executions = pipeline?.executions ?? []
  return (pipeline?.stages ?? []).map((_, index) =>
    executions
      .filter(({ stages }) => ['InProgress', 'Stopping'].includes(stages[index]?.status ?? ''))
      .map(({ id }) => id),
  )
}

/** Replays the events and gives each execution's last pipeline state. */
const lastStates = ({ events }: CodePipeline) =>
  new Map(
    events
      .filter((event) => event['detail-type'] === 'CodePipeline Pipeline Execution State Change')
      .map(({ detail }) => [String(detail['execution-id']), String(detail.state)]),
  )

const SAME_STATE: Record<string, string[]> = {
  InProgress: ['STARTED', 'RESUMED'],
  Succeeded: ['SUCCEEDED'],
  Failed: ['FAILED'],
  Stopping: ['STOPPING'],
  Stopped: ['STOPPED'],
  Superseded: ['SUPERSEDED'],
  Cancelled: ['CANCELED'],
}

test.each(['SUPERSEDED', 'QUEUED'])('%s: one execution in a stage, one decision a token', async (executionMode) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const codePipeline = virtualCodePipeline()
      const decided: string[] = []
      await codePipeline.create(shop({ executionMode }))
      for (const taken of steps) {
        take(codePipeline, taken, decided)
        await settled()
        for (const inside of occupants(codePipeline)) expect(inside.length).toBeLessThanOrEqual(1)
      }
      expect(new Set(decided).size).toBe(decided.length)
      const states = lastStates(codePipeline)
      for (const { pipelineExecutionId, status } of codePipeline.engine.listPipelineExecutions({ pipelineName })
        .pipelineExecutionSummaries)
        expect(SAME_STATE[status]).toContain(states.get(pipelineExecutionId))
      // A timer for each approval that waits, and none for others.
      const waiting = codePipeline.engine
        .overview()
        .flatMap(({ executions }) =>
          executions.flatMap(({ stages }) => stages.flatMap(({ actions }) => actions.filter((one) => one.approval))),
        )
      expect(codePipeline.clock.open).toBe(waiting.length)
    }),
    { numRuns: wholeInCi(150, 40) },
  )
})

test('SUPERSEDED: at most one execution waits in front of a stage', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const codePipeline = virtualCodePipeline()
      await codePipeline.create(shop())
      for (const taken of steps) {
        take(codePipeline, taken, [])
        await settled()
        for (const stage of codePipeline.engine.getPipelineState({ name: pipelineName }).stageStates)
          expect(stage.inboundExecutions?.length ?? 0).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: wholeInCi(100, 25) },
  )
})

test('the same clock, identifiers and steps give the same events and notices', async () => {
  const walk = async (steps: Step[]) => {
    const codePipeline = virtualCodePipeline()
    await codePipeline.create(shop())
    for (const taken of steps) {
      take(codePipeline, taken, [])
      await settled()
    }
    return { events: codePipeline.events, notices: codePipeline.notices, overview: codePipeline.engine.overview() }
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      expect(await walk(steps)).toEqual(await walk(steps))
    }),
    { numRuns: wholeInCi(50, 15) },
  )
})
