import { jest } from '@jest/globals'
import { documentClient } from '../../functions/aws/document-client.ts'
import { openTable } from '../../functions/aws/table.ts'
import type { Log } from '../../functions/ports/log.ts'
import { readRecord } from '../../functions/record/record-reader.ts'
import { ACCOUNT } from '../../local/workspace/account.ts'
import { FIFTY, openCrowd } from '../support/crowd.ts'
import { hurried } from '../support/hurried.ts'
import { newestExecution, pageClient } from '../support/page-client.ts'

jest.setTimeout(180_000)

/*
 * Twenty people approve at once, and the table takes 150 ms for each call: fewer writes of one item than people have room
 * in the time that Slack waits. tests/aws/contenders.test.ts counts the calls, in a time that passes only where functions wait.
 */

const PEOPLE = FIFTY.slice(0, 20)

/** Calls of each operation; the queue finds the table as fast as ever. */
const WHILE_THEY_CLICK = 100

const deferred: string[] = []
const QUIET = () => undefined
const LOG: Log = {
  info: (message, about = {}) => void (message === 'A click was deferred' && deferred.push(String(about['user']))),
  warn: QUIET,
  error: QUIET,
  count: QUIET,
}

let crowd: Awaited<ReturnType<typeof openCrowd>>
beforeAll(async () => {
  crowd = await openCrowd(PEOPLE.length, LOG)
})
afterAll(() => crowd.close())

test('each click is answered, those that cannot be stored in time are taken by the queue, and each vote counts once', async () => {
  const { workspace } = crowd
  const { seen } = pageClient(workspace.url)
  await seen((snapshot) => JSON.stringify(snapshot.channels).includes('"approve"'))
  await workspace.settled()
  const { accountId, region, tableName } = ACCOUNT
  const credentials = { accessKeyId: 'auditor', secretAccessKey: 'any' }
  const connection = { endpoint: `${workspace.url}/aws`, region, credentials }
  const { attention } = openTable(connection, tableName)
  const [id] = (await attention.openApprovals({ accountId, region, pipeline: 'flask-app' })) as [string]

  for (const operation of ['GetItem', 'PutItem'])
    workspace.disturb.aws.order({ operation, times: WHILE_THEY_CLICK, delayMs: 150 })
  const statuses = await Promise.all(PEOPLE.map((userId) => crowd.click(id, userId)))
  expect(statuses).toEqual(PEOPLE.map(() => 200))
  // The queue tries a click again after a while.
  await workspace.clock.moveAhead(60_000)
  await hurried(
    workspace.clock,
    seen((snapshot) => newestExecution(snapshot)?.status === 'Succeeded'),
  )
  await workspace.settled()

  const { entries, flaws } = await readRecord(documentClient(connection), tableName, id, workspace.clock.now())
  expect(flaws).toEqual([])
  const voted = entries.flatMap(({ happened }) => (happened.what === 'voted' ? [happened.who.userId] : []))
  expect(voted.sort()).toEqual(PEOPLE)
  expect(new Set(deferred).size).toBe(deferred.length)
  expect(deferred.length).toBeGreaterThan(0)
  expect(workspace.deadLetters).toEqual([])
})
