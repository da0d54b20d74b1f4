import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import type { ResolvedPolicy } from '../domain/approval.ts'

/** A resolved policy as JSON, compressed (Brotli): user groups may have thousands of members, and an item holds 400 kB. */
export interface CompressedPolicy {
  packed: Uint8Array
}

/** A higher quality takes longer and saves hardly anything. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

export const compressedPolicy = (policy: ResolvedPolicy): CompressedPolicy => ({
  packed: brotliCompressSync(JSON.stringify(policy), QUALITY),
})

export const decompressedPolicy = ({ packed }: CompressedPolicy): ResolvedPolicy =>
  JSON.parse(brotliDecompressSync(packed).toString()) as ResolvedPolicy
