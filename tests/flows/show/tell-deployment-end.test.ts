import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import { settled } from '../../../functions/domain/approval.ts'
import { endNoticeAt } from '../../../functions/domain/deployment-notices.ts'
import type { FailureCause } from '../../../functions/domain/failure-cause.ts'
import type { Execution, Progress, StateChange } from '../../../functions/domain/execution.ts'
import { applyEvent } from '../../../functions/domain/execution.ts'
import type { Route } from '../../../functions/domain/route.ts'
import type { Starter } from '../../../functions/domain/starter.ts'
import { acquireExecutionNotice } from '../../../functions/domain/notice-delivery.ts'
import { explainFailure } from '../../../functions/flows/execution/explain-failure.ts'
import { followPipeline } from '../../../functions/flows/execution/follow-pipeline.ts'
import { performDue } from '../../../functions/flows/effects/perform-effect.ts'
import { sendNotices } from '../../../functions/flows/show/send-notices.ts'
import { explained } from '../../../functions/domain/explanation.ts'
import { tellExecution } from '../../../functions/flows/show/tell-execution.ts'
import type { ExecutionNoticeCard, NoticeCard } from '../../../functions/ports/cards.ts'
import type { ExecutionStatus, ExecutionSummary } from '../../../functions/ports/pipelines.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { actionRun } from '../../support/pipeline-answers.ts'
import { NO_PERMISSIONS } from '../../support/plain-route.ts'
import { messageOf } from '../../support/memory/slack.ts'
import {
  DAY,
  KEY,
  MINUTE,
  SECOND,
  START,
  actionChange,
  deciding,
  execution,
  pipelineChange,
  stageChange,
} from '../../support/records.ts'

const APPROVED = settled(deciding(), { how: 'slack', verdict: 'Approved' }, START)
const { id } = APPROVED
const IN_RELEASES = { channel: 'C0RELEASES', ts: '1.1', link: 'https://shop.slack.com/archives/C0RELEASES/p11' }
const IN_DEPLOYS = { channel: 'C0DEPLOYS', ts: '2.2', link: null }
const ON_CALL = { people: ['U0HALA'], groups: [] }
const BY_DANA: Starter = {
  kind: 'person',
  name: 'dana',
  arn: 'arn:aws:sts::111122223333:assumed-role/Console/dana',
}

const RAN: StateChange[] = [
  pipelineChange('running', START - 10 * MINUTE),
  actionChange('Production', 'Approve', 'succeeded', START),
  stageChange('Production', 'running', START - 5 * MINUTE),
]
const FAILURE = actionChange('Production', 'Deploy', 'failed', START + 2 * MINUTE, {
  category: 'Deploy',
  summary: 'ValidateService exited 1. Rolled back to 84f95a3.',
})

type ActionChange = Extract<StateChange, { level: 'action' }>

/** Slack took the message, and its answer was lost. */
const LOST = { kind: 'unclear', because: 'the socket closed' } as const

const listed = (executionId: string, status: ExecutionStatus, minute: number): ExecutionSummary => ({
  executionId,
  status,
  revisions: null,
  trigger: null,
  startedAt: START + (minute - 1) * MINUTE,
  updatedAt: START + minute * MINUTE,
  stopReason: null,
})

/** An execution with its card, and its approval with a message; `earlier`: what CodePipeline lists before it. */
const bot = async (route: Partial<Route>, { hasApproval = true, earlier = [] as ExecutionSummary[] } = {}) => {
  const made = botInMemory({ onCall: ON_CALL, ...route })
  const services: Services = {
    ...made.services,
    configuration: { ...made.services.configuration, statusChannelFor: () => 'C0DEPLOYS' },
    pipelines: {
      ...made.services.pipelines,
      executions: async () => [listed(KEY.executionId, 'Succeeded', 9), ...earlier],
    },
  }
  const began = execution(RAN)
  const known: Execution = {
    ...began,
    showing: { ...began.showing, place: IN_DEPLOYS },
    approvals: hasApproval
      ? new Map([['Production/Approve', { id, requestedAt: START, place: IN_RELEASES }]])
      : new Map(),
  }
  await services.executions.change(KEY, () => [known, null], { fresh: () => known })
  if (hasApproval)
    await services.approvals.create({ ...APPROVED, showing: { ...APPROVED.showing, place: IN_RELEASES } })
  await services.approvals.change(id, (of) =>
    of.kind === 'approval' ? [{ ...of, notices: { outcome: { name: 'skipped', at: START } } }, null] : [of, null],
  )
  return {
    ...made,
    services,
    /** Events arrive, and what follows from them is done. */
    hears: async (...changes: StateChange[]) => {
      made.pass(5 * MINUTE)
      for (const change of changes)
        for (const effect of await followPipeline(services, { key: KEY, change, approval: null }))
          if (effect.do === 'send-notices' || effect.do === 'tell-execution')
            await performDue(services, { effect, attempt: 1 })
    },
    /** Each notice: the channel of its thread, whom it mentions, and its words. */
    told: () =>
      made.slack.messages.map(({ card, place, under }) => {
        expect(under).not.toBeNull()
        const { mention } = card as NoticeCard | ExecutionNoticeCard
        return { in: place.channel, mention, words: messageOf(card).text.split('\n') }
      }),
  }
}

