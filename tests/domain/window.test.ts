import fc from 'fast-check'
import { isZone } from '../../functions/domain/zone-name.ts'
import type { LocalTime, Span, Window } from '../../functions/domain/window.ts'
import { frozenAt, nextEdge, windowsFrozenAt } from '../../functions/domain/window.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const daily = (zone: string, from: string, to: string): Window => window(zone, 'day', minutes(from), minutes(to))
const weekly = (zone: string, from: [number, string], to: [number, string]): Window =>
  window(zone, 'week', from[0] * 1_440 + minutes(from[1]), to[0] * 1_440 + minutes(to[1]))
const window = (zone: string, every: 'day' | 'week', from: number, to: number): Window => ({
  name: `every ${every}`,
  zone,
  span: { every, from, to },
})
const dated = (zone: string, from: LocalTime, to: LocalTime): Window => ({
  name: 'once',
  zone,
  span: { every: 'never', from, to },
})
const minutes = (time: string): number => {
  const [hour, minute] = time.split(':').map(Number) as [number, number]
  return hour * 60 + minute
}
const [MONDAY, FRIDAY, SUNDAY] = [0, 4, 6]

const at = Date.parse
const until = (windows: Window[], now: string): string | null | undefined => {
  const frozen = frozenAt(windows, at(now))
  return frozen && (frozen.until === null ? 'for ever' : new Date(frozen.until).toISOString())
}

describe('a freeze every weekend, from Friday 16:00 to Monday 08:00 in London', () => {
  const weekend = weekly('Europe/London', [FRIDAY, '16:00'], [MONDAY, '08:00'])

  test.each([
    ['in winter', '2026-11-20T16:00Z', '2026-11-23T08:00:00.000Z'],
    ['in summer', '2026-07-03T15:00Z', '2026-07-06T07:00:00.000Z'],
    ['over the night in which summer begins', '2026-03-27T16:00Z', '2026-03-30T07:00:00.000Z'],
    ['over the night in which it ends', '2026-10-23T15:00Z', '2026-10-26T08:00:00.000Z'],
  ])('keeps its hours %s', (_, begins, ends) => {
    expect(frozenAt([weekend], at(begins) - 1)).toBeNull()
    expect(frozenAt([weekend], at(begins))).toMatchObject({ name: 'every week', zone: 'Europe/London' })
    expect(until([weekend], begins)).toBe(ends)
    expect(frozenAt([weekend], at(ends) - 1)).not.toBeNull()
    expect(frozenAt([weekend], at(ends))).toBeNull()
    expect(nextEdge([weekend], at(begins) - 1)).toBe(at(begins))
    expect(nextEdge([weekend], at(begins))).toBe(at(ends))
  })
})

