import { TZDateMini } from '@date-fns/tz'

/**
 * A stretch of time that comes back every day or every week, or comes once, by the clock of one place. Used for
 * freezes (nobody may approve) and for quiet hours (nobody is pinged).
 */
export interface Window {
  /** What people call it, such as "weekend freeze". */
  name: string
  /** IANA time zone, such as Europe/London. */
  zone: string
  span: Span
}

/** Both ends in minutes of the local clock: of the day, of the week from Monday 00:00, or a date's. `to` is not in it. */
export type Span =
  | { every: 'day'; from: number; to: number }
  | { every: 'week'; from: number; to: number }
  | { every: 'never'; from: LocalTime; to: LocalTime }

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
  /** When all windows that follow one another without a gap are over. Epoch milliseconds; null when none ends. */
  until: number | null
}

interface Occurrence {
  from: number
  to: number
}

const MINUTES = { day: 1_440, week: 10_080 } as const
const DAYS = { day: 1, week: 7 } as const

/**
 * The window's occurrences around a moment, in order. Each is placed by the local calendar, so it keeps its hours when
 * the clocks change; a time that the clocks leave out counts as the one an hour later.
 */
const occurrences = ({ span, zone }: Window, around: number): Occurrence[] => {
  if (span.every === 'never') return [{ from: instantOf(span.from, zone), to: instantOf(span.to, zone) }]
  const here = new TZDateMini(around, zone)
  const sinceMonday = (here.getDay() + 6) % 7
  const begin = span.every === 'day' ? here.getDate() : here.getDate() - sinceMonday
  const at = (turn: number, minutes: number): number =>
    new TZDateMini(
      here.getFullYear(),
      here.getMonth(),
      begin + turn * DAYS[span.every] + Math.floor(minutes / MINUTES.day),
      Math.floor((minutes % MINUTES.day) / 60),
      minutes % 60,
      zone,
    ).getTime()
  const to = span.to > span.from ? span.to : span.to + MINUTES[span.every]
  return [-2, -1, 0, 1, 2].map((turn) => ({ from: at(turn, span.from), to: at(turn, to) }))
}

const instantOf = ({ year, month, day, hour, minute }: LocalTime, zone: string): number =>
  new TZDateMini(year, month - 1, day, hour, minute, zone).getTime()

const occurrenceAt = (window: Window, at: number): Occurrence | null =>
  occurrences(window, at).find(({ from, to }) => from <= at && at < to) ?? null

/** Windows that hand over to one another are followed so many times; past that it is as good as for ever. */
const MOST_HANDOVERS = 60

/** The window that is open at `now`, and until when one is. Null when none is. */
export const frozenAt = (windows: readonly Window[], now: number): Frozen | null => {
  const first = windows.find((window) => occurrenceAt(window, now))
  if (!first) return null
  const { name, zone } = first
  let until = now
  for (let handover = 0; handover < MOST_HANDOVERS; handover++) {
    const ends = windows.flatMap((window) => occurrenceAt(window, until)?.to ?? [])
    if (ends.length === 0) return { name, zone, until }
    until = Math.max(...ends)
  }
  return { name, zone, until: null }
}

/** The first moment after `now` at which any window opens or closes; null when none will. */
export const nextEdge = (windows: readonly Window[], now: number): number | null => {
  const edges = windows
    .flatMap((window) => occurrences(window, now))
    .flatMap(({ from, to }) => [from, to])
    .filter((edge) => edge > now)
  return edges.length === 0 ? null : Math.min(...edges)
}
