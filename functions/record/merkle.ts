import { createHash } from 'node:crypto'

/* Merkle trees as in RFC 6962, section 2.1. A hash has 32 bytes. */

type Hash = Buffer

const hashOfParts = (...parts: readonly Uint8Array[]): Hash => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const LEAF_PREFIX = Buffer.of(0)
const NODE_PREFIX = Buffer.of(1)

const leafHash = (data: Uint8Array): Hash => hashOfParts(LEAF_PREFIX, data)
const nodeHash = (left: Uint8Array, right: Uint8Array): Hash => hashOfParts(NODE_PREFIX, left, right)

/** The root of a complete tree that leaves fill: `height` 0 is a leaf. */
export interface Peak {
  height: number
  hash: Hash
}

/** The root over complete trees, from left to right. */
export const rootOver = (peaks: readonly Peak[]): Hash =>
  peaks.length === 0 ? hashOfParts() : peaks.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right))

/** The heights of the complete trees that so many leaves fill, from left to right. */
export const heightsOf = (size: number): number[] =>
  [...size.toString(2)].flatMap((digit, index, digits) => (digit === '1' ? [digits.length - 1 - index] : []))

/** A tree that grows leaf by leaf, from given complete trees, in a memory that grows with the logarithm of its size. */
export const growingTree = (from: readonly Peak[] = []) => {
  const peaks = [...from]
  return {
    add: (leaf: Uint8Array): void => {
      let top: Peak = { height: 0, hash: leafHash(leaf) }
      for (let left = peaks.at(-1); left?.height === top.height; left = peaks.at(-1)) {
        peaks.pop()
        top = { height: top.height + 1, hash: nodeHash(left.hash, top.hash) }
      }
      peaks.push(top)
    },
    /** The complete trees so far. */
    peaks: (): readonly Peak[] => [...peaks],
    root: (): Hash => rootOver(peaks),
  }
}
