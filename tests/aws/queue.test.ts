import { createHash } from 'node:crypto'
import { effectQueue } from '../../functions/aws/queue.ts'
import { parseDue } from '../../functions/aws/queued-effect.ts'
import type { Act } from '../../functions/domain/act.ts'
import type { Due, Effect } from '../../functions/domain/effect.ts'
import { Malformed } from '../../functions/malformed.ts'
import { KEY, WHERE, actor, notification } from '../support/records.ts'
import { openJsonService } from '../support/json-service.ts'

const NOTIFICATION = notification()
const THERE = { accountId: '111122223333', region: 'eu-west-1' }
const EFFECTS: { [D in Effect['do']]: Extract<Effect, { do: D }> } = {
  'request-approval': { do: 'request-approval', notification: NOTIFICATION },
  'find-approval': {
    do: 'find-approval',
    action: { gate: 'manual-approval', where: WHERE, executionId: KEY.executionId },
  },
  'look-for-approvals': { do: 'look-for-approvals', there: THERE },
  'look-into-pipelines': { do: 'look-into-pipelines', there: THERE, pipelines: ['shop-web'], parallel: ['shop-api'] },
  'settle-approval': { do: 'settle-approval', approval: 'a1' },
  'show-approval': { do: 'show-approval', approval: 'a1' },
  'check-approval': { do: 'check-approval', approval: 'a1', unlessLookedAt: true },
  'take-click': {
    do: 'take-click',
    approval: 'a1',
    click: { who: actor('U0CHEN'), act: { do: 'withdraw' }, at: 1, waitsFor: 'others', seal: 'f' },
  },
  'record-refusal': {
    do: 'record-refusal',
    approval: 'a1',
    refused: { who: actor('U0CHEN'), act: 'vote', refusal: { because: 'not-an-approver' }, at: 1, seal: 'f' },
  },
  'take-command': {
    do: 'take-command',
    command: { id: 'c1', text: 'freezes', who: actor('U0CHEN'), at: 1, responseUrl: 'https://hooks.slack.com/1' },
    seal: 'f',
  },
  'answer-command': {
    do: 'answer-command',
    userId: 'U0CHEN',
    responseUrl: 'https://hooks.slack.com/1',
    message: '{"text":"Frozen"}',
  },
  'answer-several': {
    do: 'answer-several',
    answers: { id: 's1', approvals: ['a1', 'a2'], verdict: 'Approved', comment: 'Fine', who: actor('U0CHEN'), at: 1 },
    seal: 'f',
  },
  'tell-person': { do: 'tell-person', userId: 'U0CHEN', channel: null, message: '{"text":"Counted"}' },
  'show-homes': { do: 'show-homes', users: ['U0CHEN'], opened: null },
  'check-outside': {
    do: 'check-outside',
    execution: KEY,
    outside: { service: 'CodeDeploy', group: 'production', version: null },
  },
  'claim-deployment': { do: 'claim-deployment', execution: KEY, action: 'x1' },
  'steer-pipeline': {
    do: 'steer-pipeline',
    request: {
      id: 'r1',
      act: 'retry',
      execution: KEY,
      stage: 'Production',
      choice: 'ALL_ACTIONS',
      reason: null,
      who: actor('U0DANA'),
      at: 1,
    },
    seal: 's',
  },
  'tend-absence': { do: 'tend-absence', absence: 'away-1764345600-0123456789ab' },
  'tend-freeze': { do: 'tend-freeze', freeze: 'freeze-0123456789ab' },
  'weigh-deferred-clicks': { do: 'weigh-deferred-clicks', approval: 'a1' },
  'send-notices': { do: 'send-notices', approval: 'a1' },
  'show-notices': { do: 'show-notices', approval: 'a1' },
  'announce-verdict': { do: 'announce-verdict', approval: 'a1' },
  'file-entries': { do: 'file-entries', approval: 'a1' },
  'show-execution': { do: 'show-execution', execution: KEY },
  'file-skips': { do: 'file-skips', execution: KEY },
  'tell-execution': { do: 'tell-execution', execution: KEY },
  'send-digest': { do: 'send-digest', digest: 'C0DEPLOYS/daily/-/UTC/540/1' },
  'explain-failure': { do: 'explain-failure', execution: KEY, action: 'Build/Build/1' },
  'check-execution': { do: 'check-execution', execution: KEY },
}

