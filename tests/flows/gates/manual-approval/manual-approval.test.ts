import { endedByEvent } from '../../../../functions/flows/gates/manual-approval/ended-by-event.ts'
import { seenIn } from '../../../../functions/flows/gates/manual-approval/describe-change.ts'
import { settled } from '../../../../functions/domain/approval.ts'
import { gateOf } from '../../../../functions/flows/gates/gates.ts'
import type { ExecutionSummary, StageState } from '../../../../functions/ports/pipelines.ts'
import { BY_RULE } from '../../../../functions/ports/pipelines.ts'
import type { Services } from '../../../../functions/ports/services.ts'
import { botInMemory } from '../../../support/bot-in-memory.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../../support/pipeline-answers.ts'
import {
  CARDS,
  CHANGE,
  KEY,
  MINUTE,
  ROUNDING,
  START,
  TOKEN,
  WHERE,
  approval,
  deciding,
  execution,
} from '../../../support/records.ts'

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

/** The gate of an approval, over a CodePipeline that answers this so long after the request. */
const gate = (answers: Answers, after = 2 * MINUTE) => {
  const { services, pass } = botInMemory()
  pass(after)
  return gateOf({ ...services, pipelines: pipelinesThatAnswer(answers) }, approval())
}
const compared = async (answers: Answers, after?: number) => {
  const found = await gate(answers, after).compare(approval())
  return found.kind === 'ended' ? found.ended(approval()) : found
}

const WAITS = { kind: 'pending', newerExecutionId: null, anew: null }
const EDITED = { how: 'pipeline-edited' }
const UNTOLD = { how: 'unknown', status: '' }
const CONSOLE = { how: 'console', verdict: 'Approved', by: null, summary: null, past: 'unknown-person' }
const OTHER = [action({ token: 'another token' })]
const succeeded = actionRun({ status: 'Succeeded', updatedAt: START + MINUTE })

