import { importsOf, type SourceFile } from './source-file.ts'

/**
 * Every cycle in which files import one another, types included, as `a.ts → b.ts → a.ts`: of each file that imports
 * itself through others, the shortest way round.
 */
export const importCycles = (files: readonly SourceFile[]): string[] => {
  const imports = new Map(files.map((file) => [file.path, importsOf(file)]))
  const ways = [...imports.keys()].sort().map((path) => wayBack(path, imports))
  const seen = new Set<string>()
  return ways.flatMap((way) => {
    if (!way) return []
    const members = way.slice(1).sort().join()
    if (seen.has(members)) return []
    seen.add(members)
    return [way.join(' → ')]
  })
}

/** The shortest way from a file back to itself, both ends included; null when there is none. */
const wayBack = (start: string, imports: ReadonlyMap<string, readonly string[]>): string[] | null => {
  const from = new Map<string, string>()
  const queue = [start]
  for (let path = queue.shift(); path !== undefined; path = queue.shift())
    for (const next of imports.get(path) ?? []) {
      if (from.has(next)) continue
      from.set(next, path)
      if (next === start) return traced(start, from)
      queue.push(next)
    }
  return null
}

const traced = (start: string, from: ReadonlyMap<string, string>): string[] => {
  const way = [start]
  for (let path = from.get(start); path !== undefined && path !== start; path = from.get(path)) way.unshift(path)
  return [start, ...way]
}
