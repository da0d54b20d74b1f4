import { randomUUID } from 'node:crypto'
import type { EventBridgeEvent } from 'aws-lambda'
import { z } from 'zod'
import { AwsError } from '../aws-error.ts'

export type BusEvent = EventBridgeEvent<string, unknown>

export interface Rule {
  name: string
  matches(event: BusEvent): boolean
  deliver(event: BusEvent): void
}

/** How many events the bus remembers for whoever looks. */
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

/** The account's default event bus: rules, and the events that passed. */
export class EventBus {
  readonly #rules: Rule[] = []
  readonly #envelope: { account: string; region: string; now: () => number }
  readonly events: BusEvent[] = []

  constructor(envelope: { account: string; region: string; now: () => number }) {
    this.#envelope = envelope
  }

  addRule(rule: Rule): void {
    this.#rules.push(rule)
  }

  /** Delivers an event to every rule that matches it. */
  emit(event: BusEvent): void {
    this.events.push(event)
    if (this.events.length > REMEMBERED) this.events.shift()
    for (const rule of this.#rules) if (rule.matches(event)) rule.deliver(event)
  }

  /**
   * PutEvents (EventBridge API Reference, "PutEvents"): each entry is accepted or refused by itself. A source that
   * begins with `aws.` is AWS's own and is refused, as there.
   */
  putEvents(input: unknown): { FailedEntryCount: number; Entries: object[] } {
    const parsed = putEventsRequest.safeParse(input)
    if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error))
    const Entries = parsed.data.Entries.map((entry) => {
      if (entry.Source.startsWith('aws.'))
        return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: `Not authorized for the source.` }
      const detail = objectIn(entry.Detail)
      if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
      const { account, region, now } = this.#envelope
      const id = randomUUID()
      this.emit({
        version: '0',
        id,
        'detail-type': entry.DetailType,
        source: entry.Source,
        account,
        time: new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
        region,
        resources: entry.Resources ?? [],
        detail,
      })
      return { EventId: id }
    })
    return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries }
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
