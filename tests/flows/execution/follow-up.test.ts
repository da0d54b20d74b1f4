import type { Approval } from '../../../functions/domain/approval.ts'
import { settled } from '../../../functions/domain/approval.ts'
import type { Execution, Progress, StateChange } from '../../../functions/domain/execution.ts'
import { applyEvent } from '../../../functions/domain/execution.ts'
import { emptyJournal } from '../../../functions/domain/journal.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { endOfDeployment } from '../../../functions/domain/deployment-notices.ts'
import type { WaitsFor } from '../../../functions/flows/execution/find-ahead.ts'
import { followUp, mattersToApprovals } from '../../../functions/flows/execution/follow-up.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { headingOf } from '../../../functions/slack/heading.ts'
import {
  MINUTE,
  START,
  actionChange,
  approval,
  deciding,
  execution,
  pipelineChange,
  stageChange,
} from '../../support/records.ts'

const APPROVED = settled(deciding(), { how: 'slack', verdict: 'Approved' }, START)
const { id } = APPROVED
const END = START + MINUTE
const CHECK = { do: 'check-approval', approval: id }
const TELL = { do: 'send-notices', approval: id }
const SHOW = { do: 'show-approval', approval: id, lease: expect.anything() }
const FILE = { do: 'file-entries', approval: id }

const heard = (...news: StateChange[]): Execution => execution([pipelineChange('running', START), ...news])
const linked = (of: Execution): Execution => ({
  ...of,
  approvals: new Map([['Production/Approve', { id, requestedAt: START, place: null }]]),
})

/** The effects of the execution for the approval, and how often its record was written. */
const follow = async (
  of: Execution,
  stored: Approval = APPROVED,
  atHand: readonly Approval[] = [],
  queue?: WaitsFor,
) => {
  const { services } = botInMemory()
  await services.approvals.create(stored)
  let writes = 0
  const change: typeof services.approvals.change = (...given) => {
    writes++
    return services.approvals.change(...given)
  }
  const effects = await followUp({ ...services, approvals: { ...services.approvals, change } }, of, atHand, queue)
  const approval = (await readApproval(services, stored.id))!
  const { deployment, otherApprovals } = approval
  return { effects, writes, deployment, otherApprovals, approval }
}

