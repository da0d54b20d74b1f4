import type { Services } from './ports/services.ts'
import { sweep } from './flows/effects/sweep.ts'
import { asHandler } from './services.ts'

/** Schedule: a minute has passed. */
export const minutePassed = (services: Services) => (): Promise<void> => sweep(services)

export const handler = asHandler(minutePassed)
