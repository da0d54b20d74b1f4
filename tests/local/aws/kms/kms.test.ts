import { createHash, verify } from 'node:crypto'
import { DescribeKeyCommand, GetPublicKeyCommand, KMSClient, ListKeysCommand, SignCommand } from '@aws-sdk/client-kms'
import { publicKeyFrom } from '../../../../functions/aws/kms.ts'
import { ACCOUNT, REGION, openAws } from '../../../support/aws-endpoint.ts'

const ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/first`
const MESSAGE = Buffer.from('Dana approves')

let aws: Awaited<ReturnType<typeof openAws>>
let kms: KMSClient
beforeAll(async () => {
  aws = await openAws()
  kms = new KMSClient(aws.client)
})
afterAll(() => aws.close())

const sign = (more: Partial<ConstructorParameters<typeof SignCommand>[0]> = {}) =>
  kms.send(new SignCommand({ KeyId: ARN, Message: MESSAGE, SigningAlgorithm: 'ECDSA_SHA_256', ...more }))

test('the SDK gets a signature that OpenSSL verifies with the public key, for this message alone', async () => {
  const { Signature, KeyId } = await sign()
  const { PublicKey, KeySpec, KeyUsage } = await kms.send(new GetPublicKeyCommand({ KeyId: ARN }))
  expect({ KeyId, KeySpec, KeyUsage }).toEqual({ KeyId: ARN, KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  const key = publicKeyFrom(Buffer.from(PublicKey!).toString('base64'))
  expect(verify('sha256', MESSAGE, key, Signature!)).toBe(true)
  expect(verify('sha256', Buffer.from('Eli approves'), key, Signature!)).toBe(false)
})

test('each key has a public key of its own, and an id as good as its ARN', async () => {
  const of = async (KeyId: string) => (await kms.send(new GetPublicKeyCommand({ KeyId }))).PublicKey
  expect(await of('first')).toEqual(await of(ARN))
  expect(await of('second')).not.toEqual(await of('first'))
})

test('a key is described with the time when it was created', async () => {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'first' }))
  expect(KeyMetadata).toMatchObject({ Arn: ARN, KeyState: 'Enabled' })
  expect(KeyMetadata!.CreationDate!.getTime()).toBeLessThanOrEqual(aws.clock.now())
})

test('what KMS refuses is refused', async () => {
  await expect(sign({ KeyId: 'third' })).rejects.toMatchObject({ name: 'NotFoundException' })
  await expect(sign({ Message: Buffer.alloc(4_097) })).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(sign({ SigningAlgorithm: 'RSASSA_PSS_SHA_256' })).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(kms.send(new ListKeysCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' })
})

test('the digest of a message is signed as the message itself, of any length', async () => {
  const long = Buffer.alloc(10_000, 'x')
  const digest = createHash('sha256').update(long).digest()
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: ARN }))
  const key = publicKeyFrom(Buffer.from(PublicKey!).toString('base64'))
  // The nonce of each signature is another one.
  for (let times = 0; times < 20; times++) {
    const { Signature } = await sign({ Message: digest, MessageType: 'DIGEST' })
    expect(verify('sha256', long, key, Signature!)).toBe(true)
    expect(verify('sha256', MESSAGE, key, Signature!)).toBe(false)
  }
  await expect(sign({ Message: MESSAGE, MessageType: 'DIGEST' })).rejects.toMatchObject({ name: 'ValidationException' })
})
