import { createHash } from 'node:crypto'

/** So many of them, chosen by the seed alone, in their order. */
export const sampled = <T extends { id: number }>(all: readonly T[], count: number, seed: number): T[] => {
  const rank = ({ id }: T) => createHash('sha256').update(`${seed} ${id}`).digest('hex')
  return all
    .toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1))
    .slice(0, count)
    .sort((one, other) => one.id - other.id)
}
