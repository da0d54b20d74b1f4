import { CreateDocumentCommand, SSMClient, UpdateDocumentCommand } from '@aws-sdk/client-ssm'
import { dynamoCalendarReadings } from '../../functions/aws/calendar-readings.ts'
import { calendarsFrom } from '../../functions/aws/calendars.ts'
import { changeCalendars } from '../../functions/aws/change-calendars.ts'
import { addressReader } from '../../functions/aws/read-addresses.ts'
import type { AwsConnection } from '../../functions/aws/connection.ts'
import { systemClock } from '../../functions/clock.ts'
import type { Calendar, ClosedTimes } from '../../functions/domain/calendar.ts'
import { HOUR, MINUTE } from '../../functions/domain/time-units.ts'
import { listen } from '../../local/http-server.ts'
import { ACCOUNT, REGION, openAws } from '../support/aws-endpoint.ts'
import { openJsonService } from '../support/json-service.ts'

const NOW = Date.UTC(2026, 11, 3, 8)
const ARN = `arn:aws:ssm:${REGION}:${ACCOUNT}:document/ReleaseCalendar`
const CHANGE_CALENDAR: Calendar = { name: 'change calendar', zone: 'UTC', source: ARN }
const STOCKTAKING = `BEGIN:VCALENDAR
PRODID:-//AWS//Change Calendar 1.0//EN
X-CALENDAR-TYPE:DEFAULT_OPEN
BEGIN:VEVENT
UID:stocktaking
SUMMARY:Stocktaking
DTSTART:20261203T090000Z
DTEND:20261203T100000Z
END:VEVENT
END:VCALENDAR
`

let now = NOW
const logged: string[] = []
const counted: string[] = []
const log = {
  info: () => undefined,
  warn: (message: string) => void logged.push(message),
  error: (message: string, about: object = {}) => void logged.push(message, JSON.stringify(about)),
  count: (metric: string) => void counted.push(metric),
}
const clock = { ...systemClock, now: () => now }
beforeEach(() => {
  now = NOW
  logged.length = counted.length = 0
})

let aws: Awaited<ReturnType<typeof openAws>>
beforeAll(async () => {
  aws = await openAws()
})
afterAll(() => aws.close())

const calendars = (connection: AwsConnection, calendarFile: (calendar: Calendar) => ClosedTimes | null = () => null) =>
  calendarsFrom({
    configuration: { calendarFile },
    readings: dynamoCalendarReadings(connection, 'greenlight-objections'),
    changeCalendars: changeCalendars(connection, { clock, log }),
    clock,
    log,
  })

describe('a Change Calendar', () => {
  let ssm: Awaited<ReturnType<typeof openJsonService>>
  beforeEach(async () => {
    ssm = await openJsonService()
  })
  afterEach(() => ssm.close())
  const unread = (why: string) => ({
    kind: 'unread',
    because: `Systems Manager did not say whether the calendar ReleaseCalendar is open (${why})`,
  })

  test('is open or closed at a time, with its next change, as the events of its document say', async () => {
    const client = new SSMClient(aws.client)
    await client.send(
      new CreateDocumentCommand({
        Name: 'ReleaseCalendar',
        Content: STOCKTAKING,
        DocumentType: 'ChangeCalendar',
        DocumentFormat: 'TEXT',
      }),
    )
    const stateAt = (at: number) => calendars(aws.client).stateAt(CHANGE_CALENDAR, at)
    expect(await stateAt(NOW)).toEqual({ kind: 'open', until: NOW + HOUR })
    expect(await stateAt(NOW + HOUR)).toEqual({ kind: 'closed', until: NOW + 2 * HOUR })
    expect(await stateAt(NOW + 2 * HOUR)).toEqual({ kind: 'open', until: null })
    await client.send(
      new UpdateDocumentCommand({
        Name: 'ReleaseCalendar',
        Content: STOCKTAKING.replace('DEFAULT_OPEN', 'DEFAULT_CLOSED'),
      }),
    )
    expect(await stateAt(NOW)).toEqual({ kind: 'closed', until: NOW + HOUR })
    expect(await stateAt(NOW + HOUR)).toEqual({ kind: 'open', until: NOW + 2 * HOUR })
  })

  test('is asked by its ARN, in its Region, for the second that is asked about', async () => {
    ssm.answers({ State: 'OPEN' })
    expect(await calendars(ssm.connection).stateAt(CHANGE_CALENDAR, NOW + 999)).toEqual({ kind: 'open', until: null })
    expect(ssm.asked).toEqual([
      { operation: 'GetCalendarState', input: { CalendarNames: [ARN], AtTime: '2026-12-03T08:00:00Z' } },
    ])
  })

  test('is asked once for many clicks at once, and again after a minute or its next change', async () => {
    ssm.answers({ State: 'OPEN', NextTransitionTime: '2026-12-03T08:00:30Z' })
    const asked = calendars(ssm.connection)
    await Promise.all(Array.from({ length: 50 }, () => asked.stateAt(CHANGE_CALENDAR, NOW)))
    expect(ssm.asked).toHaveLength(1)
    await asked.stateAt(CHANGE_CALENDAR, NOW + 29_000)
    expect(ssm.asked).toHaveLength(1)
    ssm.answers({ State: 'CLOSED' })
    expect(await asked.stateAt(CHANGE_CALENDAR, NOW + 30_000)).toEqual({ kind: 'closed', until: null })
    expect(ssm.asked).toHaveLength(2)
    now = NOW + 30_000 + MINUTE
    await asked.stateAt(CHANGE_CALENDAR, now)
    expect(ssm.asked).toHaveLength(3)
    // For an earlier time, what is true later says nothing.
    await asked.stateAt(CHANGE_CALENDAR, NOW)
    expect(ssm.asked).toHaveLength(4)
  })

  test('that does not answer is asked again after five seconds, not at each click', async () => {
    ssm.refuses('AccessDeniedException')
    const asked = calendars(ssm.connection)
    expect(await asked.stateAt(CHANGE_CALENDAR, NOW)).toEqual(unread('AccessDeniedException'))
    await asked.stateAt(CHANGE_CALENDAR, NOW)
    expect(ssm.asked).toHaveLength(1)
    now = NOW + 5_000
    ssm.answers({ State: 'OPEN' })
    expect(await asked.stateAt(CHANGE_CALENDAR, now)).toEqual({ kind: 'open', until: null })
  })

  test.each([
    ['a state that does not exist', { State: 'AJAR' }],
    ['no state', {}],
    ['a next change that is no time', { State: 'OPEN', NextTransitionTime: 'soon' }],
    ['a next change that is past', { State: 'OPEN', NextTransitionTime: '2026-12-03T07:00:00Z' }],
  ])('counts as unread with %s', async (_, answer) => {
    ssm.answers(answer)
    expect(await calendars(ssm.connection).stateAt(CHANGE_CALENDAR, NOW)).toEqual(unread('an unexpected answer'))
    expect([...new Set(counted)]).toEqual(['CalendarUnread'])
  })

  test('that does not exist counts as unread', async () => {
    const other = { ...CHANGE_CALENDAR, source: ARN.replace('ReleaseCalendar', 'NoCalendar') }
    expect(await calendars(aws.client).stateAt(other, NOW)).toMatchObject({ kind: 'unread' })
  })
})

