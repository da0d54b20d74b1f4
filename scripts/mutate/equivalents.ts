import type { Equivalent } from './equivalent/equivalent.ts'
import type { Mutant } from './mutant.ts'

export interface Matched {
  /** The ids of the mutants that are named as equivalent. */
  ids: Set<number>
  /** One sentence for each entry of these files that names no mutant. */
  orphans: string[]
}

/** Finds the mutants that the entries name, among all mutants of `files`; entries of other files are left alone. */
export const matchEquivalents = (
  entries: readonly Equivalent[],
  mutants: readonly Mutant[],
  files: readonly string[],
): Matched => {
  const ids = new Set<number>()
  const orphans: string[] = []
  for (const entry of entries) {
    if (!files.includes(entry.file)) continue
    const named = mutants.filter(
      ({ file, lineText, before, after }) =>
        file === entry.file && lineText === entry.line && before === entry.before && after === entry.after,
    )
    if (named.length === 0)
      orphans.push(`${entry.file} has no mutant ${entry.before} → ${entry.after} at: ${entry.line}`)
    for (const { id } of named) ids.add(id)
  }
  return { ids, orphans }
}
