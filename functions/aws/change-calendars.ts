import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import type { CalendarState } from '../domain/calendar.ts'
import type { Log } from '../ports/log.ts'
import { askPatiently } from './ask-json.ts'
import type { AwsConnection } from './connection.ts'

/** One attempt. */
const CALENDAR_MS = 2_500

const CALENDAR_STATE = z.lazy(() =>
  z.object({ State: z.optional(z.string()), NextTransitionTime: z.nullish(z.string()) }),
)

/** An event that is added to a calendar closes it so much later. */
const STATES_KEPT_MS = 60_000
/** Many clicks at once ask once, while Systems Manager does not answer. */
const FAILURES_KEPT_MS = 5_000

interface AskedState {
  state: Promise<CalendarState>
  /** The time that was asked about, and when. */
  at: number
  askedAt: number
}

/**
 * The states of Change Calendars, by their ARNs ("GetCalendarState", Systems Manager API reference). An answer is kept for
 * a minute, for the times up to the next change that it names.
 */
export const changeCalendars = (connection: AwsConnection, { clock, log }: { clock: Clock; log: Log }) => {
  const answers = new Map<string, AskedState>()

  const ask = async (arn: string, at: number): Promise<CalendarState> => {
    const [region = '', name = ''] = [arn.split(':')[3], arn.split('/').at(-1)]
    const unread = (why: string, error?: unknown): CalendarState => {
      log.warn('The state of a calendar is not known', { calendar: arn, why, ...(error !== undefined && { error }) })
      log.count('CalendarUnread')
      return { kind: 'unread', because: `Systems Manager did not say whether the calendar ${name} is open (${why})` }
    }
    try {
      const call = {
        service: 'ssm',
        target: 'AmazonSSM',
        operation: 'GetCalendarState',
        // In whole seconds, as the examples of AWS have it.
        input: { CalendarNames: [arn], AtTime: `${new Date(at).toISOString().slice(0, 19)}Z` },
        timeoutMs: CALENDAR_MS,
      }
      const { State, NextTransitionTime } = await askPatiently({ ...connection, region }, clock, call, CALENDAR_STATE)
      const until = NextTransitionTime ? Date.parse(NextTransitionTime) : null
      if ((State !== 'OPEN' && State !== 'CLOSED') || Number.isNaN(until) || (until !== null && until <= at))
        return unread('an unexpected answer')
      return { kind: State === 'OPEN' ? 'open' : 'closed', until }
    } catch (error) {
      return unread(error instanceof Error ? error.name : 'no answer', error)
    }
  }

  const stateAt = async (arn: string, at: number): Promise<CalendarState> => {
    const now = clock.now()
    const known = answers.get(arn)
    if (known && known.at <= at) {
      const state = await known.state
      const isUnread = state.kind === 'unread'
      const age = now - known.askedAt
      if (isUnread ? age < FAILURES_KEPT_MS : age < STATES_KEPT_MS && (state.until === null || at < state.until))
        return state
    }
    const state = ask(arn, at)
    answers.set(arn, { state, at, askedAt: now })
    return state
  }
  return { stateAt }
}
