import { readFileSync } from 'node:fs'
import { parseApprovalNotification } from '../../functions/aws/approval-notification.ts'
import { isOutsideEvent, parseOutsideEvent } from '../../functions/aws/outside-event.ts'
import { parsePipelineEvent } from '../../functions/aws/pipeline-event.ts'
import { parseDue } from '../../functions/aws/queued-effect.ts'
import { closedTimesIn } from '../../functions/config/icalendar.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import { commandIn } from '../../functions/domain/command.ts'
import { parseLifecycleHook } from '../../functions/hook/lifecycle-hook.ts'
import { parseEcsStage } from '../../functions/hook/ecs.ts'
import { Malformed } from '../../functions/malformed.ts'
import { parseDecisionMetadata } from '../../functions/slack/decision-modal.ts'
import { parseSeveralMetadata } from '../../functions/slack/several-form.ts'
import { readSlackRequest } from '../../functions/slack/slack-request.ts'
import { parseSteeringMetadata, steeringModal } from '../../functions/slack/steering-form.ts'
import { signedHeaders } from '../../local/slack/interactions.ts'
import type { Chance } from '../simulation/chance.ts'
import { decided, form, pressed } from '../support/slack-payload.ts'
import { mutatedJson, mutatedText } from './mutated.ts'
import { botToken, signingSecret } from '../support/secret.ts'

/** `refused`: the parser said what is wrong. Anything else that it throws is a fault. */
export type Outcome = 'taken' | 'refused'

export interface Door {
  /** Inputs as their sender writes them: each is taken. */
  sound: readonly unknown[]
  /** An input for this chance. */
  draw: (chance: Chance) => unknown
  take: (input: never) => Outcome | Promise<Outcome>
}

/** What comes in as JSON that the runtime has parsed: the input is changed within. */
const json = (samples: readonly unknown[], parse: (input: never) => unknown): Door => ({
  sound: samples,
  draw: (chance) => mutatedJson(chance, chance.pick(samples)),
  take: (input) => outcomeOf(() => parse(input)),
})

/** What comes in as a text. `samples` are JSON or lines: half of the changes are made before it is written as a text. */
const text = (samples: readonly unknown[], take: (input: string) => Outcome | Promise<Outcome>): Door => ({
  sound: samples.map((sample) => (typeof sample === 'string' ? sample : JSON.stringify(sample))),
  draw: (chance) => {
    const sample = chance.pick(samples)
    if (typeof sample === 'string') return mutatedText(chance, sample)
    return chance.is(0.5) ? JSON.stringify(mutatedJson(chance, sample)) : mutatedText(chance, JSON.stringify(sample))
  },
  take: take,
})

const outcomeOf = (parse: () => unknown): Outcome => {
  try {
    parse()
    return 'taken'
  } catch (error) {
    if (error instanceof Malformed) return 'refused'
    throw error
  }
}

const parsed = (parse: (input: string) => unknown) => (input: string) => outcomeOf(() => parse(input))

const fixture = (name: string): unknown => JSON.parse(readFileSync(`tests/fixtures/${name}.json`, 'utf8'))
const yaml = (path: string): string => readFileSync(path, 'utf8')

const ID = '4514291e43216d808fdaac03cb64f3cf'
const EXECUTION = { accountId: '111122223333', region: 'eu-west-1', pipeline: 'shop-web', executionId: 'e-1' }
const WHO = { userId: 'U0DANA', name: 'Dana', teamId: 'T0SHOPTEAM', email: null, from: 'C0RELEASES' }

const SECRET = signingSecret()
const NOW = Date.UTC(2026, 10, 23, 12)

/** Signed, so that everything behind the signature is reached. */
const slackRequest = async (body: string, contentType: string): Promise<Outcome> => {
  const headers = { ...signedHeaders(SECRET, NOW, body), 'content-type': contentType }
  const event = { headers, body, isBase64Encoded: false } as unknown as Parameters<typeof readSlackRequest>[0]
  const current = () => Promise.resolve({ botToken: botToken(), signingSecret: SECRET })
  const read = await readSlackRequest(event, { current, renewed: current }, NOW)
  return read.kind === 'refused' ? 'refused' : 'taken'
}

const CLICKS = [
  pressed('approve', ID, { userId: 'U0DANA', responseUrl: 'https://hooks.slack.com/actions/T0/1/two' }),
  decided('reject', ID, 'Not before the sale is over', 'U0DANA'),
]
const FORM = 'application/x-www-form-urlencoded'
const COMMAND_FORM = {
  command: '/greenlight',
  text: 'freeze shop-* until Mon 08:00 because incident 4711',
  user_id: 'U0DANA',
  user_name: 'dana',
  team_id: 'T0SHOPTEAM',
  channel_id: 'C0RELEASES',
  trigger_id: '1.2.three',
  response_url: 'https://hooks.slack.com/commands/T0/1/two',
}

