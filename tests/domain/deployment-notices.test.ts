import type { DeploymentNotices, ToldEnd } from '../../functions/domain/deployment-notices.ts'
import {
  causeLeftOut,
  endNotice,
  endNoticeAt,
  endNoticesOf,
  endNotices,
  endOfDeployment,
  endOfExecution,
  isOfCause,
  isOfFailure,
  isTold,
  lastBeginning,
} from '../../functions/domain/deployment-notices.ts'
import type { StateChange } from '../../functions/domain/execution.ts'
import type { FailureCause } from '../../functions/domain/failure-cause.ts'
import { UNKNOWN_CAUSE } from '../../functions/domain/failure-cause.ts'
import { executionAttentionAt } from '../../functions/domain/execution-attention.ts'
import {
  acquireExecutionNotice,
  holdNotice,
  postponeRefused,
  releaseNotice,
} from '../../functions/domain/notice-delivery.ts'
import { needNotBeShown } from '../../functions/domain/showing.ts'
import { DAY, MINUTE, START, actionChange, execution, pipelineChange, stageChange } from '../support/records.ts'

const ENDS: ToldEnd[] = ['failed', 'stopped', 'recovered', 'restored', 'live', 'superseded']

/** As docs/policy.md says of `deployments`. */
test.each<[DeploymentNotices, ToldEnd[]]>([
  ['all', ENDS],
  ['changes', ['failed', 'stopped', 'recovered', 'restored']],
  ['failures', ['failed']],
  ['none', []],
])('a route that wants to hear of %s is told of %j', (wanted, told) => {
  expect(ENDS.filter((end) => isTold(end, wanted))).toEqual(told)
})

describe('the end of an execution', () => {
  const ended = execution([pipelineChange('succeeded', START)])
  const { key } = endNoticesOf(ended)[0]!
  const acquire = (of: typeof ended, now: number) => acquireExecutionNotice(of, 'a', now)

  test('is told within a day; later it is skipped, and the sweep looks no more', () => {
    expect(acquire(ended, START + DAY - 1)[1]).toMatchObject({ kind: 'acquired' })
    const [dropped, acquired] = acquire(ended, START + DAY)
    expect(acquired).toEqual({ kind: 'none' })
    expect(endNoticeAt(dropped)).toBeNull()
    const shown = { ...dropped, confirmed: true, showing: needNotBeShown(dropped.showing) }
    expect(executionAttentionAt(shown)).toBeNull()
  })

  test('is left, after a day, to the function that still sends it', () => {
    const [begun] = acquire(ended, START + DAY - 1)
    expect(acquireExecutionNotice(begun, 'b', START + DAY)).toEqual([
      begun,
      { kind: 'busy', until: START + DAY - 1 + MINUTE / 2 },
    ])
    expect(acquireExecutionNotice(begun, 'b', START + DAY + MINUTE)[1]).toEqual({ kind: 'none' })
  })

  test('that waited for days for the end of quiet hours is news from then on, also if Slack takes it later', () => {
    const monday = START + 3 * DAY
    const [begun, acquired] = acquire(holdNotice(ended, key, monday), monday)
    expect(acquired).toMatchObject({ kind: 'acquired' })
    const later = [
      begun,
      releaseNotice(begun, key, 'a'),
      postponeRefused(begun, key, 'a', monday),
      releaseNotice(acquire(postponeRefused(begun, key, 'a', monday), monday + MINUTE)[0], key, 'a'),
    ]
    for (const of of later) {
      expect(acquire(of, monday + DAY - 1)[1]).toMatchObject({ kind: 'acquired', notice: { key } })
      expect(acquire(of, monday + DAY)[1]).toEqual({ kind: 'none' })
    }
  })
})

const REFUSED = { what: 'ValidateService: exit status 1', lines: [], log: null, unread: [] }