describe('an approval of an execution', () => {
  test.each<[Progress, string]>([
    ['succeeded', 'live'],
    ['failed', 'failed'],
    ['stopped', 'stopped'],
    ['canceled', 'stopped'],
    ['superseded', 'stopped'],
  ])('that is %s: its deployment is %s, which its message shows', async (progress, name) => {
    const { effects, deployment } = await follow(linked(heard(pipelineChange(progress, END))))
    expect(deployment).toMatchObject({ name, at: END, summary: null, startedAt: START })
    expect(deployment && 'isSuperseded' in deployment).toBe(progress === 'superseded')
    expect(effects).toEqual([CHECK, SHOW, TELL, FILE])
  })

  test('that a rule failed has what the rule said', async () => {
    const because = 'Rule only-by: the author is not Ben'
    const byRule = { ...stageChange('Production', 'failed', END), because } as StateChange
    const failed = await follow(linked(heard(byRule, pipelineChange('failed', END))))
    expect(failed.deployment).toMatchObject({ name: 'failed', at: END, summary: because, failedIn: 'Production' })
    expect(endOfDeployment(failed.deployment)).toMatchObject({ name: 'failed', isClear: true })
  })

  test('that rules failed in two stages has what the rule of the later stage said', async () => {
    const ruled = (stage: string): StateChange => ({
      ...(stageChange(stage, 'failed', END) as Extract<StateChange, { level: 'stage' }>),
      because: `Rule of ${stage}`,
    })
    const [build, production, over] = [ruled('Build'), ruled('Production'), pipelineChange('failed', END)]
    const { deployment } = await follow(linked(heard(production, build, over)))
    expect(deployment).toMatchObject({ summary: 'Rule of Production', failedIn: 'Production' })
    const failure = actionChange('Production', 'Deploy', 'failed', END, { provider: 'Custom' })
    const failed = await follow(linked(heard(build, failure, over)))
    expect(failed.deployment).toMatchObject({ summary: null, failedIn: 'Deploy' })
    const stopped = await follow(linked(heard(build, pipelineChange('stopped', END))))
    expect(stopped.deployment).toEqual({ name: 'stopped', at: END, summary: null, startedAt: START })
  })

  test('has its entries filed if it has any', async () => {
    const filed = { journal: emptyJournal }
    const ended = await follow(linked(heard(pipelineChange('succeeded', END))), { ...APPROVED, ...filed })
    expect(ended.approval.journal.unfiled).toHaveLength(1)
    expect(ended.effects).toContainEqual(FILE)
    const stopping = await follow(linked(heard(pipelineChange('stopping', END))), { ...approval(), ...filed })
    expect(stopping.effects).toEqual([SHOW])
  })

  test('that failed has the summary of the action that failed; one that was stopped has none', async () => {
    const failure = actionChange('Production', 'Deploy', 'failed', END, { summary: 'exit 1' })
    const lint = actionChange('Build', 'Lint', 'succeeded', END, { summary: 'clean' })
    const failed = await follow(linked(heard(lint, failure, pipelineChange('failed', END))))
    expect(failed.deployment).toMatchObject({ name: 'failed', at: END, summary: 'exit 1', failedIn: 'Deploy' })
    const stopped = await follow(linked(heard(lint, failure, pipelineChange('stopped', END))))
    expect(stopped.deployment).toEqual({ name: 'stopped', at: END, summary: null, startedAt: START })
  })

  test('that failed after a retry has the summary of the action that failed last, and not of the run before', async () => {
    const rejected = { actionExecutionId: 'z', category: 'Approval', summary: 'not today' }
    const news = [
      actionChange('Production', 'Sign off', 'failed', START + 10_000, rejected),
      actionChange('Production', 'Sign off', 'succeeded', START + 20_000, {
        ...rejected,
        actionExecutionId: 'y',
        summary: null,
      }),
      actionChange('Production', 'Smoke', 'failed', START + 30_000, { actionExecutionId: 'a', summary: 'early' }),
      actionChange('Production', 'Deploy', 'failed', START + 40_000, { actionExecutionId: 'b', summary: 'exit 1' }),
      pipelineChange('failed', END),
    ]
    for (const order of [news, news.toReversed()]) {
      const { deployment } = await follow(linked(heard(...order)))
      expect(deployment).toMatchObject({ name: 'failed', at: END, summary: 'exit 1', failedIn: 'Deploy' })
    }
  })

  test.each<Progress>(['running', 'stopping'])('that is %s is left as it is', async (progress) => {
    const { effects, deployment } = await follow(linked(heard(pipelineChange(progress, END))))
    expect(deployment).toEqual({ name: 'running' })
    expect(effects).toEqual([])
  })

  test('is updated though the execution has no link to it yet, if it is at hand', async () => {
    const { effects, deployment } = await follow(heard(pipelineChange('succeeded', END)), APPROVED, [APPROVED])
    expect(deployment).toEqual({ name: 'live', at: END, summary: null, startedAt: START })
    expect(effects).toEqual([CHECK, SHOW, TELL, FILE])
  })

  test('is not written if it is at hand and up to date', async () => {
    const over = linked(heard(pipelineChange('succeeded', END)))
    const knowing: Approval = { ...APPROVED, deployment: { name: 'live', at: END, summary: null, startedAt: START } }
    expect(await follow(over, knowing, [knowing])).toMatchObject({ effects: [CHECK], writes: 0 })
    expect(await follow(over, knowing)).toMatchObject({ effects: [CHECK], writes: 1 })
  })
})

