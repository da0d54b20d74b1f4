import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { inclusionProof, rootOf } from '../../../cli/log/inclusion-proof.ts'
import { growingTree } from '../../../functions/record/merkle.ts'

const leaf = (index: number) => createHash('sha256').update(String(index)).digest()
const leaves = (size: number) => Array.from({ length: size }, (_, index) => leaf(index))
const hash = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

/** As RFC 6962 defines it, by halves. */
const definedRoot = (of: readonly Uint8Array[]): Buffer => {
  if (of.length === 0) return hash()
  if (of.length === 1) return hash(Buffer.of(0), of[0]!)
  let middle = 1
  while (middle * 2 < of.length) middle *= 2
  return hash(Buffer.of(1), definedRoot(of.slice(0, middle)), definedRoot(of.slice(middle)))
}

/** As RFC 9162, section 2.1.3.2, verifies it: the root that a leaf and its proof lead to; null for a proof of another length. */
const rootFromProof = (leaf: Uint8Array, index: number, size: number, proof: readonly Uint8Array[]): Buffer | null => {
  let root: Buffer = hash(Buffer.of(0), leaf)
  let [node, last] = [index, size - 1]
  for (const other of proof) {
    if (last === 0) return null
    if (node % 2 === 1 || node === last) {
      root = hash(Buffer.of(1), other, root)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)]
    } else root = hash(Buffer.of(1), root, other)
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 ? root : null
}

test('the root of a tree of any size is the one that RFC 6962 defines', () => {
  for (let size = 0; size <= 70; size++) expect(rootOf(leaves(size))).toEqual(definedRoot(leaves(size)))
})

test('the roots of RFC 6962’s own implementation for its test data', () => {
  // Certificate Transparency, "merkletree" tests: an empty tree, and one of the empty leaf.
  expect(rootOf([]).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(rootOf([Buffer.alloc(0)]).toString('hex')).toBe(
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  )
})

test('a tree has the root of its leaves after each of them', () => {
  const tree = growingTree()
  for (let size = 1; size <= 40; size++) {
    tree.add(leaf(size - 1))
    expect(tree.root()).toEqual(rootOf(leaves(size)))
  }
})

test('a proof leads from its leaf to the root, and from nothing else', () => {
  const drawn = fc
    .integer({ min: 1, max: 200 })
    .chain((size) =>
      fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }), other: fc.nat(size) }),
    )
  fc.assert(
    fc.property(drawn, ({ size, index, other }) => {
      const all = leaves(size)
      const proof = inclusionProof(all, index)
      expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)))
      expect(rootFromProof(leaf(index), index, size, proof)).toEqual(rootOf(all))
      if (other !== index && other < size)
        expect(rootFromProof(leaf(index), other, size, proof)).not.toEqual(rootOf(all))
      expect(rootFromProof(leaf(size), index, size, proof)).not.toEqual(rootOf(all))
      if (proof.length > 0) {
        expect(rootFromProof(leaf(index), index, size, proof.slice(1))).not.toEqual(rootOf(all))
        expect(rootFromProof(leaf(index), index, size, [...proof, proof[0]!])).toBeNull()
      }
    }),
  )
})
