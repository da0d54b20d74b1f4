import { settled } from '../../../functions/domain/approval.ts'
import { applyEvent } from '../../../functions/domain/execution.ts'
import { endNoticeAt } from '../../../functions/domain/deployment-notices.ts'
import { MOST_WATCHERS } from '../../../functions/domain/watching.ts'
import { executionAttentionAt } from '../../../functions/domain/execution-attention.ts'
import { watchExecution } from '../../../functions/flows/execution/watch-execution.ts'
import { tellExecution } from '../../../functions/flows/show/tell-execution.ts'
import { performDue } from '../../../functions/flows/effects/perform-effect.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { answerProblems } from '../../support/block-kit-limits.ts'
import { messageOf } from '../../support/memory/slack.ts'
import {
  DAY,
  KEY,
  MINUTE,
  START,
  actionChange,
  approval,
  deciding,
  execution,
  pipelineChange,
} from '../../support/records.ts'

const RUNS = execution([pipelineChange('running', START - MINUTE)])

/** An execution that runs, in a pipeline without a status channel. */
const running = async () => {
  const bot = botInMemory()
  const { services, slack } = bot
  await services.executions.change(KEY, () => [RUNS, null], { fresh: () => RUNS })
  return {
    ...bot,
    press: (userId: string) => watchExecution(services, { execution: KEY }, userId, Infinity),
    stored: async () => (await services.executions.read(KEY))!,
    hears: async (...news: Parameters<typeof applyEvent>[1][]) => {
      await services.executions.change(KEY, (known) => [
        news.reduce((so, one) => applyEvent(so, one, services.clock.now()), known),
        null,
      ])
      await performDue(services, { effect: { do: 'tell-execution', execution: KEY }, attempt: 1 })
    },
    /** Whom was told what. */
    told: () =>
      slack.messages.map(({ card, place, under }) => {
        const message = messageOf(card)
        expect(under).toBeNull()
        expect(answerProblems(message)).toEqual([])
        return [place.channel, message.text.split('\n')[0]]
      }),
  }
}

const ended = (progress: Parameters<typeof pipelineChange>[0], minute = 2) =>
  pipelineChange(progress, START + minute * MINUTE)

test.each([
  ['succeeded', [], 'Live: shop-web, 3\u00a0min after it started'],
  ['failed', [actionChange('Build', 'Compile', 'failed', START + MINUTE)], 'Failed: shop-web'],
  [
    'failed',
    [actionChange('Production', 'Approve', 'failed', START + MINUTE, { category: 'Approval', summary: 'Rejected' })],
    'Not approved: shop-web. It was not deployed further.',
  ],
  ['stopped', [], 'Stopped: shop-web after 3\u00a0min'],
  ['superseded', [], 'Superseded: shop-web'],
  ['canceled', [], 'Canceled: shop-web after 3\u00a0min'],
] as const)('an execution that %s is told to each who asked, once', async (progress, before, words) => {
  const { press, hears, told, pass, stored, services } = await running()
  for (const userId of ['U0ANA', 'U0BEN', 'U0ANA'])
    expect(await press(userId)).toMatchObject({ kind: 'noted', execution: { key: { pipeline: 'shop-web' } } })
  await hears()
  expect(told()).toEqual([])
  pass(10 * MINUTE)
  await hears(...before, ended(progress))
  expect(told()).toEqual([
    ['U0ANA', words],
    ['U0BEN', words],
  ])
  await hears(ended(progress))
  await tellExecution(services, KEY)
  expect(told()).toHaveLength(2)
  expect(await stored()).not.toHaveProperty('watchers')
  expect(await press('U0ANA')).toMatchObject({ kind: 'over', execution: { overall: { progress } } })
})

test('who was told of a failure is not told of a retry, unless they ask again', async () => {
  const { press, hears, told, pass } = await running()
  await press('U0ANA')
  await press('U0BEN')
  pass(10 * MINUTE)
  await hears(actionChange('Build', 'Compile', 'failed', START + MINUTE), ended('failed'))
  await hears(ended('running', 4))
  expect(await press('U0ANA')).toMatchObject({ kind: 'noted' })
  await hears(ended('succeeded', 5))
  expect(told().slice(2)).toEqual([['U0ANA', expect.stringMatching(/^Live: shop-web/)]])
})

