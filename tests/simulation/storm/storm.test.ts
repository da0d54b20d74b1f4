import { letStorm } from './storm.ts'

const MINUTE = 60_000

/* A small storm; `npm run bench -- storm` lets a large one happen. */

test('in a storm of events, questions come first, every card becomes true, and Slack’s limits are kept', async () => {
  const figures = await letStorm({ executions: 20, then: 6 * MINUTE })
  expect(figures.wrong).toBe(0)
  expect(figures.updates).toBeLessThanOrEqual(figures.events / 5)
  expect(figures['updates in a minute, most']).toBeLessThanOrEqual(50)
  expect(figures['calls too early']).toBe(0)
  expect(figures.questions).toBe(2)
  expect(figures['seconds a question waits behind status, most']).toBeLessThanOrEqual(5)
}, 60_000)

test('when Slack was away for an hour, all is true within two minutes of its return, within its limits', async () => {
  const figures = await letStorm({ executions: 8, over: 60 * MINUTE, away: 60 * MINUTE, then: 3 * MINUTE })
  expect(figures.wrong).toBe(0)
  expect(figures['seconds until all is true']).toBeLessThanOrEqual(120)
  expect(figures['updates in a minute, most']).toBeLessThanOrEqual(50)
  expect(figures['calls too early']).toBe(0)
}, 60_000)

test('a bot that asks for no turn meets Slack’s limits', async () => {
  const turns = { take: async () => 0, hold: async () => {}, heldUntil: async () => 0 }
  const figures = await letStorm({
    executions: 20,
    then: MINUTE,
    services: (services) => ({ ...services, turns }),
  })
  expect(figures['answers 429']).toBeGreaterThan(0)
  expect(figures['calls too early']).toBeGreaterThan(0)
}, 60_000)