const ended = (progress: Progress, minute = 2): StateChange => pipelineChange(progress, START + minute * MINUTE)

describe('the end of a deployment', () => {
  test('that failed is told once in both threads, and each person is mentioned in one', async () => {
    const { services, hears, told } = await bot({ deployments: 'failures' })
    await hears(FAILURE, ended('failed'), ended('failed'))
    await sendNotices(services, id)
    await tellExecution(services, KEY)
    expect(told()).toEqual([
      {
        in: 'C0RELEASES',
        mention: ['U0ANA', 'U0HALA', 'U0DANA', 'U0CHEN'],
        words: [
          'Failed, rolled back: shop-web to Production',
          'Rolled back to 84f95a3',
          'ValidateService exited 1.',
          expect.stringContaining('Fix rounding'),
          expect.stringContaining('For <@U0ANA>'),
        ],
      },
      {
        in: 'C0DEPLOYS',
        mention: [],
        words: [
          'Failed: shop-web',
          'Rolled back to 84f95a3',
          'Production › Deploy failed',
          'ValidateService exited 1.',
          expect.stringContaining('Fix rounding'),
        ],
      },
    ])
  })

  test.each([
    ['one thing mends it', ON_CALL, [['retry', 'Production']]],
    ['nothing does', NO_PERMISSIONS.retry, undefined],
  ])('that failed is told with the buttons that people may press, where %s', async (_, retry, offered) => {
    const { hears, slack } = await bot({ deployments: 'failures', may: { ...NO_PERMISSIONS, retry } })
    await hears(FAILURE, ended('failed'))
    expect(
      slack.messages.map(({ card }) => (card as NoticeCard).steering?.map(({ act, stage }) => [act, stage])),
    ).toEqual([offered, offered])
  })

  test.each([
    ['before the event of its stage', [FAILURE, ended('failed')]],
    ['after all events', [FAILURE, stageChange('Production', 'failed', START + 2 * MINUTE), ended('failed')]],
  ])('that failed is told with what mends it, %s', async (_, events) => {
    const may = { ...NO_PERMISSIONS, retry: ON_CALL, rollback: ON_CALL }
    const { hears, slack } = await bot({ deployments: 'failures', may })
    await hears(...events)
    const offered = slack.messages.map(({ card }) =>
      (card as NoticeCard).steering?.map(({ act, stage }) => [act, stage]),
    )
    expect(offered.length).toBeGreaterThan(0)
    for (const acts of offered)
      expect(acts).toEqual([
        ['retry', 'Production'],
        ['rollback', 'Production'],
      ])
  })

  test.each(['stopping', 'stopped', 'superseded'] as const)(
    'that is %s is not told with what mends it',
    async (progress) => {
      const may = { ...NO_PERMISSIONS, retry: ON_CALL, rollback: ON_CALL }
      const { hears, slack } = await bot({ deployments: 'failures', may })
      await hears(ended(progress), FAILURE)
      for (const { card } of slack.messages) expect((card as NoticeCard).steering).toBeUndefined()
    },
  )

  describe('whose cause is read after it was told', () => {
    const RUNS = { ...FAILURE, provider: 'CodeDeploy', summary: 'Rolled back to 84f95a3.' } as ActionChange
    const CAUSE = { what: 'ValidateService: validate.sh exited 1', lines: ['refused'], log: null, unread: [] }

    /** It was told without its cause. `explain`: its cause is read, and what follows from that is done. */
    const toldWithoutCause = async (route: Partial<Route> = {}) => {
      const made = await bot({ deployments: 'failures', ...route })
      const { services, hears } = made
      services.pipelines = { ...services.pipelines, actionRuns: async () => [actionRun({ ...RUNS, status: 'Failed' })] }
      await hears(RUNS, ended('failed'))
      return {
        ...made,
        explain: async (cause: FailureCause) => {
          const failures = { read: async () => cause }
          const { next } = await explainFailure({ ...services, failures }, KEY, RUNS.actionExecutionId)
          for (const effect of next)
            if (effect.do === 'send-notices' || effect.do === 'tell-execution')
              await performDue(services, { effect, attempt: 1 })
        },
      }
    }

    test('is followed by it, once in both threads and without a ping', async () => {
      const { services, told, explain } = await toldWithoutCause()
      expect(told().map(({ mention }) => mention.length)).toEqual([4, 0])
      await explain(CAUSE)
      await explain(CAUSE)
      await sendNotices(services, id)
      await tellExecution(services, KEY)
      expect(told().slice(2)).toEqual([
        {
          in: 'C0RELEASES',
          mention: [],
          words: ['Why it failed: shop-web to Production', 'ValidateService: validate.sh exited 1', 'refused'],
        },
        {
          in: 'C0DEPLOYS',
          mention: [],
          words: [
            'Why it failed: shop-web',
            'Production › Deploy failed',
            'ValidateService: validate.sh exited 1',
            'refused',
          ],
        },
      ])
    })

    test('is looked for in its thread if a function ended before it stored that it was sent', async () => {
      const { services, slack, told, explain, pass } = await toldWithoutCause()
      const { post } = services.slack
      services.slack = { ...services.slack, post: async (...given) => (await post(...given), LOST) }
      await explain(CAUSE)
      services.slack = { ...services.slack, post }
      expect(slack.messages).toHaveLength(4)
      pass(MINUTE)
      await sendNotices(services, id)
      await tellExecution(services, KEY)
      expect(told()).toHaveLength(4)
      expect(endNoticeAt((await services.executions.read(KEY))!)).toBeNull()
    })

    test('is followed by nothing if the service does not say why', async () => {
      const { services, told, explain } = await toldWithoutCause()
      await explain({ what: null, lines: [], log: null, unread: [] })
      await sendNotices(services, id)
      expect(told()).toHaveLength(2)
      expect(endNoticeAt((await services.executions.read(KEY))!)).toBeNull()
    })
  })

  test('without an approval mentions its people in the thread of the status message', async () => {
    const { hears, told } = await bot({ deployments: 'failures' }, { hasApproval: false })
    await hears(FAILURE, ended('failed'))
    expect(told()).toMatchObject([{ in: 'C0DEPLOYS', mention: ['U0ANA', 'U0HALA'] }])
  })

  test('waits until the action that failed is known, five minutes at most', async () => {
    const { hears, told } = await bot({ deployments: 'failures' })
    await hears(ended('failed', 5))
    expect(told()).toEqual([])
    await hears({ ...FAILURE, at: START + 5 * MINUTE })
    expect(told()).toHaveLength(2)
    const other = await bot({ deployments: 'failures' })
    await other.hears(ended('failed', 5))
    other.pass(5 * MINUTE)
    await tellExecution(other.services, KEY)
    await sendNotices(other.services, id)
    expect(other.told().map(({ words }) => words[0])).toEqual(['Failed: shop-web', 'Failed: shop-web to Production'])
  })

  test.each([
    ['all', 'Live: shop-web to Production'],
    ['changes', null],
    ['failures', null],
    ['none', null],
  ] as const)('that is live is told where the route says all: %s', async (deployments, words) => {
    const { hears, told } = await bot({ deployments })
    await hears(ended('succeeded', 4))
    expect(told()[0]?.words[0] ?? null).toBe(words)
    expect(told()).toHaveLength(words ? 2 : 0)
  })

  test('that is live after a failure says for how long deployments failed', async () => {
    const earlier = [
      listed('stopped', 'Stopped', 3),
      listed('failed-again', 'Failed', 2),
      listed('failed', 'Failed', -56),
      listed('live', 'Succeeded', -80),
      listed('long-ago', 'Failed', -90),
    ]
    const { services, hears, told } = await bot({ deployments: 'changes' }, { earlier })
    for (const executionId of ['failed', 'failed-again', 'long-ago']) {
      const record = { ...execution([FAILURE, ended('failed')]), key: { ...KEY, executionId } }
      await services.executions.change(record.key, () => [record, null], { fresh: () => record })
    }
    await hears(ended('succeeded', 4))
    expect(told().map(({ words, mention }) => [words[0], mention])).toEqual([
      ['Recovered after 1\u00a0hr: shop-web to Production is live', ['U0ANA']],
      ['Recovered after 1\u00a0hr: shop-web succeeded', []],
    ])
  })

  test('that was rejected before is no failure to recover from', async () => {
    const { services, hears, told } = await bot({ deployments: 'changes' }, { earlier: [listed('no', 'Failed', 1)] })
    const rejected = actionChange('Production', 'Approve', 'failed', START)
    const record = { ...execution([rejected, ended('failed')]), key: { ...KEY, executionId: 'no' } }
    await services.executions.change(record.key, () => [record, null], { fresh: () => record })
    await hears(ended('succeeded', 4))
    expect(told()).toEqual([])
  })

  test('after a retry is told again, and the execution has recovered from its own failure', async () => {
    const { hears, told } = await bot({ deployments: 'changes' })
    await hears(FAILURE, ended('failed'))
    await hears(pipelineChange('running', START + 4 * MINUTE), stageChange('Production', 'running', START + 4 * MINUTE))
    await hears({ ...FAILURE, at: START + 6 * MINUTE, actionExecutionId: 'retry' } as StateChange, ended('failed', 6))
    await hears(pipelineChange('running', START + 8 * MINUTE), stageChange('Production', 'running', START + 8 * MINUTE))
    await hears(ended('succeeded', 12))
    expect(told().flatMap(({ words, in: channel }) => (channel === 'C0RELEASES' ? words[0] : []))).toEqual([
      'Failed, rolled back: shop-web to Production',
      'Failed, rolled back: shop-web to Production',
      'Recovered after 10\u00a0min: shop-web to Production is live',
    ])
  })

  test('waits for the end of quiet hours', async () => {
    const quiet = [{ name: 'quiet hours', zone: 'UTC', span: { every: 'day', from: 9 * 60, to: 12 * 60 } }] as const
    const { services, hears, told, pass } = await bot({ deployments: 'all', quiet }, { hasApproval: false })
    await hears(FAILURE, ended('failed'))
    expect(told()).toEqual([])
    pass(180 * MINUTE)
    await tellExecution(services, KEY)
    expect(told()).toMatchObject([{ mention: ['U0ANA', 'U0HALA'] }])
  })

  test('is told with what mends it if quiet hours end while it is looked up', async () => {
    const quiet = [{ name: 'quiet hours', zone: 'UTC', span: { every: 'day', from: 9 * 60, to: 12 * 60 } }] as const
    const may = { ...NO_PERMISSIONS, retry: ON_CALL }
    const { services, slack, pass } = await bot({ deployments: 'all', quiet, may }, { hasApproval: false })
    const { executions } = services
    await executions.change(KEY, (of) => [
      [FAILURE, ended('failed')].reduce((so, one) => applyEvent(so, one, START), of),
      null,
    ])
    pass(150 * MINUTE - 1)
    const change: typeof executions.change = (...given) => (pass(1), executions.change(...given))
    await tellExecution({ ...services, executions: { ...executions, change } }, KEY)
    expect(slack.messages).toMatchObject([{ card: { steering: [{ act: 'retry', stage: 'Production' }] } }])
  })

  test('in quiet hours that never end is left out', async () => {
    const quiet = [{ name: 'quiet hours', zone: 'UTC', span: { every: 'day', from: 0, to: 0 } }] as const
    const { services, hears, told } = await bot({ deployments: 'all', quiet }, { hasApproval: false })
    await hears(FAILURE, ended('failed'))
    expect(told()).toEqual([])
    expect(Object.values((await services.executions.read(KEY))!.notices)).toMatchObject([{ name: 'skipped' }])
  })

  test('that the route does not want to hear of is followed by the next notice that is due', async () => {
    const { services, pass } = await bot({ deployments: 'none' })
    await services.approvals.change(id, (of) => (of.kind === 'approval' ? [{ ...of, notices: {} }, null] : [of, null]))
    pass(5 * MINUTE)
    // It ended before Greenlight knew that it was approved, so the outcome is due later.
    await followPipeline(services, { key: KEY, change: ended('succeeded', -1), approval: null })
    const { next } = await sendNotices(services, id)
    expect(next).toEqual([{ do: 'send-notices', approval: id }])
    expect(await sendNotices(services, id)).toMatchObject({ next: [{ do: 'send-notices' }, { do: 'file-entries' }] })
  })

  test('waits for the status message in whose thread it is told', async () => {
    const { services, told, pass } = await bot({ deployments: 'all' }, { hasApproval: false })
    const at = (place: typeof IN_DEPLOYS | null) =>
      services.executions.change(KEY, (of) => [{ ...of, showing: { ...of.showing, place } }, null])
    await services.executions.change(KEY, (of) => [applyEvent(of, ended('succeeded', 0), START), null])
    await at(null)
    expect(await tellExecution(services, KEY)).toMatchObject({ kind: 'again', afterSeconds: 10 })
    await at(IN_DEPLOYS)
    pass(10 * SECOND)
    await tellExecution(services, KEY)
    expect(told()).toHaveLength(1)
  })

  test('under a status message that was deleted has that message posted again', async () => {
    const { services } = await bot({ deployments: 'all' }, { hasApproval: false })
    const place = { ...IN_DEPLOYS, ts: '9.9' }
    services.slack = { ...services.slack, post: async () => ({ kind: 'posted', place, isParentGone: true }) }
    await services.executions.change(KEY, (of) => [applyEvent(of, ended('succeeded', 0), START), null])
    const { next } = await tellExecution(services, KEY)
    expect(next).toContainEqual({ do: 'show-execution', execution: KEY })
    expect((await services.executions.read(KEY))!.showing.place).toBeNull()
  })

  test('is not told ten days later, by a thread that had no message until then or by one that had', async () => {
    for (const place of [null, IN_DEPLOYS]) {
      const { services, hears, told, pass } = await bot({ deployments: 'all' }, { hasApproval: false })
      await services.executions.change(KEY, (of) => [{ ...of, showing: { ...of.showing, place } }, null])
      pass(10 * DAY)
      await hears(ended('succeeded', 4))
      expect(told()).toEqual([])
      expect(endNoticeAt((await services.executions.read(KEY))!)).toBeNull()
    }
  })

  test.each([
    ['stopped', 'Stopped after the approval: shop-web to Production', 'Stopped: shop-web after 12\u00a0min'],
    ['superseded', 'Superseded: shop-web to Production', 'Superseded: shop-web'],
  ] as const)('that was %s', async (progress, approval, card) => {
    const { hears, told } = await bot({ deployments: 'all' })
    await hears(ended(progress))
    expect(told().map(({ words }) => words[0])).toEqual([approval, card])
  })

  test('of a rollback says so', async () => {
    const { services, hears, told } = await bot({ deployments: 'changes' }, { hasApproval: false })
    const rollback: Starter = { ...BY_DANA, kind: 'rollback' }
    await services.executions.change(KEY, (of) => [{ ...of, starter: rollback }, null])
    await hears(ended('succeeded', 4))
    expect(told()).toMatchObject([
      {
        mention: ['U0DANA', 'U0ANA'],
        words: ['Rolled back: shop-web in 14\u00a0min', expect.anything(), 'For <@U0DANA> and <@U0ANA>'],
      },
    ])
  })

  test('is told by the route of the action that failed, and of the whole execution if none did', async () => {
    for (const [changes, of] of [
      [[FAILURE, ended('failed')], { ...KEY, stage: 'Production', action: 'Deploy' }],
      [[ended('succeeded', 4)], KEY],
    ] as const) {
      const { services, hears } = await bot({ deployments: 'all' })
      const { configuration } = services
      const asked: object[] = []
      const routeOfExecution: typeof configuration.routeOfExecution = (where) => {
        asked.push(where)
        return configuration.routeOfExecution(where)
      }
      services.configuration = { ...configuration, routeOfExecution }
      await hears(...changes)
      expect(asked.at(-1)).toEqual(of)
    }
  })

  test('mentions its approvers alone in the thread of an approval, if a later one of its stage mentions the others', async () => {
    const { services, hears, told } = await bot({ deployments: 'all' })
    const later = { id: 'f'.repeat(32), requestedAt: START + MINUTE, place: null }
    await services.executions.change(KEY, (of) => [
      { ...of, approvals: new Map([...of.approvals, ['Production/Sign off', later]]) },
      null,
    ])
    await hears(FAILURE, ended('failed'))
    expect(told().find((one) => one.in === 'C0RELEASES')?.mention).toEqual(['U0DANA', 'U0CHEN'])
  })

  test.each([
    ['stopped', []],
    ['superseded', []],
    ['failed', ['U0ANA', 'U0HALA']],
  ] as const)(
    'that %s before the approval mentions the people whom the outcome in its thread does not',
    async (name, mention) => {
      const { services, hears, told } = await bot({ deployments: 'all' })
      const waiting = actionChange('Production', 'Approve', 'running', START - MINUTE)
      const isOver = execution([RAN[0]!, RAN[2]!, waiting])
      await services.executions.change(KEY, (of) => [{ ...of, actions: isOver.actions }, null])
      await hears(...(name === 'failed' ? [FAILURE] : []), ended(name))
      expect(told().find((one) => one.in === 'C0DEPLOYS')?.mention).toEqual(mention)
    },
  )

  test('that was told before its cause was known is followed by the cause, also if the answer of Slack was lost', async () => {
    const { services, hears, told, pass } = await bot({ deployments: 'all' }, { hasApproval: false })
    const { slack } = services
    services.slack = {
      ...slack,
      post: async (...given) => {
        services.slack = slack
        await slack.post(...given)
        return LOST
      },
    }
    await hears(FAILURE, ended('failed'))
    const cause = { what: 'Deploy: it failed', lines: ['Error: out of memory'], log: null, unread: [] }
    await services.executions.change(KEY, (of) => [explained(of, 'Production/Deploy/1', cause, START), null])
    pass(MINUTE)
    for (let time = 0; time < 2; time++) await tellExecution(services, KEY)
    expect(told()).toHaveLength(2)
    expect(told()[0]!.words.join(' ')).not.toContain('out of memory')
    expect(told()[1]!.words.join(' ')).toContain('out of memory')
  })

  test.each([
    ['is followed by the cause, if the message is there', true, 2],
    ['says the cause itself, if the message is not there', false, 1],
  ])('whose answer from Slack was lost in an approval’s thread %s', async (_, isThere, times) => {
    const { services, told, pass } = await bot({ deployments: 'all' })
    const { slack } = services
    const failed = [FAILURE, ended('failed')]
    for (const change of failed) await followPipeline(services, { key: KEY, change, approval: null })
    pass(5 * MINUTE)
    const post: typeof slack.post = async (...given) => (isThere && (await slack.post(...given)), LOST)
    await sendNotices({ ...services, slack: { ...slack, post } }, id)
    const cause = { what: 'Deploy: it failed', lines: ['Error: out of memory'], log: null, unread: [] }
    const actionRuns = async () => [actionRun({ ...(FAILURE as ActionChange), status: 'Failed' })]
    const asking = {
      ...services,
      pipelines: { ...services.pipelines, actionRuns },
      failures: { read: async () => cause },
    }
    await explainFailure(asking, KEY, 'Production/Deploy/1')
    pass(MINUTE)
    for (let time = 0; time < 3; time++) await sendNotices(services, id)
    expect(told()).toHaveLength(times)
    expect(told().at(-1)!.words.join(' ')).toContain('out of memory')
  })

  test('that Slack refuses to tell is logged with its execution, so that the operator finds the thread', async () => {
    const { services, logged } = await bot({ deployments: 'all' }, { hasApproval: false })
    services.slack = {
      ...services.slack,
      post: async () => ({ kind: 'refused', because: 'is_archived', isFinal: true }),
    }
    await services.executions.change(KEY, (of) => [applyEvent(of, ended('succeeded', 0), START), null])
    await tellExecution(services, KEY)
    expect(logged).toMatchObject([{ level: 'warn', about: { execution: KEY.executionId, because: 'is_archived' } }])
  })

  test('that changes while the people of the first end are looked up is told as it is then', async () => {
    const { services, told, pass } = await bot({ deployments: 'all' }, { hasApproval: false })
    const { executions } = services
    const failed = [FAILURE, ended('failed')]
    await executions.change(KEY, (of) => [failed.reduce((so, one) => applyEvent(so, one, START), of), null])
    let isRetried = false
    const change: typeof executions.change = async (key, ...given) => {
      const retried = [
        stageChange('Production', 'running', START + 3 * MINUTE),
        { ...FAILURE, at: START + 4 * MINUTE, progress: 'succeeded', actionExecutionId: 'retry' } as StateChange,
        ended('succeeded', 4),
      ]
      if (!isRetried)
        await executions.change(KEY, (of) => [retried.reduce((so, one) => applyEvent(so, one, START), of), null])
      isRetried = true
      return executions.change(key, ...given)
    }
    services.executions = { ...executions, change }
    pass(5 * MINUTE)
    const { next } = await tellExecution(services, KEY)
    expect([told(), next]).toEqual([[], [{ do: 'tell-execution', execution: KEY }]])
    await tellExecution(services, KEY)
    expect(told()).toMatchObject([{ mention: ['U0ANA'] }])
  })

  describe('costs no call that makes no difference', () => {
    /** What is asked of CodePipeline and Slack, and how often the execution is written. */
    const counting = async (...given: Parameters<typeof bot>) => {
      const made = await bot(...given)
      const { services } = made
      const { pipelines, directory, executions } = services
      const calls: string[] = []
      const counted = <F extends (...given: never[]) => unknown>(name: string, call: F): F =>
        ((...given) => {
          calls.push(name)
          return call(...given)
        }) as F
      services.pipelines = { ...pipelines, executions: counted('list', pipelines.executions) }
      services.directory = { ...directory, byEmail: counted('people', directory.byEmail) }
      const tell = async () => {
        calls.length = 0
        const change = counted('write', executions.change)
        const { next } = await tellExecution({ ...services, executions: { ...executions, change } }, KEY)
        expect(next).toEqual([])
        return calls
      }
      const ends = async (...changes: StateChange[]) => {
        made.pass(5 * MINUTE)
        for (const change of changes) await followPipeline(services, { key: KEY, change, approval: null })
      }
      return { ...made, calls, ends, tell }
    }

    test('where the execution has no status message: it is written once, and never looked at again', async () => {
      const { services, ends, tell, told } = await counting({ deployments: 'all' }, { hasApproval: false })
      services.configuration = { ...services.configuration, statusChannelFor: () => null }
      await services.executions.change(KEY, (of) => [{ ...of, showing: { ...of.showing, place: null } }, null])
      await ends(ended('succeeded', 4))
      expect(await tell()).toEqual(['write'])
      expect(await tell()).toEqual([])
      expect(told()).toEqual([])
    })

    test('while another function sends the notice', async () => {
      const { services, ends, tell } = await counting({ deployments: 'all' }, { hasApproval: false })
      await ends(ended('succeeded', 4))
      await services.executions.change(KEY, (of) => [
        acquireExecutionNotice(of, 'other', services.clock.now())[0],
        null,
      ])
      expect(await tell()).toEqual([])
    })

    test.each(['failures', 'none'] as const)('where the route wants to hear of %s', async (deployments) => {
      const { ends, tell } = await counting({ deployments }, { hasApproval: false })
      await ends(ended('succeeded', 4))
      expect(await tell()).toEqual(['write'])
    })

    test('in quiet hours: no one is looked up until they end', async () => {
      const quiet = [{ name: 'quiet hours', zone: 'UTC', span: { every: 'day', from: 9 * 60, to: 12 * 60 } }] as const
      const { ends, tell } = await counting({ deployments: 'all', quiet }, { hasApproval: false })
      await ends(FAILURE, ended('failed'))
      expect(await tell()).toEqual(['write'])
    })

    test('in the thread of an approval of which another notice is due', async () => {
      const { services, ends, calls } = await counting({ deployments: 'all' })
      await services.approvals.change(id, (of) =>
        of.kind === 'approval' ? [{ ...of, notices: {} }, null] : [of, null],
      )
      await ends(ended('succeeded', 4))
      calls.length = 0
      expect(await sendNotices(services, id)).toMatchObject({ next: [{ do: 'send-notices' }, { do: 'file-entries' }] })
      expect(calls).toEqual([])
    })
  })

  describe('of which the approval has a route of its own', () => {
    const REST = { approvers: [{ name: 'engineers', people: ['U0DANA'] }] }
    const APPROVE = { stage: 'Production', action: 'Approve' }
    const DEPLOY = { match: { stage: 'Production', action: 'Deploy' }, deployments: 'failures', onCall: ON_CALL }
    const inMemory = (routes: object[]) => configurationFrom(CONFIGURATION.parse({ defaults: {}, routes }))
    const withRoutes = async (routes: object[]) => {
      const made = await bot({})
      const { routeFor, routeOfExecution } = inMemory(routes.map((route) => ({ ...REST, ...route })))
      made.services.configuration = { ...made.services.configuration, routeFor, routeOfExecution }
      return made
    }
    /** The action that fails has a route of its own too, with Hala on call. */
    const failing = (approvals: object[]) => withRoutes([...approvals, DEPLOY])

    test('that does not want to hear of it: the status message mentions those on call', async () => {
      const { hears, told } = await failing([{ match: APPROVE, deployments: 'none' }])
      await hears(FAILURE, ended('failed'))
      expect(told()).toMatchObject([{ in: 'C0DEPLOYS', mention: ['U0ANA', 'U0HALA'] }])
    })

    test('that has others on call: each of them is mentioned in one thread', async () => {
      const onCall = { people: ['U0FAY'], groups: [] }
      const { hears, told } = await failing([{ match: APPROVE, deployments: 'failures', onCall }])
      await hears(FAILURE, ended('failed'))
      expect(told().map((one) => [one.in, one.mention])).toEqual([
        ['C0RELEASES', ['U0ANA', 'U0FAY', 'U0DANA', 'U0CHEN']],
        ['C0DEPLOYS', ['U0HALA']],
      ])
    })

    test('that shares a person on call with it: no one is mentioned in both threads', async () => {
      const own = { ...DEPLOY, onCall: { people: ['U0HALA', 'U0FAY'], groups: [] } }
      const onCall = { people: ['U0FAY'], groups: [] }
      const { hears, told } = await withRoutes([{ match: APPROVE, deployments: 'failures', onCall }, own])
      await hears(FAILURE, ended('failed'))
      expect(told().map((one) => [one.in, one.mention])).toEqual([
        ['C0RELEASES', ['U0ANA', 'U0FAY', 'U0DANA', 'U0CHEN']],
        ['C0DEPLOYS', ['U0HALA']],
      ])
    })

    test('that has others on call: no one on call is mentioned for a deployment that is live', async () => {
      const onCall = { people: ['U0FAY'], groups: [] }
      const all = { match: {}, deployments: 'all', onCall: ON_CALL }
      const { hears, told } = await withRoutes([{ match: APPROVE, deployments: 'all', onCall }, all])
      await hears(ended('succeeded', 4))
      expect(told().map((one) => [one.in, one.mention])).toEqual([
        ['C0RELEASES', ['U0ANA']],
        ['C0DEPLOYS', []],
      ])
    })

    test.each(['oldest', 'newest'])(
      'the last of two approvals mentions its people, though the table may give the %s first',
      async (first) => {
        const onCall = { people: ['U0FAY'], groups: [] }
        const { services, hears, told } = await withRoutes([
          { match: APPROVE, deployments: 'failures', onCall },
          { match: { stage: 'Live', action: 'Approve' }, deployments: 'failures', onCall: ON_CALL },
          DEPLOY,
        ])
        const where = { ...APPROVED.where, stage: 'Live', action: 'Approve' }
        const later = { ...APPROVED, id: 'f'.repeat(32), where, requestedAt: START + MINUTE }
        await services.approvals.create({ ...later, deployment: null })
        const last = ['Live/Approve', { id: later.id, requestedAt: later.requestedAt, place: IN_RELEASES }] as const
        await services.executions.change(KEY, (of) => [
          { ...of, approvals: new Map(first === 'oldest' ? [...of.approvals, last] : [last, ...of.approvals]) },
          null,
        ])
        await hears(actionChange('Live', 'Approve', 'succeeded', START + MINUTE), FAILURE, ended('failed'))
        // The last approval's thread mentions Hala, so the status message does not.
        expect(told().find((one) => one.in === 'C0DEPLOYS')?.mention).toEqual([])
      },
    )

    test('and a later approval has none: the earlier one tells its people, and each is mentioned in one thread', async () => {
      const { services, hears, told } = await failing([{ match: APPROVE, deployments: 'failures' }])
      const where = { ...APPROVED.where, stage: 'Live', action: 'Approve' }
      const later = { ...APPROVED, id: 'f'.repeat(32), where, requestedAt: START + MINUTE }
      await services.approvals.create({ ...later, deployment: null })
      await services.executions.change(KEY, (of) => [
        {
          ...of,
          approvals: new Map([
            ...of.approvals,
            ['Live/Approve', { id: later.id, requestedAt: later.requestedAt, place: IN_RELEASES }],
          ]),
        },
        null,
      ])
      await hears(actionChange('Live', 'Approve', 'succeeded', START + MINUTE), FAILURE, ended('failed'))
      expect(told().map((one) => [one.in, one.mention])).toEqual([
        ['C0RELEASES', ['U0ANA', 'U0DANA', 'U0CHEN']],
        ['C0DEPLOYS', ['U0HALA']],
      ])
    })
  })
})