describe('the notice of an end', () => {
  const seconds = Math.floor(START / 1_000)
  const end = { name: 'failed', at: START + 600, startedAt: START - MINUTE + 600, isClear: true } as const
  const said = { name: 'said', at: START } as const

  test('has a key by the whole second of the end, and is due at the end', () => {
    expect(endNotice(end, {})).toEqual({
      kind: 'deployment',
      key: `failed-${seconds}`,
      dueAt: START + 600,
      channel: null,
    })
  })

  test('of a failure without a known action waits five minutes for it', () => {
    expect(endNotice({ ...end, isClear: false }, {}).dueAt).toBe(START + 600 + 5 * MINUTE)
  })

  test('keeps the key of the notice that was begun for the same attempt, also in the second of its beginning', () => {
    for (const key of [`failed-${seconds - 60}`, `failed-${seconds + 7}`])
      expect(endNotice(end, { [key]: said }).key).toBe(key)
  })

  test('is followed by the cause, if it was sent without and the cause is known', () => {
    const [key, explained] = [`failed-${seconds}`, { ...end, isExplained: true } as const]
    const without = { ...said, lacksCause: true } as const
    expect(endNotices(explained, { [key]: { ...without, at: START + 9 } })).toEqual([
      endNotice(explained, {}),
      { kind: 'deployment', key: `cause-${key}`, dueAt: START + 9, channel: null },
    ])
    for (const [of, delivery] of [
      [end, without],
      [explained, said],
      [explained, { name: 'skipped', at: START }],
    ] as const)
      expect(endNotices(of, { [key]: delivery })).toHaveLength(1)
  })

  test('has a key of its own beside the notice of an earlier attempt, or of another end', () => {
    for (const key of [`failed-${seconds - 61}`, `live-${seconds - 5}`, `not-failed-${seconds - 5}`])
      expect(endNotice(end, { [key]: said }).key).toBe(`failed-${seconds}`)
  })
})

describe('a notice of a failure', () => {
  const end = { name: 'failed', at: START, startedAt: START, isClear: true } as const

  test('is told from others by its key, and from the one that says the cause', () => {
    const keys = ['failed-7', 'cause-failed-7', 'live-7', 'not-failed-']
    expect(keys.map(isOfFailure)).toEqual([true, false, false, false])
    expect([...keys, 'because-cause-'].map(isOfCause)).toEqual([false, true, false, false, false])
  })

  test('leaves the cause out while it is awaited', () => {
    const awaits = { ...end, awaitsCause: true } as const
    expect(causeLeftOut('failed-7', awaits)).toEqual({ lacksCause: true })
    for (const left of [causeLeftOut('failed-7', end), causeLeftOut('live-7', awaits), causeLeftOut('failed-7', null)])
      expect(left).toEqual({})
  })

  test('waits a minute for the cause, and five for the action that failed', () => {
    expect(endNotice({ ...end, awaitsCause: true }, {}).dueAt).toBe(START + MINUTE)
    expect(endNotice({ ...end, awaitsCause: true, isClear: false }, {}).dueAt).toBe(START + 5 * MINUTE)
  })
})

test.each([
  [{ name: 'running' } as const, null],
  [{ name: 'live', at: 9, summary: null } as const, null],
  [{ name: 'live', at: 9, summary: null, startedAt: 1, told: 'elsewhere' } as const, null],
  [{ name: 'failed', at: 9, summary: null, startedAt: 1, rejectedIn: 'Production' } as const, null],
  [
    { name: 'live', at: 9, summary: null, startedAt: 1, told: 'approvers' } as const,
    { name: 'live', at: 9, startedAt: 1, isClear: true },
  ],
  [
    { name: 'stopped', at: 9, summary: null, startedAt: 1, isSuperseded: true } as const,
    { name: 'superseded', at: 9, startedAt: 1, isClear: true },
  ],
  [
    { name: 'failed', at: 9, summary: null, startedAt: 1 } as const,
    { name: 'failed', at: 9, startedAt: 1, isClear: false },
  ],
  [
    { name: 'failed', at: 9, summary: null, startedAt: 1, failedIn: 'Deploy' } as const,
    { name: 'failed', at: 9, startedAt: 1, isClear: true },
  ],
  [
    { name: 'failed', at: 9, summary: null, startedAt: 1, failedIn: 'Deploy', cause: REFUSED } as const,
    { name: 'failed', at: 9, startedAt: 1, isClear: true, isExplained: true },
  ],
  [
    { name: 'failed', at: 9, summary: null, startedAt: 1, failedIn: 'Deploy', awaitsCause: true } as const,
    { name: 'failed', at: 9, startedAt: 1, isClear: true, awaitsCause: true },
  ],
])('the deployment %j ends as %j', (deployment, end) => {
  expect(endOfDeployment(deployment)).toEqual(end)
})

