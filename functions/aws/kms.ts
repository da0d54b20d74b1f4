import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import type { Signature } from '../domain/signature.ts'
import type { Signatures } from '../ports/signatures.ts'
import { askJson, unexpected } from './ask-json.ts'
import type { AwsConnection } from './connection.ts'

/**
 * The kinds of keys with which people's clicks are signed (KeySpec), each with the algorithm of its signatures: those of
 * "Sign" (KMS API reference) that are verified without naming one. An RSA key could sign with RSASSA-PSS as well.
 */
export const ALGORITHMS = { ECC_NIST_P256: 'ECDSA_SHA_256', RSA_2048: 'RSASSA_PKCS1_V1_5_SHA_256' } as const
export type KeySpec = keyof typeof ALGORITHMS

export interface InstallationKeys {
  /** The ARN of the key that signs. */
  signing: string
  /** Its kind; KMS refuses to sign with the algorithm of another one. */
  spec: KeySpec
  /** The ARNs of all keys whose signatures count: the one that signs, and those that have signed before it. */
  trusted: readonly string[]
}

/** A click waits for it no longer than for Slack, and is deferred then. */
const SIGNING_MS = 2_000

const SIGNED = z.lazy(() => z.object({ KeyId: z.string(), Signature: z.string() }))
const PUBLIC_KEY = z.lazy(() => z.object({ PublicKey: z.string() }))

const askKms =
  (connection: AwsConnection, clock: Pick<Clock, 'now'>) =>
  async <T extends z.ZodMiniType>(operation: string, input: object, shape: T): Promise<z.output<T>> => {
    const call = { service: 'kms', target: 'TrentService', operation, input, timeoutMs: SIGNING_MS }
    const asked = await askJson(connection, clock, call, shape)
    if (asked.kind === 'answered') return asked.answer
    throw unexpected(call, asked)
  }

/**
 * Signatures by an asymmetric key in KMS ("Sign", KMS API reference). Verification takes the public key from KMS, once
 * for each key, and no call for a signature. The SDK's client would add 7 kB to every function (signed-request.ts).
 *
 * @throws if KMS does not answer or refuses.
 */
export const kmsSignatures = (
  connection: AwsConnection,
  { signing, spec, trusted }: InstallationKeys,
  clock: Pick<Clock, 'now'>,
): Signatures => {
  const ask = askKms(connection, clock)
  const keys = new Map<string, Promise<KeyObject>>()
  const publicKey = (key: string): Promise<KeyObject> => {
    const known = keys.get(key)
    if (known) return known
    const asked = ask('GetPublicKey', { KeyId: key }, PUBLIC_KEY).then(({ PublicKey }) => publicKeyFrom(PublicKey))
    keys.set(key, asked)
    asked.catch(() => keys.delete(key))
    return asked
  }

  return {
    sign: async (statement) => {
      const { KeyId, Signature } = await ask(
        'Sign',
        { KeyId: signing, Message: base64Of(statement), MessageType: 'RAW', SigningAlgorithm: ALGORITHMS[spec] },
        SIGNED,
      )
      return { key: KeyId, value: Signature }
    },
    verify: async (statement, { key, value }) =>
      trusted.includes(key) && isSignedBy(await publicKey(key), statement, value),
  }
}

/**
 * Signs the SHA-256 of a text of any length: KMS takes no longer message than 4 kB, and signs a digest as it would the
 * message. In the key's own Region, with a key of ECC_NIST_P256.
 *
 * @throws as kmsSignatures does.
 */
export const digestSigner = (connection: AwsConnection, key: string, clock: Pick<Clock, 'now'>) => {
  const ask = askKms(inRegionOf(key, connection), clock)
  return async (text: string): Promise<Signature> => {
    const Message = createHash('sha256').update(text).digest('base64')
    const { KeyId, Signature } = await ask(
      'Sign',
      { KeyId: key, Message, MessageType: 'DIGEST', SigningAlgorithm: ALGORITHMS.ECC_NIST_P256 },
      SIGNED,
    )
    return { key: KeyId, value: Signature }
  }
}

const inRegionOf = (arn: string, connection: AwsConnection): AwsConnection => ({
  ...connection,
  region: arn.split(':')[3] ?? connection.region,
})

const KEY_METADATA = z.lazy(() => z.object({ KeyMetadata: z.object({ Arn: z.string(), CreationDate: z.number() }) }))

/** The public half of a key, in the key's own Region. `createdAt`: epoch milliseconds. @throws as kmsSignatures does. */
export const readKey = async (
  connection: AwsConnection,
  arn: string,
  clock: Pick<Clock, 'now'>,
): Promise<{ arn: string; key: KeyObject; createdAt: number }> => {
  const ask = askKms(inRegionOf(arn, connection), clock)
  const [{ PublicKey }, { KeyMetadata }] = await Promise.all([
    ask('GetPublicKey', { KeyId: arn }, PUBLIC_KEY),
    ask('DescribeKey', { KeyId: arn }, KEY_METADATA),
  ])
  return { arn: KeyMetadata.Arn, key: publicKeyFrom(PublicKey), createdAt: KeyMetadata.CreationDate * 1_000 }
}

/** The public key as KMS gives it: SubjectPublicKeyInfo in DER, as base64. */
export const publicKeyFrom = (base64: string): KeyObject =>
  createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })

/**
 * Whether the holder of the key has signed the statement: with the algorithm of the key's type, whatever a record says. Node
 * takes ECDSA in DER, and RSASSA-PKCS1-v1_5. False for what is no signature at all.
 */
export const isSignedBy = (key: KeyObject, statement: string, base64: string): boolean => {
  try {
    return verify('sha256', Buffer.from(statement), key, Buffer.from(base64, 'base64'))
  } catch {
    return false
  }
}

const base64Of = (text: string): string => Buffer.from(text).toString('base64')
