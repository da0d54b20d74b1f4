import { generateKeyPairSync, sign } from 'node:crypto'
import { type KeySpec, isSignedBy, kmsSignatures } from '../../functions/aws/kms.ts'
import { ACCOUNT, REGION, openAws } from '../support/aws-endpoint.ts'
import { openJsonService } from '../support/json-service.ts'
import { START } from '../support/records.ts'

const [FIRST, SECOND] = ['first', 'second'].map((id) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`) as [
  string,
  string,
]
const RSA = `arn:aws:kms:${REGION}:${ACCOUNT}:key/rsa`
const STATEMENT = '{"act":"Approved","userId":"U0DANA"}'
const clock = { now: () => START }

let aws: Awaited<ReturnType<typeof openAws>>
beforeAll(async () => {
  aws = await openAws()
  aws.kms.createKey('rsa', 'RSA_2048')
})
afterAll(() => aws.close())

const signatures = (signing = FIRST, trusted = [signing], spec: KeySpec = 'ECC_NIST_P256') =>
  kmsSignatures(aws.client, { signing, spec, trusted }, clock)

test.each(['ECC_NIST_P256', 'RSA_2048'] as const)(
  'a signature with %s names its key and holds for its statement alone',
  async (spec) => {
    const key = spec === 'RSA_2048' ? RSA : FIRST
    const keys = signatures(key, [key], spec)
    const signature = await keys.sign(STATEMENT)
    expect(signature.key).toBe(key)
    expect(await keys.verify(STATEMENT, signature)).toBe(true)
    expect(await keys.verify(STATEMENT.replace('Approved', 'Rejected'), signature)).toBe(false)
    for (const value of ['', 'bm8gc2lnbmF0dXJl', '§'])
      expect(await keys.verify(STATEMENT, { ...signature, value })).toBe(false)
  },
)

test('after the key was replaced, what the earlier one signed counts while it is trusted', async () => {
  const signature = await signatures(FIRST).sign(STATEMENT)
  expect(await signatures(SECOND, [SECOND, FIRST]).verify(STATEMENT, signature)).toBe(true)
  expect(await signatures(SECOND).verify(STATEMENT, signature)).toBe(false)
  // The same signature under the name of a key that is trusted.
  expect(await signatures(SECOND).verify(STATEMENT, { ...signature, key: SECOND })).toBe(false)
})

test('what a key of the other kind signed counts as well, before and after the change of the kind', async () => {
  const [former, newer] = [
    await signatures(FIRST).sign(STATEMENT),
    await signatures(RSA, [], 'RSA_2048').sign(STATEMENT),
  ]
  for (const keys of [signatures(FIRST, [FIRST, RSA]), signatures(RSA, [RSA, FIRST], 'RSA_2048')]) {
    expect([await keys.verify(STATEMENT, former), await keys.verify(STATEMENT, newer)]).toEqual([true, true])
    // A signature under the name of the other key.
    expect(await keys.verify(STATEMENT, { ...former, key: RSA })).toBe(false)
    expect(await keys.verify(STATEMENT, { ...newer, key: FIRST })).toBe(false)
  }
  expect(await signatures(FIRST).verify(STATEMENT, newer)).toBe(false)
})

test('a key signs with the algorithm of its kind alone', async () => {
  await expect(signatures(FIRST, [], 'RSA_2048').sign(STATEMENT)).rejects.toThrow('InvalidKeyUsageException')
  await expect(signatures(RSA).sign(STATEMENT)).rejects.toThrow('InvalidKeyUsageException')
})

test('the public key says with which algorithm a signature is verified', async () => {
  const Message = Buffer.from(STATEMENT).toString('base64')
  const asked = { KeyId: RSA, Message, SigningAlgorithm: 'RSASSA_PSS_SHA_256' }
  const { Signature: value } = aws.kms.answer('Sign', asked) as { Signature: string }
  expect(await signatures(RSA, [RSA], 'RSA_2048').verify(STATEMENT, { key: RSA, value })).toBe(false)
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  expect(isSignedBy(publicKey, STATEMENT, sign(null, Buffer.from(STATEMENT), privateKey).toString('base64'))).toBe(
    false,
  )
})

describe('what KMS is asked', () => {
  let kms: Awaited<ReturnType<typeof openJsonService>>
  beforeEach(async () => {
    kms = await openJsonService()
  })
  afterEach(() => kms.close())
  const asking = (spec: KeySpec = 'ECC_NIST_P256') =>
    kmsSignatures(kms.connection, { signing: FIRST, spec, trusted: [FIRST] }, clock)

  test.each([
    ['ECC_NIST_P256', 'ECDSA_SHA_256'],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256'],
  ] as const)(
    'is one Sign for a statement with %s, with the statement as the message',
    async (spec, SigningAlgorithm) => {
      kms.answers({ KeyId: FIRST, Signature: 'c2ln' })
      expect(await asking(spec).sign(STATEMENT)).toEqual({ key: FIRST, value: 'c2ln' })
      const Message = Buffer.from(STATEMENT).toString('base64')
      expect(kms.asked).toEqual([
        {
          operation: 'Sign',
          input: { KeyId: FIRST, Message, MessageType: 'RAW', SigningAlgorithm },
        },
      ])
    },
  )

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