const CALENDAR = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//shop//freezes//EN
BEGIN:VEVENT
UID:sale@shop.example
DTSTAMP:20261101T000000Z
DTSTART;TZID=Europe/London:20261127T080000
DTEND;TZID=Europe/London:20261130T080000
RRULE:FREQ=YEARLY;COUNT=3
EXDATE;TZID=Europe/London:20271127T080000
SUMMARY:Sale
END:VEVENT
END:VCALENDAR
`

/** Every place where a text or an event from outside is parsed first. */
export const DOORS: Record<string, Door> = {
  'the notification of an approval (SNS)': text([fixture('approval-notification')], (message) =>
    outcomeOf(() =>
      parseApprovalNotification({
        Sns: { Message: message, TopicArn: 'arn:aws:sns:eu-west-1:111122223333:approvals' },
      } as Parameters<typeof parseApprovalNotification>[0]),
    ),
  ),
  'the event of a pipeline (EventBridge)': json(
    ['pipeline-started', 'stage-succeeded', 'action-failed'].map(fixture),
    parsePipelineEvent,
  ),
  'the event of a build or a deployment (EventBridge)': json(
    ['build-failed', 'deployment-failed'].map(fixture),
    (event: unknown) => (isOutsideEvent(event) ? parseOutsideEvent(event) : parsePipelineEvent(event)),
  ),
  'an effect (SQS)': text(
    [
      { effect: { do: 'show-approval', approval: ID }, attempt: 1 },
      { effect: { do: 'show-homes', users: ['U0DANA'], opened: NOW }, attempt: 2 },
      {
        effect: {
          do: 'take-command',
          command: { id: 'c-1', text: 'pending', who: WHO, responseUrl: null, at: NOW },
          seal: 'a'.repeat(64),
        },
        attempt: 1,
      },
      {
        effect: {
          do: 'steer-pipeline',
          request: {
            id: 's-1',
            act: 'retry',
            execution: EXECUTION,
            stage: 'Production',
            choice: null,
            reason: null,
            who: WHO,
            at: NOW,
          },
          seal: 'a'.repeat(64),
        },
        attempt: 1,
      },
    ],
    parsed(parseDue),
  ),
  'a click or a form (Slack)': {
    sound: CLICKS.map(form),
    draw: (chance) => {
      const payload = mutatedJson(chance, chance.pick(CLICKS))
      return chance.is(0.1) ? mutatedText(chance, form(payload as object)) : form(payload as object)
    },
    take: (body: string) => slackRequest(body, FORM),
  },
  'a command (Slack)': {
    sound: [new URLSearchParams(COMMAND_FORM).toString()],
    draw: (chance) => {
      const changed = Object.entries(Object(mutatedJson(chance, COMMAND_FORM)) as object)
      return new URLSearchParams(
        changed.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
      ).toString()
    },
    take: (body: string) => slackRequest(body, FORM),
  },
  'an event (Slack)': text(
    [
      {
        type: 'event_callback',
        team_id: 'T0SHOPTEAM',
        event: { type: 'app_home_opened', user: 'U0DANA', tab: 'home' },
      },
    ],
    (body) => slackRequest(body, 'application/json'),
  ),
  'what a person types behind /greenlight': text(
    [
      'freeze shop-* until Mon 08:00 because incident 4711',
      'away until Fri 18:00 @eli',
      'hold shop-web Production because incident',
      'history shop-web Production',
    ],
    (typed) => outcomeOf(() => commandIn(typed)),
  ),
  'what a form carries': text(
    [
      { approval: ID, decision: 'approve', from: 'C0RELEASES' },
      JSON.parse(steeringModal({ act: 'stop', execution: EXECUTION, stage: null }, null).private_metadata!) as object,
      { offer: `0.${'a'.repeat(64)}.${ID}`, from: null },
    ],
    (metadata) => {
      const outcomes = [parseDecisionMetadata, parseSteeringMetadata, parseSeveralMetadata].map((parse) =>
        outcomeOf(() => parse(metadata)),
      )
      return outcomes.includes('taken') ? 'taken' : 'refused'
    },
  ),
  'a lifecycle hook (CodeDeploy and ECS)': json(
    [
      { DeploymentId: 'd-ABCDEF123', LifecycleEventHookExecutionId: 'eyJlbmNyeXB0ZWREYXRhIjoi' },
      {
        resourceArn: 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/shop/web/1',
        lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT',
      },
    ],
    (event: unknown) => parseEcsStage(event) ?? parseLifecycleHook(event),
  ),
  'greenlight.yml': text([yaml('local/greenlight.yml'), yaml('tests/support/as-shipped/greenlight.yml')], (typed) =>
    readConfiguration(typed).kind === 'valid' ? 'taken' : 'refused',
  ),
  'a calendar (iCalendar)': text([CALENDAR, yaml('tests/fixtures/freezes.ics')], (typed) => {
    try {
      closedTimesIn(typed, 'UTC', NOW)
      return 'taken'
    } catch (error) {
      // The reader of a calendar says any error in its own sentence, and freezes until it can be read.
      if (error instanceof Error) return 'refused'
      throw error
    }
  }),
}
