import { letAnAccountAsk } from './account.ts'

const MINUTE = 60_000

/* A small account; `npm run bench -- account` has one of 1,000 pipelines. */

test('every pipeline asks once, soon after its event or within a minute without it, and gets one verdict', async () => {
  const figures = await letAnAccountAsk({ pipelines: 16, over: 2 * MINUTE })
  expect(figures.approvals).toBe(16)
  expect(figures['asked by an event']).toBeGreaterThan(0)
  expect(figures['asked though its event was lost']).toBeGreaterThan(0)
  expect(figures['seconds from its event, most']).toBeLessThanOrEqual(5)
  expect(figures['seconds from the start of the action, most']).toBeLessThanOrEqual(65)
  expect(figures.verdicts).toBe(16)
  expect(figures.wrong).toBe(0)
}, 60_000)

test('a bot that looks into no pipelines misses those whose events are lost', async () => {
  const figures = await letAnAccountAsk({
    pipelines: 16,
    over: 2 * MINUTE,
    services: (services) => ({
      ...services,
      queue: {
        send: async (due, delay) => {
          if (due.effect.do !== 'look-for-approvals') await services.queue.send(due, delay)
        },
      },
    }),
  })
  expect(figures['seconds from the start of the action, most']).toBeGreaterThan(65)
  expect(figures.wrong).toBeGreaterThan(0)
}, 60_000)