describe('a freeze', () => {
  test('keeps its hours on the day on which a clock far ahead of UTC changes, which is the day before in UTC', () => {
    const early = daily('Pacific/Auckland', '01:00', '01:30')
    // From 02:00 NZST to 03:00 NZDT, at 14:00 in UTC.
    expect(until([early], '2026-09-26T13:00Z')).toBe('2026-09-26T13:30:00.000Z')
    expect(until([early], '2026-09-27T12:00Z')).toBe('2026-09-27T12:30:00.000Z')
    expect(frozenAt([early], at('2026-09-26T12:10Z'))).toBeNull()
    expect(frozenAt([early], at('2026-09-27T13:10Z'))).toBeNull()
  })

  test('over midnight is one night, without the day between', () => {
    const nights = daily('Europe/London', '22:00', '06:00')
    expect(until([nights], '2026-11-23T02:00Z')).toBe('2026-11-23T06:00:00.000Z')
    expect(until([nights], '2026-11-23T23:00Z')).toBe('2026-11-24T06:00:00.000Z')
    expect(frozenAt([nights], at('2026-11-23T12:00Z'))).toBeNull()
  })

  test('that is adjacent to another lasts until both are over', () => {
    const windows = [daily('UTC', '22:00', '06:00'), daily('UTC', '06:00', '08:00'), daily('UTC', '07:00', '09:00')]
    expect(until(windows, '2026-11-23T23:00Z')).toBe('2026-11-24T09:00:00.000Z')
  })

  test('of all day, every day, has no end', () => {
    expect(until([daily('UTC', '00:00', '00:00')], '2026-11-23T12:00Z')).toBe('for ever')
    expect(until([daily('UTC', '00:00', '12:00'), daily('UTC', '12:00', '00:00')], '2026-11-23T12:00Z')).toBe(
      'for ever',
    )
  })

  test('with a date comes once', () => {
    const christmas = dated(
      'America/New_York',
      { year: 2026, month: 12, day: 24, hour: 12, minute: 0 },
      { year: 2027, month: 1, day: 2, hour: 0, minute: 0 },
    )
    expect(frozenAt([christmas], at('2026-12-24T16:59Z'))).toBeNull()
    expect(until([christmas], '2026-12-24T17:00Z')).toBe('2027-01-02T05:00:00.000Z')
    expect(nextEdge([christmas], at('2026-12-01T00:00Z'))).toBe(at('2026-12-24T17:00Z'))
    expect(nextEdge([christmas], at('2027-01-02T05:00Z'))).toBeNull()
  })

  test('that ends in a repeated hour ends the second time, and begins the first time', () => {
    expect(until([daily('Europe/London', '00:00', '01:30')], '2026-10-25T00:00Z')).toBe('2026-10-25T01:30:00.000Z')
    expect(until([daily('America/New_York', '00:00', '01:30')], '2026-11-01T04:00Z')).toBe('2026-11-01T06:30:00.000Z')
    expect(frozenAt([daily('America/New_York', '01:30', '06:00')], at('2026-11-01T05:30Z'))).not.toBeNull()
  })

  test('that begins or ends in a skipped hour does so when the clocks change', () => {
    expect(until([daily('America/New_York', '02:30', '06:00')], '2026-03-08T07:00Z')).toBe('2026-03-08T10:00:00.000Z')
    expect(until([daily('America/New_York', '00:00', '02:30')], '2026-03-08T06:59Z')).toBe('2026-03-08T07:00:00.000Z')
  })

  test('begins and ends at the last minute of a repeated hour, too', () => {
    expect(until([daily('Europe/London', '00:00', '01:00')], '2026-10-24T23:30Z')).toBe('2026-10-25T01:00:00.000Z')
    const early = daily('Europe/London', '02:00', '06:00')
    expect(frozenAt([early], at('2026-10-25T01:59Z'))).toBeNull()
    expect(frozenAt([early], at('2026-10-25T02:00Z'))).not.toBeNull()
  })

  test('ends when the clocks change, where they change on the day before that of UTC', () => {
    expect(until([daily('America/Nuuk', '20:00', '23:30')], '2026-03-28T23:00Z')).toBe('2026-03-29T01:00:00.000Z')
  })

  test('of sixty windows in a row counts as endless', () => {
    const hours = (count: number) =>
      Array.from({ length: count }, (_, hour): Window => {
        const of = (hour: number): LocalTime => ({ year: 2026, month: 11, day: 1, hour, minute: 0 })
        return dated('UTC', of(hour), of(hour + 1))
      })
    expect(until(hours(59), '2026-11-01T00:30Z')).toBe('2026-11-03T11:00:00.000Z')
    expect(until(hours(60), '2026-11-01T00:30Z')).toBe('for ever')
  })

  test('over midnight holds where the local day is not yet, or already no more, that of UTC', () => {
    const almostAlways = daily('America/Los_Angeles', '22:00', '21:00')
    expect(until([almostAlways], '2026-11-23T02:00Z')).toBe('2026-11-23T05:00:00.000Z')
    const week = weekly('America/Los_Angeles', [SUNDAY, '22:00'], [SUNDAY, '21:00'])
    expect(until([week], '2026-11-23T02:00Z')).toBe('2026-11-23T05:00:00.000Z')
  })

  test('of a day in the week is the next edge where that week has begun, and not in UTC', () => {
    const mornings = daily('Pacific/Auckland', '08:00', '09:00')
    expect(nextEdge([mornings], at('2026-11-22T23:00Z'))).toBe(at('2026-11-23T19:00Z'))
    const mondays = weekly('Pacific/Auckland', [MONDAY, '08:00'], [MONDAY, '09:00'])
    expect(nextEdge([mondays], at('2026-11-22T23:00Z'))).toBe(at('2026-11-29T19:00Z'))
  })

  test('lasts over a day that the zone skipped', () => {
    // Samoa went from 29 to 31 December 2011.
    const nights = daily('Pacific/Apia', '22:00', '06:00')
    expect(until([nights], '2011-12-30T08:00Z')).toBe('2011-12-30T16:00:00.000Z')
  })
})

