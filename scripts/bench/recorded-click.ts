import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { approvalDecided } from '../../functions/approval-decided.ts'
import { approvalRequested } from '../../functions/approval-requested.ts'
import { buttonClicked } from '../../functions/button-clicked.ts'
import { dayPassed } from '../../functions/day-passed.ts'
import { effectDue, effectServices } from '../../functions/effect-due.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import { openServices } from '../../functions/services.ts'
import type { HttpServer } from '../../local/http-server.ts'
import { listen } from '../../local/http-server.ts'
import { signedHeaders } from '../../local/slack/interactions.ts'
import { openWorkspace } from '../../local/workspace/workspace.ts'
import { blockWith, messagesIn, pageClient } from '../../tests/support/page-client.ts'
import { stillDelivery } from '../../tests/support/still-delivery.ts'

/** One rule, and a form that asks for a comment. */
export const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: flask-app }
    approvers: [{ name: release managers, people: [U0DANA, U0ELI], count: 2 }]
    comment: required
`
const SIGNING_SECRET = 'bench'
const CHANNEL = 'C0RELEASES'

interface Answered {
  status: number
  body: Buffer
}

/** A press of Approve… in the workspace, which opened the form, and what AWS and Slack answered to the bot meanwhile. */
export interface RecordedClick {
  /** The event of the function, signed at this moment. */
  event(): APIGatewayProxyEventV2
  /** What the function finds in its environment, with AWS and Slack at `services`. */
  environment(services: string): Record<string, string>
  /** By `X-Amz-Target` and by path. */
  answers: ReadonlyMap<string, Answered>
}

/** The calls of so many clicks of one process, by name. The person and the bot's own workspace are known after the first. */
export const callsOf = (clicks: number): Record<string, number> => ({
  '/slack/api/auth.test': 1,
  '/slack/api/users.info': 1,
  '/slack/api/views.open': clicks,
  'DynamoDB_20120810.GetItem': clicks,
  'DynamoDB_20120810.Query': clicks,
})

const callOf = (target: string | null | undefined, url: string) => target || new URL(url, 'http://any').pathname

const quiet = () => undefined
const log = { info: quiet, warn: quiet, error: quiet, count: quiet }

/** Runs a workspace until Dana has pressed Approve… and sees the form. */
export const recordClick = async (): Promise<RecordedClick> => {
  const answers = new Map<string, Answered>()
  let isRecorded = false
  let event: APIGatewayProxyEventV2 | undefined
  let given: Record<string, string> = {}
  let workspaceUrl = ''
  const recorder = await listen(async (request) => {
    const { pathname, search } = new URL(request.url)
    const headers = new Headers(request.headers)
    for (const name of ['host', 'connection', 'content-length', 'expect', 'transfer-encoding']) headers.delete(name)
    const sent = await request.arrayBuffer()
    const answer = await fetch(workspaceUrl + pathname + search, { method: request.method, headers, body: sent })
    const { status } = answer
    const body = Buffer.from(await answer.arrayBuffer())
    if (isRecorded) answers.set(callOf(request.headers.get('x-amz-target'), request.url), { status, body })
    return new Response(body, { status, headers: { 'content-type': 'application/json' } })
  }, 0)
  const workspace = await openWorkspace({
    port: 0,
    botToken: 'xoxb-bench',
    signingSecret: SIGNING_SECRET,
    openDelivery: stillDelivery,
    openDoors: async (environment, { url, clock, directory }) => {
      workspaceUrl = url
      given = environment
      const GREENLIGHT_CONFIG = join(directory, 'greenlight.yml')
      await writeFile(GREENLIGHT_CONFIG, CONFIGURATION)
      const through = moved(environment, url, recorder.url)
      const services = openServices({ ...through, GREENLIGHT_CONFIG }, clock, log)
      const clicked = buttonClicked(services)
      return {
        approvalRequested: approvalRequested(services),
        pipelineChanged: pipelineChanged(services),
        buttonClicked: async (clickEvent) => {
          event = clickEvent
          isRecorded = true
          const answer = await clicked(clickEvent)
          isRecorded = false
          return answer
        },
        effectDue: effectDue(effectServices(services)),
        minutePassed: minutePassed(services),
        dayPassed: dayPassed(null),
        approvalDecided: approvalDecided(null),
      }
    },
    openPage: () => Promise.resolve({ html: '', assets: {} }),
  })
  try {
    const { seen, post } = pageClient(workspace.url)
    await seen((snapshot) => JSON.stringify(messagesIn(snapshot, CHANNEL)).includes('"approve"'))
    await workspace.settled()
    const message = messagesIn(workspace.snapshot(), CHANNEL).find((one) => blockWith(one, 'approve'))
    const { block_id: blockId } = blockWith(message, 'approve')!
    await post('/local/slack/click', {
      userId: 'U0DANA',
      channelId: CHANNEL,
      ts: message!.ts,
      blockId,
      actionId: 'approve',
    })
    await seen(({ modals }) => modals.some(({ userId }) => userId === 'U0DANA'))
  } finally {
    await workspace.close()
    await recorder.close()
  }
  return {
    event: () => {
      const body = Buffer.from(event!.body!, event!.isBase64Encoded ? 'base64' : 'utf8').toString()
      return { ...event!, headers: { ...event!.headers, ...signedHeaders(SIGNING_SECRET, Date.now(), body) } }
    },
    environment: (services) => moved(given, workspaceUrl, services),
    answers,
  }
}

const moved = (environment: Record<string, string>, from: string, to: string): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replaceAll(from, to)]))

export interface Replay extends HttpServer {
  /** The calls since the last time this was asked, by name. */
  calls(): Record<string, number>
}

/** AWS and Slack, which answer as they did while the click was recorded. It does no work that a function would wait for. */
export const replay = async (answers: RecordedClick['answers']): Promise<Replay> => {
  let counted = new Map<string, number>()
  const server = createServer((request, response) => {
    const call = callOf(request.headers['x-amz-target'] as string | undefined, request.url!)
    counted.set(call, (counted.get(call) ?? 0) + 1)
    request.resume().on('end', () => {
      const answer = answers.get(call)
      response.writeHead(answer?.status ?? 404, { 'content-type': 'application/json' }).end(answer?.body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => {
      const calls = counted
      counted = new Map()
      return Object.fromEntries([...calls].sort())
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