const approvalIn = (action: string, progress: Progress, more = {}) =>
  actionChange('Production', action, progress, END, { category: 'Approval', ...more })

test('an approval that waits says that its execution is being stopped, and no more once it runs again', async () => {
  const stopping = linked(heard(pipelineChange('stopping', END)))
  const { approval: told, effects } = await follow(stopping, approval())
  expect(told.isStopping).toBe(true)
  expect(effects).toContainEqual(SHOW)
  expect((await follow(stopping, told)).effects).not.toContainEqual(SHOW)
  expect((await follow(linked(heard()), told)).approval.isStopping).toBeUndefined()
  expect((await follow(stopping)).approval.isStopping).toBeUndefined()
})

test.each([
  ['an action', { category: 'Test' }, false],
  ['another approval', { category: 'Approval' }, true],
])(
  'an approval that waits says that %s of its stage has failed, until that is retried',
  async (_, about, isApproval) => {
    const smoke = (progress: Progress, actionExecutionId: string) =>
      actionChange('Production', 'Smoke', progress, END, { ...about, actionExecutionId })
    const running = linked(heard(approvalIn('Approve', 'running'), smoke('running', 'a1')))
    const failing = linked(heard(approvalIn('Approve', 'running'), smoke('failed', 'a1')))
    expect(mattersToApprovals(running, failing)).toBe(true)
    expect((await follow(running, approval())).approval.failedBeside).toBeUndefined()
    const { approval: told, effects } = await follow(failing, approval())
    expect(told.failedBeside).toEqual({ action: 'Smoke', isApproval })
    expect(effects).toContainEqual(SHOW)
    const retried = linked(heard(approvalIn('Approve', 'running'), smoke('failed', 'a1'), smoke('running', 'a2')))
    expect(mattersToApprovals(failing, retried)).toBe(true)
    expect((await follow(retried, told)).approval.failedBeside).toBeUndefined()
    expect((await follow(failing)).approval.failedBeside).toBeUndefined()
  },
)

test('its own failure is not what has failed beside it', async () => {
  const rejected = linked(heard(approvalIn('Approve', 'failed')))
  expect((await follow(rejected, approval())).approval.failedBeside).toBeUndefined()
})

describe('an approval whose stage has another one', () => {
  const BOTH = [approvalIn('Approve', 'succeeded'), approvalIn('Sign off', 'running')]
  const inStage = (progress: Progress) => stageChange('Production', progress, START)

  test('waits for the other, and not for itself, while the stage runs', async () => {
    const { deployment, otherApprovals } = await follow(linked(heard(inStage('running'), ...BOTH)))
    expect(otherApprovals).toEqual(['Sign off'])
    expect(deployment).toEqual({ name: 'running', waitsFor: ['Sign off'] })
  })

  test('waits for another that has not begun: CodePipeline runs them one after the other', async () => {
    const knowing: Approval = { ...APPROVED, otherApprovals: ['Sign off'] }
    const { deployment } = await follow(linked(heard(inStage('running'))), knowing)
    expect(deployment).toEqual({ name: 'running', waitsFor: ['Sign off'] })
  })

  test('waits no longer once the other is approved, or the stage does not run', async () => {
    const approved = [BOTH[0]!, approvalIn('Sign off', 'succeeded')]
    expect((await follow(linked(heard(inStage('running'), ...approved)))).deployment).toEqual({ name: 'running' })
    expect((await follow(linked(heard(inStage('succeeded'), ...BOTH)))).deployment).toEqual({ name: 'running' })
  })

  test('tells in which approval a deployment was rejected: only the failure of an approval rejects', async () => {
    const rejected = approvalIn('Sign off', 'failed', { summary: 'not today' })
    const { deployment } = await follow(linked(heard(rejected, pipelineChange('failed', END))))
    expect(deployment).toEqual({ name: 'failed', at: END, summary: 'not today', rejectedIn: 'Sign off' })
    const stopped = await follow(linked(heard(rejected, pipelineChange('stopped', END))))
    expect(stopped.deployment).toEqual({ name: 'stopped', at: END, summary: null, startedAt: START })
  })

  test('hears of its progress; the progress of a single approval concerns itself alone', () => {
    const runs = inStage('running')
    const signed = [BOTH[0]!, approvalIn('Sign off', 'succeeded')]
    expect(mattersToApprovals(heard(runs, ...BOTH), heard(runs, ...signed))).toBe(true)
    expect(mattersToApprovals(heard(runs, ...signed), heard(inStage('succeeded'), ...signed))).toBe(true)
    const alone = heard(runs, approvalIn('Approve', 'running'))
    expect(mattersToApprovals(alone, heard(runs, BOTH[0]!))).toBe(false)
  })
})

