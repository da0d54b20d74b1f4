import { DAY } from './time-units.ts'

/** A record of a pipeline. `outOfReachSince`: since when AWS refuses the bot to read it, epoch milliseconds; missing while it does not. */
export interface InReach {
  outOfReachSince?: number
}

/** The record of a pipeline that was read now, and itself if it was in reach. */
export const inReach = <T extends InReach>(record: T): T => {
  if (record.outOfReachSince === undefined) return record
  const { outOfReachSince: _, ...rest } = record
  return rest as T
}

/** The record of a pipeline that was refused now. */
export const outOfReach = <T extends InReach>(record: T, now: number): T =>
  record.outOfReachSince === undefined ? { ...record, outOfReachSince: now } : record

/** A person may mend what AWS refuses, also over a weekend. */
const MENDED_WITHIN = 2 * DAY

/** Whether it is not asked about any more. */
export const isLongOutOfReach = ({ outOfReachSince }: InReach, now: number): boolean =>
  outOfReachSince !== undefined && now - outOfReachSince > MENDED_WITHIN
