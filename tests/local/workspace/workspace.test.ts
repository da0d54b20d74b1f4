import { jest } from '@jest/globals'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CodePipelineClient,
  GetPipelineStateCommand,
  ListPipelinesCommand,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline'
import type { EventBridgeEvent, SNSEvent } from 'aws-lambda'
import type { Snapshot } from '../../../local/page/contract.ts'
import { openWorkspace, type Workspace } from '../../../local/workspace/workspace.ts'
import { newestExecution, pageClient, waitingApproval } from '../../support/page-client.ts'
import { stillDelivery } from '../../support/still-delivery.ts'
import { botToken, signingSecret } from '../../support/secret.ts'

jest.setTimeout(60_000)

let workspace: Workspace
/** The requests to the handlers; this bot does nothing else. */
let notices: SNSEvent[]
let events: EventBridgeEvent<string, unknown>[]
let environment: Record<string, string>

const page = {
  html: '<!doctype html><title>Greenlight</title>',
  assets: { '/page.js': { type: 'text/javascript; charset=utf-8', body: 'start()' } },
}

const options = () => ({
  port: 0,
  botToken: botToken('test'),
  signingSecret: signingSecret(),
  openDelivery: stillDelivery,
  openPage: () => Promise.resolve(page),
  openDoors: (given: Record<string, string>) => {
    environment = given
    return Promise.resolve({
      approvalRequested: (event: SNSEvent) => Promise.resolve(void notices.push(event)),
      pipelineChanged: (event: EventBridgeEvent<string, unknown>) => Promise.resolve(void events.push(event)),
      buttonClicked: () => Promise.resolve({ statusCode: 401 }),
      effectDue: () => Promise.resolve(),
      minutePassed: () => Promise.resolve(),
      dayPassed: () => Promise.resolve(),
      approvalDecided: () => Promise.resolve(),
    })
  },
})

beforeEach(async () => {
  notices = []
  events = []
  workspace = await openWorkspace(options())
})
afterEach(() => workspace.close())

const client = () =>
  new CodePipelineClient({
    endpoint: `${workspace.url}/aws`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'dana', secretAccessKey: 'any' },
  })

const seen = (wanted: (snapshot: Snapshot) => boolean) => pageClient(workspace.url).seen(wanted)
const post = (path: string, body: unknown, headers?: Record<string, string>) =>
  pageClient(workspace.url).post(path, body, headers)
const waiting = () => seen((snapshot) => waitingApproval(snapshot) !== undefined)

const where = { pipelineName: 'flask-app', stageName: 'Production', actionName: 'Approve' }

describe('the AWS endpoint', () => {
  test('lists the pipeline, shows the approval’s token and accepts a decision', async () => {
    await waiting()
    const { pipelines } = await client().send(new ListPipelinesCommand({}))
    expect(pipelines).toMatchObject([{ name: 'flask-app' }])
    const { stageStates } = await client().send(new GetPipelineStateCommand({ name: 'flask-app' }))
    const token = stageStates?.[2]?.actionStates?.[0]?.latestExecution?.token
    const decide = new PutApprovalResultCommand({ ...where, token, result: { status: 'Approved', summary: 'Go' } })
    expect((await client().send(decide)).approvedAt).toBeInstanceOf(Date)
    await expect(client().send(decide)).rejects.toMatchObject({ name: 'ApprovalAlreadyCompletedException' })
    await seen((snapshot) => newestExecution(snapshot)?.status === 'Succeeded')
  })
})

describe('the bot', () => {
  test('gets the approval and every change, in AWS’s envelopes', async () => {
    const token = waitingApproval(await waiting())?.token
    const record = notices[0]?.Records[0]?.Sns
    expect(record?.TopicArn).toBe('arn:aws:sns:eu-west-1:111122223333:greenlight-approvals')
    expect(JSON.parse(record?.Message ?? '')).toMatchObject({
      approval: { ...where, token, customData: 'Check the basket page first.' },
    })
    expect(events.map(({ detail }) => detail)).toContainEqual(
      expect.objectContaining({ stage: 'Production', action: 'Approve', state: 'STARTED' }),
    )
    expect(environment).toMatchObject({
      AWS_ENDPOINT_URL: `${workspace.url}/aws`,
      SLACK_API_URL: `${workspace.url}/slack/api/`,
      SLACK_BOT_TOKEN: botToken('test'),
      QUEUE_URL: `${workspace.url}/aws/111122223333/greenlight-effects`,
    })
  })

  test('answers Slack at /slack/events itself', async () => {
    expect((await fetch(`${workspace.url}/slack/events`, { method: 'POST' })).status).toBe(401)
  })
})

