import * as z from 'zod/mini'
import type { FailureCause } from '../../domain/failure-cause.ts'
import { partitionOf } from '../../domain/partition.ts'
import type { ToldWhy, Asking } from './asked.ts'
import { askWhy } from './asked.ts'

const LOGS = { service: 'logs', target: 'Logs_20140328', name: 'CloudWatch Logs' }

/** From the end of the log: enough to find the last lines of what failed before those of what followed. */
const MOST_EVENTS = 200

/** A page may be empty although another follows ("GetLogEvents", CloudWatch Logs API reference). */
const MOST_PAGES_OF_LOG = 3

const EVENTS = z.lazy(() =>
  z.object({
    events: z.optional(z.array(z.object({ message: z.optional(z.string()) }))),
    nextBackwardToken: z.nullish(z.string()),
    nextToken: z.nullish(z.string()),
  }),
)

type LogEvents = z.output<typeof EVENTS>

/** A part of the cause: the lines of its log, or why there are none. */
export type LogRead = Pick<FailureCause, 'lines' | 'log' | 'unread'>

export interface LogStream {
  group: string
  stream: string
}

/** The last lines of a stream, oldest first. */
export const lastLines = async (asking: Asking, { group, stream }: LogStream): Promise<LogRead> => {
  const log = logUrl(asking.connection.region, group, stream)
  let token: string | undefined
  for (let page = 0; page < MOST_PAGES_OF_LOG; page++) {
    const input = {
      logGroupName: group,
      logStreamName: stream,
      limit: MOST_EVENTS,
      startFromHead: false,
      ...(token !== undefined && { nextToken: token }),
    }
    const asked = await askWhy(asking, LOGS, 'GetLogEvents', input, EVENTS)
    if (asked.kind !== 'answered') return { lines: [], log, unread: [unreadLog(asked, group, stream)] }
    const lines = linesOf(asked.answer)
    if (lines.length > 0) return { lines, log, unread: [] }
    const { nextBackwardToken } = asked.answer
    // The end of the log gives the token that it was asked with.
    if (!nextBackwardToken || nextBackwardToken === token) break
    token = nextBackwardToken
  }
  return { lines: [], log, unread: [{ because: 'no-lines', of: group }] }
}

/**
 * A page may be empty or short although another follows ("FilterLogEvents", CloudWatch Logs API reference). All of them
 * have the time of EXPLAINING_MS.
 */
const MOST_PAGES_OF_GROUP = 5

/** The lines of a group that have the text, between the times, oldest first; of the first pages. */
export const linesWith = async (
  asking: Asking,
  group: string,
  text: string,
  { from, until }: { from: number; until: number },
): Promise<LogRead> => {
  const log = logUrl(asking.connection.region, group)
  const input = {
    logGroupName: group,
    filterPattern: JSON.stringify(text),
    startTime: from,
    endTime: until,
    limit: MOST_EVENTS,
  }
  const lines: string[] = []
  let token: string | null | undefined
  for (let page = 0; page < MOST_PAGES_OF_GROUP; page++) {
    const asked = await askWhy(
      asking,
      LOGS,
      'FilterLogEvents',
      { ...input, ...(token && { nextToken: token }) },
      EVENTS,
    )
    if (asked.kind !== 'answered') return { lines: [], log, unread: [unreadLog(asked, group, null)] }
    lines.push(...linesOf(asked.answer))
    token = asked.answer.nextToken
    if (!token) break
  }
  return { lines, log, unread: lines.length > 0 ? [] : [{ because: 'no-lines', of: group }] }
}

const linesOf = ({ events = [] }: LogEvents): string[] =>
  events.flatMap(({ message = '' }) => message.split('\n')).filter((line) => line.trim() !== '')

const unreadLog = (
  asked: Exclude<ToldWhy<LogEvents>, { kind: 'answered' }>,
  group: string,
  stream: string | null,
): FailureCause['unread'][number] => {
  if (asked.kind === 'denied') return asked.unread
  // One error for both; its sentence says which of them is missing.
  return stream !== null && /stream/i.test(asked.message)
    ? { because: 'no-stream', of: stream }
    : { because: 'no-group', of: group }
}

/** The console writes `$` in place of `%`, and encodes twice. */
const encoded = (name: string): string => encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$')

/** The page of the log in the AWS console. */
const logUrl = (region: string, group: string, stream?: string): string => {
  const events = stream === undefined ? '' : `/log-events/${encoded(stream)}`
  const host = partitionOf(region).consoleHost
  return `https://${host}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${encoded(group)}${events}`
}
