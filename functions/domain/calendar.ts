import type { Window } from './window.ts'

/**
 * A calendar that is kept outside greenlight.yml and freezes changes while it is closed. `source`: the ARN of a Change
 * Calendar in AWS Systems Manager, or an iCalendar file or address.
 */
export interface Calendar {
  /** What people call its freezes. */
  name: string
  /** The IANA time zone of what the calendar gives without one. */
  zone: string
  source: string
}

/** Tells calendars apart by what they close: the zone places whole days. */
export const calendarKey = ({ source, zone }: Pick<Calendar, 'source' | 'zone'>): string => `${source} ${zone}`

/** `until`: when it changes, in epoch milliseconds; null if it never does. */
export type CalendarState =
  | { kind: 'open' | 'closed'; until: number | null }
  /** `because` is a clause for people, which names what could not be read. */
  | { kind: 'unread'; because: string }

/** When an iCalendar file or address is closed, as it was read at a time. All in epoch milliseconds. */
export interface ClosedTimes {
  readAt: number
  /** Nothing is known of times before and after. */
  from: number
  until: number
  /** Beginnings and ends, in order and with gaps between them. */
  closed: readonly (readonly [from: number, to: number])[]
}

/** The state at a time for which the calendar was read; null for any other time. */
export const stateIn = ({ from, until, closed }: ClosedTimes, at: number): CalendarState | null => {
  if (at < from || at >= until) return null
  const next = closed.find(([, to]) => at < to)
  const [begin, end] = next ?? [until, until]
  const changesAt = Math.min(begin <= at ? end : begin, until)
  return { kind: begin <= at ? 'closed' : 'open', until: changesAt < Infinity ? changesAt : null }
}

/**
 * The freeze that a calendar makes, by its state. A calendar that is open is closed from its next change on, until it is
 * read again: no one can approve by an answer that is out of date. Null if it never closes.
 */
export const freezeBy = ({ name, zone }: Calendar, state: CalendarState): Window | null => {
  const window = (from: number | null, to: number | null): Window => ({
    name,
    zone,
    span: { every: 'calendar', from, to },
  })
  if (state.kind === 'unread') return { ...window(null, null), unread: state.because }
  if (state.kind === 'closed') return window(null, state.until)
  return state.until === null ? null : window(state.until, null)
}