test('a message that Slack refuses is not sent again, and the next person gets theirs', async () => {
  const { press, hears, told, pass, counted, services, stored } = await running()
  for (const userId of ['U0ANA', 'U0BEN']) await press(userId)
  const { post } = services.slack
  services.slack = {
    ...services.slack,
    post: async (channel, ...given) =>
      channel === 'U0ANA'
        ? { kind: 'refused', because: 'messages_tab_disabled', isFinal: false }
        : post(channel, ...given),
  }
  pass(10 * MINUTE)
  await hears(ended('succeeded'))
  await hears()
  expect(told().map(([channel]) => channel)).toEqual(['U0BEN'])
  expect(counted).toEqual(['DirectMessageRefused', 'NoticeSaid'])
  expect(endNoticeAt(await stored())).toBeNull()
})

test('the sweep finds those who were not told, for a day', async () => {
  const { press, hears, told, pass, stored, services } = await running()
  await press('U0ANA')
  pass(3 * MINUTE)
  await services.executions.change(KEY, (known) => [applyEvent(known, ended('succeeded'), services.clock.now()), null])
  expect(
    executionAttentionAt({ ...(await stored()), confirmed: true, showing: { ...RUNS.showing, behindSince: null } }),
  ).toBe(services.clock.now() + MINUTE)
  pass(2 * DAY)
  await hears()
  expect(told()).toEqual([])
  expect(
    executionAttentionAt({ ...(await stored()), confirmed: true, showing: { ...RUNS.showing, behindSince: null } }),
  ).toBeNull()
})

test('under an approval it is its execution, also if no event of that has come', async () => {
  const { services } = botInMemory()
  const waits = approval()
  await services.approvals.create(waits)
  const of = { approval: waits.id }
  expect(await watchExecution(services, of, 'U0ANA', Infinity)).toMatchObject({
    kind: 'noted',
    execution: { key: { pipeline: 'shop-web' } },
  })
  const key = { accountId: KEY.accountId, region: KEY.region, pipeline: KEY.pipeline, executionId: waits.executionId }
  expect((await services.executions.read(key))?.watchers).toEqual({ U0ANA: services.clock.now() })
  await services.approvals.change(waits.id, (known) =>
    known.kind === 'approval'
      ? [settled(deciding(), { how: 'slack', verdict: 'Rejected' }, START), null]
      : [known, null],
  )
  // Its execution has not ended yet: they hear of that.
  expect(await watchExecution(services, of, 'U0BEN', Infinity)).toMatchObject({ kind: 'noted' })
  await services.executions.change(key, (known) => [applyEvent(known, ended('failed'), START), null])
  const over = { kind: 'over', execution: { overall: { progress: 'failed' } } }
  expect(await watchExecution(services, of, 'U0CHEN', Infinity)).toMatchObject(over)
})

test('under an approval that is over, an execution that is not known is over, and none is made up', async () => {
  const { services } = botInMemory()
  const over = settled(deciding(), { how: 'slack', verdict: 'Rejected' }, START)
  await services.approvals.create(over)
  const answer = await watchExecution(services, { approval: over.id }, 'U0BEN', Infinity)
  expect(answer).toMatchObject({ kind: 'over', execution: { key: { pipeline: 'shop-web' } } })
  expect(await services.executions.read({ ...KEY, executionId: over.executionId })).toBeNull()
})

test('what is not known is not noted, and no more than some people are', async () => {
  const { services, press, stored } = await running()
  const unknown = { kind: 'unknown' }
  expect(await watchExecution(services, { approval: 'f'.repeat(32) }, 'U0ANA', Infinity)).toEqual(unknown)
  const other = { execution: { ...KEY, executionId: 'e-other' } }
  expect(await watchExecution(services, other, 'U0ANA', Infinity)).toEqual(unknown)
  expect(await services.executions.read(other.execution)).toBeNull()
  for (let one = 0; one < MOST_WATCHERS; one++) expect(await press(`U0P${one}`)).toMatchObject({ kind: 'noted' })
  expect(await press('U0LAST')).toMatchObject({ kind: 'full' })
  expect(await press('U0P7')).toMatchObject({ kind: 'noted' })
  expect(Object.keys((await stored()).watchers!)).toHaveLength(MOST_WATCHERS)
})

test('five times it is tried between the writes of events, until its time is over', async () => {
  const { services } = await running()
  const { change } = services.executions
  const patience: unknown[] = []
  services.executions = {
    ...services.executions,
    change: (key, step, options) => {
      patience.push(options && 'patience' in options ? options.patience : null)
      return change(key, step, options)
    },
  }
  await watchExecution(services, { execution: KEY }, 'U0ANA', START + 1)
  expect(patience).toEqual([{ rounds: 5, until: START + 1, result: { kind: 'busy' } }])
})
