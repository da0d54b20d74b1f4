import { randomUUID } from 'node:crypto'
import type { EventBridgeEvent, ScheduledEvent } from 'aws-lambda'
import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import { type EventPattern, matches } from './event-pattern.ts'

export type BusEvent = EventBridgeEvent<string, unknown>

export interface Rule {
  name: string
  pattern: EventPattern
  deliver(event: BusEvent): void
}

export type EventBus = ReturnType<typeof createEventBus>

/** How many events the bus keeps for people who look at them. */
const REMEMBERED = 1000

const putEventsRequest = z.object({
  Entries: z
    .array(
      z.object({
        Source: z.string().min(1),
        DetailType: z.string().min(1),
        Detail: z.string(),
        Resources: z.array(z.string()).optional(),
        EventBusName: z.string().optional(),
        Time: z.union([z.number(), z.string()]).optional(),
      }),
    )
    .min(1)
    .max(10),
})

/** An account's default event bus in one Region: its rules, and past events. */
export const createEventBus = ({ account, region, now }: { account: string; region: string; now: () => number }) => {
  const rules: Rule[] = []
  const events: BusEvent[] = []
  const envelope = () => ({
    version: '0' as const,
    id: randomUUID(),
    account,
    time: new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
  })
  /** Delivers an event to every rule that matches it. */
  const emit = (event: BusEvent): void => {
    events.push(event)
    if (events.length > REMEMBERED) events.shift()
    for (const { pattern, deliver } of rules) if (matches(pattern, event)) deliver(event)
  }
  return {
    /** Newest last. */
    events: events as readonly BusEvent[],
    addRule: (rule: Rule): void => void rules.push(rule),
    emit,
    /** Delivers an event of an AWS service. */
    putAwsEvent: (event: Pick<BusEvent, 'detail-type' | 'source' | 'resources' | 'detail'>): void =>
      emit({ ...envelope(), ...event }),
    /**
     * PutEvents (EventBridge API Reference, "PutEvents"): each entry is accepted or refused by itself. A source that
     * begins with `aws.` is reserved for AWS and is refused, as at AWS.
     */
    putEvents: (input: unknown): { FailedEntryCount: number; Entries: object[] } => {
      const parsed = putEventsRequest.safeParse(input)
      if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error))
      const Entries = parsed.data.Entries.map(({ Source, DetailType, Detail, Resources = [] }) => {
        if (Source.startsWith('aws.'))
          return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: `Not authorized for the source.` }
        const detail = objectIn(Detail)
        if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
        const event = { ...envelope(), 'detail-type': DetailType, source: Source, resources: Resources, detail }
        emit(event)
        return { EventId: event.id }
      })
      return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries }
    },
    /** One run of a schedule, as a rule sends it to its target. */
    scheduledEvent: (ruleName: string): ScheduledEvent => ({
      ...envelope(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      resources: [`arn:aws:events:${region}:${account}:rule/${ruleName}`],
      detail: {},
    }),
  }
}

const objectIn = (json: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
