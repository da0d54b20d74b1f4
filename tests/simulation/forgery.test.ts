import type { Services } from '../../functions/ports/services.ts'
import { forge } from './forgery.ts'

const ATTEMPTS = 400

test('a thief with the table, the code and every role but those that sign releases nothing, and the audit finds each try', async () => {
  expect(await forge(1, ATTEMPTS)).toEqual({ attempts: ATTEMPTS, released: [], undetected: [] })
}, 60_000)

/** By what is wrong with them: the thief gets a release past each. */
const BROKEN_BOTS: Record<string, (services: Services) => Services> = {
  'a sender that believes every signature': (services) => ({
    ...services,
    signatures: { ...services.signatures, verify: async () => true },
  }),
  'a sender that forgets what people took back': (services) => ({
    ...services,
    objections: { ...services.objections, of: async () => [] },
  }),
  'a queue that believes every seal': (services) => ({
    ...services,
    seals: { ...services.seals, holds: async () => true },
  }),
}

test.each(Object.keys(BROKEN_BOTS))(
  '%s is noticed',
  async (name) => {
    const { released } = await forge(1, 200, BROKEN_BOTS[name])
    expect(released).not.toEqual([])
  },
  60_000,
)
