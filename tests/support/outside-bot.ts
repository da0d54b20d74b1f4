import { readFileSync } from 'node:fs'
import type { EventBridgeEvent, SQSRecord } from 'aws-lambda'
import { allowedAccountsFrom } from '../../functions/aws/allowed-accounts.ts'
import { awsFailures } from '../../functions/aws/failures/read-failure.ts'
import { awsOutsideWorks } from '../../functions/aws/outside-works.ts'
import { configurationFrom } from '../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'
import { effectDue } from '../../functions/effect-due.ts'
import { minuteOf } from '../../functions/domain/comparison.ts'
import { compareByTurns } from '../../functions/flows/effects/compare-by-turns.ts'
import { sweep } from '../../functions/flows/effects/sweep.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import type { Due } from '../../functions/domain/effect.ts'
import type { ActionRun } from '../../functions/ports/pipelines.ts'
import type { DueServices } from '../../functions/ports/services.ts'
import { asText } from './as-text.ts'
import { clickedIn } from './slack-click.ts'
import { messageProblems } from './block-kit-limits.ts'
import { botInMemory } from './bot-in-memory.ts'
import { openJsonService } from './json-service.ts'
import { messageOf } from './memory/slack.ts'
import { pipelinesThatAnswer } from './pipeline-answers.ts'
import { MINUTE, SECOND } from './records.ts'

type Detail = Record<string, unknown>

/** An event of the fixture, with other details. */
export const eventOf = (
  fixture: 'build-failed' | 'deployment-failed',
  detail: Detail = {},
  more: Detail = {},
): EventBridgeEvent<string, unknown> => {
  const event = JSON.parse(readFileSync(`tests/fixtures/${fixture}.json`, 'utf8')) as { detail: Detail }
  return { ...event, ...more, detail: { ...event.detail, ...detail } } as never
}

const configurationWith = (route: object) =>
  configurationFrom(
    CONFIGURATION.parse({
      defaults: { approvals: 'C0RELEASES' },
      accounts: { '111122223333': 'shop-prod' },
      routes: [
        {
          match: { pipeline: 'shop-*' },
          status: 'C0STATUS',
          consoleOnly: 'no one approves here',
          outside: { builds: 'shop-*', deployments: 'shop/*' },
          ...route,
        },
      ],
    }),
  )

/** A bot whose route wants to see builds and deployments; AWS answers as a test says, by operation. */
export const openOutsideBot = async (route: object = {}) => {
  const memory = botInMemory()
  const aws = await openJsonService()
  const runs: ActionRun[] = []
  const { now } = memory.services.clock
  const waiting: { message: Due; at: number }[] = []
  const services: DueServices = {
    ...memory.services,
    configuration: configurationWith(route),
    pipelines: pipelinesThatAnswer({ runs }),
    failures: awsFailures(async () => aws.connection, memory.services.clock),
    outsideWorks: awsOutsideWorks(async () => aws.connection, memory.services.clock),
    queue: { send: async (message, seconds) => void waiting.push({ message, at: now() + seconds * SECOND }) },
  }
  const allowedAccounts = allowedAccountsFrom({ ACCOUNT_ID: '111122223333', AWS_REGION: 'eu-west-1' })
  const { slack, pass } = memory
  const passUntil = (at: number) => pass(Math.max(0, at - now()))
  /** The event arrives when it happened, or now if it is late. */
  const changed = (event: EventBridgeEvent<string, unknown>) => {
    passUntil(Date.parse(event.time))
    return pipelineChanged({ ...services, allowedAccounts })(event)
  }
  /** A minute passes, in which the queue delivers what is due. */
  const work = async () => {
    const end = now() + MINUTE
    for (;;) {
      waiting.sort((one, other) => one.at - other.at)
      if (waiting.length === 0 || waiting[0]!.at > end) return
      const { message, at } = waiting.shift()!
      passUntil(at)
      const record = { messageId: '1', body: JSON.stringify(message) } as SQSRecord
      const { batchItemFailures } = await effectDue(services)({ Records: [record] })
      if (batchItemFailures.length > 0) throw new Error(`not performed: ${JSON.stringify(memory.logged)}`)
    }
  }
  const shown = (subject: RegExp): string[] =>
    slack.messages
      .filter((message) => subject.test(message.subject))
      .map(({ card }) => {
        const message = messageOf(card)
        const problems = messageProblems(message)
        if (problems.length > 0) throw new Error(problems.join())
        return asText(message)
      })
  return {
    ...memory,
    services,
    aws,
    runs,
    changed,
    work,
    /** AWS’s answers by operation; an answer with `__type` is an error. */
    answers: (by: Record<string, object>) =>
      aws.answersBy(({ operation }) => {
        const body = by[operation] ?? { __type: 'UnknownOperationException' }
        return { status: '__type' in body ? 400 : 200, body }
      }),
    /** A deploy changes the route. */
    deploy: (changes: object) => {
      services.configuration = configurationWith({ ...route, ...changes })
    },
    /** Minutes pass, and what is due, and what is compared in its turn, is found. */
    minutes: async (count: number) => {
      const after = minuteOf(now())
      pass(count * MINUTE)
      await compareByTurns(services, { after, upTo: minuteOf(now()) })
      await sweep(services, [])
      await work()
    },
    cards: () => shown(/^execution\//),
    notices: () => shown(/^notice\//),
    /** The private answers to a click on a button of the newest card, by the button’s action. */
    click: (actionId: string, userId: string) => {
      const card = slack.messages.findLast(({ subject }) => subject.startsWith('execution/'))!.card
      const { blocks } = messageOf(card) as { blocks: { elements?: { action_id?: string; value?: string }[] }[] }
      const [button] = blocks.flatMap(({ elements = [] }) => elements.filter((one) => one.action_id === actionId))
      return clickedIn(services)(actionId, button!.value!, userId)
    },
    close: () => aws.close(),
  }
}
