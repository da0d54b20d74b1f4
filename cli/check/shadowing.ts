import picomatch from 'picomatch'
import type { RouteEntry } from '../../functions/config/schema.ts'

type Globs = string | readonly string[] | undefined

const KEYS = ['pipeline', 'stage', 'action', 'account', 'region'] as const

/** Whether every action that the second route matches is taken by the first. Says so only where that is certain. */
export const takesAllOf = (first: RouteEntry, second: RouteEntry): boolean =>
  KEYS.every((key) => includesAll(listOf(first.match[key]), listOf(second.match[key])))

const listOf = (globs: Globs): readonly string[] => (globs === undefined ? ['*'] : [globs].flat())

const includesAll = (wide: readonly string[], narrow: readonly string[]): boolean =>
  narrow.every((glob) => wide.some((other) => includes(other, glob)))

const includes = (wide: string, narrow: string): boolean => {
  if (wide === narrow || EVERYTHING.test(wide)) return true
  if (!MAGIC.test(narrow)) return picomatch(wide, { dot: true })(narrow)
  const beginning = BEGINNING.exec(wide)?.[1]
  return beginning !== undefined && BEGINNING.exec(narrow)?.[1]?.startsWith(beginning) === true
}

// No name in CodePipeline has a slash in it, which is what would tell * from **.
const EVERYTHING = /^\*+$/
const MAGIC = /[*?[\]{}()!+@|\\]/
/** A plain beginning and nothing but an asterisk after it. */
const BEGINNING = /^([^*?[\]{}()!+@|\\]+)\*+$/
