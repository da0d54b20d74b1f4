import { jest } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { approvalRequested } from '../../functions/approval-requested.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import type { ApprovalRecord } from '../../functions/aws/record-reader.ts'
import { readRecords } from '../../functions/aws/record-reader.ts'
import { buttonClicked } from '../../functions/button-clicked.ts'
import { effectDue } from '../../functions/effect-due.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import { openServices } from '../../functions/services.ts'
import { ACCOUNT } from '../../local/account.ts'
import type { Doors, DoorsSettings } from '../../local/doors.ts'
import { listen } from '../../local/http-server.ts'
import { sign } from '../../local/slack/interactions.ts'
import { terminalLog } from '../../local/terminal-log.ts'
import { openWorkspace } from '../../local/workspace.ts'
import { newestExecution, pageClient } from '../local/page-client.ts'
import { stillDelivery } from '../local/still-delivery.ts'
import { decided, form } from './slack-payload.ts'

jest.setTimeout(60_000)

const PEOPLE = Array.from({ length: 50 }, (_, index) => `U0P${String(index).padStart(2, '0')}`)
const SIGNING_SECRET = 'fifty-secret'
const DAY = 86_400_000

const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: flask-app }
    approvers: [{ name: everybody, people: [${PEOPLE.join(', ')}], count: 2 }]
    comment: none
`

/** Fifty functions are more than this machine starts at once; each of these takes every tenth click. */
const INSTANCES = 10

/** Passes requests on, counts them by what they ask, and answers those that `instead` does. */
const between = async (
  target: () => string,
  instead: (operation: string, request: Request) => Promise<Response | null>,
) => {
  const counts = new Map<string, number>()
  const server = await listen(async (request) => {
    const { pathname } = new URL(request.url)
    const operation = (request.headers.get('x-amz-target') ?? pathname).split(/[./]/).at(-1)!
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
    const body = await request.text()
    const { method, headers } = request
    const own = await instead(operation, new Request(request.url, { method, headers, body }))
    if (own) return own
    const answer = await fetch(`${target()}${pathname}`, { method, headers, body })
    return new Response(await answer.arrayBuffer(), answer)
  }, 0)
  return { ...server, counts }
}

/** Slack, which also knows fifty people more. */
const knowingAll = (target: () => string) =>
  between(target, async (method, request) => {
    const user = method === 'info' ? new URLSearchParams(await request.text()).get('user') : null
    if (!user || !PEOPLE.includes(user)) return null
    return Response.json({
      ok: true,
      user: { id: user, team_id: 'T0SHOPTEAM', name: user, profile: { real_name: user } },
    })
  })

let workspace: Awaited<ReturnType<typeof openWorkspace>>
let aws: Awaited<ReturnType<typeof between>>
let slack: Awaited<ReturnType<typeof between>>
beforeAll(async () => {
  let url = ''
  aws = await between(
    () => `${url}/aws`,
    () => Promise.resolve(null),
  )
  slack = await knowingAll(() => `${url}/slack/api`)
  const openCrowdedDoors = async (given: Record<string, string>, settings: DoorsSettings): Promise<Doors> => {
    url = settings.url
    const GREENLIGHT_CONFIG = join(settings.directory, 'fifty.yml')
    await writeFile(GREENLIGHT_CONFIG, CONFIGURATION)
    const environment = { ...given, AWS_ENDPOINT_URL: aws.url, SLACK_API_URL: `${slack.url}/` }
    const log = terminalLog(settings.report)
    const instance = () => openServices({ ...environment, GREENLIGHT_CONFIG }, settings.clock, log)
    const clicked = Array.from({ length: INSTANCES }, () => buttonClicked(instance()))
    let clicks = 0
    return {
      approvalRequested: approvalRequested(instance()),
      pipelineChanged: pipelineChanged(instance()),
      buttonClicked: (event) => clicked[clicks++ % INSTANCES]!(event),
      effectDue: effectDue(instance()),
      minutePassed: minutePassed(instance()),
    }
  }
  workspace = await openWorkspace({
    port: 0,
    botToken: 'xoxb-fifty',
    signingSecret: SIGNING_SECRET,
    openDelivery: stillDelivery,
    openDoors: openCrowdedDoors,
    openPage: () => Promise.resolve({ html: '', assets: {} }),
  })
})
afterAll(async () => {
  await workspace.close()
  await aws.close()
  await slack.close()
})

const recordOfToday = async () => {
  const connection = {
    endpoint: `${workspace.url}/aws`,
    region: ACCOUNT.region,
    credentials: { accessKeyId: 'auditor', secretAccessKey: 'any' },
  }
  const now = workspace.clock.now()
  const days = readRecords(documentClient(connection), ACCOUNT.tableName, { from: now - DAY, to: now, now })
  const records = new Map<string, ApprovalRecord>()
  for await (const day of days) for (const record of day.records) records.set(record.approval, record)
  return records
}

const click = async (approval: string, userId: string) => {
  const body = form(decided('approve', approval, '', userId))
  const timestamp = String(Math.floor(workspace.clock.now() / 1000))
  const response = await fetch(`${workspace.url}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(SIGNING_SECRET, timestamp, body),
    },
    body,
  })
  return response.status
}

test('of fifty who approve in the same second two count, all are on record, and CodePipeline hears one verdict', async () => {
  const { seen } = pageClient(workspace.url)
  await seen((snapshot) => JSON.stringify(snapshot.channels).includes('"approve"'))
  await workspace.settled()
  const [id] = [...(await recordOfToday()).keys()]
  aws.counts.clear()
  const begun = performance.now()
  const statuses = await Promise.all(PEOPLE.map((userId) => click(id!, userId)))
  const took = performance.now() - begun
  await seen((snapshot) => newestExecution(snapshot)?.status === 'Succeeded')
  await workspace.settled()
  console.log(Math.round(took), Object.fromEntries(aws.counts), Object.fromEntries(slack.counts))

  expect(statuses).toEqual(PEOPLE.map(() => 200))
  expect(aws.counts.get('PutApprovalResult')).toBe(1)
  expect(aws.counts.get('PutEvents')).toBe(1)

  const record = (await recordOfToday()).get(id!)!
  expect(record.flaws).toEqual([])
  const clicks = record.entries.flatMap(({ happened }) =>
    happened.what === 'voted' || happened.what === 'refused' ? [happened] : [],
  )
  expect(clicks.map(({ who }) => who.userId).sort()).toEqual(PEOPLE)
  expect(clicks.filter(({ what }) => what === 'voted')).toHaveLength(2)
  const whats = record.entries.map(({ happened }) => happened.what)
  for (const once of ['decided', 'answered', 'settled', 'announced'] as const)
    expect(whats.filter((what) => what === once)).toHaveLength(1)
})
