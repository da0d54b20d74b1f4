import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../functions/aws/document-client.ts'
import { dynamoObjections } from '../../functions/aws/objections.ts'
import type { Objection } from '../../functions/ports/objections.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { DAY, START } from '../support/records.ts'

const TABLE = 'greenlight'
const APPROVAL = 'approval-1'

let aws: Awaited<ReturnType<typeof openAws>>
beforeEach(async () => {
  aws = await openAws()
})
afterEach(() => aws.close())

const rejected = (userId: string): Objection => ({
  approval: APPROVAL,
  userId,
  at: START,
  what: 'rejected',
  keptUntil: START + 400 * DAY,
})

const put = (sk: string, objection: object, more: object = {}) =>
  documentClient(aws.client).send(new PutCommand({ TableName: TABLE, Item: { pk: APPROVAL, sk, objection, ...more } }))

test('objections are kept, each with what it says', async () => {
  const objections = dynamoObjections(aws.client, TABLE)
  const later: Objection = { ...rejected('U0ELI'), what: 'later', notBefore: START + DAY }
  await objections.add(rejected('U0DANA'))
  await objections.add(later)
  expect(await objections.of(APPROVAL)).toEqual([rejected('U0DANA'), later])
  expect(await objections.of('approval-2')).toEqual([])
})

test('one behind the first megabyte of an answer is read', async () => {
  for (const userId of ['U0ANA', 'U0BEN', 'U0CHEN', 'U0DANA'])
    await put(`${userId} ${START}`, { ...rejected(userId), what: 'withdrawn' }, { filling: 'x'.repeat(300_000) })
  await put(`U0ELI ${START}`, rejected('U0ELI'))
  expect(await dynamoObjections(aws.client, TABLE).of(APPROVAL)).toContainEqual(rejected('U0ELI'))
})

test.each<[string, object]>([
  ['no person', { userId: undefined }],
  ['a kind that is not known', { what: 'vetoed' }],
  ['a later time that is missing', { what: 'later' }],
  ['a moment of a text', { at: 'now' }],
])('one with %s is not passed over', async (_, more) => {
  await put(`U0ELI ${START}`, { ...rejected('U0ELI'), ...more })
  await expect(dynamoObjections(aws.client, TABLE).of(APPROVAL)).rejects.toThrow(
    'The objection is not in the documented shape',
  )
})
