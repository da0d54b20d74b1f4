import { createHmac, timingSafeEqual } from 'node:crypto'

export type Verification = { kind: 'genuine' } | { kind: 'refused'; because: 'unsigned' | 'stale' | 'forged' }

const FIVE_MINUTES = 5 * 60

/**
 * Whether the request is from Slack: HMAC-SHA256 over `v0:timestamp:body`, with the exact bytes of the body, and a
 * timestamp at most five minutes from now on either side. Source: "Verifying requests from Slack".
 *
 * @param now epoch milliseconds
 */
export const verifySignature = (request: {
  signingSecret: string
  timestamp: string | undefined
  signature: string | undefined
  body: Buffer
  now: number
}): Verification => {
  const { signingSecret, timestamp, signature, body, now } = request
  if (!timestamp || !signature || !/^\d{1,12}$/.test(timestamp)) return { kind: 'refused', because: 'unsigned' }
  if (Math.abs(now / 1000 - Number(timestamp)) > FIVE_MINUTES) return { kind: 'refused', because: 'stale' }
  const expected = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest()
  const [, hex] = /^v0=([0-9a-f]{64})$/.exec(signature) ?? []
  const matches = hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), expected)
  return matches ? { kind: 'genuine' } : { kind: 'refused', because: 'forged' }
}
