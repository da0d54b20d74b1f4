import { jest } from '@jest/globals'
import { documentClient } from '../../functions/aws/document-client.ts'
import { APPROVAL_DECIDED } from '../../schemas/approval-decided-schema.ts'
import type { ExportedEntry } from '../../cli/audit/exported-entry.ts'
import { stretches } from '../../functions/record/index-of-days.ts'
import { readApprovals, type ApprovalRecord } from '../../functions/record/record-reader.ts'
import type { Log } from '../../functions/ports/log.ts'
import { ACCOUNT } from '../../local/workspace/account.ts'
import { FIFTY as PEOPLE, openCrowd } from '../support/crowd.ts'
import { newestExecution, pageClient } from '../support/page-client.ts'

jest.setTimeout(60_000)

const MINUTE = 60_000
const MOST_MINUTES = 10
const DAY = 1_440 * MINUTE

/** What the bot has logged. */
const said: string[] = []
const note = (message: string, about: object = {}) => void said.push(`${message} ${JSON.stringify(about)}`)
const LOG: Log = { info: note, warn: note, error: note, count: note }

let crowd: Awaited<ReturnType<typeof openCrowd>>
let workspace: typeof crowd.workspace
beforeAll(async () => {
  crowd = await openCrowd(2, LOG)
  workspace = crowd.workspace
})
afterAll(() => crowd.close())

const recordOfToday = async () => {
  const connection = {
    endpoint: `${workspace.url}/aws`,
    region: ACCOUNT.region,
    credentials: { accessKeyId: 'auditor', secretAccessKey: 'any' },
  }
  const now = workspace.clock.now()
  const client = documentClient(connection)
  const records = new Map<string, ApprovalRecord>()
  for await (const { approvals } of stretches(client, ACCOUNT.tableName, { from: now - DAY, to: now }))
    for (const record of await readApprovals(client, ACCOUNT.tableName, approvals, now))
      records.set(record.approval, record)
  return records
}

test('if fifty approve in the same second, two count, all are recorded, and CodePipeline gets one verdict', async () => {
  const { seen } = pageClient(workspace.url)
  await seen((snapshot) => JSON.stringify(snapshot.channels).includes('"approve"'))
  await workspace.settled()
  const [id] = [...(await recordOfToday()).keys()]
  const statuses = await Promise.all(PEOPLE.map((userId) => crowd.click(id!, userId)))
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