describe('the page', () => {
  test('decides in the AWS console as a person, and shows CodePipeline’s refusal', async () => {
    const token = waitingApproval(await waiting())?.token
    const decision = { ...where, userId: 'U0ELI', token, status: 'Rejected', summary: 'Not today' }
    expect(await post('/local/console/decide', decision)).toEqual({ status: 200, body: { ok: true } })
    const { stageStates } = await client().send(new GetPipelineStateCommand({ name: 'flask-app' }))
    expect(stageStates?.[2]?.actionStates?.[0]?.latestExecution).toMatchObject({
      status: 'Failed',
      lastUpdatedBy: expect.stringMatching(/eli$/),
    })
    expect(await post('/local/console/decide', decision)).toMatchObject({
      status: 400,
      body: { ok: false, error: expect.stringContaining('already been approved or rejected') },
    })
    const execution = newestExecution(workspace.snapshot())
    const retry = { userId: 'U0ELI', pipelineName: 'flask-app', executionId: execution?.id, stageName: 'Production' }
    expect(await post('/local/console/retry', retry)).toMatchObject({ status: 200 })
    await waiting()
    const stop = { userId: 'U0ELI', pipelineName: 'flask-app', executionId: execution?.id, abandon: true }
    expect(await post('/local/console/stop', stop)).toMatchObject({ status: 200 })
    await seen((snapshot) => newestExecution(snapshot)?.status === 'Stopped')
    const again = { userId: 'U0ELI', pipelineName: 'flask-app' }
    expect(await post('/local/console/start', again)).toMatchObject({ status: 200 })
    await seen((snapshot) => newestExecution(snapshot)?.id !== execution?.id)
  })

  test('pushes a commit, which starts an execution', async () => {
    await waiting()
    const push = { userId: 'U0BEN', kind: 'failing-test', message: 'Make tests fail' }
    expect(await post('/local/push', push)).toEqual({ status: 200, body: { ok: true } })
    const snapshot = await seen((current) => newestExecution(current)?.status === 'Failed')
    expect(newestExecution(snapshot)).toMatchObject({
      startedBy: 'Ben Okafor',
      revision: { title: 'Make tests fail', author: 'Ben Okafor' },
    })
    const failed = newestExecution(snapshot)?.stages[1]?.actions[0]
    const log = await fetch(`${workspace.url}/local/logs/${failed?.actionExecutionId}`)
    expect(await log.text()).toBe('building\n')
    expect(await post('/local/push', { ...push, kind: 'broken' })).toEqual({
      status: 200,
      body: { ok: false, error: 'This delivery cannot be broken.' },
    })
  })

  test('moves the clock, which lets an approval expire', async () => {
    await waiting()
    expect(await post('/local/clock', { aheadByMs: 8 * 86_400_000 })).toMatchObject({ status: 200 })
    const snapshot = await seen((current) => newestExecution(current)?.status === 'Failed')
    expect(snapshot.clockAheadMs).toBe(8 * 86_400_000)
  })

  test('gets a sentence for a request that makes no sense', async () => {
    expect(await post('/local/clock', { aheadByMs: -1 })).toMatchObject({ status: 400, body: { ok: false } })
    expect(await post('/local/push', { userId: 'U0NOBODY', kind: 'good' })).toMatchObject({
      status: 400,
      body: { ok: false, error: expect.stringContaining('There is no person with this id') },
    })
    const garbled = await fetch(`${workspace.url}/local/clock`, { method: 'POST', body: '{' })
    expect(await garbled.json()).toEqual({ ok: false, error: 'The request is not JSON.' })
  })

  test('is the only origin that may send requests', async () => {
    const foreign = await post('/local/clock', { aheadByMs: 1 }, { origin: 'https://evil.example' })
    expect(foreign).toMatchObject({ status: 403, body: { ok: false } })
    const own = await post('/local/clock', { aheadByMs: 1 }, { origin: workspace.url })
    expect(own.status).toBe(200)
  })

  test('shows what it cannot run, and which people there are', async () => {
    const snapshot = (await (await fetch(`${workspace.url}/local/state`)).json()) as Snapshot
    expect(snapshot.notRun).toEqual([{ what: 'the build', why: 'this is a test' }])
    expect(snapshot.people.map(({ id }) => id)).toContain('U0FINN')
    expect(snapshot.channels.map(({ name }) => name)).toEqual(['releases', 'deployments', 'general', 'audit'])
  })
})

