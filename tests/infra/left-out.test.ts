import { globSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { build, type Plugin } from 'esbuild'
import { botToken, signingSecret } from '../support/secret.ts'

const plugins = createRequire(import.meta.url)('../../esbuild.plugins.cjs') as Plugin[]

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'greenlight-bundle-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** Bundles the script as the functions are bundled, and returns its output as JSON. */
const run = async (script: string, env: Record<string, string> = {}): Promise<unknown> => {
  const outfile = join(directory, 'bundle.mjs')
  await build({
    stdin: { contents: script, resolveDir: process.cwd(), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: {
      js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
    },
    plugins,
    logLevel: 'silent',
  })
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { env })
  return JSON.parse(stdout)
}

/** Runs the script against an AWS that gives these answers in turn. */
const withAws = async (answers: [status: number, body: unknown][], script: string) => {
  const asked: unknown[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [status, answer] = answers[asked.push(JSON.parse(body)) - 1] ?? [500, {}]
      response.writeHead(status).end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const credentials = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' }
    const printed = await run(script, { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: endpoint, ...credentials })
    return { asked, printed }
  } finally {
    server.close()
  }
}

describe('a bundle', () => {
  test('answers a signed request through Bolt without the receivers that are left out', async () => {
    const answer = await run(`
      import { createHmac } from 'node:crypto'
      import { App, AwsLambdaReceiver } from '@slack/bolt'
      const receiver = new AwsLambdaReceiver({ signingSecret: '${signingSecret()}' })
      const app = new App({ receiver, authorize: async () => ({ botToken: '${botToken()}' }) })
      const seen = []
      app.action('approve', async ({ ack, action }) => { seen.push(action.value); await ack() })
      const payload = { type: 'block_actions', user: { id: 'U1' }, team: { id: 'T1' }, actions: [{ type: 'button', action_id: 'approve', value: 'a1' }] }
      const body = 'payload=' + encodeURIComponent(JSON.stringify(payload))
      const timestamp = String(Math.floor(Date.now() / 1000))
      const signature = 'v0=' + createHmac('sha256', '${signingSecret()}').update('v0:' + timestamp + ':' + body).digest('hex')
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature }
      const { statusCode } = await receiver.toHandler()({ body, headers, isBase64Encoded: false }, {}, () => {})
      console.log(JSON.stringify({ statusCode, seen }))`)
    expect(answer).toEqual({ statusCode: 200, seen: ['a1'] })
  })

  test('names a part that is left out and used after all', async () => {
    const message = await run(`
      import { HTTPReceiver } from '@slack/bolt'
      try { new HTTPReceiver({ signingSecret: '${signingSecret()}' }) } catch (error) { console.log(JSON.stringify(error.message)) }`)
    expect(message).toMatch(/^\.\/receivers\/HTTPReceiver is left out of the bundle, because it is never started/)
  })

  test('names its clients with their versions to AWS and Slack', async () => {
    const names = await run(`
      import { SSMClient } from '@aws-sdk/client-ssm'
      import { addAppMetadata, WebClient } from '@slack/web-api'
      const ssm = await new SSMClient({ region: 'eu-west-1' }).config.defaultUserAgentProvider()
      const slack = await new Promise((answered) => {
        const fetch = async (_, { headers }) => {
          answered(new Headers(headers).get('user-agent'))
          return Response.json({ ok: true })
        }
        void new WebClient('${botToken()}', { fetch }).auth.test()
      })
      console.log(JSON.stringify([JSON.stringify(ssm), slack]))`)
    expect(names).toEqual([expect.stringMatching(/"3\.\d+\.\d+"/), expect.stringMatching(/@slack[:/]web-api\/\d+\./)])
  })

  test('calls Slack once for each call: what Slack answers, and what it refuses', async () => {
    const answers = await run(`
      import { createServer } from 'node:http'
      import { slackChannel } from './functions/slack/slack-channel.ts'
      const answers = [
        (response) => response.end('{"ok":true}'),
        (response) => response.end('{"ok":false,"error":"message_not_found"}'),
        (response) => response.writeHead(429, { 'retry-after': '7' }).end(),
        (response) => response.writeHead(503).end(),
        (response) => response.destroy(),
      ]
      let calls = 0
      const server = createServer((request, response) => {
        request.resume().on('end', () => answers[calls++](response))
      })
      await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
      const secrets = { current: async () => ({ botToken: '${botToken()}', signingSecret: null }) }
      const slack = slackChannel(secrets, 'http://127.0.0.1:' + server.address().port + '/api/', { warn: () => {} })
      const place = { channel: 'C1', ts: '1.1', link: null }
      const outcomes = []
      for (const _ of answers) outcomes.push(await slack.update(place, { kind: 'continued', at: place }))
      server.close()
      console.log(JSON.stringify({ outcomes, calls }))`)
    expect(answers).toEqual({
      outcomes: [
        { kind: 'updated' },
        { kind: 'lost', isThere: false },
        { kind: 'busy', afterSeconds: 7 },
        { kind: 'unclear', because: 'HTTP 503' },
        { kind: 'unclear', because: 'slack_webapi_request_error' },
      ],
      calls: 5,
    })
  })

  test('says that credentials are missing, naming where it would have looked', async () => {
    const message = await run(
      `
      import { SSMClient, GetParameterCommand } from '@aws-sdk/client-ssm'
      const ssm = new SSMClient({})
      await ssm.send(new GetParameterCommand({ Name: '/x' })).catch((error) => console.log(JSON.stringify(error.message)))`,
      { AWS_REGION: 'eu-west-1' },
    )
    expect(message).toMatch(/^@aws-sdk\/credential-provider-ini is left out of the bundle/)
  })

  test('reads a parameter, and an error by its name, with the shapes of SSM that are left', async () => {
    const { asked, printed } = await withAws(
      [
        [200, { Parameter: { Name: '/x', Type: 'SecureString', Value: 'v', Version: 3 } }],
        [400, { __type: 'com.amazonaws.ssm#ParameterNotFound', message: 'no such parameter' }],
      ],
      `
      import { SSMClient, GetParameterCommand } from '@aws-sdk/client-ssm'
      const ssm = new SSMClient({})
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/x', WithDecryption: true }))
      const { name, message } = await ssm.send(new GetParameterCommand({ Name: '/y' })).catch((error) => error)
      console.log(JSON.stringify({ Parameter, name, message }))`,
    )
    expect(asked).toEqual([{ Name: '/x', WithDecryption: true }, { Name: '/y' }])
    expect(printed).toEqual({
      Parameter: { Name: '/x', Type: 'SecureString', Value: 'v', Version: 3 },
      name: 'ParameterNotFound',
      message: 'no such parameter',
    })
  })

  test('has every method of Slack that a function calls', async () => {
    const sources = globSync('functions/**/*.ts').map((path) => readFileSync(path, 'utf8'))
    const called = sources.flatMap((source) =>
      [...source.matchAll(/\bclient\.((?:[a-z]+\.)+\w+)\(/g)].map(([, method]) => method!),
    )
    expect(called).toEqual(expect.arrayContaining(['chat.postMessage', 'usergroups.users.list']))
    const missing = await run(`
      import { WebClient } from '@slack/web-api'
      const client = new WebClient('${botToken()}')
      const find = (method) => method.split('.').reduce((group, name) => group?.[name], client)
      console.log(JSON.stringify(${JSON.stringify(called)}.filter((method) => typeof find(method) !== 'function')))`)
    expect(missing).toEqual([])
  })

  test('asks the table, and SQS for a message of which it compares the hash', async () => {
    const { asked, printed } = await withAws(
      [
        [200, { Item: { pk: { S: 'a' } } }],
        [200, { MessageId: 'm1', MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' }],
      ],
      `
      import { GetCommand } from '@aws-sdk/lib-dynamodb'
      import { connectionFrom } from './functions/aws/connection.ts'
      import { documentClient } from './functions/aws/document-client.ts'
      import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
      const table = documentClient(connectionFrom(process.env))
      const { Item } = await table.send(new GetCommand({ TableName: 't', Key: { pk: 'a' } }))
      const QueueUrl = process.env.AWS_ENDPOINT_URL + '/111122223333/q'
      const { MessageId } = await new SQSClient({}).send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }))
      console.log(JSON.stringify({ Item, MessageId }))`,
    )
    expect(asked).toMatchObject([{ TableName: 't' }, { MessageBody: 'hello' }])
    expect(printed).toEqual({ Item: { pk: 'a' }, MessageId: 'm1' })
  })

  test('puts an event, signed for its Region', async () => {
    const { asked, printed } = await withAws(
      [[200, { FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] }]],
      `
      import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
      const bus = new EventBridgeClient({})
      let signed
      bus.middlewareStack.add((next) => async (args) => { signed = args.request.headers.authorization; return next(args) },
        { step: 'finalizeRequest', priority: 'low' })
      const { Entries } = await bus.send(new PutEventsCommand({ Entries: [{ Source: 'greenlight', Detail: '{}' }] }))
      console.log(JSON.stringify({ Entries, signed }))`,
    )
    expect(asked).toEqual([{ Entries: [{ Source: 'greenlight', Detail: '{}' }] }])
    expect(printed).toMatchObject({
      Entries: [{ EventId: 'e1' }],
      signed: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=key\/\d+\/eu-west-1\/events\/aws4_request/),
    })
  })

  test('tries again if CodePipeline is busy, and recognizes its refusals by name', async () => {
    const decision = { pipelineName: 'p', stageName: 's', actionName: 'a', token: 't' }
    const { asked, printed } = await withAws(
      [
        [400, { __type: 'ThrottlingException', message: 'Rate exceeded' }],
        [400, { __type: 'ApprovalAlreadyCompletedException', message: 'already approved or rejected' }],
      ],
      `
      import { CodePipelineClient, PutApprovalResultCommand } from '@aws-sdk/client-codepipeline'
      const decision = { ...${JSON.stringify(decision)}, result: { status: 'Approved', summary: 'by Dana' } }
      const put = new CodePipelineClient({}).send(new PutApprovalResultCommand(decision))
      const { name, message } = await put.catch((error) => error)
      console.log(JSON.stringify({ name, message }))`,
    )
    expect(asked).toEqual(Array(2).fill({ ...decision, result: { status: 'Approved', summary: 'by Dana' } }))
    expect(printed).toEqual({ name: 'ApprovalAlreadyCompletedException', message: 'already approved or rejected' })
  })
})
