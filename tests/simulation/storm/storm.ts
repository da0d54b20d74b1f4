import type { EventBridgeEvent } from 'aws-lambda'
import { approvalRequested } from '../../../functions/approval-requested.ts'
import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import { approvalId } from '../../../functions/domain/approval-id.ts'
import type { Execution } from '../../../functions/domain/execution.ts'
import { pipelineChanged } from '../../../functions/pipeline-changed.ts'
import type { Card } from '../../../functions/ports/cards.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { snsEvent } from '../../../local/aws/sns/sns.ts'
import { rendered } from '../../support/memory/slack.ts'
import { Chance } from '../chance.ts'
import { ACCOUNT } from '../ledger.ts'
import { TOPIC } from '../pipeline-under-test.ts'
import { VirtualTime } from '../virtual-time.ts'
import { allowedAccounts, botUnderLoad } from './bot-under-load.ts'
import type { LimitedSlack } from './limited-slack.ts'
import type { Stormy } from './stormy-pipelines.ts'
import { eventsOf, stormy, stormyPipelines } from './stormy-pipelines.ts'

const MINUTE = 60_000
const SECOND = 1_000

export interface StormSettings {
  executions: number
  /** Over how long the events come. Milliseconds. */
  over?: number
  /** For how long Slack is away, from the beginning. Milliseconds. */
  away?: number
  /** How long the bot has after the storm, or after Slack's return. Milliseconds. */
  then: number
  /** Slack's channel for questions: by default that of the status cards, the harder case. */
  channel?: string
  /** Changes the services of one run of a function. */
  services?: (services: Services) => Services
}

export interface StormFigures {
  executions: number
  events: number
  deliveries: number
  posts: number
  updates: number
  /** The most that Slack took in any minute. */
  'updates in a minute, most': number
  /** Answers 429, and calls before Slack's Retry-After was over. */
  'answers 429': number
  'calls too early': number
  questions: number
  /**
   * From the request until Slack has the question, beyond what the questions themselves need at one message a second: the
   * longest.
   */
  'seconds a question waits behind status, most': number
  /** From the last event, or Slack's return, until every card is true. */
  'seconds until all is true': number
  /** Cards that are not true at the end, questions without a message, effects and events that were given up. */
  wrong: number
}

/**
 * Executions whose events arrive shuffled, each one to three times, within a minute, at a Slack that enforces its
 * limits. One execution in ten waits for an approval, one in twenty fails.
 */
export const letStorm = async (settings: StormSettings): Promise<StormFigures> => {
  const { executions, over = MINUTE, away = 0, then, channel = 'C0DEPLOYS' } = settings
  const time = new VirtualTime()
  const chance = new Chance(executions)
  const begun = time.now()
  const all = Array.from({ length: executions }, (_, number) =>
    stormy(number, number % 10 === 3 ? 'waits' : number % 20 === 7 ? 'failed' : 'live', begun - over),
  )
  const { slack, tables, invoke, givenUp } = botUnderLoad({
    time,
    chance,
    pipelines: stormyPipelines(all),
    configuration: configurationFrom(
      CONFIGURATION.parse({
        defaults: { approvals: channel, status: 'C0DEPLOYS' },
        routes: [{ match: {}, approvers: [{ name: 'engineers', people: ['U0ANA'], count: 1 }] }],
      }),
    ),
    services: settings.services,
  })

  const asked = new Map<string, number>()
  let [events, deliveries] = [0, 0]
  for (const one of all) {
    for (const event of eventsOf(one)) {
      events += 1
      for (let times = chance.between(1, 4); times > 0; times--) {
        deliveries += 1
        time.at(begun + chance.between(0, over), () =>
          invoke('pipeline-changed', (services) =>
            pipelineChanged({ ...services, allowedAccounts })(event as EventBridgeEvent<string, unknown>),
          ),
        )
      }
    }
    if (one.end !== 'waits') continue
    const at = begun + chance.between(0, over)
    asked.set(approvalId(ACCOUNT.accountId, ACCOUNT.region, one.token), at)
    time.at(at, () =>
      invoke('approval-requested', (services) => approvalRequested({ ...services, allowedAccounts })(notice(one, at))),
    )
  }
  slack.isAway = away > 0
  time.at(begun + away, () => void (slack.isAway = false))

  const settledAt = begun + Math.max(over, away)
  let trueAt: number | null = null
  for (let now = settledAt; now <= settledAt + then; now += 5 * SECOND) {
    await time.runUntil(now)
    if ((await wrongCards(all, asked, slack, tables, () => true)) > 0) trueAt = null
    else trueAt ??= now
  }
  const questions: { asked: number; postedAt: number }[] = []
  for (const id of asked.keys()) {
    const approval = await tables.approvals.read(id)
    const requestedAt = approval?.kind === 'approval' ? approval.requestedAt : Infinity
    const postedAt = slack.live(`approval/${id}`)[0]?.postedAt ?? Infinity
    questions.push({ asked: Math.max(requestedAt, begun + away), postedAt })
  }
  const inAnyMinute = slack.updatedAt.map(
    (from) => slack.updatedAt.filter((at) => at >= from && at < from + MINUTE).length,
  )
  return {
    executions,
    events,
    deliveries,
    posts: slack.postedAt.length,
    updates: slack.updatedAt.length,
    'updates in a minute, most': Math.max(0, ...inAnyMinute),
    'answers 429': slack.tooMany,
    'calls too early': slack.tooEarly,
    questions: questions.length,
    'seconds a question waits behind status, most': behindStatus(questions),
    'seconds until all is true': trueAt === null ? Infinity : (trueAt - settledAt) / SECOND,
    wrong: (await wrongCards(all, asked, slack, tables)) + givenUp(),
  }
}

