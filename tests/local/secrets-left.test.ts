import { PutEventsCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
import { effectQueue } from '../../functions/aws/queue.ts'
import { openTable } from '../../functions/aws/table.ts'
import { lambdaLog } from '../../functions/log.ts'
import type { Metric } from '../../functions/ports/log.ts'
import { answerByFunction } from '../../local/aws/apigateway/apigateway.ts'
import { WHERE_SECRETS_BELONG, lookForSecret, lookInHeaders, takeSecretsLeft } from '../../local/secrets-left.ts'
import { createEventBus } from '../../local/aws/eventbridge/eventbridge.ts'
import { createLambda } from '../../local/aws/lambda/lambda.ts'
import { snsEvent } from '../../local/aws/sns/sns.ts'
import { createSqs, type Queue } from '../../local/aws/sqs/sqs.ts'
import { createWorkspaceClock } from '../../local/clock.ts'
import { type BotFunctions, openBotFunctions } from '../../local/workspace/bot-functions.ts'
import { terminalLog } from '../../local/workspace/terminal-log.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { openJsonService } from '../support/json-service.ts'
import { cardOf } from '../support/cards.ts'
import { linesOf } from '../support/log-lines.ts'
import { memoryPorts } from '../support/memory/ports.ts'
import { MemorySlack } from '../support/memory/slack.ts'
import { approval } from '../support/records.ts'
import { approvalToken, botToken, secretPath, secretValue, signingSecret } from '../support/secret.ts'
import { openSlackWorkspace } from './slack/slack-workspace.ts'
import { runGreenlight } from '../cli/scripted-terminal.ts'

/* Each secret leaves once at each edge, on purpose: what looks for secrets in the whole suite must find it. */

let aws: Awaited<ReturnType<typeof openAws>>
let slack: Awaited<ReturnType<typeof openSlackWorkspace>>
beforeAll(async () => {
  aws = await openAws()
  slack = await openSlackWorkspace()
})
afterAll(async () => {
  await slack.close()
  await aws.close()
})

const TOKEN = approvalToken()
const QUEUE = () => aws.sqs.urlOf(aws.effects)

const client = <C>(of: new (settings: object) => C): C => new of(aws.client)

const sent = (MessageBody: object) =>
  client(SQSClient).send(new SendMessageCommand({ QueueUrl: QUEUE(), MessageBody: JSON.stringify(MessageBody) }))

const slackCall = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${botToken()}`, ...headers },
    body,
  })

const memory = () => {
  const inMemory = new MemorySlack(() => 0)
  return memoryPorts(inMemory, () => 0).ports
}

const answered = (result: object) =>
  answerByFunction(
    {
      account: '111122223333',
      stage: '$default',
      handle: () => Promise.resolve(result),
      now: () => 0,
      failed: () => {},
    },
    new Request('http://127.0.0.1/slack/events', { method: 'POST', body: '' }),
  )

/** Functions that fail with a token in the error. */
const failing = async (invoke: (bot: BotFunctions, effects: Queue) => unknown): Promise<void> => {
  const fail = () => Promise.reject(new Error(`no approval ${TOKEN}`))
  const clock = createWorkspaceClock()
  const place = { account: '111122223333', region: 'eu-west-1' }
  const sqs = createSqs({ clock, accountId: place.account, region: place.region, baseUrl: () => '' })
  const [queue, dead] = ['effects', 'dead'].map((name) => sqs.createQueue({ name, visibilityTimeoutSeconds: 30 })) as [
    Queue,
    Queue,
  ]
  const bot = openBotFunctions({
    doors: {
      approvalRequested: fail,
      pipelineChanged: fail,
      buttonClicked: fail,
      effectDue: fail,
      minutePassed: fail,
      dayPassed: fail,
      approvalDecided: fail,
    },
    clock,
    accountId: place.account,
    lambda: createLambda(clock),
    eventBus: createEventBus({ ...place, now: () => 0 }),
    effects: { queue, dead },
    report: () => {},
  })
  await invoke(bot, queue)
  await clock.moveAhead(1_000)
  await bot.settled()
  await bot.stop()
  clock.stop()
}

const LEAKS: Record<string, { leak: () => unknown; edge: string; where: string | RegExp }> = {
  'an approval token in an event': {
    leak: () =>
      client(EventBridgeClient).send(
        new PutEventsCommand({
          Entries: [{ Source: 'greenlight', DetailType: 'x', Detail: JSON.stringify({ a: TOKEN }) }],
        }),
      ),
    edge: 'a call of AWS',
    where: 'PutEvents: Entries.0.Detail.a',
  },
  'a bot token in an item': {
    leak: () =>
      openTable(aws.client, 'greenlight').approvals.create(
        approval({ id: 'leak-1', request: { customData: botToken(), reviewUrl: null } }),
      ),
    edge: 'a call of AWS',
    where: 'PutItem: Item.data.M.request.M.customData.S',
  },
  'a bot token in a deflated item': {
    leak: () =>
      openTable(aws.client, 'greenlight', { form: 'deflated' }).approvals.create(
        approval({ id: 'leak-2', request: { customData: botToken(), reviewUrl: null } }),
      ),
    edge: 'a call of AWS',
    where: 'PutItem: Item.data.M.deflated.request.customData',
  },
  'an approval token in another attribute of its item': {
    leak: () => openTable(aws.client, 'greenlight').approvals.create(approval({ id: TOKEN })),
    edge: 'a call of AWS',
    where: /^PutItem: Item\.pk\.S$/,
  },
  'an approval token in an effect that needs none': {
    leak: () =>
      effectQueue(aws.client, QUEUE()).send({ effect: { do: 'settle-approval', approval: TOKEN }, attempt: 1 }, 0),
    edge: 'a call of AWS',
    where: 'SendMessage: MessageBody.effect.approval',
  },
  'a response_url in a verdict': {
    leak: () => sent({ effect: { do: 'show-approval', approval: 'a', answerAt: `http://127.0.0.1${secretPath()}` } }),
    edge: 'a call of AWS',
    where: 'SendMessage: MessageBody.effect.answerAt',
  },
  'an approval token in the summary of a verdict': {
    leak: () =>
      lookForSecret('a call of AWS', 'PutApprovalResult', JSON.stringify({ token: TOKEN, result: { summary: TOKEN } })),
    edge: 'a call of AWS',
    where: 'PutApprovalResult: result.summary',
  },
  'a signing secret in a header to AWS': {
    leak: () => lookInHeaders('AWS', new Headers({ 'x-secret': signingSecret() })),
    edge: 'a header of a call',
    where: 'AWS: x-secret',
  },
  'a bot token in a header to AWS': {
    leak: () => lookInHeaders('AWS', new Headers({ authorization: `Bearer ${botToken()}` })),
    edge: 'a header of a call',
    where: 'AWS: authorization',
  },
  'a variable of a build in a call of a service of a test': {
    leak: async () => {
      const service = await openJsonService()
      try {
        await fetch(`${service.connection.endpoint}/`, {
          method: 'POST',
          headers: { 'x-amz-target': 'Logs_20140328.PutLogEvents' },
          body: JSON.stringify({ value: secretValue() }),
        })
      } finally {
        await service.close()
      }
    },
    edge: 'a call of AWS',
    where: 'PutLogEvents: value',
  },
  'an approval token in the value of a button': {
    leak: () =>
      slack.client.chat.postMessage({
        channel: 'C0RELEASES',
        text: 'x',
        blocks: [
          {
            type: 'actions',
            elements: [{ type: 'button', action_id: 'a', value: TOKEN, text: { type: 'plain_text', text: 'x' } }],
          },
        ],
      }),
    edge: 'a call of Slack',
    where: 'chat.postMessage: blocks.0.elements.0.value',
  },
  'an approval token in the metadata of a message': {
    leak: () =>
      slackCall(`${slack.url}/slack/api/chat.update`, JSON.stringify({ metadata: { event_payload: { id: TOKEN } } })),
    edge: 'a call of Slack',
    where: 'chat.update: metadata.event_payload.id',
  },
  'a variable of a build in a modal': {
    leak: () =>
      slackCall(`${slack.url}/slack/api/views.open`, JSON.stringify({ view: { private_metadata: secretValue() } })),
    edge: 'a call of Slack',
    where: 'views.open: view.private_metadata',
  },
  'a bot token as a parameter': {
    leak: () => slackCall(`${slack.url}/slack/api/auth.test?token=${botToken()}`, '{}'),
    edge: 'a call of Slack',
    where: 'auth.test',
  },
  'a signing secret in a header to Slack': {
    leak: () => slackCall(`${slack.url}/slack/api/auth.test`, '{}', { 'x-debug': signingSecret() }),
    edge: 'a header of a call',
    where: 'Slack: x-debug',
  },
  'an approval token at a response_url': {
    leak: () => slackCall(`${slack.url}/slack/response/x`, JSON.stringify({ text: `The token is ${TOKEN}` })),
    edge: 'a response_url',
    where: 'POST: text',
  },
  'a signing secret in an answer to Slack': {
    leak: () => answered({ statusCode: 401, body: `expected ${signingSecret()}` }),
    edge: 'an answer to Slack',
    where: 'POST: body',
  },
  'a signing secret in a header of an answer to Slack': {
    leak: () => answered({ statusCode: 200, headers: { 'x-secret': signingSecret() } }),
    edge: 'an answer to Slack',
    where: 'POST: headers.x-secret',
  },
  'an approval token in a line of the log': {
    leak: () => linesOf(async () => lambdaLog().info('A line', { approval: TOKEN })),
    edge: 'the log',
    where: 'the output of the process: approval',
  },
  'a bot token in an error of the log': {
    leak: () => linesOf(async () => lambdaLog().error('A line', { error: new Error(`not ${botToken()}`) })),
    edge: 'the log',
    where: 'the output of the process: error',
  },
  'an approval token in the name of a metric': {
    leak: () => linesOf(async () => lambdaLog().count(TOKEN as Metric)),
    edge: 'the log',
    where: /^the output of the process: /,
  },
  'a response_url on the output of the process': {
    leak: () => process.stderr.write(`${JSON.stringify({ level: 'leaked on purpose', url: secretPath() })}\n`),
    edge: 'the log',
    where: 'the output of the process: url',
  },
  'an approval token in a line that the workspace does not show': {
    leak: () => terminalLog(() => {}).info('A line', { where: { token: TOKEN } }),
    edge: 'the log',
    where: 'A line',
  },
  'an approval token in a line of a bot in memory': {
    leak: () => memory().log.warn('A line', { notification: { token: TOKEN } }),
    edge: 'the log',
    where: 'A line',
  },
  'an approval token in an event of a bot in memory': {
    leak: () => memory().announcements.put({ detailType: 'x', detail: { token: TOKEN }, resources: [], at: 0 }),
    edge: 'a call of AWS',
    where: 'PutEvents: token',
  },
  'an approval token in a message of a bot in memory': {
    leak: () =>
      memory().slack.post('C0RELEASES', cardOf(approval({ request: { customData: TOKEN, reviewUrl: null } })), null),
    edge: 'a call of Slack',
    where: /^approval\//,
  },
  'an approval token in an error of a function that AWS invokes': {
    leak: () =>
      failing((bot) =>
        bot.noticePublished(snsEvent({ messageId: '1', topicArn: 't', subject: null, message: '{}' }, 0)),
      ),
    edge: 'an error',
    where: 'approval-requested',
  },
  'an approval token in an error of the function that Slack calls': {
    leak: () =>
      failing((bot) => bot.answerSlack(new Request('http://127.0.0.1/slack/events', { method: 'POST', body: '' }))),
    edge: 'an error',
    where: 'button-clicked',
  },
  'an approval token in an error of the function that the queue calls': {
    leak: () => failing((_bot, effects) => effects.send('{}')),
    edge: 'an error',
    where: 'effect-due',
  },
  'a secret that a command of greenlight prints': {
    leak: () => runGreenlight(['check', botToken()]),
    edge: 'the terminal',
    where: 'greenlight check',
  },
}

