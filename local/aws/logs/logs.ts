import { z } from 'zod'
import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'

/** Where a line is kept: each account and Region has log groups of its own. */
export interface LogPlace {
  accountId: string
  region: string
  group: string
  stream: string
}

type Place = Pick<LogPlace, 'accountId' | 'region'>

interface LogEvent {
  timestamp: number
  message: string
}

export type Logs = ReturnType<typeof createLogs>

/** Of each stream; the oldest lines go first. */
const MOST_LINES = 3_000

const limit = z.number().int().min(1).max(10_000).default(10_000)
const eventsOfStream = z.object({
  logGroupName: z.string(),
  logStreamName: z.string(),
  limit,
  startFromHead: z.boolean().default(false),
})
const eventsOfGroup = z.object({
  logGroupName: z.string(),
  filterPattern: z.string().default(''),
  startTime: z.number().default(0),
  endTime: z.number().default(Infinity),
  limit,
})
const group = z.object({ logGroupName: z.string() })

/** CloudWatch Logs: what builds and functions write, as its API answers it (CloudWatch Logs API Reference). */
export const createLogs = (now: () => number) => {
  const streams = new Map<string, LogPlace & { events: LogEvent[] }>()
  const keyOf = ({ accountId, region, group, stream }: LogPlace): string =>
    JSON.stringify([accountId, region, group, stream])
  const inGroup = ({ accountId, region }: Place, name: string) =>
    [...streams.values()].filter((one) => one.accountId === accountId && one.region === region && one.group === name)

  const existing = (place: Place, name: string) => {
    const found = inGroup(place, name)
    if (found.length === 0) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
    return found
  }

  const operations: Record<string, (place: Place, input: unknown) => object> = {
    GetLogEvents: (place, input) => {
      const asked = parsed(eventsOfStream, input)
      const stream = existing(place, asked.logGroupName).find((one) => one.stream === asked.logStreamName)
      if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.')
      const events = asked.startFromHead ? stream.events.slice(0, asked.limit) : stream.events.slice(-asked.limit)
      return {
        events: events.map((event) => ({ ...event, ingestionTime: event.timestamp })),
        nextForwardToken: 'f/end',
        nextBackwardToken: 'b/end',
      }
    },
    FilterLogEvents: (place, input) => {
      const { logGroupName, filterPattern, startTime, endTime, limit: most } = parsed(eventsOfGroup, input)
      const text = textIn(filterPattern)
      const events = existing(place, logGroupName)
        .flatMap(({ stream, events: all }) => all.map((event) => ({ ...event, logStreamName: stream })))
        .filter(({ timestamp, message }) => timestamp >= startTime && timestamp < endTime && message.includes(text))
      return { events: events.slice(0, most), searchedLogStreams: [] }
    },
    DeleteLogGroup: (place, input) => {
      for (const stream of existing(place, parsed(group, input).logGroupName)) streams.delete(keyOf(stream))
      return {}
    },
  }

  return {
    /** Keeps one line, at the present time. */
    put: (place: LogPlace, message: string): void => {
      const stream = streams.get(keyOf(place)) ?? { ...place, events: [] }
      streams.set(keyOf(place), stream)
      stream.events.push({ timestamp: now(), message })
      if (stream.events.length > MOST_LINES) stream.events.shift()
    },
    /** The text of a stream, whichever its group; undefined if no group has the stream. */
    ofStream: (name: string): string | undefined => {
      const events = [...streams.values()].find(({ stream }) => stream === name)?.events
      return events?.map(({ message }) => `${message}\n`).join('')
    },
    /** Answers one call in the caller's account and Region. Throws an AwsError, as CloudWatch Logs would. */
    answer: (operation: string, input: unknown, place: Place): object => {
      const operate = ownEntry(operations, operation)
      if (operate) return operate(place, input)
      throw new AwsError(
        'UnknownOperationException',
        `The workspace does not offer ${operation} of CloudWatch Logs. It offers ${Object.keys(operations).join(', ')}.`,
      )
    },
  }
}

/** A term in quotation marks, the one kind of pattern that is offered. */
const textIn = (pattern: string): string => {
  if (pattern === '') return ''
  const term = z.string().safeParse(jsonOrUndefined(pattern))
  if (term.success) return term.data
  throw new AwsError('InvalidParameterException', 'The workspace filters by one term in quotation marks.')
}

const jsonOrUndefined = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const parsed = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new AwsError('InvalidParameterException', result.error.issues.map(({ message }) => message).join('; '))
}
