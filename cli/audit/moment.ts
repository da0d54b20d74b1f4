import { Failure } from '../failure.ts'

const MOMENT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/

/**
 * A date, which begins in UTC, or a time with its offset: a record must not depend on where it is read.
 *
 * @returns epoch milliseconds. @throws {Failure} when it is neither.
 */
export const utcMoment = (option: string, text: string): number => {
  const at = MOMENT.test(text) ? Date.parse(text) : Number.NaN
  // Date.parse takes 30 February for a day in March.
  const written = Number.isNaN(at) ? '' : new Date(Date.parse(`${text.slice(0, 10)}T00:00Z`)).toISOString().slice(0, 10)
  if (written !== text.slice(0, 10) || written === '')
    throw new Failure(`${option} is ${text}: expected a date such as 2026-11-01, or a time such as 2026-11-01T09:30Z.`)
  return at
}