describe('the other pages', () => {
  const get = async (path: string) => {
    const response = await fetch(`${workspace.url}${path}`)
    return { status: response.status, text: await response.text() }
  }

  test('stand in for the AWS console, with everything escaped', async () => {
    await post('/local/push', { userId: 'U0BEN', kind: 'good', message: '<script>alert(1)</script>' })
    const snapshot = await seen((current) => newestExecution(current)?.revision?.title.includes('script') === true)
    const execution = newestExecution(snapshot)
    const list = await get('/console')
    expect(list.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(list.text).toContain('stands in for the AWS console')
    expect((await get(`/console/pipelines/flask-app/executions/${execution?.id}`)).text).toContain('Production')
    const { consoleLink } = JSON.parse(notices[0]?.Records[0]?.Sns.Message ?? '') as { consoleLink: string }
    expect(consoleLink).toMatch(`${workspace.url}/console/pipelines/flask-app/view`)
    expect((await get(consoleLink.slice(workspace.url.length))).text).toContain('Start the shop')
    expect((await get('/console/pipelines/none')).status).toBe(404)
  })

  test('decide in the AWS console, where links of messages lead, and say what is missing', async () => {
    await waiting()
    const { text } = await get('/console/pipelines/flask-app/view?region=eu-west-1')
    expect(text).toContain('Approve of Production waits')
    expect(text).not.toContain('checked')
    const given = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
      ([, name, value]) => [name, value] as [string, string],
    )
    const submit = async (fields: Record<string, string>) => {
      const body = new URLSearchParams([...given, ...Object.entries(fields)])
      const response = await fetch(`${workspace.url}/console/decide`, { method: 'POST', body, redirect: 'manual' })
      return { status: response.status, to: response.headers.get('location'), text: await response.text() }
    }
    const person = { userId: 'U0ELI', summary: 'Not today' }
    expect(await submit(person)).toMatchObject({
      status: 400,
      text: expect.stringContaining('Choose Approved or Rejected'),
    })
    expect(await submit({ ...person, status: 'Rejected', summary: 'no '.repeat(200) })).toMatchObject({
      status: 400,
      text: expect.stringContaining('The summary has 600 characters; CodePipeline takes 512'),
    })
    expect(await submit({ ...person, status: 'Rejected' })).toMatchObject({
      status: 303,
      to: '/console/pipelines/flask-app?region=eu-west-1',
    })
    await seen((snapshot) => newestExecution(snapshot)?.status === 'Failed')
    expect((await get('/console/pipelines/flask-app')).text).not.toContain('waits')
    const again = await submit({ ...person, status: 'Approved' })
    expect(again).toMatchObject({ status: 400, text: expect.stringContaining('already been approved or rejected') })
  })

  test('are the page itself, the repository, and nothing else', async () => {
    expect((await get('/')).text).toBe(page.html)
    const script = await fetch(`${workspace.url}/page.js`)
    expect([script.headers.get('content-type'), await script.text()]).toEqual([
      'text/javascript; charset=utf-8',
      'start()',
    ])
    expect((await get('/git/flask-app/commit/1111111')).text).toContain('Start the shop')
    expect(await get('/nowhere')).toEqual({ status: 404, text: 'The workspace has nothing at /nowhere.\n' })
    for (const path of ['/console/nope', '/git/nope', '/nope']) {
      const page = await fetch(`${workspace.url}${path}`, { headers: { accept: 'text/html' } })
      expect([page.status, await page.text()]).toEqual([404, expect.stringContaining('<h1>Not here</h1>')])
    }
  })
})

describe('opening and closing', () => {
  test('says in a sentence that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    await expect(openWorkspace({ ...options(), port })).rejects.toThrow(`Port ${port} is taken by another program`)
    other.close()
  })

  test('ends open streams and accepts no requests afterwards', async () => {
    const stream = await fetch(`${workspace.url}/local/events`)
    const ended = stream.text().catch(() => 'cut')
    await workspace.close()
    await ended
    await expect(fetch(workspace.url)).rejects.toThrow()
  })
})
