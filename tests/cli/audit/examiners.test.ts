import { examineParts } from '../../../cli/audit/examine-parts.ts'
import type { Examination } from '../../../cli/audit/examine-approvals.ts'
import { openExaminers } from '../../../cli/audit/examiners.ts'
import { documentClient } from '../../../functions/aws/document-client.ts'
import { readKey } from '../../../functions/aws/kms.ts'
import { systemClock } from '../../../functions/clock.ts'
import { stretches } from '../../../functions/record/index-of-days.ts'
import { auditKeys } from '../../../functions/record/signature-flaws.ts'
import { ACCOUNT, REGION, openAws } from '../../support/aws-endpoint.ts'
import { recordOver } from '../../support/record-over.ts'
import { DAY, MINUTE, START } from '../../support/records.ts'

const VOTES = `arn:aws:kms:${REGION}:${ACCOUNT}:key/first`
const IDS = ['a', 'b', 'c'].map((letter) => letter.repeat(32))
const RANGE = { from: START, to: START + DAY }

let aws: Awaited<ReturnType<typeof openAws>>
let examination: Examination
beforeAll(async () => {
  aws = await openAws({ directTable: true })
  const { store, decided, removed } = recordOver(aws.client, VOTES)
  for (const [index, id] of IDS.entries()) {
    const entries = await store(await decided(id, START + index * MINUTE))
    if (index === 1) await removed(id, entries.slice(2, 3))
  }
  const { endpoint, region, credentials } = aws.client
  const keys = auditKeys([await readKey(aws.client, VOTES, systemClock)])
  const connection = { endpoint, region, credentials }
  examination = { connection, table: 'greenlight', keys, from: RANGE.from, now: RANGE.to, format: 'jsonl' }
})
afterAll(() => aws.close())

const examined = async (enough: number, more: Partial<Examination> = {}) => {
  const examiners = openExaminers({ ...examination, ...more }, enough)
  const found = []
  const client = documentClient(aws.client)
  try {
    for await (const { approvals } of examineParts(client, 'greenlight', examiners, RANGE)) found.push(...approvals)
  } finally {
    await examiners.close()
  }
  return found.sort((a, b) => (a.approval < b.approval ? -1 : 1))
}

test('threads find what one thread finds', async () => {
  const [here, there] = [await examined(100), await examined(1)]
  expect(there).toEqual(here)
  expect(here.map(({ approval, flaws }) => [approval, flaws.length > 0])).toEqual(
    IDS.map((id, index) => [id, index === 1]),
  )
  expect(here[0]!.entries.map(({ line }) => (JSON.parse(line) as { number: number }).number)).toEqual([
    1, 2, 3, 4, 5, 6, 7,
  ])
})

test('an error in a thread is the error of the audit', async () => {
  await expect(examined(1, { table: 'no-such-table' })).rejects.toThrow(/resource not found/i)
})

test('a day with many items is read part by part, and each approval counts once', async () => {
  const client = documentClient(aws.client)
  const parts = []
  for await (const part of stretches(client, 'greenlight', { ...RANGE, mostItems: 5 })) parts.push(part)
  expect(parts.length).toBeGreaterThan(2)
  expect([parts[0]!.from, ...parts.map(({ to }) => to)]).toEqual([...parts.map(({ from }) => from), RANGE.to])
  const examiners = openExaminers(examination)
  const found = await Promise.all(parts.map((part) => examiners.examine(part)))
  const all = found.flat()
  expect(
    all
      .filter(({ isFirst }) => isFirst)
      .map(({ approval }) => approval)
      .sort(),
  ).toEqual(IDS)
  const [whole] = await examined(100)
  expect(all.filter(({ approval }) => approval === IDS[0]).flatMap(({ entries }) => entries)).toEqual(whole!.entries)
})
