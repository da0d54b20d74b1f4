import type { KeyObject } from 'node:crypto'
import * as z from 'zod/mini'
import { isSignedBy } from '../aws/kms.ts'
import { parseAs, parseJson } from '../malformed.ts'

/** The payload of an envelope: an in-toto statement as JSON. */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/**
 * What is signed of a payload ("DSSE: Dead Simple Signing Envelope", v1.0.2, "Signature Definition"). It begins with
 * `DSSEv1`: what is signed of a vote is JSON and begins with a brace, so neither can be taken for the other.
 */
export const preAuthenticationEncoding = (payload: string): string =>
  `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${Buffer.byteLength(payload)} ${payload}`

const ENVELOPE = z.object({
  payload: z.string(),
  payloadType: z.literal(PAYLOAD_TYPE),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
})

/** The envelope as one line of JSON. `keyid`: the ARN of the key, which only helps to find it. */
export const sealedEnvelope = (payload: string, { key, value }: { key: string; value: string }): string =>
  `${JSON.stringify({
    payload: Buffer.from(payload).toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: key, sig: value }],
  })}\n`

/** The payload of an envelope; null if no key of the list has signed it. @throws {Malformed} */
export const openEnvelope = (text: string, keys: readonly KeyObject[]): string | null => {
  const envelope = parseAs(ENVELOPE, parseJson(text, 'The envelope'), 'The envelope')
  const payload = Buffer.from(envelope.payload, 'base64').toString()
  const signed = preAuthenticationEncoding(payload)
  const isSigned = envelope.signatures.some(({ sig }) => keys.some((key) => isSignedBy(key, signed, sig)))
  return isSigned ? payload : null
}
