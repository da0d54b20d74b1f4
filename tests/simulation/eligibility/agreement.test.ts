import { agree, invalidIn } from './agreement.ts'
import { MISTAKES } from './mistakes.ts'
import { wholeInCi } from '../../support/whole-in-ci.ts'

/** `npm run simulate -- --cedar 1000000` asks more. */
const DECISIONS = 1_000

test('Cedar permits and denies what the bot does, by the policies that explain prints', async () => {
  const { decisions, permitted, disagreements } = await agree(1, wholeInCi(DECISIONS, 300))
  expect(disagreements).toEqual([])
  expect(permitted / decisions).toBeGreaterThan(0.2)
  expect(permitted / decisions).toBeLessThan(0.8)
})

test.each(Object.keys(MISTAKES))('a bot that %s is noticed', async (name) => {
  const { disagreements } = await agree(1, DECISIONS, MISTAKES[name])
  expect(disagreements).not.toEqual([])
})

test('the policies that explain prints are valid for the schema, whatever the route', () => {
  for (let seed = 1; seed <= wholeInCi(100, 25); seed++) expect(invalidIn(seed)).toEqual([])
})
