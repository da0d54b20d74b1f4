import { jest } from '@jest/globals'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Refusal } from '../../functions/domain/refusal.ts'
import type { Log } from '../../functions/ports/log.ts'
import type { Secrets } from '../../functions/ports/secrets.ts'
import { boltReceiver, type Deciding } from '../../functions/slack/bolt-app.ts'
import { ROUTE } from '../support/cards.ts'
import { approval } from '../support/records.ts'
import { decided, form, pressed } from '../support/slack-payload.ts'
import { botToken, signingSecret } from '../support/secret.ts'

const known = async () => ({ botToken: botToken(), signingSecret: signingSecret() })
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }
const ID = 'a'.repeat(32)

/** Answers a payload, if an act does this. */
const answer = (payload: object, act: Deciding['act'], secrets: Secrets = { current: known, renewed: known }) => {
  const consider = () => Promise.reject(new Error('not asked here'))
  const receiver = boltReceiver(
    () => ({
      consider,
      act,
      considerSteering: consider,
      findLastGood: consider,
      steer: consider,
      isOwnOffer: consider,
      judgeOffered: consider,
      awaited: consider,
      answerSeveral: consider,
      comeBack: consider,
      unmute: consider,
      watch: consider,
      left: () => 1_000,
    }),
    secrets,
    {
      slackApiUrl: undefined,
      log: quiet,
    },
  )
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const event = { headers, body: form(payload), isBase64Encoded: false, rawPath: '/slack/events' }
  return receiver.toHandler()(event as unknown as APIGatewayProxyEventV2, undefined)
}

const REASON = 'Legal has to see it first, and the translations are not there yet.'
const refused =
  (refusal: Refusal): Deciding['act'] =>
  async () => ({ kind: 'refused', refusal, approval: approval(), route: ROUTE, effects: [] })
const sent = async (refusal: Refusal, comment = REASON) =>
  JSON.parse((await answer(decided('reject', ID, comment, 'U0DANA'), refused(refusal))).body) as object

test.each<[string, Refusal]>([
  [
    'Greenlight cannot tell whether you can do this. Slack did not list the members of S0RELMGRS (no answer). ' +
      'Nothing was counted; please try again in a minute.',
    { because: 'unread', unread: ['Slack did not list the members of S0RELMGRS (no answer)'] },
  ],
  [
    'Greenlight cannot tell who you are, so this did not count. Slack does not answer (HTTP 503). ' +
      'Nothing was counted; please try again in a minute.',
    { because: 'unknown-person', why: 'Slack does not answer (HTTP 503)' },
  ],
])('a reason stays in its form if another try may count: %s', async (words, refusal) => {
  expect(await sent(refusal)).toEqual({ response_action: 'errors', errors: { comment: words } })
})

test.each<Refusal>([
  { because: 'unknown-person', why: 'missing_scope', isFinal: true },
  { because: 'not-an-approver' },
  { because: 'deactivated' },
])('a form is replaced by a refusal that another try would not change: %j', async (refusal) => {
  expect(await sent(refusal)).toMatchObject({ response_action: 'update', view: { title: { text: 'Not counted' } } })
})

const withdraw = pressed('withdraw', ID, { userId: 'U0DANA' })
const done: Deciding['act'] = async () =>
  ({ kind: 'done', attempted: { kind: 'freeze-overridden' }, effects: [] }) as never
const fails: Deciding['act'] = () => Promise.reject(new Error('DynamoDB is away'))
const away: Secrets = { current: () => Promise.reject(new Error('SSM is away')), renewed: known }

/** Bolt logs an error three seconds after a request without an answer. In Lambda, another request may run then. */
test.each([
  ['is answered', 200, () => answer(withdraw, done)],
  ['fails', 500, () => answer(withdraw, fails)],
  ['fails before it is looked at', 500, () => answer(withdraw, done, away)],
  ['fails after a modal was sent', 500, () => answer(decided('approve', ID, 'Looks right', 'U0DANA'), fails)],
  ['is for no button of ours', 404, () => answer(pressed('other', ID, { userId: 'U0DANA' }), done)],
] as const)('a request that %s leaves no timer behind that would log later', async (_, statusCode, request) => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
  try {
    expect(await request()).toMatchObject({ statusCode })
    expect(jest.getTimerCount()).toBe(0)
  } finally {
    jest.useRealTimers()
  }
})
