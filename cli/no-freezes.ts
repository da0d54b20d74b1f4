import type { Freezes } from '../functions/ports/freezes.ts'

/** Where no freeze from Slack counts. */
export const NO_FREEZES: Pick<Freezes, 'all'> = { all: () => Promise.resolve([]) }
