/** A pattern for names of pipelines, as people type it: `*` stands for any characters, `?` for one. */
const PATTERN_FORM = /^[\w.@*?-]{1,100}$/

export const isNamePattern = (text: string): boolean => PATTERN_FORM.test(text)

/** Whether one of the patterns matches the name. */
export const matchesPattern = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => overlaps(pattern, name))

/**
 * Whether a name exists that both patterns match. It goes through both at once, so the time grows with the product of
 * their lengths.
 */
export const overlaps = (one: string, other: string): boolean => {
  /** Whether the rest of `one` from each position may match what is left of `other`; begun at the end of both. */
  let behind: boolean[] = []
  for (let j = other.length; j >= 0; j--) {
    const here: boolean[] = []
    for (let i = one.length; i >= 0; i--) {
      const [a, b] = [one[i], other[j]]
      if (a === undefined && b === undefined) here[i] = true
      else if (a === '*') here[i] = here[i + 1]! || (b !== undefined && behind[i]!)
      else if (b === '*') here[i] = behind[i]! || (a !== undefined && here[i + 1]!)
      else here[i] = a !== undefined && b !== undefined && (a === b || a === '?' || b === '?') && behind[i + 1]!
    }
    behind = here
  }
  return behind[0]!
}
