import type { APIGatewayProxyEventV2, SNSEvent, SQSEvent } from 'aws-lambda'
import { createEventBus } from '../../../local/aws/eventbridge/eventbridge.ts'
import { createLambda } from '../../../local/aws/lambda/lambda.ts'
import { snsEvent } from '../../../local/aws/sns/sns.ts'
import { createSqs, type Queue } from '../../../local/aws/sqs/sqs.ts'
import { createWorkspaceClock, type WorkspaceClock } from '../../../local/clock.ts'
import { type BotFunctions, openBotFunctions } from '../../../local/workspace/bot-functions.ts'
import type { Doors } from '../../../local/workspace/doors.ts'

const start = Date.UTC(2026, 10, 23, 9)
const ACCOUNT = '111122223333'
const REGION = 'eu-west-1'
const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:approvals`
const notice = snsEvent({ messageId: '1', topicArn, subject: null, message: '{}' }, start)
const event = {
  version: '0',
  id: '1',
  source: 'aws.codepipeline',
  account: '111122223333',
  time: '2026-11-23T09:00:00Z',
  region: 'eu-west-1',
  resources: [],
  'detail-type': 'CodePipeline Stage Execution State Change',
  detail: {},
}

let bot: BotFunctions
let clock: WorkspaceClock
let effects: Queue
let dead: Queue
let doors: Doors
let reported: string[]
/** Every event that a handler got. */
let got: { door: string; event: unknown }[]

const noting = (door: string) => (received: unknown) => {
  got.push({ door, event: received })
  return Promise.resolve()
}

beforeEach(() => {
  clock = createWorkspaceClock(() => start)
  const sqs = createSqs({ clock, accountId: ACCOUNT, region: REGION, baseUrl: () => '' })
  dead = sqs.createQueue({ name: 'dead', visibilityTimeoutSeconds: 30 })
  effects = sqs.createQueue({
    name: 'effects',
    visibilityTimeoutSeconds: 60,
    redrive: { maxReceiveCount: 2, deadLetterQueue: dead },
  })
  got = []
  reported = []
  doors = {
    approvalRequested: noting('approval-requested'),
    pipelineChanged: noting('pipeline-changed'),
    buttonClicked: () => Promise.resolve({ statusCode: 200 }),
    effectDue: noting('effect-due'),
    minutePassed: noting('minute-passed'),
    dayPassed: noting('day-passed'),
    approvalDecided: noting('approval-decided'),
  }
  bot = openBotFunctions({
    doors,
    clock,
    accountId: ACCOUNT,
    lambda: createLambda(clock),
    eventBus: createEventBus({ account: ACCOUNT, region: REGION, now: () => clock.now() }),
    effects: { queue: effects, dead },
    report: (line) => reported.push(line),
  })
})
afterEach(async () => {
  await bot.stop()
  clock.stop()
})

/** Moves the clock and waits until everything due has been handled. */
const pass = async (ms: number) => {
  await clock.moveAhead(ms)
  await bot.settled()
}

describe('an asynchronous invocation', () => {
  test('passes a notification as SNS does', async () => {
    bot.noticePublished(notice)
    await bot.settled()
    const record = (got[0]?.event as SNSEvent).Records[0]
    expect(record).toMatchObject({
      EventSource: 'aws:sns',
      Sns: { Type: 'Notification', Message: '{}', TopicArn: topicArn, Timestamp: '2026-11-23T09:00:00.000Z' },
    })
  })

  test('is tried again after a minute and after two more, then given up', async () => {
    let attempts = 0
    doors.pipelineChanged = () => {
      attempts++
      return Promise.reject(new TypeError('no table'))
    }
    bot.pipelineChanged(event)
    await bot.settled()
    expect(attempts).toBe(1)
    await pass(60_000)
    expect(attempts).toBe(2)
    await pass(119_999)
    expect(attempts).toBe(2)
    expect(bot.deadLetters).toEqual([])
    await pass(1)
    expect(attempts).toBe(3)
    expect(bot.deadLetters).toMatchObject([{ door: 'pipeline-changed', because: 'TypeError: no table', event }])
    expect(reported).toEqual(['pipeline-changed gave up: TypeError: no table'])
  })

  test('succeeds on a later attempt with the same event, whatever the first changed in it', async () => {
    const seen: unknown[] = []
    doors.approvalRequested = (received) => {
      seen.push(structuredClone(received))
      received.Records.length = 0
      return seen.length === 1 ? Promise.reject(new Error('busy')) : Promise.resolve()
    }
    bot.noticePublished(notice)
    await bot.settled()
    await pass(60_000)
    expect(seen[1]).toEqual(seen[0])
    expect(bot.deadLetters).toEqual([])
  })

  test('does not wait for the one before it', async () => {
    const order: string[] = []
    const slow = Promise.withResolvers<void>()
    doors.pipelineChanged = async (received) => {
      if (received.id === 'slow') await slow.promise
      order.push(received.id)
    }
    bot.pipelineChanged({ ...event, id: 'slow' })
    bot.pipelineChanged({ ...event, id: 'quick' })
    slow.resolve()
    await bot.settled()
    expect(order).toEqual(['quick', 'slow'])
  })

  test('comes every minute from the schedule, in a long move too, and is not retried', async () => {
    doors.minutePassed = (received) => {
      got.push({ door: 'minute-passed', event: received })
      return Promise.reject(new Error('busy'))
    }
    await pass(60_000)
    expect(got).toMatchObject([{ event: { source: 'aws.events', time: '2026-11-23T09:01:00Z' } }])
    expect(bot.deadLetters).toHaveLength(1)
    await pass(3_600_000)
    expect(got).toHaveLength(61)
  })
})

describe('the queue’s consumer', () => {
  const bodies = (index: number) => (got[index]?.event as SQSEvent).Records.map(({ body }) => body)

  test('gets messages when they are due, and deletes those that were handled', async () => {
    effects.send('now')
    effects.send('later', { delaySeconds: 300 })
    await pass(0)
    expect(got.map((_, index) => bodies(index))).toEqual([['now']])
    await pass(300_000)
    const handled = got.filter(({ door }) => door === 'effect-due')
    expect(handled).toHaveLength(2)
    expect(effects.messages()).toEqual([])
  })

  test('gets only failed messages again, after the visibility timeout, and gives them up in the end', async () => {
    const handled: string[][] = []
    doors.effectDue = (received) => {
      handled.push(received.Records.map(({ body }) => body))
      const failures = received.Records.filter(({ body }) => body === 'bad')
      return Promise.resolve({ batchItemFailures: failures.map(({ messageId }) => ({ itemIdentifier: messageId })) })
    }
    effects.send('good')
    effects.send('bad')
    await pass(0)
    expect(effects.messages().map(({ body }) => body)).toEqual(['bad'])
    await pass(60_000)
    await pass(60_000)
    expect(handled.flat().filter((body) => body === 'bad')).toHaveLength(2)
    expect(effects.messages()).toEqual([])
    expect(bot.deadLetters).toMatchObject([{ door: 'effect-due', event: 'bad' }])
  })

  test('keeps the whole batch if the function throws or names an unknown message', async () => {
    doors.effectDue = () => Promise.reject(new Error('out of memory'))
    effects.send('one')
    await pass(0)
    expect(reported).toEqual(['effect-due failed: Error: out of memory'])
    doors.effectDue = () => Promise.resolve({ batchItemFailures: [{ itemIdentifier: '' }] })
    await pass(60_000)
    expect(effects.messages()).toMatchObject([{ body: 'one', receiveCount: 2 }])
  })
})

describe('the HTTP API', () => {
  const url = 'http://127.0.0.1:4600/slack/events'
  let event: APIGatewayProxyEventV2
  beforeEach(() => {
    doors.buttonClicked = (received) => {
      event = received
      return Promise.resolve({ statusCode: 200, body: '{"ok":true}', headers: { 'content-type': 'application/json' } })
    }
  })

  test('passes a form in base64, byte for byte, with header names in lower case', async () => {
    const body = Buffer.from('payload=%7B%7D&name=\u00e9', 'utf8')
    const response = await bot.answerSlack(
      new Request(`${url}?a=1&a=2&b=%20`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Slack-Signature': 'v0=00' },
        body,
      }),
    )
    expect([response.status, await response.json()]).toEqual([200, { ok: true }])
    expect(event).toMatchObject({
      version: '2.0',
      rawPath: '/slack/events',
      rawQueryString: 'a=1&a=2&b=%20',
      queryStringParameters: { a: '1,2', b: ' ' },
      headers: { 'x-slack-signature': 'v0=00' },
      isBase64Encoded: true,
      requestContext: { http: { method: 'POST', path: '/slack/events' } },
    })
    expect(Buffer.from(event.body ?? '', 'base64')).toEqual(body)
  })

  test('passes JSON as text, and no body as undefined', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    await bot.answerSlack(new Request(url, { method: 'POST', headers, body: '{"a":"é"}' }))
    expect(event).toMatchObject({ body: '{"a":"é"}', isBase64Encoded: false })
    await bot.answerSlack(new Request(url, { method: 'POST' }))
    expect(event).not.toHaveProperty('body')
  })

  test('answers what the function answers, in all its forms', async () => {
    const answer = async (result: Awaited<ReturnType<Doors['buttonClicked']>>) => {
      doors.buttonClicked = () => Promise.resolve(result)
      const response = await bot.answerSlack(new Request(url, { method: 'POST' }))
      return [response.status, await response.text()]
    }
    expect(await answer({ statusCode: 401 })).toEqual([401, ''])
    expect(await answer({ statusCode: 200, body: 'aGk=', isBase64Encoded: true })).toEqual([200, 'hi'])
    expect(await answer('plain')).toEqual([200, 'plain'])
    expect(await answer({ body: 'x' })).toEqual([200, '{"body":"x"}'])
  })

  test('is a 500 when the function throws, and a 413 when the body is too large', async () => {
    doors.buttonClicked = () => Promise.reject(new Error('no secret'))
    const failed = await bot.answerSlack(new Request(url, { method: 'POST' }))
    expect([failed.status, await failed.json()]).toEqual([500, { message: 'Internal Server Error' }])
    expect(reported).toEqual(['button-clicked failed: Error: no secret'])
    const huge = new Request(url, { method: 'POST', body: Buffer.alloc(10_485_761) })
    expect((await bot.answerSlack(huge)).status).toBe(413)
  })
})
