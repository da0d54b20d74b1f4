import type { ScheduledEvent, SNSEvent } from 'aws-lambda'
import { answerByFunction } from '../aws/apigateway/apigateway.ts'
import type { BusEvent, EventBus } from '../aws/eventbridge/eventbridge.ts'
import type { Lambda } from '../aws/lambda/lambda.ts'
import type { Queue } from '../aws/sqs/sqs.ts'
import type { WorkspaceClock } from '../clock.ts'
import { errorText } from '../error-text.ts'
import { lookForSecret } from '../secrets-left.ts'
import type { Doors } from './doors.ts'

/** An event that was accepted and then given up. In an installation these are in queues with an alarm on each. */
export interface DeadLetter {
  /** Workspace time, epoch milliseconds. */
  at: number
  /** The function that could not handle it, such as `approval-requested`. */
  door: string
  /** The last error, in words. */
  because: string
  event: unknown
}

export interface BotFunctions {
  /** SNS passes a notification of the approval topic. */
  noticePublished(event: SNSEvent): void
  /** EventBridge passes an event that the rule matched. */
  pipelineChanged(event: BusEvent): void
  /** The same of the bot's own events. */
  approvalDecided(event: BusEvent): void
  /** The HTTP API in front of button-clicked. */
  answerSlack(request: Request): Promise<Response>
  /** The events that were given up, of every function. */
  deadLetters: readonly DeadLetter[]
  /** Resolves when no function is running. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** Batch size and concurrency of effect-due, as in serverless.yml. */
const EFFECTS_BATCH = 5
const EFFECTS_CONCURRENCY = 5
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Connects the functions to the services that call them, with Lambda's retries and dead letters. */
export const openBotFunctions = (options: {
  doors: Doors
  clock: WorkspaceClock
  accountId: string
  lambda: Lambda
  eventBus: EventBus
  effects: { queue: Queue; dead: Queue }
  /** Called with every failure, as a line for the terminal. */
  report: (line: string) => void
}): BotFunctions => {
  const { doors, clock, accountId, lambda, eventBus, effects, report } = options
  const failed = (door: string) => (error: unknown) => {
    lookForSecret('an error', door, traced(error))
    report(`${door} failed: ${errorText(error)}`)
  }
  const deadLetters: DeadLetter[] = []
  const gaveUp = (door: string) => (event: unknown, because: string) => {
    deadLetters.push({ at: clock.now(), door, because, event })
    report(`${door} gave up: ${because}`)
  }
  const asynchronous = <Event>(door: string, handle: (event: Event) => Promise<unknown>, retries = 2) =>
    lambda.asynchronous<Event>({ handle: watched(door, handle), retries, gaveUp: gaveUp(door) })

  const approvalRequested = asynchronous<SNSEvent>('approval-requested', (event) => doors.approvalRequested(event))
  const pipelineChanged = asynchronous<BusEvent>('pipeline-changed', (event) => doors.pipelineChanged(event))
  const minutePassed = asynchronous<ScheduledEvent>('minute-passed', (event) => doors.minutePassed(event), 0)
  const dayPassed = asynchronous<ScheduledEvent>('day-passed', (event) => doors.dayPassed(event))
  const approvalDecided = asynchronous<BusEvent>('approval-decided', (event) => doors.approvalDecided(event))
  const effectDue = lambda.eventSourceMapping({
    queue: effects.queue,
    batchSize: EFFECTS_BATCH,
    maximumConcurrency: EFFECTS_CONCURRENCY,
    handle: (event) => doors.effectDue(event),
    failed: failed('effect-due'),
  })
  const reportedDead = new Set<string>()
  const stopDeadLetters = effects.dead.onAvailable(() => {
    for (const { messageId, body } of effects.dead.messages()) {
      if (reportedDead.has(messageId)) continue
      reportedDead.add(messageId)
      gaveUp('effect-due')(body, 'received too often in vain')
    }
  })
  const stopMinutes = clock.every(
    MINUTE_MS,
    () => minutePassed.invoke(eventBus.scheduledEvent('greenlight-minute-passed')),
    doors.minuteNeededAt,
  )
  const stopDays = clock.every(DAY_MS, () => dayPassed.invoke(eventBus.scheduledEvent('greenlight-day-passed')))
  const settled = async () => {
    await Promise.all(
      [approvalRequested, pipelineChanged, minutePassed, dayPassed, approvalDecided, effectDue].map((part) =>
        part.settled(),
      ),
    )
  }
  return {
    noticePublished: (event) => approvalRequested.invoke(event),
    pipelineChanged: (event) => pipelineChanged.invoke(event),
    approvalDecided: (event) => approvalDecided.invoke(event),
    answerSlack: (request) =>
      clock.during(
        answerByFunction(
          {
            account: accountId,
            stage: '$default',
            handle: (event) => doors.buttonClicked(event),
            now: () => clock.now(),
            failed: failed('button-clicked'),
          },
          request,
        ),
      ),
    deadLetters,
    settled,
    stop: async () => {
      stopMinutes()
      stopDays()
      stopDeadLetters()
      await effectDue.stop()
      await settled()
    },
  }
}

/** Lambda writes the error of an attempt to the function's log, tried again or not. */
const watched =
  <Event>(door: string, handle: (event: Event) => Promise<unknown>) =>
  (event: Event) =>
    handle(event).catch((error: unknown) => {
      lookForSecret('an error', door, traced(error))
      throw error
    })

const traced = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
