import { jest } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { approvalRequested } from '../../functions/approval-requested.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { APPROVAL_DECIDED } from '../../schemas/approval-decided-schema.ts'
import type { ApprovalRecord, ExportedEntry } from '../../cli/audit/record-reader.ts'
import { readRecords } from '../../cli/audit/record-reader.ts'
import { buttonClicked } from '../../functions/button-clicked.ts'
import { effectDue } from '../../functions/effect-due.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import type { Log } from '../../functions/ports/log.ts'
import { openServices } from '../../functions/services.ts'
import { ACCOUNT } from '../../local/workspace/account.ts'
import type { Doors, DoorsSettings } from '../../local/workspace/doors.ts'
import { type HttpServer, listen } from '../../local/http-server.ts'
import { sign } from '../../local/slack/interactions.ts'
import { openWorkspace } from '../../local/workspace/workspace.ts'
import { newestExecution, pageClient } from '../support/page-client.ts'
import { stillDelivery } from '../support/still-delivery.ts'
import { decided, form } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

const PEOPLE = Array.from({ length: 50 }, (_, index) => `U0P${String(index).padStart(2, '0')}`)
const SIGNING_SECRET = 'fifty-secret'
const TEAM = 'T0SHOPTEAM'
const MINUTE = 60_000
const MOST_MINUTES = 10
const DAY = 1_440 * MINUTE

const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: flask-app }
    approvers: [{ name: everybody, people: [${PEOPLE.join(', ')}], count: 2 }]
    comment: none
`

/** Fifty functions are more than one machine starts at once; each of these takes every fifth click. */
const INSTANCES = 5

/** Slack, with fifty more people. */
const knowingAll = (slackOf: () => string) =>
  listen(async (request) => {
    const { pathname } = new URL(request.url)
    const { method, headers } = request
    const body = await request.text()
    const user = pathname === '/users.info' ? new URLSearchParams(body).get('user') : null
    if (user && PEOPLE.includes(user))
      return Response.json({ ok: true, user: { id: user, team_id: TEAM, name: user, profile: { real_name: user } } })
    const answer = await fetch(`${slackOf()}${pathname}`, { method, headers, body })
    return new Response(await answer.arrayBuffer(), answer)
  }, 0)

const note = (message: string, about: object = {}) => void said.push(`${message} ${JSON.stringify(about)}`)
const LOG: Log = { info: note, warn: note, error: note, count: note }

let workspace: Awaited<ReturnType<typeof openWorkspace>>
let slack: HttpServer
/** What the bot has logged. */
const said: string[] = []
beforeAll(async () => {
  let url = ''
  slack = await knowingAll(() => `${url}/slack/api`)
  const openCrowdedDoors = async (given: Record<string, string>, settings: DoorsSettings): Promise<Doors> => {
    url = settings.url
    const GREENLIGHT_CONFIG = join(settings.directory, 'fifty.yml')
    await writeFile(GREENLIGHT_CONFIG, CONFIGURATION)
    const environment = { ...given, SLACK_API_URL: `${slack.url}/` }
    const instance = () => openServices({ ...environment, GREENLIGHT_CONFIG }, settings.clock, LOG)
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

test('if fifty approve in the same second, two count, all are recorded, and CodePipeline gets one verdict', async () => {
  const { seen } = pageClient(workspace.url)
  await seen((snapshot) => JSON.stringify(snapshot.channels).includes('"approve"'))
  await workspace.settled()
  const [id] = [...(await recordOfToday()).keys()]
  const statuses = await Promise.all(PEOPLE.map((userId) => click(id!, userId)))
  await seen((snapshot) => newestExecution(snapshot)?.status === 'Succeeded')
  await workspace.settled()
  expect(statuses).toEqual(PEOPLE.map(() => 200))

  const { entries, flaws } = (await recordOfToday()).get(id!)!
  expect(flaws).toEqual([])
  const whoDid = (what: 'voted' | 'refused' | 'noted') =>
    entries.flatMap(({ happened }) => (happened.what === what ? [happened.who.userId] : []))
  expect(whoDid('voted')).toHaveLength(2)
  // On a busy machine, an answer of Slack may come too late for some, and one of the table may be lost.
  expect([...new Set([...whoDid('voted'), ...whoDid('refused'), ...whoDid('noted')])].sort()).toEqual(PEOPLE)

  const answers = said.filter((line) => line.startsWith('AWS answered the verdict'))
  expect(answers).toEqual([`AWS answered the verdict {"approval":"${id}","verdict":"Approved","outcome":"recorded"}`])
  const whats = entries.map(({ happened }) =>
    happened.what === 'answered' ? `answered: ${happened.answer}` : happened.what,
  )
  for (const once of ['decided', 'answered: recorded', 'settled'])
    expect(whats.filter((what) => what === once)).toHaveLength(1)
})

test('the announcement names the number of recorded entries, and the workspace exports both', async () => {
  const get = async (path: string) => (await fetch(`${workspace.url}${path}`)).text()
  const announced = async () => JSON.parse(await get('/local/announcements')) as { detail: unknown }[]
  let events = await announced()
  // The sweep of the next minute may file it; this test does not wait for that.
  for (let minute = 0; minute < MOST_MINUTES && events.length === 0; minute++) {
    await workspace.clock.moveAhead(MINUTE)
    await workspace.settled()
    events = await announced()
  }
  expect(events).not.toEqual([])
  const details = events.map(({ detail }) => APPROVAL_DECIDED.parse(detail))
  const record = (await get('/local/audit')).trim().split('\n')
  const entries = record.map((line) => JSON.parse(line) as ExportedEntry)
  for (const { approval, votes, verdict, record } of details) {
    expect({ verdict, votes: votes.length }).toEqual({ verdict: 'Approved', votes: 2 })
    expect(entries.find((entry) => entry.approval === approval && entry.number === record.entries)?.hash).toBe(
      record.hash,
    )
  }
})
