import * as z from 'zod/mini'
import { parseApprovalNotification } from '../../functions/aws/approval-notification.ts'
import { queueMessage } from '../../functions/aws/queue-message.ts'
import { parseDue } from '../../functions/aws/queued-effect.ts'
import type { Effect } from '../../functions/domain/effect.ts'
import type { Pipeline, StageAction } from '../../functions/domain/pipeline.ts'
import type { QueueId } from './queues.ts'

/** A message of a dead-letter queue, read. It holds tokens; `what` and `because` do not. */
export interface DeadLetter {
  /** For people: what failed. */
  what: string
  /** The last error, as far as AWS has it. */
  because: string | null
  /** Where it goes for another try; null if it cannot be read. */
  door: Door | null
}

export type Door = { kind: 'function'; event: unknown } | { kind: 'effects'; body: string }

/** What Lambda sends to an on-failure destination ("Retaining records of asynchronous invocations", developer guide). */
const INVOCATION = z.object({
  requestPayload: z.unknown(),
  requestContext: z.optional(z.object({ condition: z.optional(z.string()) })),
  responsePayload: z.optional(z.nullable(z.object({ errorMessage: z.optional(z.string()) }))),
})

/** What SNS keeps of a message that it could not deliver ("Amazon SNS dead-letter queues", developer guide). */
const NOTIFICATION = z.looseObject({
  Type: z.literal('Notification'),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
})
const SNS_EVENT = z.object({
  Records: z.array(z.object({ Sns: z.object({ TopicArn: z.string(), Message: z.string() }) })),
})
const PIPELINE_EVENT = z.object({
  'detail-type': z.string(),
  account: z.string(),
  region: z.string(),
  detail: z.object({
    pipeline: z.string(),
    'execution-id': z.optional(z.string()),
    stage: z.optional(z.string()),
    action: z.optional(z.string()),
    state: z.optional(z.string()),
  }),
})

/** A build or a deployment, outside a pipeline or in one. */
const OUTSIDE_EVENT = z.object({
  'detail-type': z.string(),
  account: z.string(),
  region: z.string(),
  detail: z.union([
    z.pipe(
      z.object({ 'project-name': z.string(), 'build-status': z.string() }),
      z.transform((build) => ({ state: build['build-status'], of: `a build of ${build['project-name']}` })),
    ),
    z.pipe(
      z.object({ application: z.string(), deploymentGroup: z.string(), state: z.string() }),
      z.transform(({ application, deploymentGroup, state }) => ({
        state,
        of: `a deployment of ${application} to ${deploymentGroup}`,
      })),
    ),
  ]),
})

/** The bot's own event (docs/events.md). */
const DECIDED_EVENT = z.object({
  detail: z.object({ approval: z.string(), account: z.string(), region: z.string(), pipeline: z.string() }),
})

/** @param because what the queue itself says about the message */
export const readDeadLetter = (queue: QueueId, body: string, because: string | null): DeadLetter => {
  if (queue === 'EffectDueDead') return effectLetter(body, because)
  const parsed = jsonIn(body)
  const invocation = z.safeParse(INVOCATION, parsed)
  const event = invocation.success ? invocation.data.requestPayload : eventIn(parsed)
  const reason = invocation.success
    ? (invocation.data.responsePayload?.errorMessage ?? invocation.data.requestContext?.condition ?? null)
    : because
  const what = event === undefined ? null : WHAT[queue](event)
  if (what === null) return { what: 'a message in an unknown form', because: reason, door: null }
  return { what, because: reason, door: { kind: 'function', event } }
}

const eventIn = (parsed: unknown): unknown => {
  const notification = z.safeParse(NOTIFICATION, parsed)
  // As Lambda gets it from SNS.
  if (notification.success)
    return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns: notification.data }] }
  return [PIPELINE_EVENT, OUTSIDE_EVENT, DECIDED_EVENT].some((event) => z.safeParse(event, parsed).success)
    ? parsed
    : undefined
}

