import { findPendingApproval } from '../../../../functions/flows/gates/manual-approval/find-pending-approval.ts'
import type { ActionRun, StageState } from '../../../../functions/ports/pipelines.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../../support/pipeline-answers.ts'
import { DAY, KEY, MINUTE, START, TOKEN, notification } from '../../../support/records.ts'

const NOW = START + MINUTE
const EXPIRES = START + 7 * DAY

type ActionState = StageState['actions'][number]

/** The approval action in progress with its token, as GetPipelineState shows it. */
const action = (more: Partial<ActionState> = {}): ActionState => ({
  action: 'Approve',
  status: 'InProgress',
  token: TOKEN,
  since: START,
  ...more,
})
const production = (action: ActionState, more: Partial<StageState> = {}): StageState[] => [
  stageState('Source', { executionId: 'newer', actions: [{ ...action, action: 'Checkout', token: null }] }),
  stageState('Production', { executionId: KEY.executionId, actions: [{ ...action }], ...more }),
]

const found = (stages: StageState[] | null, runs: ActionRun[] = [], expiresAt = EXPIRES) =>
  findPendingApproval(pipelinesThatAnswer({ stages, runs }), notification({ expiresAt }), NOW)

const PENDING = {
  kind: 'pending',
  executionId: KEY.executionId,
  expiresAt: EXPIRES,
  since: START,
  newerExecutionId: null,
}
const NOT_SHOWN = { kind: 'not-shown-yet', because: 'CodePipeline does not show this approval yet' }

describe('the pipeline’s state shows an approval', () => {
  test('if its action is in progress with this token', async () => {
    expect(await found(production(action()))).toEqual(PENDING)
  })

  test('with the execution that started last, of those that wait behind it, in whichever order they are told', async () => {
    const executions = ['newest', 'older', 'oldest'].map((executionId, index) =>
      executionSummary({ executionId, startedAt: START - index }),
    )
    for (const inbound of [
      ['oldest', 'older', 'newest'],
      ['newest', 'oldest', 'older'],
      ['older', 'newest', 'not listed'],
      ['newest', 'older'],
      ['older', 'newest'],
    ]) {
      const pipelines = pipelinesThatAnswer({ stages: production(action(), { inbound }), runs: [], executions })
      expect(await findPendingApproval(pipelines, notification({ expiresAt: EXPIRES }), NOW)).toEqual({
        ...PENDING,
        newerExecutionId: 'newest',
      })
    }
  })

  test('with the last of those that wait behind it, if CodePipeline lists none of them', async () => {
    for (const executions of [null, [executionSummary()]]) {
      const stages = production(action(), { inbound: ['one', 'other'] })
      const pipelines = { ...pipelinesThatAnswer({ stages, runs: [] }), executions: async () => executions }
      const found = await findPendingApproval(pipelines, notification({ expiresAt: EXPIRES }), NOW)
      expect(found).toMatchObject({ newerExecutionId: 'other' })
    }
  })

  test('and reads no further page of executions once it has found one that waits', async () => {
    const executions = ['just started', 'newest', 'older'].map((executionId) => executionSummary({ executionId }))
    const stages = production(action(), { inbound: ['older', 'newest'] })
    const pages: number[] = []
    const pipelines = pipelinesThatAnswer({ stages, runs: [], executions })
    const counting: typeof pipelines = {
      ...pipelines,
      executions: (of, asked) =>
        pipelines.executions(of, { enough: (all) => (pages.push(all.length), asked!.enough!(all)) }),
    }
    expect(await findPendingApproval(counting, notification({ expiresAt: EXPIRES }), NOW)).toMatchObject({
      newerExecutionId: 'newest',
    })
    expect(pages).toEqual([1, 2])
  })

  test('with the one execution that waits behind it, which takes no further call', async () => {
    const executions = () => Promise.reject(new Error('not to be called'))
    const stages = production(action(), { inbound: ['newer'] })
    const pipelines = { ...pipelinesThatAnswer({ stages, runs: [] }), executions }
    expect(await findPendingApproval(pipelines, notification({ expiresAt: EXPIRES }), NOW)).toEqual({
      ...PENDING,
      newerExecutionId: 'newer',
    })
  })

  test.each<[string, StageState[]]>([
    ['with another token: it shows the execution before', production(action({ token: 'another token' }))],
    ['that has ended', production(action({ status: 'Succeeded' }))],
    ['at another action', production(action({ action: 'Sign' }))],
    ['at another stage', production(action(), { stage: 'Staging' })],
    ['without an execution', production(action(), { executionId: null })],
  ])('not %s', async (_, stages) => {
    expect(await found(stages)).toEqual(NOT_SHOWN)
  })

  test('not if the pipeline does not exist', async () => {
    expect(await found(null, [actionRun()])).toEqual({ kind: 'over', because: 'there is no pipeline shop-web' })
  })
})

