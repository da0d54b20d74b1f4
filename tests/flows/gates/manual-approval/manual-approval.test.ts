import { gateOf } from '../../../../functions/flows/gates/gates.ts'
import type { ExecutionSummary, StageState } from '../../../../functions/ports/pipelines.ts'
import { botInMemory } from '../../../support/bot-in-memory.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../../support/pipeline-answers.ts'
import { KEY, MINUTE, START, TOKEN, approval } from '../../../support/records.ts'

type Answers = Parameters<typeof pipelinesThatAnswer>[0]
type ActionState = StageState['actions'][number]

const action = (more: Partial<ActionState> = {}): ActionState => ({
  action: 'Approve',
  status: 'InProgress',
  token: TOKEN,
  since: START,
  ...more,
})
const production = (actions: ActionState[], inbound: string[] = []): StageState[] => [
  stageState('Source', { executionId: KEY.executionId, actions: [action({ action: 'Checkout' })] }),
  stageState('Production', { executionId: KEY.executionId, actions, inbound }),
]

/** The gate of an approval, over a CodePipeline that answers this two minutes after the request. */
const gate = (answers: Answers) => {
  const { services, pass } = botInMemory()
  pass(2 * MINUTE)
  return gateOf({ ...services, pipelines: pipelinesThatAnswer(answers) }, approval())
}
const compared = async (answers: Answers) => {
  const found = await gate(answers).compare(approval())
  return found.kind === 'ended' ? found.ended(approval()) : found
}

const WAITS = { kind: 'pending', newerExecutionId: null, change: null }
const EDITED = { how: 'pipeline-edited' }
const CONSOLE = { how: 'console', verdict: 'Approved', by: null, summary: null, past: 'unknown-person' }
const OTHER = [action({ token: 'another token' })]
const succeeded = actionRun({ status: 'Succeeded', updatedAt: START + MINUTE })

describe('an approval that looks open, compared with its pipeline,', () => {
  test('waits while its action is in progress with its token; the last that entered the queue is the newer', async () => {
    expect(await compared({ stages: production([action()]) })).toEqual(WAITS)
    expect(await compared({ stages: production([action()], ['older', 'newer']) })).toEqual({
      ...WAITS,
      newerExecutionId: 'newer',
    })
  })

  test('has ended as its run has, if its action shows another token, or has ended', async () => {
    expect(await compared({ stages: production(OTHER), runs: [succeeded] })).toEqual(CONSOLE)
    const ended = production([action({ status: 'Succeeded' })])
    expect(await compared({ stages: ended, runs: [succeeded] })).toEqual(CONSOLE)
  })

  test('waits if its action is there and no answer says that it has ended', async () => {
    expect(await compared({ stages: production(OTHER), runs: [actionRun()] })).toEqual(WAITS)
    expect(await compared({ stages: production(OTHER) })).toEqual(WAITS)
  })

  test('waits if its action was removed and its execution still runs', async () => {
    const executions = [executionSummary()]
    expect(await compared({ stages: production([]), executions })).toEqual(WAITS)
    expect(await compared({ stages: [stageState('Source')], executions })).toEqual(WAITS)
  })

  test('was canceled if its pipeline was deleted, or its action removed and its execution is not listed', async () => {
    expect(await compared({ stages: null })).toEqual({ ...EDITED, isDeleted: true })
    expect(await compared({ stages: production([]) })).toEqual(EDITED)
  })

  test.each<[string, Partial<ExecutionSummary>, StageState[]]>([
    ['was canceled', { status: 'Cancelled' }, production(OTHER)],
    ['is over and its action was removed', { status: 'Superseded' }, production([])],
  ])('is unclear for a minute if its execution %s and no run says how it ended', async (_, more, stages) => {
    const at = (updatedAt: number) => compared({ stages, executions: [executionSummary({ ...more, updatedAt })] })
    const unclear = { kind: 'unclear', because: expect.stringContaining('not yet how the approval ended') }
    expect(await at(START + MINUTE)).toEqual(unclear)
    expect(await at(START + MINUTE - 1)).toEqual(EDITED)
  })
})

describe('the end of an approval', () => {
  test('is what its run says, and open while it waits', async () => {
    const ended = await gate({ runs: [succeeded] }).findEnding(approval())
    expect(typeof ended === 'function' && ended(approval())).toEqual(CONSOLE)
    expect(await gate({ runs: [actionRun()] }).findEnding(approval())).toBeNull()
  })

  test('cannot be read if its pipeline was deleted', async () => {
    expect(await gate({ stages: null }).findEnding(approval())).toBe('gone')
  })
})
