import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { createHash } from 'node:crypto'
import type { ClosedTimes } from '../domain/calendar.ts'
import { calendarKey } from '../domain/calendar.ts'
import { DAY } from '../domain/time-units.ts'
import type { CalendarReadings } from '../ports/calendars.ts'
import type { AwsConnection } from './connection.ts'
import { documentClient } from './document-client.ts'
import { inSeconds } from './records.ts'

/**
 * In the table of the objections, whose policy lets only few functions write (infra/bot.yml): a person who can write to
 * the other table could end a freeze there.
 */
export const dynamoCalendarReadings = (connection: AwsConnection, TableName: string): CalendarReadings => {
  const table = documentClient(connection)
  const keyOf = (calendar: Parameters<typeof calendarKey>[0]) => ({
    pk: `CALENDAR#${createHash('sha256').update(calendarKey(calendar)).digest('hex')}`,
    sk: 'reading',
  })
  return {
    latest: async (calendar) => {
      const { Item } = await table.send(new GetCommand({ TableName, Key: keyOf(calendar) }))
      return (Item as { times: ClosedTimes } | undefined)?.times ?? null
    },
    keep: async (calendar, times) => {
      const Item = { ...keyOf(calendar), expireAt: inSeconds(times.readAt + 30 * DAY), times }
      await table.send(new PutCommand({ TableName, Item }))
    },
  }
}
