import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import type { Approval, Standing } from '../domain/approval.ts'

/** An approval as its item has it. */
export type StoredApproval = Omit<Approval, 'standing'> & { standing: Standing | Packed | null }

/** A standing as JSON, compressed (Brotli): user groups may have thousands of members, and an item holds 400 kB. */
interface Packed {
  packed: Uint8Array
}

/** Up to so many people it stays as it is, for whoever reads the table. */
const MOST_PLAIN = 1_000

/** Hardly any smaller with a higher one, and slower. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

export const packed = (approval: Approval): StoredApproval => {
  const { standing } = approval
  if (!standing || peopleIn(standing) <= MOST_PLAIN) return approval
  return { ...approval, standing: { packed: brotliCompressSync(JSON.stringify(standing), QUALITY) } }
}

export const unpacked = (stored: StoredApproval): Approval => {
  const { standing } = stored
  return standing && 'packed' in standing
    ? { ...stored, standing: JSON.parse(brotliDecompressSync(standing.packed).toString()) as Standing }
    : { ...stored, standing }
}

const peopleIn = ({ policy, timing }: Standing): number =>
  [...policy.rules.map(({ people }) => people), policy.breakGlass, timing.escalate?.people ?? []].reduce(
    (sum, people) => sum + people.length,
    0,
  )
