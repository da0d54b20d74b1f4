import type { Approval } from '../../functions/domain/approval.ts'
import { takeCheckRetry } from '../../functions/domain/check-retry.ts'
import { MINUTE, START, approval } from '../support/records.ts'

const UNTIL = START + 5 * MINUTE
const [TAKEN] = takeCheckRetry(approval(), 2, UNTIL, START)
const may = (of: Approval, attempt: number, now: number) => takeCheckRetry(of, attempt, now + MINUTE, now)[1]

test('of the looks at one approval that failed, one is queued again', () => {
  expect(takeCheckRetry(approval(), 2, UNTIL, START)).toEqual([
    { ...approval(), checkRetry: { attempt: 2, until: UNTIL + MINUTE } },
    true,
  ])
  expect(takeCheckRetry(TAKEN, 1, UNTIL, START)).toEqual([TAKEN, false])
  expect(may(TAKEN, 2, START)).toBe(false)
})

test('the next attempt of that one is, and any from a minute after it was to be made', () => {
  expect(may(TAKEN, 3, START)).toBe(true)
  expect(may(TAKEN, 1, UNTIL + MINUTE - 1)).toBe(false)
  expect(may(TAKEN, 1, UNTIL + MINUTE)).toBe(true)
})