describe('in PARALLEL mode the pipeline’s state shows no token, and the approval', () => {
  test('is the run with its token', async () => {
    const other = actionRun({ executionId: 'another', externalId: 'another token' })
    expect(await found([], [other, actionRun()])).toEqual(PENDING)
  })

  test('is sought no further back than its run: each page is another call', async () => {
    const pages: number[] = []
    const runs = [actionRun({ externalId: 'another token' }), actionRun(), actionRun({ externalId: 'older' })]
    const pipelines = pipelinesThatAnswer({ stages: [], runs })
    const read: typeof pipelines.runs = async (...asked) => {
      const answer = await pipelines.runs(...asked)
      pages.push(answer!.runs.length)
      return answer
    }
    await findPendingApproval({ ...pipelines, runs: read }, notification({ expiresAt: EXPIRES }), NOW)
    expect(pages).toEqual([2])
  })

  describe('with more newer runs than are read back', () => {
    const sought = (executionId: string) => {
      const answers = pipelinesThatAnswer({ stages: [], runs: [actionRun()] })
      const runs = async () => ({ runs: [actionRun({ executionId: 'newer', externalId: 'another' })], isWhole: false })
      return findPendingApproval({ ...answers, runs }, { ...notification({ expiresAt: EXPIRES }), executionId }, NOW)
    }

    test('is the run with its token of the execution that is thought to wait', async () => {
      expect(await sought(KEY.executionId)).toEqual(PENDING)
    })

    test('is not shown if that execution has no run with its token', async () => {
      expect(await sought('newer')).toEqual(NOT_SHOWN)
    })
  })

  test('is sought in all executions if the one that is thought to wait has no run with its token', async () => {
    const pipelines = pipelinesThatAnswer({ stages: [], runs: [actionRun()] })
    const asked = { ...notification({ expiresAt: EXPIRES }), executionId: 'another' }
    expect(await findPendingApproval(pipelines, asked, NOW)).toEqual(PENDING)
  })

  test('is over if its run is, with the status of that run', async () => {
    const over = { kind: 'over', because: 'its status is Abandoned' }
    expect(await found([], [actionRun({ status: 'Abandoned' })])).toEqual(over)
  })

  test.each<[string, Partial<ActionRun>]>([
    ['stage', { stage: 'Staging' }],
    ['action', { action: 'Sign' }],
  ])('is not the run of another %s', async (_, more) => {
    expect(await found([], [actionRun(more)])).toEqual(NOT_SHOWN)
  })
})

describe('an approval expires', () => {
  const late = START + 100 * DAY

  test('sixty days after its action began at the latest, whatever the notification says', async () => {
    expect(await found(production(action()), [], late)).toMatchObject({ expiresAt: START + 60 * DAY })
    expect(await found([], [actionRun()], late)).toMatchObject({ expiresAt: START + 60 * DAY })
  })

  test('sixty days from now at the latest, if CodePipeline does not say when it began', async () => {
    expect(await found(production(action({ since: null })), [], late)).toMatchObject({ expiresAt: NOW + 60 * DAY })
    expect(await found([], [actionRun({ startedAt: 0 })], late)).toMatchObject({ expiresAt: NOW + 60 * DAY })
  })
})
