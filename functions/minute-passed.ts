import type { ScheduledEvent } from 'aws-lambda'
import type { Services } from './flows/ports.ts'
import { sweep } from './flows/sweep.ts'
import { asHandler } from './services.ts'

/** Schedule: a minute has passed. */
export const minutePassed =
  (services: Services) =>
  (_: ScheduledEvent): Promise<void> =>
    sweep(services)

export const handler = asHandler(minutePassed)
