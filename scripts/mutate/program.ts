import { posix } from 'node:path'
import ts from 'typescript'
import { changesOf } from './kinds.ts'
import type { Mutant } from './mutant.ts'
import { applied } from './mutant.ts'

/** The project as the compiler sees it. */
export interface Project {
  /** Every mutant of a file, in the order of its text. They are numbered from `firstId`. */
  mutantsOf(file: string, firstId: number): Mutant[]
  /** The ids of the mutants that the compiler refuses. All are of this one file. */
  refused(file: string, mutants: readonly Mutant[]): Set<number>
  sourceOf(file: string): string
}

/** Reads tsconfig.json at the top of the repository, and type-checks from there. */
export const openProject = (root: string): Project => {
  const absolute = (file: string) => posix.join(root, file)
  const { config } = ts.readConfigFile(absolute('tsconfig.json'), ts.sys.readFile) as { config: unknown }
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root)
  const copies = new Map<string, string>()
  const host = rememberingHost(options, copies)
  let program: ts.Program | undefined
  const compile = (files: string[]): ts.Program => {
    program = ts.createProgram(files, options, host, program)
    return program
  }
  return {
    sourceOf: (file) => ts.sys.readFile(absolute(file))!,

    mutantsOf: (file, firstId) => {
      const compiled = compile([absolute(file)])
      const source = compiled.getSourceFile(absolute(file))!
      // The compiler would refuse each mutant of it as well.
      if (compiled.getSemanticDiagnostics(source).length > 0) throw new Error(`${file} has type errors`)
      return mutantsIn(source, file, compiled.getTypeChecker(), firstId)
    },

    refused: (file, mutants) => {
      // Each mutant is a file of its own beside the original, so that one program checks all of them.
      const names = mutants.map(({ id }) => absolute(file).replace(/\.ts$/, `.mutant-${id}.ts`))
      const source = ts.sys.readFile(absolute(file))!
      mutants.forEach((mutant, index) => copies.set(names[index]!, applied(source, mutant)))
      const compiled = compile(names)
      const refused = mutants.filter((_, index) => {
        const copy = compiled.getSourceFile(names[index]!)!
        return compiled.getSyntacticDiagnostics(copy).length + compiled.getSemanticDiagnostics(copy).length > 0
      })
      copies.clear()
      return new Set(refused.map(({ id }) => id))
    },
  }
}

/** Parses each file once; the copies of mutants come from memory. */
const rememberingHost = (options: ts.CompilerOptions, copies: Map<string, string>): ts.CompilerHost => {
  const host = ts.createCompilerHost(options, true)
  const parsed = new Map<string, ts.SourceFile | undefined>()
  return {
    ...host,
    fileExists: (path) => copies.has(path) || host.fileExists(path),
    readFile: (path) => copies.get(path) ?? host.readFile(path),
    getSourceFile: (path, languageVersion) => {
      const copy = copies.get(path)
      if (copy !== undefined) return ts.createSourceFile(path, copy, languageVersion, true)
      if (!parsed.has(path)) parsed.set(path, host.getSourceFile(path, languageVersion))
      return parsed.get(path)
    },
  }
}

const mutantsIn = (source: ts.SourceFile, file: string, checker: ts.TypeChecker, firstId: number): Mutant[] => {
  const lines = source.text.split('\n')
  const found = new Map<string, Omit<Mutant, 'id'>>()
  const visit = (node: ts.Node): void => {
    for (const { start, end, after } of changesOf(node, source, checker)) {
      const line = source.getLineAndCharacterOfPosition(start).line
      const before = source.text.slice(start, end)
      const lineText = lines[line]!.trim()
      const mutant = { file, start, end, before, after, runsFrom: node.getStart(source), line: line + 1, lineText }
      // Two kinds may replace a text by the same one.
      if (before !== after) found.set(`${start} ${end} ${after}`, mutant)
    }
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(source, visit)
  return [...found.values()]
    .sort((one, other) => one.start - other.start || one.end - other.end)
    .map((mutant, index) => ({ id: firstId + index, ...mutant }))
}
