import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Seals } from '../ports/seals.ts'
import type { Secrets } from '../ports/secrets.ts'

/** Slack's own signatures begin with a version and a colon: a seal is never one of them. */
const PURPOSE = 'greenlight-deferred-click'

/**
 * Seals made with the Slack app's signing secret, which only the functions may read that see clicks. They need no call:
 * a click is sealed even if KMS does not answer. After the secret was rotated, earlier seals no longer hold.
 */
export const clickSeals = (secrets: Secrets): Seals => {
  const sealed = async (text: string, read: Secrets['current']): Promise<string> => {
    const { signingSecret } = await read()
    if (signingSecret === null) throw new Error('This function may not read the signing secret')
    return createHmac('sha256', signingSecret).update(`${PURPOSE}\n${text}`).digest('hex')
  }
  return {
    seal: (text) => sealed(text, secrets.current),
    holds: async (text, seal) =>
      equal(await sealed(text, secrets.current), seal) || equal(await sealed(text, secrets.renewed), seal),
  }
}

const equal = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
