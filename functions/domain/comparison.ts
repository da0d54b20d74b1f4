import { MINUTE } from './time-units.ts'

/**
 * Events may be lost, so what is open is compared with CodePipeline once in so many minutes. The record's id and the clock
 * say in which: nothing need be stored while nothing changes.
 */
export const COMPARED_EVERY = { approval: 5, execution: 10 } as const

/** Minutes since the epoch: those after the first, up to the last. */
export interface Minutes {
  after: number
  upTo: number
}

export const minuteOf = (now: number): number => Math.floor(now / MINUTE)

/** Whether a record that is compared every so many minutes is compared in one of these. */
export const isToCompare = (id: string, every: number, { after, upTo }: Minutes): boolean => {
  const first = after + 1
  return first + ((minuteWithin(id, every) + every - (first % every)) % every) <= upTo
}

/** The same for each id in every function, and evenly distributed: FNV-1a of 32 bits (RFC 9923). */
const minuteWithin = (id: string, places: number): number => {
  let hash = 0x811c9dc5
  for (const char of id) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0
  return hash % places
}
