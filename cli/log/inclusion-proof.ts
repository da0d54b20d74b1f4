import { growingTree } from '../../functions/record/merkle.ts'

export const rootOf = (leaves: readonly Uint8Array[]): Buffer => {
  const tree = growingTree()
  for (const leaf of leaves) tree.add(leaf)
  return tree.root()
}

/** The hashes that lead from a leaf to the root, the lowest first ("Merkle Audit Paths"). */
export const inclusionProof = (leaves: readonly Uint8Array[], index: number): Buffer[] => {
  if (leaves.length <= 1) return []
  const middle = 2 ** Math.ceil(Math.log2(leaves.length) - 1)
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)]
  return index < middle
    ? [...inclusionProof(left, index), rootOf(right)]
    : [...inclusionProof(right, index - middle), rootOf(left)]
}