test.each(Object.entries(LEAKS))('%s is found', async (_, { leak, edge, where }) => {
  expect(takeSecretsLeft()).toEqual([])
  await (async () => leak())().catch(() => {})
  const left = takeSecretsLeft()
  expect(left.map((one) => one.edge)).toContain(edge)
  const place = where instanceof RegExp ? expect.stringMatching(where) : where
  expect(left).toContainEqual(expect.objectContaining({ edge, where: place }))
})

/** One for each row of WHERE_SECRETS_BELONG. */
const BELONGING: [name: string, edge: 'a call of AWS' | 'a header of a call', text: object][] = [
  ['PutApprovalResult', 'a call of AWS', { token: TOKEN }],
  ['PutItem', 'a call of AWS', { Item: { data: { M: { token: { S: TOKEN } } } } }],
  ['SendMessage', 'a call of AWS', { MessageBody: JSON.stringify({ effect: { notification: { token: TOKEN } } }) }],
  ['SendMessage', 'a call of AWS', { MessageBody: JSON.stringify({ effect: { answerTo: secretPath() } }) }],
  ['Publish', 'a call of AWS', { Message: JSON.stringify({ approval: { token: TOKEN } }) }],
  ['PutParameter', 'a call of AWS', { Value: botToken() }],
  ['Slack', 'a header of a call', { authorization: `Bearer ${botToken()}` }],
  ['AWS', 'a header of a call', { 'x-amz-security-token': secretValue() }],
]

test('a secret may be where it belongs, and nowhere else in the same call', () => {
  expect(BELONGING.map(([name, edge]) => [name, edge])).toEqual(
    WHERE_SECRETS_BELONG.map(({ name, edge }) => [name, edge]),
  )
  for (const [name, edge, text] of BELONGING) {
    lookForSecret(edge, name, JSON.stringify(text))
    expect(takeSecretsLeft()).toEqual([])
    lookForSecret(edge, name, JSON.stringify({ ...text, other: TOKEN }))
    expect(takeSecretsLeft()).toEqual([{ edge, where: `${name}: other`, around: TOKEN }])
  }
})

test('what is told has the text around the secret, and not the whole', () => {
  lookForSecret('the log', 'A line', `${'a'.repeat(500)} ${TOKEN} ${'b'.repeat(500)}`)
  const [left] = takeSecretsLeft()
  expect(left!.around).toContain(TOKEN)
  expect(left!.around.length).toBeLessThan(150)
})
