import { constants, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { z } from 'zod'
import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'

export type Kms = ReturnType<typeof createKms>

const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = constants
const pkcs1 = (hash: string) => ({ hash, padding: RSA_PKCS1_PADDING })
const pss = (hash: string) => ({ hash, padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST })

interface Algorithm {
  hash: string
  padding?: number
  saltLength?: number
}

/** "Key spec reference" (AWS KMS developer guide): the algorithms that suit a key of each kind, and how it is made. */
const KEY_SPECS = {
  ECC_NIST_P256: {
    make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    algorithms: { ECDSA_SHA_256: { hash: 'sha256' } },
  },
  RSA_2048: {
    make: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
    algorithms: {
      RSASSA_PKCS1_V1_5_SHA_256: pkcs1('sha256'),
      RSASSA_PKCS1_V1_5_SHA_384: pkcs1('sha384'),
      RSASSA_PKCS1_V1_5_SHA_512: pkcs1('sha512'),
      RSASSA_PSS_SHA_256: pss('sha256'),
      RSASSA_PSS_SHA_384: pss('sha384'),
      RSASSA_PSS_SHA_512: pss('sha512'),
    },
  },
} as const satisfies Record<string, { make: () => Pair; algorithms: Record<string, Algorithm> }>
type Pair = Record<'privateKey' | 'publicKey', KeyObject>
export type KeySpec = keyof typeof KEY_SPECS

const ALGORITHMS = Object.values(KEY_SPECS).flatMap(({ algorithms }) => Object.keys(algorithms))

/** A message is signed as it is, without a digest made before, up to 4096 bytes ("Sign", KMS API reference). */
const LONGEST_MESSAGE = 4_096
/** Of SHA-256. */
const DIGEST_BYTES = 32

const keyAsked = z.object({ KeyId: z.string() })
const signAsked = keyAsked.extend({
  Message: z.base64(),
  MessageType: z.enum(['RAW', 'DIGEST']).default('RAW'),
  SigningAlgorithm: z.enum(ALGORITHMS),
})

interface Key extends Pair {
  arn: string
  spec: KeySpec
  createdAt: number
}

/** Asymmetric keys by their ARNs, which really sign. A key's private half is its own. `keyIds`: of keys of the kind ECC_NIST_P256. */
export const createKms = (settings: { accountId: string; region: string; now: () => number; keyIds: string[] }) => {
  const { accountId, region, now, keyIds } = settings
  const keys = new Map<string, Key>()
  const createKey = (keyId: string, spec: KeySpec = 'ECC_NIST_P256'): string => {
    const arn = `arn:aws:kms:${region}:${accountId}:key/${keyId}`
    keys.set(arn, { arn, spec, ...KEY_SPECS[spec].make(), createdAt: now() })
    return arn
  }
  for (const keyId of keyIds) createKey(keyId)

  const known = (input: unknown) => {
    const { KeyId } = parsed(keyAsked, input)
    const key = keys.get(KeyId) ?? keys.get(`arn:aws:kms:${region}:${accountId}:key/${KeyId}`)
    if (!key) throw new AwsError('NotFoundException', `Key '${KeyId}' does not exist`)
    return key
  }

  const operations: Record<string, (input: unknown) => object> = {
    Sign: (input) => {
      const { arn, spec, privateKey } = known(input)
      const asked = parsed(signAsked, input)
      const SigningAlgorithm = asked.SigningAlgorithm
      const algorithm = ownEntry<Algorithm>(KEY_SPECS[spec].algorithms, SigningAlgorithm)
      if (!algorithm)
        throw new AwsError('InvalidKeyUsageException', `${arn} key spec ${spec} does not support ${SigningAlgorithm}`)
      const { hash, ...scheme } = algorithm
      const message = Buffer.from(asked.Message, 'base64')
      if (asked.MessageType === 'DIGEST') {
        if (spec !== 'ECC_NIST_P256')
          throw new AwsError('UnknownOperationException', `The workspace signs no digest with a key of ${spec}.`)
        if (message.length !== DIGEST_BYTES) throw new AwsError('ValidationException', 'Digest is invalid length')
        return { KeyId: arn, Signature: signedDigest(privateKey, message), SigningAlgorithm }
      }
      if (message.length === 0 || message.length > LONGEST_MESSAGE)
        throw new AwsError('ValidationException', `A message has 1 to ${LONGEST_MESSAGE} bytes.`)
      const Signature = sign(hash, message, { key: privateKey, ...scheme })
      return { KeyId: arn, Signature: Signature.toString('base64'), SigningAlgorithm }
    },
    GetPublicKey: (input) => {
      const { arn, spec, publicKey } = known(input)
      return {
        KeyId: arn,
        PublicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
        KeySpec: spec,
        KeyUsage: 'SIGN_VERIFY',
        SigningAlgorithms: Object.keys(KEY_SPECS[spec].algorithms),
      }
    },
    DescribeKey: (input) => {
      const { arn, spec, createdAt } = known(input)
      return {
        KeyMetadata: {
          KeyId: arn.split('/').at(-1),
          Arn: arn,
          CreationDate: createdAt / 1_000,
          Enabled: true,
          KeyState: 'Enabled',
          KeySpec: spec,
          KeyUsage: 'SIGN_VERIFY',
          SigningAlgorithms: Object.keys(KEY_SPECS[spec].algorithms),
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
