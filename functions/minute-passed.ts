import { addressReader } from './aws/read-addresses.ts'
import { sweep } from './flows/effects/sweep.ts'
import type { OpenServices } from './services.ts'
import type { Services } from './ports/services.ts'
import { asHandler } from './services.ts'

/** Schedule: a minute has passed. Calendars at addresses are read beside the sweep, and never stop it. */
export const minutePassed = (
  services: Services & { allowedAccounts: Pick<OpenServices['allowedAccounts'], 'all'> },
) => {
  const readAddresses = addressReader(services.configuration, services.calendarReadings, services)
  return async (): Promise<void> => {
    await Promise.all([sweep(services, services.allowedAccounts.all), readAddresses()])
  }
}

export const handler = asHandler(minutePassed)
