import { overlaps } from '../domain/name-pattern.ts'
import type { GlobSources } from './glob.ts'
import { matchesGlob } from './glob.ts'

/** Whether the first globs match every name that the second match. True only if that is certain. `sources` has the first. */
export const includesAll = (sources: GlobSources, wide: readonly string[], narrow: readonly string[]): boolean =>
  narrow.every((glob) => wide.some((other) => includes(sources, other, glob)))

const includes = (sources: GlobSources, wide: string, narrow: string): boolean => {
  if (wide === narrow || EVERYTHING.test(wide)) return true
  if (!MAGIC.test(narrow)) return matchesGlob(sources, wide, narrow)
  const beginning = BEGINNING.exec(wide)?.[1]
  return beginning !== undefined && BEGINNING.exec(narrow)?.[1]?.startsWith(beginning) === true
}

// Names in CodePipeline contain no slash, at which * and ** differ.
const EVERYTHING = /^\*+$/
const MAGIC = /[*?[\]{}()!+@|\\]/
/** A plain beginning, followed by asterisks only. */
const BEGINNING = /^([^*?[\]{}()!+@|\\]+)\*+$/

/** Whether a name may exist that the glob and the pattern of a person match. False only if that is certain. */
export const mayOverlap = (sources: GlobSources, glob: string, pattern: string): boolean => {
  if (EVERYTHING.test(glob)) return true
  if (!WILDCARD.test(pattern)) return matchesGlob(sources, glob, pattern) || glob === pattern
  return HARDER.test(glob) || overlaps(glob, pattern)
}

const WILDCARD = /[*?]/
const HARDER = /[[\]{}()!+|\\]/
