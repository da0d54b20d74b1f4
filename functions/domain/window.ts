import { tzOffset } from '@date-fns/tz/tzOffset'
import { DAY, MINUTE } from './time-units.ts'

/**
 * A stretch of time that recurs every day or every week, or comes once, by the local clock of one zone. Used for change
 * freezes (no one can approve) and for quiet hours (no one is mentioned).
 */
export interface Window {
  /** What people call it, such as "weekend freeze". */
  name: string
  /** IANA time zone, such as Europe/London. */
  zone: string
  span: Span
  /** The Slack user ID of the person who has set it in Slack; missing for one of greenlight.yml. */
  by?: string
  /** Of a calendar that could not be read: why, as a clause. So it counts as closed. */
  unread?: string
}

/**
 * Both ends in minutes of the local clock: of the day, of the week from Monday 00:00, or of a date. `to` is not
 * included.
 */
export type Span =
  | { every: 'day'; from: number; to: number }
  | { every: 'week'; from: number; to: number }
  | { every: 'never'; from: LocalTime; to: LocalTime }
  /** As a calendar had it when it was last read, in epoch milliseconds; null without a known beginning or end. */
  | { every: 'calendar'; from: number | null; to: number | null }

export interface LocalTime {
  year: number
  /** 1 to 12. */
  month: number
  day: number
  hour: number
  minute: number
}

export interface Frozen {
  name: string
  zone: string
  /** When all windows that follow one another without a gap are over. Epoch milliseconds; null if they never end. */
  until: number | null
  /** Who has set it in Slack. */
  by?: string
  /** Why the calendar that freezes could not be read, as a clause. */
  unread?: string
}

interface Occurrence {
  from: number
  to: number
}

const MINUTES = { day: 1_440, week: 10_080 } as const
const DAYS_IN = { day: 1, week: 7 } as const

/**
 * The window's occurrences around a moment. The local calendar places each, so it keeps its hours when the
 * clocks change: the window is open whenever the local clock shows a time in it.
 */
const occurrences = ({ span, zone }: Window, around: number): Occurrence[] => {
  if (span.every === 'calendar') return [{ from: span.from ?? -Infinity, to: span.to ?? Infinity }]
  if (span.every === 'never') return [between(clockTime(span.from), clockTime(span.to), zone)]
  // By UTC. The local day may be the one before or after, so there are two occurrences on either side.
  const today = Math.floor(around / DAY) * DAY
  // 1970 began on a Thursday.
  const sinceMonday = (today / DAY + 3) % 7
  const begin = span.every === 'day' ? today : today - sinceMonday * DAY
  const to = span.to > span.from ? span.to : span.to + MINUTES[span.every]
  return [-2, -1, 0, 1, 2].map((turn) => {
    const start = begin + turn * DAYS_IN[span.every] * DAY
    return between(start + span.from * MINUTE, start + to * MINUTE, zone)
  })
}

/** A local time, counted as if its zone were UTC. */
const clockTime = ({ year, month, day, hour, minute }: LocalTime): number =>
  Date.UTC(year, month - 1, day, hour, minute)

const between = (from: number, to: number, zone: string): Occurrence => ({
  from: momentsOf(from, zone).first,
  to: momentsOf(to, zone).last,
})

/**
 * When the local clock shows this time, which is counted as if its zone were UTC: at two moments if it is set back over it; if it skips it, the moment at which
 * it does.
 */
export const momentsOf = (clock: number, zone: string): { first: number; last: number } => {
  const { before, after, changed } = offsetsAround(Math.floor(clock / DAY), zone)
  const [early, late] = [clock - before, clock - after]
  return {
    first: early < changed ? early : Math.max(late, changed),
    last: late >= changed ? late : Math.min(early, changed),
  }
}

/** The midnight before a moment by the clock of the zone, counted as if the zone were UTC. */
export const localMidnight = (zone: string, at: number): number => Math.floor((at + offsetAt(zone, at)) / DAY) * DAY

/** How far a zone's clock is ahead of UTC, in milliseconds, before and after the moment at which that changes. */
interface Offsets {
  before: number
  after: number
  changed: number
}

/** By zone and day. Every look at an approval places its windows again, and the runtime's calendar is slow. */
const known = new Map<string, Offsets>()

/** Around a day of UTC, counted from 1970. No zone changes its clock twice within three days. */
const offsetsAround = (day: number, zone: string): Offsets => {
  const key = [zone, day].join()
  const found = known.get(key)
  if (found) return found
  const [from, to] = [(day - 1) * DAY, (day + 2) * DAY]
  const offsets = { before: offsetAt(zone, from), after: offsetAt(zone, to), changed: changeBetween(from, to, zone) }
  known.set(key, offsets)
  return offsets
}

/** The minute at which the zone's clock changes; without a change, the later of the two moments. */
const changeBetween = (from: number, to: number, zone: string): number => {
  const middle = Math.floor((from + to) / 2 / MINUTE) * MINUTE
  if (middle <= from) return to
  return offsetAt(zone, middle) === offsetAt(zone, from)
    ? changeBetween(middle, to, zone)
    : changeBetween(from, middle, zone)
}

const offsetAt = (zone: string, at: number): number => tzOffset(zone, new Date(at)) * MINUTE

const occurrenceAt = (window: Window, at: number): Occurrence | null =>
  occurrences(window, at).find(({ from, to }) => from <= at && at < to) ?? null

/** Adjacent windows are followed so many times; beyond that they count as endless. */
const MOST_HANDOVERS = 60

/** The window that is open at `now`, and until when it is open. Null if none is. */
export const frozenAt = (windows: readonly Window[], now: number): Frozen | null => {
  const first = windows.find((window) => occurrenceAt(window, now))
  if (!first) return null
  const { name, zone, by, unread } = first
  const frozen = { name, zone, ...(by !== undefined && { by }), ...(unread !== undefined && { unread }) }
  let until = now
  for (let handover = 0; handover < MOST_HANDOVERS && until < Infinity; handover++) {
    const ends = windows.flatMap((window) => occurrenceAt(window, until)?.to ?? [])
    if (ends.length === 0) return { ...frozen, until }
    until = Math.max(...ends)
  }
  return { ...frozen, until: null }
}

/** The windows that are open at any moment from `now` until `frozenAt` says that all are over. */
export const windowsFrozenAt = (windows: readonly Window[], now: number): Window[] => {
  const frozen = frozenAt(windows, now)
  if (!frozen) return []
  const until = frozen.until ?? Infinity
  return windows.filter((window) => occurrences(window, now).some(({ from, to }) => from < until && to > now))
}

/** The first moment after `now` at which any window opens or closes; null if none does. */
export const nextEdge = (windows: readonly Window[], now: number): number | null => {
  const edges = windows
    .flatMap((window) => occurrences(window, now))
    .flatMap(({ from, to }) => [from, to])
    .filter((edge) => edge > now && edge < Infinity)
  return edges.length === 0 ? null : Math.min(...edges)
}