describe('how an execution ended', () => {
  test.each([
    ['succeeded', 'live'],
    ['failed', 'failed'],
    ['stopped', 'stopped'],
    ['canceled', 'stopped'],
    ['superseded', 'superseded'],
  ] as const)('%s is told as %s', (progress, name) => {
    expect(endOfExecution(execution([pipelineChange(progress, START)]))).toMatchObject({ name, at: START })
  })

  test('is told by the approval where one was rejected, and is clear once the action that failed is known', () => {
    const failed = (...more: StateChange[]) => endOfExecution(execution([pipelineChange('failed', START), ...more]))
    expect(failed()).toMatchObject({ isClear: false })
    expect(failed(actionChange('Build', 'Test', 'failed', START))).toMatchObject({ name: 'failed', isClear: true })
    expect(failed(actionChange('Production', 'Approve', 'failed', START))).toBeNull()
  })

  test('awaits the cause of its last failure where a service may say it, until it has', () => {
    const failure = actionChange('Build', 'Test', 'failed', START)
    const failed = execution([pipelineChange('failed', START), failure])
    expect(endOfExecution(failed)).toMatchObject({ awaitsCause: true })
    const [id] = [...failed.actions.keys()]
    const causes = (cause: FailureCause) => endOfExecution({ ...failed, causes: new Map([[id!, cause]]) })!
    expect(causes(REFUSED)).toMatchObject({ isExplained: true })
    expect(causes(REFUSED)).not.toHaveProperty('awaitsCause')
    expect(causes(UNKNOWN_CAUSE)).not.toHaveProperty('isExplained')
    const other = actionChange('Build', 'Test', 'failed', START, { provider: 'Jenkins' })
    const told = endOfExecution(execution([pipelineChange('failed', START), other]))
    for (const key of ['awaitsCause', 'isExplained']) expect(told).not.toHaveProperty(key)
  })

  test('is clear if the rule of a stage failed it', () => {
    const byRule = { ...stageChange('Build', 'failed', START), because: 'Rule only-by: No' } as const
    expect(endOfExecution(execution([pipelineChange('failed', START), byRule]))).toMatchObject({ isClear: true })
  })

  test('is told to those who asked for it as well, each once', () => {
    const ended = execution([pipelineChange('succeeded', START)])
    const watched = { ...ended, watchers: { U0DANA: START - MINUTE, U0ELI: START - MINUTE } }
    const keys = endNoticesOf(watched).map(({ kind, channel }) => [kind, channel])
    expect(keys).toEqual([
      ['deployment', null],
      ['watched', 'U0DANA'],
      ['watched', 'U0ELI'],
    ])
    const [own, dana] = endNoticesOf(watched).map(({ key }) => key)
    const said = { name: 'said', at: START } as const
    const notices = { [own!]: said, [dana!]: said }
    expect(endNoticesOf({ ...watched, notices }).map(({ channel }) => channel)).toEqual(['U0ELI'])
    const refused = { name: 'refused', since: START, until: START + MINUTE } as const
    expect(endNoticeAt({ ...watched, notices: { [own!]: refused } })).toBe(START)
    expect(endNoticeAt({ ...watched, notices: { [own!]: said, [dana!]: refused } })).toBe(START)
  })

  test('counts from the beginning of its last stage', () => {
    const begun = [pipelineChange('running', START), stageChange('Build', 'running', START + MINUTE)]
    expect(lastBeginning(execution(begun))).toBe(START + MINUTE)
    expect(lastBeginning(execution([...begun, pipelineChange('running', START + DAY)]))).toBe(START + DAY)
    expect(lastBeginning(execution([pipelineChange('succeeded', START)]))).toBe(0)
  })

  test('is told when Slack is to be asked again, and never before the end of quiet hours', () => {
    const ended = execution([pipelineChange('succeeded', START)])
    const { key } = endNoticesOf(ended)[0]!
    const dueAt = (delivery: object) => endNoticesOf({ ...ended, notices: { [key]: delivery as never } })[0]?.dueAt
    expect(dueAt({ name: 'refused', since: START, until: START + 2 * MINUTE })).toBe(START + 2 * MINUTE)
    expect(dueAt({ name: 'refused', since: START, until: START + 1, heldUntil: START + MINUTE })).toBe(START + MINUTE)
    expect(dueAt({ name: 'held', until: START + MINUTE })).toBe(START + MINUTE)
    expect(dueAt({ name: 'held', until: START - MINUTE })).toBe(START)
    for (const name of ['said', 'skipped']) expect(dueAt({ name, at: START })).toBeUndefined()
    const refused = (until: number) => dueAt({ name: 'refused', since: START, until })
    expect(refused(START + DAY - 1)).toBe(START + DAY - 1)
    expect(refused(START + DAY)).toBeUndefined()
  })

  test('is looked at when the function that sends it must have ended', () => {
    const ended = execution([pipelineChange('succeeded', START)])
    const { key } = endNoticesOf(ended)[0]!
    const at = (delivery: object) => endNoticeAt({ ...ended, notices: { [key]: delivery as never } })
    const begun = { name: 'begun', owner: 'a', refusedSince: null }
    expect(at({ ...begun, until: START + MINUTE })).toBe(START + MINUTE)
    expect(at({ ...begun, until: START - MINUTE })).toBe(START)
    expect(endNoticeAt(ended)).toBe(START)
    expect(endNoticeAt(execution())).toBeNull()
  })
})
