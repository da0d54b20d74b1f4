import { createHash } from 'node:crypto'

/* Merkle trees as in RFC 6962, section 2.1. A hash has 32 bytes. */

type Hash = Buffer

const sha256 = (...parts: readonly Uint8Array[]): Hash => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

const leafHash = (data: Uint8Array): Hash => sha256(LEAF, data)
const nodeHash = (left: Uint8Array, right: Uint8Array): Hash => sha256(NODE, left, right)

/** The root of a tree that grows leaf by leaf, in a memory that grows with the logarithm of its size. */
export const growingTree = () => {
  /** The roots of the complete trees that the leaves fill, from left to right. */
  const peaks: { height: number; hash: Hash }[] = []
  return {
    add: (leaf: Uint8Array): void => {
      let top = { height: 0, hash: leafHash(leaf) }
      for (let left = peaks.at(-1); left?.height === top.height; left = peaks.at(-1)) {
        peaks.pop()
        top = { height: top.height + 1, hash: nodeHash(left.hash, top.hash) }
      }
      peaks.push(top)
    },
    root: (): Hash =>
      peaks.length === 0 ? sha256() : peaks.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right)),
  }
}

export const rootOf = (leaves: readonly Uint8Array[]): Hash => {
  const tree = growingTree()
  for (const leaf of leaves) tree.add(leaf)
  return tree.root()
}

/** The hashes that lead from a leaf to the root, the lowest first ("Merkle Audit Paths"). */
export const inclusionProof = (leaves: readonly Uint8Array[], index: number): Hash[] => {
  if (leaves.length <= 1) return []
  const middle = 2 ** Math.ceil(Math.log2(leaves.length) - 1)
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)]
  return index < middle
    ? [...inclusionProof(left, index), rootOf(right)]
    : [...inclusionProof(right, index - middle), rootOf(left)]
}