describe('of several approvals of an execution, the one that was requested last tells of its end', () => {
  const LATER = 'f'.repeat(32)
  const EARLIER = '0'.repeat(32)

  test.each<[string, string, string, number, 'approvers' | 'elsewhere' | undefined]>([
    ['this one, if the other was requested before', 'Production/Sign off', LATER, START - 1, undefined],
    ['the other, if it was requested later in the same stage', 'Production/Sign off', EARLIER, START + 1, 'approvers'],
    ['the other, if it was requested later in a stage behind', 'Production 2/Approve', EARLIER, START + 1, 'elsewhere'],
    ['the one with the later ID, of two of the same time', 'Production/Sign off', LATER, START, 'approvers'],
    ['this one, if its ID is the later one', 'Production/Sign off', EARLIER, START, undefined],
  ])('%s', async (_, where, otherId, requestedAt, told) => {
    const ended = heard(pipelineChange('succeeded', END))
    const approvals = new Map([
      ['Production/Approve', { id, requestedAt: START, place: null }],
      [where, { id: otherId, requestedAt, place: null }],
    ])
    const { deployment } = await follow({ ...ended, approvals }, { ...APPROVED, requestedAt: START })
    expect(deployment && 'told' in deployment ? deployment.told : undefined).toBe(told)
  })
})

test('of two later approvals, one in its stage and one behind it, the last tells all others: this one tells no one', async () => {
  const ended = heard(pipelineChange('succeeded', END))
  const later = { id: 'f'.repeat(32), requestedAt: START + 1, place: null }
  const approvals = new Map([
    ['Production/Approve', { id, requestedAt: START, place: null }],
    ['Production/Sign off', later],
    ['Live/Approve', { ...later, requestedAt: START + 2 }],
  ])
  const { deployment } = await follow({ ...ended, approvals }, { ...APPROVED, requestedAt: START })
  expect(deployment).toMatchObject({ told: 'elsewhere' })
})

test('whether a later approval tells of the end is what its own route says', async () => {
  const { services } = botInMemory()
  await services.approvals.create(APPROVED)
  const asked: [string, string][] = []
  const { routeFor } = services.configuration
  const configuration: typeof services.configuration = {
    ...services.configuration,
    routeFor: (where, subject) => {
      asked.push([where.stage, where.action])
      return routeFor(where, subject)
    },
  }
  const later = { id: 'f'.repeat(32), requestedAt: START + 1, place: null }
  const ended = linked(heard(pipelineChange('succeeded', END)))
  const approvals = new Map([...ended.approvals, ['Live/Sign off', later]])
  await followUp({ ...services, configuration }, { ...ended, approvals })
  expect(asked).toContainEqual(['Live', 'Sign off'])
})

