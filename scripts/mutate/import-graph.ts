import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** Which of the project's files import which. Paths are from the top of the repository, with `/`. */
export interface ImportGraph {
  /** The file and all that it imports, however indirectly. */
  reachedFrom(file: string): ReadonlySet<string>
  /** The packages that the file or anything it reaches imports, Node's own included. */
  packagesOf(file: string): ReadonlySet<string>
}

interface Imports {
  files: string[]
  packages: string[]
}

export const importGraph = (root: string): ImportGraph => {
  const known = new Map<string, Imports>()
  const importsOf = (file: string): Imports => {
    const found = known.get(file) ?? readImports(root, file)
    known.set(file, found)
    return found
  }
  const reachable = new Map<string, Set<string>>()
  const reachedFrom = (file: string): Set<string> => {
    const found = reachable.get(file)
    if (found) return found
    const reached = new Set([file])
    // A set's iteration includes values that are added meanwhile.
    for (const one of reached) for (const imported of importsOf(one).files) reached.add(imported)
    reachable.set(file, reached)
    return reached
  }
  return {
    reachedFrom,
    packagesOf: (file) => new Set([...reachedFrom(file)].flatMap((one) => importsOf(one).packages)),
  }
}

/** Imports of types are left out: no code runs because of them. */
const readImports = (root: string, file: string): Imports => {
  if (!/\.tsx?$/.test(file)) return { files: [], packages: [] }
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/^(?:import|export) type .*$/gm, '')
  const names = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName)
  return {
    files: names.filter((name) => name.startsWith('.')).map((name) => posix.join(posix.dirname(file), name)),
    packages: names.filter((name) => !name.startsWith('.')),
  }
}
