import type { Services } from './flows/ports.ts'
import { sweep } from './flows/sweep.ts'
import { asHandler } from './services.ts'

/** Schedule: a minute has passed. */
export const minutePassed = (services: Services) => (): Promise<void> => sweep(services)

export const handler = asHandler(minutePassed)
