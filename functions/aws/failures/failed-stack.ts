import * as z from 'zod/mini'
import type { Asking, ReadFailure } from './asked.ts'
import { FAILURE_MS, cause, sentence } from './asked.ts'
import { unexpected } from '../ask-json.ts'
import { CLOUDFORMATION, askXml, membersOfXml } from '../ask-xml.ts'
import { answerIn } from '../expected-errors.ts'

interface StackEvent {
  /** Epoch milliseconds. */
  at: number
  resource: string
  type: string
  /** The resource's own name; of a nested stack its ARN. */
  name: string
  status: string
  reason: string
}

type StackEvents = { kind: 'read'; events: StackEvent[] } | { kind: 'missing' } | { kind: 'denied' }

/** An update of many resources has some hundred events; one page has a hundred. */
const MOST_PAGES_OF_EVENTS = 5

/** Of a stack in a stack in a stack. */
const DEEPEST = 3

/** What fails because another resource did. */
const FOLLOWS = /cancell?ed/i

/** Clocks of two services differ, and an action begins before its operation. */
const OPERATION_BEFORE_MS = 5_000

/**
 * Why an action of CloudFormation failed: the first resource that failed since the action began, with its reason; of a
 * nested stack, the first one in it.
 */
export const failedStack: ReadFailure = async (asking, { configuration, startedAt }) => {
  const { StackName } = configuration
  if (!StackName) return cause({})
  let what: string | null = null
  let stack: string | undefined = StackName
  for (let depth = 0; stack !== undefined && depth < DEEPEST; depth++) {
    const read = await eventsSince(asking, stack, startedAt - OPERATION_BEFORE_MS)
    if (read.kind === 'denied')
      return cause({ what, unread: [{ because: 'denied', of: 'cloudformation:DescribeStackEvents' }] })
    if (read.kind === 'missing') return cause({ what, unread: [{ because: 'gone', of: 'CloudFormation' }] })
    const failed = read.events.findLast(({ status, reason }) => status.endsWith('_FAILED') && !FOLLOWS.test(reason))
    if (!failed) break
    const { resource, type, name, reason } = failed
    what = sentence(`${resource} (${type})`, reason)
    stack =
      type === 'AWS::CloudFormation::Stack' && name !== stack && depth + 1 < DEEPEST ? name || undefined : undefined
  }
  return cause({ what })
}

/** Newest first. */
const eventsSince = async (asking: Asking, stack: string, since: number): Promise<StackEvents> => {
  const all: StackEvent[] = []
  let token: string | undefined
  for (let page = 0; page < MOST_PAGES_OF_EVENTS; page++) {
    const asked = await askEvents(asking, stack, token)
    if ('kind' in asked) return asked
    const events = (asked.StackEvents ?? []).map(stackEventOf)
    all.push(...events.filter(({ at }) => at >= since))
    token = asked.NextToken || undefined
    if (token === undefined || events.some(({ at }) => at < since)) break
  }
  return { kind: 'read', events: all }
}

const textOrEmpty = z._default(z.string(), '')

const DESCRIBED_EVENTS = z.lazy(() =>
  z.object({
    StackEvents: z.optional(
      membersOfXml(
        z.object({
          Timestamp: textOrEmpty,
          LogicalResourceId: textOrEmpty,
          ResourceType: textOrEmpty,
          PhysicalResourceId: textOrEmpty,
          ResourceStatus: textOrEmpty,
          ResourceStatusReason: textOrEmpty,
        }),
      ),
    ),
    NextToken: z.optional(z.string()),
  }),
)

type EventsPage = z.output<typeof DESCRIBED_EVENTS>

/** One page ("DescribeStackEvents", CloudFormation API reference). */
const askEvents = async (
  { connection, clock }: Asking,
  StackName: string,
  NextToken?: string,
): Promise<EventsPage | Exclude<StackEvents, { kind: 'read' }>> => {
  const call = {
    ...CLOUDFORMATION,
    operation: 'DescribeStackEvents',
    input: { StackName, NextToken },
    timeoutMs: FAILURE_MS,
  }
  const asked = await askXml(connection, clock, call, DESCRIBED_EVENTS)
  if (asked.kind === 'answered') return asked.answer
  const kind = answerIn('DescribeStackEvents', asked.code)
  if (kind !== null) return { kind }
  throw unexpected(call, asked)
}

const stackEventOf = (event: NonNullable<EventsPage['StackEvents']>[number]): StackEvent => ({
  at: Date.parse(event.Timestamp) || 0,
  resource: event.LogicalResourceId,
  type: event.ResourceType,
  name: event.PhysicalResourceId,
  status: event.ResourceStatus,
  reason: event.ResourceStatusReason,
})
