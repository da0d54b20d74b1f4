import { isToCompare, minuteOf } from '../../functions/domain/comparison.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { botInMemory } from '../support/bot-in-memory.ts'
import { MINUTE, START } from '../support/records.ts'

const NONE = { all: [] }

/** The first id whose turn is so many minutes after the start. */
const idFor = (minutes: number): string => {
  const upTo = minuteOf(START) + minutes
  for (let number = 0; ; number++) if (isToCompare(`a${number}`, 5, { after: upTo - 1, upTo })) return `a${number}`
}

test('a sweep that comes late compares what was to be compared in the minutes since the last one', async () => {
  const bot = botInMemory()
  const queue = { ...bot.services.queue }
  const attention = {
    ...bot.services.attention,
    watched: async () => [1, 2].map((minutes) => ({ approval: idFor(minutes) })),
  }
  const services = { ...bot.services, queue, attention, allowedAccounts: NONE }
  const compared = () => bot.queued.splice(0).flatMap(({ due: { effect, beside = [] } }) => [effect, ...beside])
  const door = minutePassed(services)
  await door()
  expect(compared()).toEqual([])
  bot.pass(2 * MINUTE)
  queue.send = () => Promise.reject(new Error('SQS is down'))
  await door()
  queue.send = bot.services.queue.send
  await door()
  expect(compared()).toEqual(
    [1, 2].map((minutes) => ({ do: 'check-approval', approval: idFor(minutes), unlessLookedAt: true })),
  )
  await door()
  expect(compared()).toEqual([])
})