describe('an approval that looks open, compared with its pipeline,', () => {
  test('waits while its action is in progress with its token; the last that entered the queue is the newer', async () => {
    expect(await compared({ stages: production([action()]) })).toEqual(WAITS)
    expect(await compared({ stages: production([action()], ['oldest', 'older', 'newer']) })).toEqual({
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
    expect(await compared({ stages: production(OTHER), executions: [executionSummary()] })).toEqual(WAITS)
  })

  test('was deleted with its pipeline if CodePipeline has the action, and knows nothing of the execution', async () => {
    const anew = { stages: production(OTHER) }
    expect(await compared(anew, MINUTE)).toMatchObject({ kind: 'unclear' })
    expect(await compared(anew, MINUTE + 1)).toEqual({ ...EDITED, isDeleted: true })
    // The list of executions has a limit.
    const execution = async () => executionSummary()
    const { services } = botInMemory()
    const long = gateOf({ ...services, pipelines: { ...pipelinesThatAnswer(anew), execution } }, approval())
    expect(await long.compare(approval())).toEqual(WAITS)
  })

  test('has ended as CodePipeline does not say if it expired minutes ago and no run of it is listed', async () => {
    const expired = approval().expiresAt - START + 5 * MINUTE
    const answers = { stages: production(OTHER), executions: [executionSummary()] }
    expect(await compared(answers, expired)).toEqual(WAITS)
    expect(await compared(answers, expired + 1)).toEqual(UNTOLD)
    expect(await compared({ ...answers, runs: [actionRun()] }, expired + 1)).toEqual(WAITS)
    expect(await compared({ stages: production([action()]) }, expired + 1)).toEqual(WAITS)
  })

  test.each(['Succeeded', 'Failed', 'Stopped', 'Superseded'] as const)(
    'has ended as CodePipeline does not say a minute after its execution, if no run of it is listed: %s',
    async (status) => {
      const at = (updatedAt: number) =>
        compared({ stages: production(OTHER), executions: [executionSummary({ status, updatedAt })] })
      expect(await at(START + MINUTE)).toMatchObject({ kind: 'unclear' })
      expect(await at(START + MINUTE - 1)).toEqual(UNTOLD)
    },
  )

  test('has ended as the run that waited when it was requested, if AWS gives that another ID', async () => {
    const run = { ...succeeded, externalId: 'another ID' }
    expect(await compared({ stages: production(OTHER), runs: [run] })).toEqual(CONSOLE)
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

describe('the change of an approval that waits is described again', () => {
  const [OWN, EAST, WEST] = ['Production', 'East', 'West'] as const
  /** The stages as they were when the approval was requested, with what has entered one of them since. */
  const since = (stage: string | null, status = 'Succeeded') =>
    [...production([action()]), stageState(EAST), stageState(WEST)].map((one) =>
      one.stage === stage ? { ...one, executionId: 'another', status } : one,
    )
  const executions = [
    executionSummary({
      revisions: [{ actionName: 'Checkout', artifactName: null, revisionId: ROUNDING.id, summary: null, url: null }],
    }),
  ]
  const describedAnew = async (liveIn: string[], stages: StageState[], then = since(null)) => {
    const change = { ...CHANGE, liveIn, seen: seenIn(then, OWN, liveIn) }
    const found = await gate({ stages, executions }).compare(approval({ change }))
    return found.kind === 'pending' && found.anew !== null
  }
  const withActions = (stage: string, actions: StageState['actions']) =>
    since(null).map((one) => (one.stage === stage ? { ...one, actions } : one))

  test.each<[string, boolean, string[], StageState[]]>([
    ['if another execution has entered a stage that it goes into', true, [EAST], since(EAST)],
    ['if that has happened in one of several such stages', true, [EAST, WEST], since(WEST)],
    ['if one of them is its own', true, [OWN, EAST], since(EAST)],
    [
      'if the answer of then lacked an action of its stage',
      true,
      [EAST],
      withActions(OWN, [action(), action({ action: 'Sign' })]),
    ],
    [
      'if an action behind it has run for the first time',
      true,
      [EAST],
      withActions(WEST, [action({ status: 'Succeeded' })]),
    ],
    [
      'if a stage behind it has another name',
      true,
      [],
      since(null).map((one) => (one.stage === WEST ? { ...one, stage: 'North' } : one)),
    ],
    [
      'never if an action before it has run for the first time',
      false,
      [EAST],
      withActions('Source', [action({ action: 'Checkout', status: 'Succeeded' }), action({ action: 'Config' })]),
    ],
    ['never while no stage has moved', false, [EAST, WEST], since(null)],
    ['never for a stage that it does not go into', false, [EAST], since(WEST)],
    ['never for its own stage, where it waits and no other can pass', false, [OWN], since(OWN)],
  ])('%s', async (_, isAnew, into, stages) => {
    expect(await describedAnew(into, stages)).toBe(isAnew)
  })

  test('if CodePipeline does not show that it waits: its state may be outdated', async () => {
    const found = await gate({ stages: production(OTHER), executions }).compare(approval())
    expect(found).toMatchObject({ kind: 'pending', anew: { change: { revisions: [{ id: ROUNDING.id }] } } })
  })

  test('if an action behind it that had never run has run: what it deploys may be live', async () => {
    const [before, after] = [null, 'Succeeded' as const].map((status) => withActions(WEST, [action({ status })]))
    expect(await describedAnew([EAST], after!, before)).toBe(true)
  })

  test('if an action behind it has another name: it may deploy elsewhere', async () => {
    const [before, after] = ['Deploy', 'Ship'].map((name) => withActions(WEST, [action({ action: name })]))
    expect(await describedAnew([WEST], after!, before)).toBe(true)
  })

  test('if the execution that was on its way into the stage has gone live there', async () => {
    const then = since(EAST, 'InProgress')
    expect(await describedAnew([EAST], since(EAST, 'Succeeded'), then)).toBe(true)
    expect(await describedAnew([EAST], since(EAST, 'InProgress'), then)).toBe(false)
  })
})

test('an approval in front of a held stage says so from its request on, and while it waits', async () => {
  const hold = { reason: 'incident 4711', since: START, userId: 'U0DANA', name: null }
  const held = [...production([action()]), stageState('Live', { held: hold })]
  const pending = { kind: 'pending', executionId: KEY.executionId, expiresAt: START, since: START } as const
  for (const [stages, heldStage] of [
    [held, { stage: 'Live', ...hold }],
    [production([action()]), null],
  ] as const) {
    const described = await gate({ stages }).describe(WHERE, { ...pending, newerExecutionId: null })
    expect(described.held).toEqual(heldStage)
    expect(await gate({ stages }).compare(approval())).toEqual({ ...WAITS, ...(heldStage && { held: heldStage }) })
  }
})

describe('what is live', () => {
  const LIVE = { ...KEY, executionId: 'live' }
  const revisions = (revisionId: string) => [
    { actionName: 'Checkout', artifactName: null, revisionId, summary: null, url: null },
  ]
  /** A gate behind which an approved change is live; `asked` has the builds whose test results were read. */
  const afterOne = async () => {
    const { services, pass } = botInMemory()
    pass(2 * MINUTE)
    const asked: string[] = []
    const before = settled({ ...deciding(), id: 'a0' }, { how: 'slack', verdict: 'Approved' }, START)
    await services.approvals.create(before)
    const record = { ...execution(), key: LIVE }
    const approvals = new Map([['Production/Approve', { id: 'a0', requestedAt: START, place: null }]])
    await services.executions.create({ ...record, approvals })
    const pipelines = pipelinesThatAnswer({
      stages: production([action()]),
      executions: [
        executionSummary({ revisions: revisions(ROUNDING.id), startedAt: START }),
        executionSummary({
          ...LIVE,
          revisions: revisions(CARDS.id),
          startedAt: START - 9 * MINUTE,
          status: 'Succeeded',
        }),
      ],
      runs: [
        actionRun({ stage: 'Build', action: 'Build', provider: 'CodeBuild', category: 'Build', externalId: 'shop:1' }),
        actionRun({ ...LIVE, status: 'Succeeded', startedAt: START - 8 * MINUTE, updatedAt: START - 8 * MINUTE }),
      ],
    })
    const testReports: Services['builds']['testReports'] = async (_, all) => {
      asked.push(...all.map(({ id }) => id))
      return { kind: 'read', reports: [] }
    }
    return { asked, gate: gateOf({ ...services, pipelines, builds: { testReports } }, approval()) }
  }
  const PENDING = { kind: 'pending', executionId: KEY.executionId, expiresAt: START, since: START } as const
  const BY = [{ executionId: 'live', approvedBy: { how: 'slack', names: ['dana', 'chen'] } }]

  test('is described for a message with the people who approved it, and with the test results of the change', async () => {
    const { asked, gate } = await afterOne()
    const described = await gate.describe(WHERE, { ...PENDING, newerExecutionId: null }, { withEvidence: true })
    expect(described).toMatchObject({ change: { live: BY }, tests: { kind: 'none' } })
    expect(asked).toEqual(['shop:1'])
  })

  test('costs no call where a verdict is verified, which needs neither', async () => {
    const { asked, gate } = await afterOne()
    const described = await gate.describe(WHERE, { ...PENDING, newerExecutionId: null })
    expect(described).toMatchObject({ change: { live: [] }, tests: null })
    expect(asked).toEqual([])
  })

  test('is described again for the message of an approval that waits while others go live', async () => {
    const { gate } = await afterOne()
    const found = await gate.compare(approval({ change: { ...CHANGE, liveIn: ['Production'], seen: [] } }))
    expect(found).toMatchObject({ kind: 'pending', anew: { change: { live: BY } } })
  })
})

test('a verdict is sent in the names of the people who decided it, or of the rule', async () => {
  const sent: unknown[] = []
  const { services } = botInMemory()
  const putApprovalResult: Services['pipelines']['putApprovalResult'] = async (_, token, verdict, { by }) => {
    sent.push([token, verdict, by])
    return { kind: 'recorded' }
  }
  const over = gateOf({ ...services, pipelines: { ...pipelinesThatAnswer(), putApprovalResult } }, approval())
  await over.sendVerdict(deciding(), 'Approved')
  await over.sendVerdict({ ...deciding(), approvedBy: { after: MINUTE, alarms: [] } }, 'Approved')
  expect(sent).toEqual([
    [TOKEN, 'Approved', ['U0DANA', 'U0CHEN']],
    [TOKEN, 'Approved', [BY_RULE]],
  ])
})

describe('a newer execution that waits', () => {
  const newer = (...ids: string[]) => {
    const revisions = ids.map((revisionId) => ({
      ...{ actionName: 'Checkout', artifactName: null, revisionId, summary: null, url: null },
    }))
    const asked = gate({ executions: [executionSummary({ executionId: 'newer', revisions })] })
    return asked.describeNewer(WHERE, 'newer', { ...CHANGE, revisions: [ROUNDING] })
  }

  test('is named by the revision that differs', async () => {
    expect(await newer(CARDS.id)).toMatchObject({ executionId: 'newer', revision: { id: CARDS.id } })
  })

  test('is no newer change if it has the same revision', async () => {
    expect(await newer(ROUNDING.id)).toBeNull()
  })

  test('counts as a newer change while CodePipeline does not say what it has', async () => {
    expect(await newer()).toEqual({ executionId: 'newer', revision: null, startedAt: null })
  })
})

describe('the end of an approval', () => {
  test('in the console names the person, whose verdict is held against the policy', async () => {
    const updatedBy = 'arn:aws:sts::111122223333:assumed-role/Console/dana'
    const known = { ...CONSOLE, by: 'dana', userId: 'U0DANA', past: 'too-few' }
    expect(await compared({ stages: production(OTHER), runs: [{ ...succeeded, updatedBy }] })).toEqual(known)
    const { services } = botInMemory()
    const told = { status: 'succeeded', at: START + MINUTE, summary: null } as const
    const pipelines = pipelinesThatAnswer({ runs: [{ ...succeeded, updatedBy }] })
    const ended = await endedByEvent({ ...services, pipelines }, approval(), told)
    expect(ended!(approval())).toEqual(known)
  })

  test('is what its run says, and open while it waits', async () => {
    const ended = await gate({ runs: [succeeded] }).findEnding(approval())
    expect(typeof ended === 'function' && ended(approval())).toEqual(CONSOLE)
    expect(await gate({ runs: [actionRun()] }).findEnding(approval())).toBeNull()
  })

  test('cannot be read if its pipeline was deleted', async () => {
    expect(await gate({ stages: null }).findEnding(approval())).toBe('gone')
  })
})
