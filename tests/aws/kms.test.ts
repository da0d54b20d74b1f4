import { kmsSignatures } from '../../functions/aws/kms.ts'
import { ACCOUNT, REGION, openAws } from '../support/aws-endpoint.ts'
import { openJsonService } from '../support/json-service.ts'
import { START } from '../support/records.ts'

const [FIRST, SECOND] = ['first', 'second'].map((id) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`) as [
  string,
  string,
]
const STATEMENT = '{"act":"Approved","userId":"U0DANA"}'
const clock = { now: () => START }

let aws: Awaited<ReturnType<typeof openAws>>
beforeAll(async () => {
  aws = await openAws()
})
afterAll(() => aws.close())

const signatures = (signing = FIRST, trusted = [signing]) => kmsSignatures(aws.client, { signing, trusted }, clock)

test('a signature names its key and holds for its statement alone', async () => {
  const keys = signatures()
  const signature = await keys.sign(STATEMENT)
  expect(signature.key).toBe(FIRST)
  expect(await keys.verify(STATEMENT, signature)).toBe(true)
  expect(await keys.verify(STATEMENT.replace('Approved', 'Rejected'), signature)).toBe(false)
  for (const value of ['', 'bm8gc2lnbmF0dXJl', '§'])
    expect(await keys.verify(STATEMENT, { ...signature, value })).toBe(false)
})

test('after the key was replaced, what the earlier one signed counts while it is trusted', async () => {
  const signature = await signatures(FIRST).sign(STATEMENT)
  expect(await signatures(SECOND, [SECOND, FIRST]).verify(STATEMENT, signature)).toBe(true)
  expect(await signatures(SECOND).verify(STATEMENT, signature)).toBe(false)
  // The same signature under the name of a key that is trusted.
  expect(await signatures(SECOND).verify(STATEMENT, { ...signature, key: SECOND })).toBe(false)
})

describe('what KMS is asked', () => {
  let kms: Awaited<ReturnType<typeof openJsonService>>
  beforeEach(async () => {
    kms = await openJsonService()
  })
  afterEach(() => kms.close())
  const asking = () => kmsSignatures(kms.connection, { signing: FIRST, trusted: [FIRST] }, clock)

  test('is one Sign for a statement, with the statement as the message', async () => {
    kms.answers({ KeyId: FIRST, Signature: 'c2ln' })
    expect(await asking().sign(STATEMENT)).toEqual({ key: FIRST, value: 'c2ln' })
    const Message = Buffer.from(STATEMENT).toString('base64')
    expect(kms.asked).toEqual([
      {
        operation: 'Sign',
        input: { KeyId: FIRST, Message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' },
      },
    ])
  })

  test('is the public key once, however many signatures are verified at once', async () => {
    const signature = await signatures().sign(STATEMENT)
    const { PublicKey } = aws.kms.answer('GetPublicKey', { KeyId: FIRST }) as { PublicKey: string }
    kms.answers({ PublicKey })
    const keys = asking()
    const all = await Promise.all(Array.from({ length: 5 }, () => keys.verify(STATEMENT, signature)))
    expect(all).toEqual([true, true, true, true, true])
    expect(kms.asked).toEqual([{ operation: 'GetPublicKey', input: { KeyId: FIRST } }])
  })

  test('is nothing for a key that the installation does not have', async () => {
    expect(await asking().verify(STATEMENT, { key: SECOND, value: 'c2ln' })).toBe(false)
    expect(kms.asked).toEqual([])
  })

  test('is asked again after it failed, and a failure is no answer', async () => {
    const signature = await signatures().sign(STATEMENT)
    const keys = asking()
    kms.refuses('KMSInternalException', 'no', 500)
    await expect(keys.sign(STATEMENT)).rejects.toThrow('kms did not answer Sign: HTTP 500')
    await expect(keys.verify(STATEMENT, signature)).rejects.toThrow('KMSInternalException')
    kms.answers(aws.kms.answer('GetPublicKey', { KeyId: FIRST }))
    expect(await keys.verify(STATEMENT, signature)).toBe(true)
  })
})
