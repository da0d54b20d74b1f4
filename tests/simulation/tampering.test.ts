import { Chance } from './chance.ts'
import { tamper } from './tampering.ts'

const ATTEMPTS = 200

test('every edit, removal, exchange, backdating and cut of a record that a log has is found, by a thief with any key', async () => {
  expect(await tamper(new Chance(1), ATTEMPTS)).toEqual({ attempts: ATTEMPTS, undetected: [] })
})

test('an audit that does not compare with the log is noticed', async () => {
  const { undetected } = await tamper(new Chance(1), ATTEMPTS, false)
  expect(undetected.some((what) => what.endsWith('has the signing key as well'))).toBe(true)
  expect(undetected).toContain('removes everything, and writes to the table')
})
