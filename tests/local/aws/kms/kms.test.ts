import { constants, createHash, verify } from 'node:crypto'
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
  aws.kms.createKey('rsa', 'RSA_2048')
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

test('a key of RSA_2048 signs with each algorithm that suits it, and says which do', async () => {
  const { PublicKey, KeySpec, SigningAlgorithms } = await kms.send(new GetPublicKeyCommand({ KeyId: 'rsa' }))
  const key = publicKeyFrom(Buffer.from(PublicKey!).toString('base64'))
  expect([KeySpec, key.asymmetricKeyDetails?.modulusLength]).toEqual(['RSA_2048', 2_048])
  expect(SigningAlgorithms).toHaveLength(6)
  for (const SigningAlgorithm of SigningAlgorithms!) {
    const { Signature } = await sign({ KeyId: 'rsa', SigningAlgorithm })
    const [, scheme = '', bits = ''] = /^RSASSA_(PKCS1_V1_5|PSS)_SHA_(\d+)$/.exec(SigningAlgorithm)!
    const padding = scheme === 'PSS' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
    expect(Signature).toHaveLength(256)
    expect(verify(`sha${bits}`, MESSAGE, { key, padding }, Signature!)).toBe(true)
    expect(verify(`sha${bits}`, Buffer.from('Eli approves'), { key, padding }, Signature!)).toBe(false)
  }
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
  for (const more of [
    { SigningAlgorithm: 'RSASSA_PSS_SHA_256' },
    { KeyId: 'rsa', SigningAlgorithm: 'ECDSA_SHA_256' },
  ] as const)
    await expect(sign(more)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
  await expect(sign({ SigningAlgorithm: 'SHA_256' as 'ECDSA_SHA_256' })).rejects.toMatchObject({
    name: 'ValidationException',
  })
  const long = { KeyId: 'rsa', Message: Buffer.alloc(4_097), SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' } as const
  await expect(sign(long)).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(sign({ ...long, Message: MESSAGE, MessageType: 'DIGEST' })).rejects.toMatchObject({
    name: 'UnknownOperationException',
  })
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
