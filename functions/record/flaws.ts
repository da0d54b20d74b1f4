import { GENESIS, hashOf, type Entry, type Journal } from '../domain/journal.ts'

/**
 * What is wrong with an approval's entries, in clauses; empty if every entry is there and as it was written. Missing
 * early entries are excused only if the hashed `earlierUntil` of the first remaining entry has passed at `now`.
 */
export const flaws = (
  entries: readonly Entry[],
  journal: Pick<Journal, 'count' | 'head'> | null,
  now: number,
): string[] => {
  const found: string[] = []
  const inOrder = entries.toSorted((a, b) => a.number - b.number)
  const [first] = inOrder
  const mayBegin = first && first.number > 1 && first.earlierUntil <= now
  let { number: expected, previous } = mayBegin ? first : { number: 1, previous: GENESIS }
  for (const entry of inOrder) {
    if (entry.number !== expected)
      found.push(
        entry.number > expected
          ? `entries ${expected} to ${entry.number - 1} are missing`
          : `entry ${entry.number} exists twice`,
      )
    else if (entry.previous !== previous) found.push(`entry ${entry.number} does not follow the one before it`)
    if (hashOf(entry) !== entry.hash) found.push(`entry ${entry.number} was altered`)
    previous = entry.hash
    expected = entry.number + 1
  }
  if (journal && journal.count >= expected) found.push(`entries ${expected} to ${journal.count} are missing`)
  else if (journal && (journal.head !== previous || journal.count !== expected - 1))
    found.push('the last entry is not the one that the approval ends with')
  return found
}
