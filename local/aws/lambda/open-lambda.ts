import type { ScheduledEvent, SNSEvent } from 'aws-lambda'
import type { BusEvent } from '../eventbridge/event-bus.ts'
import type { Queue } from '../sqs/queue.ts'
import type { Notice } from '../sns/topic.ts'
import type { WorkspaceClock } from '../../clock.ts'
import type { Doors } from '../../workspace/doors.ts'
import { AsynchronousInvocation, messageOf } from './asynchronous-invocation.ts'
import { type DeadLetter, DeadLetters } from './dead-letters.ts'
import { scheduledEvent, snsEvent } from './envelopes.ts'
import { answerByFunction } from './http-api.ts'
import { QueueConsumer } from './queue-consumer.ts'

export interface Lambda {
  /** SNS hands over a notice of the approval topic. */
  noticePublished(notice: Notice): void
  /** EventBridge hands over an event that the rule matched. */
  pipelineChanged(event: BusEvent): void
  /** The HTTP API in front of button-clicked. */
  answerSlack(request: Request): Promise<Response>
  /** What was given up, in every door. */
  deadLetters: DeadLetter[]
  /** Resolves when no function is running. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** Batch size and concurrency of effect-due, as in serverless.yml. */
const EFFECTS_BATCH = 5
const EFFECTS_CONCURRENCY = 5
const MINUTE_MS = 60_000

/** Puts the doors behind the sources that call them, with Lambda's retries and dead letters. */
export const openLambda = (options: {
  doors: Doors
  clock: WorkspaceClock
  accountId: string
  region: string
  effects: { queue: Queue; arn: string; dead: Queue }
  /** Told of every failure, as a line for the terminal. */
  report: (line: string) => void
}): Lambda => {
  const { doors, clock, accountId: account, region, effects, report } = options
  const failed = (door: string) => (error: unknown) => report(`${door} failed: ${messageOf(error)}`)
  const deadLetters = new DeadLetters(({ door, because }) => report(`${door} gave up: ${because}`))
  const asynchronous = <Event>(door: string, handle: (event: Event) => Promise<unknown>, retries = 2) =>
    new AsynchronousInvocation<Event>({ door, handle, retries, clock, deadLetters })

  const approvalRequested = asynchronous<SNSEvent>('approval-requested', (event) => doors.approvalRequested(event))
  const pipelineChanged = asynchronous<BusEvent>('pipeline-changed', (event) => doors.pipelineChanged(event))
  const minutePassed = asynchronous<ScheduledEvent>('minute-passed', (event) => doors.minutePassed(event), 0)
  const effectDue = new QueueConsumer({
    queue: effects.queue,
    queueArn: effects.arn,
    region,
    batchSize: EFFECTS_BATCH,
    maximumConcurrency: EFFECTS_CONCURRENCY,
    handle: (event) => doors.effectDue(event),
    failed: failed('effect-due'),
  })
  const reportedDead = new Set<string>()
  const stopDeadLetters = effects.dead.onAvailable(() => {
    for (const { messageId, body } of effects.dead.messages) {
      if (reportedDead.has(messageId)) continue
      reportedDead.add(messageId)
      deadLetters.add({ at: clock.now(), door: 'effect-due', because: 'received too often in vain', event: body })
    }
  })
  const stopMinutes = clock.every(MINUTE_MS, () =>
    minutePassed.invoke(scheduledEvent('greenlight-minute-passed', clock.now(), { account, region })),
  )
  const settled = async () => {
    await Promise.all([approvalRequested, pipelineChanged, minutePassed, effectDue].map((part) => part.settled()))
  }
  return {
    noticePublished: (notice) => approvalRequested.invoke(snsEvent(notice, clock.now())),
    pipelineChanged: (event) => pipelineChanged.invoke(event),
    answerSlack: (request) =>
      answerByFunction(
        {
          account,
          stage: '$default',
          handle: (event) => doors.buttonClicked(event),
          now: () => clock.now(),
          failed: failed('button-clicked'),
        },
        request,
      ),
    deadLetters: deadLetters.list,
    settled,
    stop: async () => {
      stopMinutes()
      stopDeadLetters()
      await effectDue.stop()
      await settled()
    },
  }
}