describe('an approval whose stage has actions of unknown kind', () => {
  const unclear: Approval = { ...APPROVED, mayAskMore: true }
  const inStage = (progress: Progress) => stageChange('Production', progress, START)
  const own = approvalIn('Approve', 'succeeded')
  const deploys = actionChange('Production', 'Deploy', 'running', END)
  test('hears of its stage even if another approval of the execution no longer needs to know', () => {
    const runs = heard(inStage('running'))
    const asks = (where: string): Execution => ({
      ...runs,
      approvals: new Map([[where, { id, requestedAt: START, place: null, mayAskMore: true }]]),
    })
    expect(mattersToApprovals(asks('Production/Approve'), asks('Production/Sign off'))).toBe(true)
    expect(mattersToApprovals(asks('Production/Approve'), asks('Production/Approve'))).toBe(false)
  })

  const headingAfter = async (news: StateChange[], stored = unclear) =>
    headingOf((await follow(linked(heard(...news)), stored)).approval)

  test('is approved, and not deploying, until another action has begun', async () => {
    expect(await headingAfter([inStage('running'), own])).toBe('approved')
    expect(await headingAfter([inStage('running'), own, deploys])).toBe('deploying')
    expect(await headingAfter([inStage('succeeded'), own])).toBe('deploying')
  })

  test('waits for another approval once that has begun, and then for what comes next', async () => {
    const sign = approvalIn('Sign off', 'running')
    expect(await headingAfter([inStage('running'), own, sign])).toBe('waits-for-others')
    const signed = approvalIn('Sign off', 'succeeded')
    expect(await headingAfter([inStage('running'), own, signed])).toBe('approved')
    expect(await headingAfter([inStage('running'), own, signed, deploys])).toBe('deploying')
  })

  test('still asks if another action begins while it waits', async () => {
    const waiting = { ...approval(), mayAskMore: true } as const
    expect((await follow(linked(heard(inStage('running'), deploys)), waiting)).approval.mayAskMore).toBe(true)
  })

  test('hears of the stage; an approval whose stage is known does not', () => {
    const link = { id, requestedAt: START, place: null }
    const linkedWith = (more: object, ...news: StateChange[]): Execution => ({
      ...heard(...news),
      approvals: new Map([['Production/Approve', { ...link, ...more }]]),
    })
    const unknown = { mayAskMore: true }
    const before = [inStage('running'), own]
    expect(mattersToApprovals(linkedWith(unknown, ...before), linkedWith(unknown, ...before, deploys))).toBe(true)
    expect(mattersToApprovals(linkedWith(unknown, ...before), linkedWith(unknown, inStage('succeeded'), own))).toBe(
      true,
    )
    expect(mattersToApprovals(linkedWith({}, ...before), linkedWith({}, ...before, deploys))).toBe(false)
  })
})

describe('an approval in a stage of its own, in front of a held one', () => {
  const held = { stage: 'Live', reason: 'incident 4711', since: START, userId: 'U0DANA', name: null }
  const change = { ...APPROVED.change, into: ['Live'], liveIn: ['Live'] }
  const behindIt: Approval = { ...APPROVED, change, held }
  const ended = ['Source', 'Build', 'Production'].map((stage) => stageChange(stage, 'succeeded', START))
  const between = (more: Partial<Execution> = {}): Execution => ({
    ...linked(heard(...ended)),
    stageOrder: ['Source', 'Build', 'Production', 'Live'],
    ...more,
  })
  const entered = applyEvent(between(), stageChange('Live', 'running', END), END)
  const headingAfter = async (of: Execution, stored = behindIt, queue?: WaitsFor) =>
    headingOf((await follow(of, stored, [], queue)).approval)

  test('waits for it, by what the approval knows until the execution tells', async () => {
    expect(await headingAfter(linked(heard()))).toBe('held')
    expect(await headingAfter(between())).toBe('held')
    expect(await headingAfter(between({ held }), { ...APPROVED, change })).toBe('held')
  })

  test('goes on once the execution is in that stage', async () => {
    expect(await headingAfter(entered)).toBe('deploying')
    expect(await headingAfter({ ...entered, held })).toBe('deploying')
    expect((await follow(entered, behindIt)).effects).toContainEqual(SHOW)
  })

  test('no longer waits for it if the execution is behind another one alone, or in no queue when that is read', async () => {
    const behind = { executionId: 'e9', revision: null }
    expect(await headingAfter(between({ behind }))).toBe('queued')
    expect(await headingAfter(between(), behindIt, { behind: null, held: null })).toBe('deploying')
    expect(await headingAfter(between(), behindIt, { behind, held })).toBe('held')
    expect(await headingAfter(linked(heard()), behindIt, { behind: null, held: null })).toBe('held')
  })

  test('hears that the execution has gone on', () => {
    expect(mattersToApprovals(between(), entered)).toBe(true)
    expect(mattersToApprovals(linked(heard()), between())).toBe(false)
  })

  test('deploys all the same if its own stage does', async () => {
    expect(await headingAfter(between({ held }), { ...APPROVED, held })).toBe('deploying')
  })
})