let sqs: Awaited<ReturnType<typeof openJsonService>>
beforeAll(async () => {
  sqs = await openJsonService()
})
afterAll(() => sqs.close())
beforeEach(() => {
  sqs.asked.length = 0
  // The client compares what it sent with what SQS received.
  sqs.answersBy(({ input }) => {
    const MD5OfMessageBody = createHash('md5').update(String(input['MessageBody'])).digest('hex')
    return { status: 200, body: { MessageId: 'm1', MD5OfMessageBody } }
  })
})

const send = (due: Due, delay: number) => effectQueue(sqs.connection, `${sqs.connection.endpoint}/q`).send(due, delay)

test.each(Object.values(EFFECTS))('$do comes back as it was sent', async (effect) => {
  await send({ effect, attempt: 3 }, 0)
  const body = String(sqs.asked[0]!.input['MessageBody'])
  expect(parseDue(body)).toEqual({ effect, attempt: 3 })
})

test.each<Act>([
  { do: 'vote', verdict: 'Rejected', comment: 'no' },
  { do: 'break-glass', reason: 'the shop is down' },
  { do: 'stop-automatic' },
  { do: 'confirm-override', comment: 'it was right' },
  { do: 'take-newer' },
])('a click to $do comes back as it was sent', async (act) => {
  const effect = { ...EFFECTS['take-click'], click: { ...EFFECTS['take-click'].click, act } }
  await send({ effect, attempt: 1 }, 0)
  expect(parseDue(String(sqs.asked[0]!.input['MessageBody']))).toEqual({ effect, attempt: 1 })
})

test.each([
  ['weigh-deferred-clicks', 'weigh-noted'],
  ['send-notices', 'say-notices'],
] as const)(
  '%s is queued as %s, which functions of an earlier version read, and is read under both names',
  async (name, queuedAs) => {
    await send({ effect: EFFECTS[name], attempt: 1 }, 0)
    expect(JSON.parse(String(sqs.asked[0]!.input['MessageBody']))).toMatchObject({ effect: { do: queuedAs } })
    expect(parseDue(JSON.stringify({ effect: EFFECTS[name], attempt: 1 }))).toMatchObject({ effect: { do: name } })
  },
)

test.each([
  [-5, 0],
  [0, 0],
  [0.2, 1],
  [59, 59],
  [900, 900],
  [86_400, 900],
])('a delay of %d seconds becomes one that SQS takes: %d', async (asked, sent) => {
  await send({ effect: EFFECTS['show-approval'], attempt: 1 }, asked)
  expect(sqs.asked[0]).toMatchObject({ operation: 'SendMessage', input: { DelaySeconds: sent } })
})

test('an effect that the queue did not take is returned, so that no function takes it for queued', async () => {
  sqs.refuses('AWS.SimpleQueueService.NonExistentQueue', 'gone')
  await expect(send({ effect: EFFECTS['show-approval'], attempt: 1 }, 1)).rejects.toThrow('gone')
})

const due = (effect: unknown, attempt: unknown = 1) => JSON.stringify({ effect, attempt })

test.each([
  ['nothing', ''],
  ['no JSON', 'settle-approval'],
  ['null', 'null'],
  ['an unknown effect', due({ do: 'rm', approval: 'a1' })],
  ['an effect without its approval', due({ do: 'settle-approval' })],
  ['an approval that is no text', due({ do: 'settle-approval', approval: 7 })],
  ['an execution that lacks its Region', due({ do: 'show-execution', execution: { ...KEY, region: undefined } })],
  ['no attempt', JSON.stringify({ effect: EFFECTS['show-approval'] })],
  ['an attempt before the first', due(EFFECTS['show-approval'], 0)],
  ['half an attempt', due(EFFECTS['show-approval'], 1.5)],
  ['a notification without a token', due({ do: 'request-approval', notification: { ...NOTIFICATION, token: null } })],
  ['300 kB of something else', JSON.stringify({ text: 'x'.repeat(300_000) })],
])('%s is refused, and no part of it is quoted', (_, body) => {
  expect(() => parseDue(body)).toThrow(Malformed)
  expect(() => parseDue(body)).toThrow(/^The queued effect is not in the documented shape: .{1,300}$/)
})