const PROGRESS = { live: 'succeeded', failed: 'failed', waits: 'running' } as const

/** Slack takes one message a second in a channel, so that a question may wait for those before it. */
const behindStatus = (questions: { asked: number; postedAt: number }[]): number => {
  let freeAt = 0
  const waits = questions
    .toSorted((one, other) => one.asked - other.asked)
    .map(({ asked, postedAt }) => {
      const soonest = Math.max(asked, freeAt)
      freeAt = soonest + SECOND
      return (postedAt - soonest) / SECOND
    })
  return Math.round(Math.max(0, ...waits) * 10) / 10
}

/** Cards that do not show what CodePipeline says, and questions that no one can see. */
const wrongCards = async (
  all: readonly Stormy[],
  asked: ReadonlyMap<string, number>,
  slack: LimitedSlack,
  { executions, approvals }: Pick<Services, 'executions' | 'approvals'>,
  isShown = showsIt,
): Promise<number> => {
  let wrong = 0
  for (const { pipeline, executionId, end } of all) {
    const execution = await executions.read({ ...ACCOUNT, pipeline, executionId })
    const [message, ...more] = slack.live(`execution/${executionId}`)
    const isTrue =
      execution?.overall.progress === PROGRESS[end] &&
      execution.showing.shown === execution.showing.truth &&
      more.length === 0 &&
      message !== undefined &&
      isShown(message.card, execution)
    if (!isTrue) wrong += 1
  }
  for (const id of asked.keys()) {
    const approval = await approvals.read(id)
    const isTrue =
      approval?.kind === 'approval' &&
      approval.showing.shown === approval.showing.truth &&
      slack.live(`approval/${id}`).length === 1
    if (!isTrue) wrong += 1
  }
  return wrong
}

const showsIt = (card: Card, execution: Execution): boolean =>
  card.kind === 'execution' && rendered({ ...card, execution }) === rendered(card)

const notice = ({ pipeline, token }: Stormy, at: number) =>
  snsEvent(
    {
      topicArn: TOPIC,
      messageId: token,
      subject: null,
      message: JSON.stringify({
        region: ACCOUNT.region,
        consoleLink: 'https://console.example/',
        approval: {
          pipelineName: pipeline,
          stageName: 'Production',
          actionName: 'Production3',
          token,
          expires: '2026-11-30T09:30Z',
          externalEntityLink: null,
          approvalReviewLink: 'https://console.example/',
          customData: null,
        },
      }),
    },
    at,
  )
