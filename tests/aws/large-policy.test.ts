import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../functions/aws/document-client.ts'
import { approvalKey } from '../../functions/aws/records.ts'
import { readRecord } from '../../functions/record/record-reader.ts'
import { openTable } from '../../functions/aws/table.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { requested, withResolvedPolicy } from '../../functions/domain/approval.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { toFile } from '../../functions/domain/journal.ts'
import { approvalMessage } from '../../functions/slack/approval-message.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { MINUTE, START, newApproval, policy, rule, resolvedPolicy, vote, voted } from '../support/records.ts'

const RULES = 5
const MEMBERS = 5_000
/** DynamoDB takes 400 kB; an approval also holds votes, and what happened in the last minutes. */
const MOST_BYTES = 250_000

let aws: Awaited<ReturnType<typeof openAws>>
beforeAll(async () => {
  aws = await openAws()
})
afterAll(() => aws.close())

/** Slack's IDs compress as badly as random ones: these do too, and all differ. */
const member = (index: number): string => {
  const mixed = (BigInt(index) * 2_654_435_761_987n + 40_503_777_001n) % 101_559_956_668_416n
  return `U0${mixed.toString(36).toUpperCase().padStart(9, '0')}`
}
const groups = Array.from({ length: RULES }, (_, group) =>
  Array.from({ length: MEMBERS }, (_, index) => member(group * MEMBERS + index)),
)
const LARGE = policy(groups.map((people, index) => rule(`group ${index + 1}`, people)))

const stored = async (id: string) => {
  const table = openTable(aws.client, 'greenlight')
  const start = requested(newApproval({ id, resolvedPolicy: resolvedPolicy(LARGE) }))
  expect(await table.approvals.create(start)).toBe(true)
  const read = (await table.approvals.read(id)) as Approval
  return { table, start, read }
}

/** What a consistent read costs: one unit for each started 4 kB. */
const mostBytesOf = async (id: string): Promise<number> => {
  const { ConsumedCapacity } = await documentClient(aws.client).send(
    new GetCommand({
      TableName: 'greenlight',
      Key: approvalKey(id),
      ConsistentRead: true,
      ReturnConsumedCapacity: 'TOTAL',
    }),
  )
  return ConsumedCapacity!.CapacityUnits! * 4_096
}

test('an approval with five groups of thousands of approvers is stored, and read unchanged', async () => {
  const { table, start, read } = await stored('a'.repeat(32))
  expect(read).toEqual(start)
  // The same policy, read again, is equal.
  expect(withResolvedPolicy(read, { ...resolvedPolicy(LARGE), at: START + MINUTE }, START + MINUTE).journal).toEqual(
    start.journal,
  )
  expect(await mostBytesOf(read.id)).toBeLessThan(MOST_BYTES)
  await table.approvals.change(read.id, (before) => [{ ...before }, null])
})

test('and its message names the required groups', () => {
  const asked = requested(newApproval({ resolvedPolicy: resolvedPolicy(LARGE) }))
  const card = {
    kind: 'approval',
    approval: asked,
    route: null,
    accountName: '1',
    consoleUrl: 'https://a.example',
  } as const
  expect(JSON.stringify(approvalMessage(card))).toContain('○ group 5: ')
})

test('and its audit record says for which rule a person counted, in entries of a few kilobytes', async () => {
  const id = 'b'.repeat(32)
  const { table, read } = await stored(id)
  const votes = groups.map((people, index) => vote(people[4_000 + index]!))
  const decided = voted(read, LARGE, ...votes)
  expect(decided.state.name).toBe('deciding')
  await table.approvals.change(id, () => [decided, null])
  await table.entries.file(toFile(decided.journal).map((one) => ({ ...one, where: decided.where })))
  const { entries, flaws } = await readRecord(documentClient(aws.client), 'greenlight', id, START)
  expect(flaws).toEqual([])
  for (const entry of entries) expect(JSON.stringify(entry).length).toBeLessThan(5_000)
  const [, policySeen] = entries as [Entry, Entry]
  expect(policySeen.happened).toMatchObject({
    what: 'policy-seen',
    policy: {
      rules: groups.map((_, index) => ({ name: `group ${index + 1}`, count: 1, people: { members: MEMBERS } })),
    },
  })
  expect(entries.at(-1)!.happened).toEqual({
    what: 'decided',
    verdict: 'Approved',
    by: votes.map(({ userId }) => userId),
    rules: votes.map(({ userId }, index) => ({ name: `group ${index + 1}`, count: 1, people: [userId] })),
  })
})
