import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { z } from 'zod'
import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'

export type Kms = ReturnType<typeof createKms>

const ALGORITHM = 'ECDSA_SHA_256'

/** A message is signed as it is, without a digest made before, up to 4096 bytes ("Sign", KMS API reference). */
const LONGEST_MESSAGE = 4_096
/** Of SHA-256. */
const DIGEST_BYTES = 32

const keyAsked = z.object({ KeyId: z.string() })
const signAsked = keyAsked.extend({
  Message: z.base64(),
  MessageType: z.enum(['RAW', 'DIGEST']).default('RAW'),
  SigningAlgorithm: z.literal(ALGORITHM),
})

/** Asymmetric keys of the kind ECC_NIST_P256 by their ARNs, which really sign. A key's private half is its own. */
export const createKms = (settings: { accountId: string; region: string; now: () => number; keyIds: string[] }) => {
  const { accountId, region, now, keyIds } = settings
  const keys = new Map<string, { arn: string; privateKey: KeyObject; publicKey: KeyObject; createdAt: number }>()
  const createKey = (keyId: string): string => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const arn = `arn:aws:kms:${region}:${accountId}:key/${keyId}`
    keys.set(arn, { arn, ...pair, createdAt: now() })
    return arn
  }
  keyIds.forEach(createKey)

  const known = (input: unknown) => {
    const { KeyId } = parsed(keyAsked, input)
    const key = keys.get(KeyId) ?? keys.get(`arn:aws:kms:${region}:${accountId}:key/${KeyId}`)
    if (!key) throw new AwsError('NotFoundException', `Key '${KeyId}' does not exist`)
    return key
  }

  const operations: Record<string, (input: unknown) => object> = {
    Sign: (input) => {
      const { arn, privateKey } = known(input)
      const asked = parsed(signAsked, input)
      const message = Buffer.from(asked.Message, 'base64')
      if (asked.MessageType === 'DIGEST') {
        if (message.length !== DIGEST_BYTES) throw new AwsError('ValidationException', 'Digest is invalid length')
        return { KeyId: arn, Signature: signedDigest(privateKey, message), SigningAlgorithm: ALGORITHM }
      }
      if (message.length === 0 || message.length > LONGEST_MESSAGE)
        throw new AwsError('ValidationException', `A message has 1 to ${LONGEST_MESSAGE} bytes.`)
      const Signature = sign('sha256', message, privateKey)
      return { KeyId: arn, Signature: Signature.toString('base64'), SigningAlgorithm: ALGORITHM }
    },
    GetPublicKey: (input) => {
      const { arn, publicKey } = known(input)
      return {
        KeyId: arn,
        PublicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
        KeySpec: 'ECC_NIST_P256',
        KeyUsage: 'SIGN_VERIFY',
        SigningAlgorithms: [ALGORITHM],
      }
    },
    DescribeKey: (input) => {
      const { arn, createdAt } = known(input)
      return {
        KeyMetadata: {
          KeyId: arn.split('/').at(-1),
          Arn: arn,
          CreationDate: createdAt / 1_000,
          Enabled: true,
          KeyState: 'Enabled',
          KeySpec: 'ECC_NIST_P256',
          KeyUsage: 'SIGN_VERIFY',
          SigningAlgorithms: [ALGORITHM],
        },
      }
    },
  }

  return {
    /** Another key, by its ARN: as after one was replaced. */
    createKey,
    /** Sign, GetPublicKey and DescribeKey (KMS API reference). Throws AwsError. */
    answer: (operation: string, input: unknown): object => {
      const perform = ownEntry(operations, operation)
      if (!perform) throw new AwsError('UnknownOperationException', `The workspace does not offer ${operation} of kms.`)
      return perform(input)
    },
  }
}

/** In DER, as base64. Node signs messages only, and makes their digest itself. */
const signedDigest = (key: KeyObject, digest: Uint8Array): string => {
  const secret = Buffer.from(key.export({ format: 'jwk' }).d!, 'base64url')
  return Buffer.from(p256.sign(digest, secret, { prehash: false, lowS: false, format: 'der' })).toString('base64')
}

const parsed = <T extends z.ZodType>(shape: T, input: unknown): z.output<T> => {
  const read = shape.safeParse(input)
  if (read.success) return read.data
  throw new AwsError(
    'ValidationException',
    read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  )
}