describe('an iCalendar address', () => {
  let page: { status: number; text: string }
  let requests: number
  let server: Awaited<ReturnType<typeof listen>>
  let calendar: Calendar
  beforeEach(async () => {
    page = { status: 200, text: STOCKTAKING }
    requests = 0
    server = await listen(async () => {
      requests++
      return new Response(page.text, { status: page.status, headers: { 'content-type': 'text/calendar' } })
    }, 0)
    calendar = { name: 'company freezes', zone: 'UTC', source: `${server.url}/freezes.ics` }
  })
  afterEach(() => server.close())
  const reader = () =>
    addressReader({ calendarAddresses: [calendar] }, dynamoCalendarReadings(aws.client, 'greenlight-objections'), {
      clock,
      log,
    })

  test('freezes until it has been read, and then as it says', async () => {
    const before = await calendars(aws.client).stateAt(calendar, NOW)
    expect(before).toEqual({ kind: 'unread', because: expect.stringContaining('has not been read yet') as string })
    expect(JSON.stringify(before)).not.toContain('freezes.ics')
    await reader()()
    const after = calendars(aws.client)
    expect(await after.stateAt(calendar, NOW)).toEqual({ kind: 'open', until: NOW + HOUR })
    expect(await after.stateAt(calendar, NOW + HOUR)).toEqual({ kind: 'closed', until: NOW + 2 * HOUR })
  })

  test('is read every fifteen minutes, and each minute after it failed', async () => {
    const read = reader()
    await read()
    now += 14 * MINUTE
    await read()
    expect(requests).toBe(1)
    now += MINUTE
    page = { status: 503, text: '' }
    await read()
    now += MINUTE
    await read()
    expect(requests).toBe(3)
    expect(counted).toEqual(['CalendarUnread', 'CalendarUnread'])
    expect(logged.join()).not.toContain('freezes.ics')
  })

  test('keeps its last reading while it fails, for an hour', async () => {
    const read = reader()
    await read()
    page = { status: 200, text: '<html>sign in</html>' }
    now += HOUR
    await read()
    expect(await calendars(aws.client).stateAt(calendar, now)).toEqual({ kind: 'closed', until: NOW + 2 * HOUR })
    now += 1
    expect(await calendars(aws.client).stateAt(calendar, now)).toEqual({
      kind: 'unread',
      because: expect.stringMatching(
        /^the calendar company freezes at 127\.0\.0\.1:\d+ was last read at 2026-12-03T08:00Z$/,
      ),
    })
  })

  test('whose table does not answer counts as unread', async () => {
    const elsewhere = { ...aws.client, endpoint: 'http://127.0.0.1:9' }
    expect(await calendars(elsewhere).stateAt(calendar, NOW)).toMatchObject({ kind: 'unread' })
  })
})

describe('an iCalendar file', () => {
  const FILE: Calendar = { name: 'company freezes', zone: 'UTC', source: 'freeze.ics' }
  const times: ClosedTimes = { readAt: NOW, from: NOW - HOUR, until: NOW + 2 * HOUR, closed: [[NOW, NOW + HOUR]] }

  test('closes it as it said when it was packaged, and freezes after the last time that was read', async () => {
    const { stateAt } = calendars(aws.client, () => times)
    expect(await stateAt(FILE, NOW)).toEqual({ kind: 'closed', until: NOW + HOUR })
    expect(await stateAt(FILE, NOW + HOUR)).toEqual({ kind: 'open', until: NOW + 2 * HOUR })
    expect(await stateAt(FILE, NOW + 2 * HOUR)).toMatchObject({ kind: 'unread' })
  })

  test('that was not packaged freezes', async () => {
    expect(await calendars(aws.client).stateAt(FILE, NOW)).toEqual({
      kind: 'unread',
      because: 'the calendar freeze.ics was packaged without this time: deploy again',
    })
  })
})