test('the windows of a freeze are those that follow one another from now on, without a gap', () => {
  const windows = [
    daily('UTC', '08:00', '10:00'),
    daily('UTC', '10:00', '12:00'),
    daily('UTC', '12:00', '13:00'),
    daily('UTC', '14:00', '15:00'),
  ]
  const lifted = (now: string) => windowsFrozenAt(windows, at(now)).map((one) => windows.indexOf(one))
  expect(lifted('2026-11-23T09:00Z')).toEqual([0, 1, 2])
  expect(lifted('2026-11-23T10:00Z')).toEqual([1, 2])
  expect(lifted('2026-11-23T13:00Z')).toEqual([])
  expect(lifted('2026-11-23T14:00Z')).toEqual([3])
})

describe('by the local clock', () => {
  /** Moments around changes of the clocks, among them of half an hour and of a whole day, and around none. */
  const PLACES: [string, string][] = [
    ['Europe/London', '2026-03-29T01:00Z'],
    ['Europe/London', '2026-10-25T01:00Z'],
    ['America/New_York', '2026-03-08T07:00Z'],
    ['America/New_York', '2026-11-01T06:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
    ['Pacific/Apia', '2011-12-30T10:00Z'],
    ['Asia/Kolkata', '2026-06-01T00:00Z'],
  ]
  const DAYS_AROUND = 3
  const RUNS = 25
  const QUARTER = 15 * MINUTE

  /** Windows and clocks change only on quarters of an hour, so what holds at one holds until the next. */
  interface Quarter {
    at: number
    /** The local clock, counted in minutes as if it were UTC. */
    clock: number
    weekday: number
  }

  const clocks = new Map<string, Quarter[]>()
  /** What the local clock shows at each quarter, by the runtime's own calendar. */
  const quartersOf = ([zone, change]: [string, string]): Quarter[] => {
    const known = clocks.get(zone + change)
    if (known) return known
    const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...fields, weekday: 'short', hourCycle: 'h23' })
    const told = Array.from({ length: (2 * DAYS_AROUND * DAY) / QUARTER }, (_, index) => {
      const time = at(change) - DAYS_AROUND * DAY + index * QUARTER
      const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]))
      const { year, month, day, hour, minute } = part
      const clock = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) / MINUTE
      return { at: time, clock, weekday: WEEKDAYS.indexOf(part['weekday']!) }
    })
    clocks.set(zone + change, told)
    return told
  }
  const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

  const shows = ({ clock, weekday }: Quarter, span: Span): boolean => {
    if (span.every === 'never') {
      const minute = ({ year, month, day, hour, minute }: LocalTime) =>
        Date.UTC(year, month - 1, day, hour, minute) / MINUTE
      return minute(span.from) <= clock && clock < minute(span.to)
    }
    if (span.every === 'calendar') throw new Error('A calendar shows no local time')
    const now = (span.every === 'week' ? weekday * 1_440 : 0) + (clock % 1_440)
    return span.from < span.to ? span.from <= now && now < span.to : now >= span.from || now < span.to
  }

  const place = fc.constantFrom(...PLACES)
  /** Mostly around the hours at which clocks change, on every quarter. */
  const ofDay = fc.oneof(fc.nat({ max: 15 }), fc.nat({ max: 95 })).map((quarter) => quarter * 15)
  const spans = ([, change]: [string, string]): fc.Arbitrary<Span> => {
    const local = fc.tuple(fc.integer({ min: -2, max: 2 }), ofDay).map(([day, minute]): LocalTime => {
      const date = new Date(at(change) + day * DAY)
      return {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: Math.floor(minute / 60),
        minute: minute % 60,
      }
    })
    const order = ({ year, month, day, hour, minute }: LocalTime) => Date.UTC(year, month - 1, day, hour, minute)
    const ofWeek = fc.tuple(fc.nat({ max: 6 }), ofDay).map(([day, minute]) => day * 1_440 + minute)
    return fc.oneof(
      fc.record({ every: fc.constant('day' as const), from: ofDay, to: ofDay }),
      fc.record({ every: fc.constant('week' as const), from: ofWeek, to: ofWeek }),
      fc.tuple(local, local).map(([one, other]): Span => {
        const [from, to] = [one, other].sort((a, b) => order(a) - order(b)) as [LocalTime, LocalTime]
        return { every: 'never', from, to }
      }),
    )
  }
  const worlds = place.chain((somewhere) =>
    fc.record({
      quarters: fc.constant(quartersOf(somewhere)),
      windows: fc.array(
        spans(somewhere).map((span): Window => ({ name: '', zone: somewhere[0], span })),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  )

  /** Local times that the clock shows more than once. */
  const repeated = (told: Quarter[]): Set<Quarter> =>
    new Set(told.filter((one) => told.some((other) => other !== one && other.clock === one.clock)))

  test('it is frozen whenever the clock shows a time in the window, and otherwise only in a repeated hour', () => {
    fc.assert(
      fc.property(worlds, fc.nat({ max: QUARTER - 1 }), ({ quarters, windows }, offset) => {
        const twice = repeated(quarters)
        for (const quarter of quarters) {
          const meant = windows.some(({ span }) => shows(quarter, span))
          const frozen = frozenAt(windows, quarter.at + offset) !== null
          if (frozen !== meant && !(frozen && twice.has(quarter)))
            throw new Error(`${new Date(quarter.at).toISOString()}: frozen ${frozen}, the clock says ${meant}`)
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('it is frozen until the first moment that is not, and no edge is skipped', () => {
    fc.assert(
      fc.property(worlds, fc.nat({ max: 200 }), ({ quarters, windows }, start) => {
        const [now, ...later] = quarters.slice(start).map(({ at }) => at)
        const frozen = frozenAt(windows, now!)
        const change = later.find((time) => (frozenAt(windows, time) !== null) !== (frozen !== null))
        if (change === undefined) return
        if (frozen) expect(frozen.until).toBe(change)
        expect(frozenAt(windows, change - 1) !== null).toBe(frozen !== null)
        expect(nextEdge(windows, now!)).toBeGreaterThan(now!)
        expect(nextEdge(windows, now!)).toBeLessThanOrEqual(change)
        expect(nextEdge(windows, change - 1)).toBe(change)
      }),
      { numRuns: RUNS },
    )
  })
})

test.each([
  ['Europe/London', true],
  ['UTC', true],
  ['Etc/GMT+1', true],
  ['+01:00', false],
  [' Europe/London', false],
  ['Europe/London ', false],
  ['Europe/Atlantis', false],
  ['', false],
])('%s names a zone: %s', (name, is) => {
  expect(isZone(name)).toBe(is)
})
