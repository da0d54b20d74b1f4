import { z } from 'zod'
import { closedTimesIn } from '../../../functions/config/icalendar.ts'
import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'

const namesRequested = z.object({ Names: z.array(z.string()).min(1).max(10) })
const documentGiven = z.object({
  Name: z.string().regex(/^[\w.-]{3,128}$/),
  Content: z.string().min(1),
  DocumentType: z.literal('ChangeCalendar').optional(),
  DocumentFormat: z.literal('TEXT').optional(),
})
const stateRequested = z.object({
  CalendarNames: z.array(z.string()).min(1),
  AtTime: z.iso.datetime({ offset: true }).optional(),
})

export type Ssm = ReturnType<typeof createSsm>

/**
 * Parameter Store with SecureString parameters, by their full names; and Change Calendars, which are documents of iCalendar
 * text ("Creating a change calendar", Systems Manager user guide).
 */
export const createSsm = (parameters: ReadonlyMap<string, string>, now: () => number) => {
  const calendars = new Map<string, string>()

  const keep = (input: unknown, isNew: boolean): object => {
    const { Name, Content } = parsed(documentGiven, input)
    if (isNew && calendars.has(Name)) throw new AwsError('DocumentAlreadyExists', `Document ${Name} already exists`)
    if (!isNew && !calendars.has(Name)) throw new AwsError('InvalidDocument', `Document ${Name} does not exist`)
    try {
      closedTimesIn(Content, 'UTC', now())
    } catch (error) {
      throw new AwsError('InvalidDocumentContent', error instanceof Error ? error.message : String(error))
    }
    calendars.set(Name, Content)
    return { DocumentDescription: { Name, DocumentType: 'ChangeCalendar', DocumentFormat: 'TEXT', Status: 'Active' } }
  }

  /** A calendar that is closed by default is open during its events. */
  const stateOf = (nameOrArn: string, at: number): { isOpen: boolean; until: number | null } => {
    const content = calendars.get(nameOrArn.split('document/').at(-1)!)
    if (content === undefined) throw new AwsError('InvalidDocument', `Document ${nameOrArn} does not exist`)
    const { closed } = closedTimesIn(content, 'UTC', at)
    const isInEvent = closed.some(([from, to]) => from <= at && at < to)
    const isClosedByDefault = /^X-CALENDAR-TYPE:DEFAULT_CLOSED\s*$/m.test(content)
    return { isOpen: isInEvent === isClosedByDefault, until: closed.flat().find((edge) => edge > at) ?? null }
  }

  const operations: Record<string, (input: unknown) => object> = {
    GetParameters: (input) => {
      const { Names } = parsed(namesRequested, input)
      return {
        Parameters: Names.flatMap((Name) => {
          const Value = parameters.get(Name)
          return Value === undefined ? [] : [{ Name, Type: 'SecureString', Value }]
        }),
        InvalidParameters: Names.filter((name) => !parameters.has(name)),
      }
    },
    CreateDocument: (input) => keep(input, true),
    UpdateDocument: (input) => keep(input, false),
    GetCalendarState: (input) => {
      const { CalendarNames, AtTime } = parsed(stateRequested, input)
      const at = AtTime === undefined ? now() : Date.parse(AtTime)
      const states = CalendarNames.map((name) => stateOf(name, at))
      const isOpen = states.every((one) => one.isOpen)
      const edges = states.filter((one) => one.isOpen === isOpen).flatMap(({ until }) => until ?? [])
      const next = isOpen ? Math.min(...edges) : Math.max(...edges)
      return {
        State: isOpen ? 'OPEN' : 'CLOSED',
        AtTime: inSeconds(at),
        ...(Number.isFinite(next) && { NextTransitionTime: inSeconds(next) }),
      }
    },
  }

  return {
    /** GetParameters, CreateDocument, UpdateDocument and GetCalendarState (Systems Manager API reference). Throws AwsError. */
    answer: (operation: string, input: unknown): object => {
      const perform = ownEntry(operations, operation)
      if (!perform) throw new AwsError('UnknownOperationException', `The workspace does not offer ${operation} of ssm.`)
      return perform(input)
    },
  }
}

const inSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

const parsed = <T extends z.ZodType>(shape: T, input: unknown): z.output<T> => {
  const read = shape.safeParse(input)
  if (read.success) return read.data
  throw new AwsError(
    'ValidationException',
    read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  )
}
