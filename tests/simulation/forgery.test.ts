import { FORGED_BOTS } from './broken-bots-of-the-thief.ts'
import { forge } from './forgery.ts'
import { forgedViolations } from './invariants.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

const ATTEMPTS = wholeInCi(400, 100)

test('a thief with the table, the code and every role but those that sign releases nothing, and the audit finds each try', async () => {
  const forged = await forge(1, ATTEMPTS)
  expect({ attempts: forged.attempts, violations: await forgedViolations(forged) }).toEqual({
    attempts: ATTEMPTS,
    violations: [],
  })
}, 60_000)

test.each(Object.keys(FORGED_BOTS))(
  '%s is noticed',
  async (name) => {
    const bot = FORGED_BOTS[name]!
    const found = await forgedViolations(await forge(1, wholeInCi(200, 100), bot))
    expect(found.filter((violation) => violation.startsWith(`${bot.breaks}: `))).not.toEqual([])
  },
  60_000,
)
