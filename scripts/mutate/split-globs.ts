/** The globs of a list that is separated by commas. Commas within braces, also within those of others, belong to a glob. */
export const splitGlobs = (list: string): string[] => {
  const globs = ['']
  let depth = 0
  for (const sign of list) {
    if (sign === '{') depth += 1
    if (sign === '}') depth -= 1
    if (depth < 0) break
    if (sign === ',' && depth === 0) globs.push('')
    else globs[globs.length - 1] += sign
  }
  if (depth !== 0) throw new Error(`A brace in ${list} has no other`)
  return globs
}