const WHAT: Record<Exclude<QueueId, 'EffectDueDead'>, (event: unknown) => string | null> = {
  ApprovalRequestedDead: (event) => {
    const read = z.safeParse(SNS_EVENT, event)
    return read.success ? read.data.Records.map(({ Sns }) => notificationText(Sns)).join(', ') : null
  },
  PipelineChangedDead: (event) => {
    const read = z.safeParse(PIPELINE_EVENT, event)
    if (!read.success) return outsideText(event)
    const { account, region, detail } = read.data
    const part = [detail.stage, detail.action].filter(Boolean).join(' / ')
    return `${detail.state ?? 'a change'} of ${part ? `${part} in ` : ''}${pipelineText({ accountId: account, region, pipeline: detail.pipeline })}`
  },
  MinutePassedDead: () => 'a sweep, which a later one has done since',
  ApprovalDecidedDead: (event) => {
    const read = z.safeParse(DECIDED_EVENT, event)
    if (!read.success) return null
    const { account: accountId, region, pipeline, approval } = read.data.detail
    return `the attestation of approval ${approval} in ${pipelineText({ accountId, region, pipeline })}`
  },
  DayPassedDead: () => 'a day’s checkpoint, which that of a later day covers',
}

const outsideText = (event: unknown): string | null => {
  const read = z.safeParse(OUTSIDE_EVENT, event)
  if (!read.success) return null
  const { account, region, detail } = read.data
  return `${detail.state} of ${detail.of} (${account}, ${region})`
}

const notificationText = (Sns: { TopicArn: string; Message: string }): string => {
  try {
    const notification = parseApprovalNotification({ Sns } as Parameters<typeof parseApprovalNotification>[0])
    return notification ? requestText(notification.where) : 'a message that is no approval notification'
  } catch {
    return 'an approval notification in an unknown form'
  }
}

const effectLetter = (body: string, because: string | null): DeadLetter => {
  try {
    const { effect } = parseDue(body)
    return { what: effectText(effect), because, door: { kind: 'effects', body: queueMessage({ effect, attempt: 1 }) } }
  } catch {
    return { what: 'an effect that this version does not know', because, door: null }
  }
}

const effectText = (effect: Effect): string => {
  if (effect.do === 'request-approval') return requestText(effect.notification.where)
  if (effect.do === 'find-approval') return requestText(effect.action.where)
  if ('there' in effect) return `${effect.do} in ${effect.there.accountId}, ${effect.there.region}`
  if (effect.do === 'take-command') return `a command that ${effect.command.who.userId} typed`
  if (effect.do === 'answer-command') return `the answer to a command that ${effect.userId} typed`
  if (effect.do === 'answer-several')
    return `one answer to ${effect.answers.approvals.length} approvals that ${effect.answers.who.userId} gave`
  if (effect.do === 'show-homes') return `the Home tabs of ${effect.users.length} people`
  if (effect.do === 'tell-person') return `a private message to ${effect.userId}`
  if (effect.do === 'steer-pipeline')
    return `the act ${effect.request.act} on ${pipelineText(effect.request.execution)} that ${effect.request.who.userId} requested`
  if ('absence' in effect) return `${effect.do} of ${effect.absence}`
  if ('freeze' in effect) return `${effect.do} of ${effect.freeze}`
  if ('approval' in effect) return `${effect.do} of approval ${effect.approval}`
  if ('digest' in effect) return `${effect.do} ${effect.digest}`
  const kind = 'outside' in effect ? '' : 'execution '
  return `${effect.do} of ${kind}${effect.execution.executionId} of ${pipelineText(effect.execution)}`
}

const requestText = (where: StageAction): string =>
  `a request for approval of ${where.stage} / ${where.action} in ${pipelineText(where)}`

const pipelineText = ({ accountId, region, pipeline }: Pipeline): string => `${pipeline} (${accountId}, ${region})`

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
