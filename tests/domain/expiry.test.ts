import { DEFAULT_TIMEOUT, believableExpiry } from '../../functions/domain/expiry.ts'
import { DAY, START } from '../support/records.ts'

test.each([
  ['as it is told', START + DAY, START + DAY],
  ['up to sixty days after the action began', START + 60 * DAY, START + 60 * DAY],
  ['no later than CodePipeline allows', START + 60 * DAY + 1, START + 60 * DAY],
  ['no earlier than the action began', START - 1, START],
])('an approval expires %s', (_, told, expiry) => {
  expect(believableExpiry(told, START)).toBe(expiry)
})

test('an approval action without a timeout waits for a week', () => {
  expect(DEFAULT_TIMEOUT).toBe(7 * DAY)
})