test('an approval that waits in a retried stage still says that the next one is held, which the execution has entered before', async () => {
  const held = { stage: 'Live', reason: '', since: null, userId: null, name: null }
  const stages = ['Production', 'Live'].map((stage) => stageChange(stage, 'failed', START))
  const entered = { ...linked(heard(...stages)), stageOrder: ['Production', 'Live'] }
  expect((await follow(entered, { ...approval(), held })).approval.held).toEqual(held)
})

describe('an approval in a stage of its own, whose execution waits behind another one', () => {
  const behind = { executionId: 'e9', revision: null }
  const held = { stage: 'Live', reason: '', since: null, userId: null, name: null }
  const change = { ...APPROVED.change, into: ['Live'], liveIn: ['Live'] }
  const between = (more: Partial<Execution> = {}): Execution => ({
    ...linked(heard(...['Source', 'Build', 'Production'].map((stage) => stageChange(stage, 'succeeded', START)))),
    stageOrder: ['Source', 'Build', 'Production', 'Live'],
    ...more,
  })
  const after = async (of: Execution, stored: Approval = { ...APPROVED, change }, queue?: WaitsFor) =>
    headingOf((await follow(of, stored, [], queue)).approval)
  const queued: Approval = { ...APPROVED, change, behind }

  test('says so until the execution is in that stage', async () => {
    expect(await after(between())).toBe('deploying')
    expect(await after(between({ behind }))).toBe('queued')
    expect(await after(between(), { ...APPROVED, change }, { behind, held: null })).toBe('queued')
    expect(await after(between(), queued)).toBe('queued')
    expect(await after(between(), queued, { behind: null, held: null })).toBe('deploying')
    const entered = applyEvent(between({ behind }), stageChange('Live', 'running', END), END)
    expect(await after(entered, queued)).toBe('deploying')
    expect((await follow(entered, queued)).effects).toContainEqual(SHOW)
  })

  test('says that the stage is held, if it is', async () => {
    expect(await after(between({ behind, held }))).toBe('held')
  })

  test('is stopped, and no longer waits, once a newer execution has taken its place', async () => {
    const superseded = applyEvent(between({ behind }), pipelineChange('superseded', END), END)
    expect(await after(superseded, queued)).toBe('stopped-later')
  })

  test('deploys all the same if its own stage does', async () => {
    expect(await after(between({ behind }), APPROVED)).toBe('deploying')
  })
})

describe('a change of an execution matters to its approvals', () => {
  const running = heard()
  const failed = heard(pipelineChange('failed', END))

  test('if it is over, or runs again', () => {
    expect(mattersToApprovals(running, failed)).toBe(true)
    expect(mattersToApprovals(failed, failed)).toBe(true)
    expect(mattersToApprovals(failed, running)).toBe(true)
  })

  test('not while it runs', () => {
    expect(mattersToApprovals(running, heard(actionChange('Build', 'Lint', 'failed', END)))).toBe(false)
  })
})
