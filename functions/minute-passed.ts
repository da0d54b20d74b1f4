import { addressReader } from './aws/read-addresses.ts'
import { minuteOf } from './domain/comparison.ts'
import { compareByTurns } from './flows/effects/compare-by-turns.ts'
import { sweep } from './flows/effects/sweep.ts'
import type { OpenServices } from './services.ts'
import type { Services } from './ports/services.ts'
import { asHandler } from './services.ts'

/** Schedule: a minute has passed. Calendars at addresses are read beside the sweep, and never stop it. */
export const minutePassed = (
  services: Services & { allowedAccounts: Pick<OpenServices['allowedAccounts'], 'all'> },
) => {
  const readAddresses = addressReader(services.configuration, services.calendarReadings, services)
  let compared = minuteOf(services.clock.now()) - 1
  return async (): Promise<void> => {
    const upTo = minuteOf(services.clock.now())
    // The schedule is some seconds early or late: a minute may have two sweeps, and the next one none.
    const minutes = { after: compared, upTo }
    const [isCompared] = await Promise.all([
      compareByTurns(services, minutes),
      sweep(services, services.allowedAccounts.all),
      readAddresses(),
    ])
    if (isCompared) compared = upTo
  }
}

export const handler = asHandler(minutePassed)
