import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../../functions/aws/document-client.ts'
import { entryKey } from '../../../functions/aws/entries.ts'
import { openTable } from '../../../functions/aws/table.ts'
import type { Entry } from '../../../functions/domain/journal.ts'
import { hashOf, toFile } from '../../../functions/domain/journal.ts'
import type { SteeringRequest } from '../../../functions/domain/steering.ts'
import { steeringBegun, steeringId, steeringOver, steeringStatement } from '../../../functions/domain/steering.ts'
import { readRecord } from '../../../functions/record/record-reader.ts'
import { signatureFlaws } from '../../../functions/record/signature-flaws.ts'
import { openAws } from '../../support/aws-endpoint.ts'
import { DAY, KEY, MINUTE, START, actor } from '../../support/records.ts'
import { openKeys } from '../../support/signed-record.ts'

const TABLE = 'greenlight'
const KEYS = openKeys()

let aws: Awaited<ReturnType<typeof openAws>>
beforeEach(async () => {
  aws = await openAws({ directTable: true })
})
afterEach(() => aws.close())

const REQUEST: SteeringRequest = {
  ...{ id: 'form-1', act: 'retry', execution: KEY, stage: 'Production', choice: 'FAILED_ACTIONS', reason: null },
  ...{ who: actor('U0DANA'), at: START },
}
const ID = steeringId(REQUEST.id)

/** Stores the two entries of a steering act that was refused, and returns them. */
const store = async (): Promise<Entry[]> => {
  const signed = await KEYS.signatures.sign(steeringStatement(ID, REQUEST, 'U0DANA', START))
  const begun = steeringBegun(REQUEST, { before: null, owner: 'one', signed, retention: 400 * DAY }, START)
  const { journal } = steeringOver(begun, { answer: 'refused', because: 'It is at work.' }, START + MINUTE)
  const filed = toFile(journal).map((one) => ({ ...one, where: null }))
  await openTable(aws.client, TABLE).entries.file(filed)
  return filed.map(({ entry }) => entry)
}

const flawsAt = async (now: number): Promise<string[]> => {
  const record = await readRecord(documentClient(aws.client), TABLE, ID, now)
  return [...record.flaws, ...signatureFlaws(ID, record.entries, { ...KEYS.audit, since: START - DAY })]
}
const remove = ({ number }: Entry) =>
  documentClient(aws.client).send(new DeleteCommand({ TableName: TABLE, Key: entryKey(ID, number) }))

test('the record of a steering act passes verification, without an approval', async () => {
  await store()
  expect(await flawsAt(START + 2 * DAY)).toEqual([])
})

test('a request without its answer is found a day later', async () => {
  const [, answered] = await store()
  await remove(answered!)
  expect(await flawsAt(START + DAY - 1)).toEqual([])
  expect(await flawsAt(START + DAY)).toEqual(['its last entry is missing: the request has no answer'])
})

test('an answer that no person requested is found', async () => {
  const [, answered] = await store()
  const { hash: _, previous: __, ...rest } = answered!
  const forged = { ...rest, number: 1, previous: '' }
  const Item = { ...entryKey(ID, 1), expireAt: (START + 400 * DAY) / 1_000, entry: { ...forged, hash: hashOf(forged) } }
  await documentClient(aws.client).send(new PutCommand({ TableName: TABLE, Item }))
  await remove(answered!)
  expect(await flawsAt(START + MINUTE)).toContain('entry 1 requests no steering act')
})
