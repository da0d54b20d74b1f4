import type { Effect } from '../../../functions/domain/effect.ts'
import { compareByTurns } from '../../../functions/flows/effects/compare-by-turns.ts'
import type { DueRecord } from '../../../functions/ports/attention.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { KEY, START, approval, execution } from '../../support/records.ts'

const { id } = approval()
const NOW = START / 60_000
/** Every record has its turn within these. */
const TEN_MINUTES = { after: NOW, upTo: NOW + 10 }

const botThatWatches = (watched: DueRecord[]) => {
  const bot = botInMemory()
  const { attention } = bot.services
  return { ...bot, services: { ...bot.services, attention: { ...attention, watched: async () => watched } } }
}

const approvals = (count: number): DueRecord[] =>
  Array.from({ length: count }, (_, index) => ({ approval: `a${index}` }))

test('what is open is compared in its turn, all in one message, and nothing is written', async () => {
  const bot = botInMemory()
  await bot.services.approvals.create(approval())
  await bot.services.executions.create(execution())
  const change = () => Promise.reject(new Error('written'))
  const services = {
    ...bot.services,
    approvals: { ...bot.services.approvals, change },
    executions: { ...bot.services.executions, change },
  }
  expect(await compareByTurns(services, TEN_MINUTES)).toBe(true)
  const effects: Effect[] = [
    { do: 'check-approval', approval: id, unlessLookedAt: true },
    { do: 'check-execution', execution: KEY, unlessLookedAt: true },
  ]
  expect(bot.queued).toEqual([{ due: { effect: effects[0], attempt: 1, beside: [effects[1]] }, delaySeconds: 0 }])
  expect(await compareByTurns(services, { after: NOW, upTo: NOW })).toBe(true)
  expect(bot.queued).toHaveLength(1)
})

test('each record is in one message, five in each, and the messages are spread over the minute', async () => {
  for (const [count, last] of [
    [12, 2],
    [2_000, 54],
  ] as const) {
    const { services, queued } = botThatWatches(approvals(count))
    await compareByTurns(services, TEN_MINUTES)
    const sent = queued.map(({ due: { effect, beside = [] } }) => [effect, ...beside])
    expect(new Set(sent.flat().map((effect) => 'approval' in effect && effect.approval)).size).toBe(count)
    expect(sent.flat()).toHaveLength(count)
    expect(Math.max(...sent.map((effects) => effects.length))).toBe(5)
    expect(queued).toHaveLength(Math.ceil(count / 5))
    expect(queued.at(-1)?.delaySeconds).toBe(last)
  }
})

test('a queue that takes nothing is logged, and counted for the alarm', async () => {
  const bot = botThatWatches(approvals(1))
  const queue = { send: () => Promise.reject(new Error('SQS is down')) }
  expect(await compareByTurns({ ...bot.services, queue }, TEN_MINUTES)).toBe(false)
  expect(bot.logged).toMatchObject([{ level: 'error', about: { error: new Error('SQS is down') } }])
  expect(bot.counted).toEqual(['EffectFailed'])
})

test('one record is a message of its own, with none beside it', async () => {
  const { services, queued } = botThatWatches(approvals(1))
  await compareByTurns(services, TEN_MINUTES)
  expect(queued).toEqual([
    { due: { effect: { do: 'check-approval', approval: 'a0', unlessLookedAt: true }, attempt: 1 }, delaySeconds: 0 },
  ])
})
