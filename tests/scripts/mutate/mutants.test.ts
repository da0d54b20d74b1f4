import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mutant } from '../../../scripts/mutate/mutant.ts'
import { applied } from '../../../scripts/mutate/mutant.ts'
import type { Project } from '../../../scripts/mutate/program.ts'
import { openProject } from '../../../scripts/mutate/program.ts'
import { EQUIVALENT_MUTANTS } from '../../../scripts/mutate/equivalent-mutants.ts'
import { matchEquivalents } from '../../../scripts/mutate/equivalents.ts'
import { sampled } from '../../../scripts/mutate/sampled.ts'

let folder = ''
let project: Project
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mutate-'))
  const compilerOptions = { target: 'es2024', module: 'nodenext', strict: true, types: [], noEmit: true }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  project = openProject(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
const written = (source: string): string => {
  const file = `source-${++count}.ts`
  writeFileSync(join(folder, file), source)
  return file
}
const mutantsOf = (source: string): Mutant[] => project.mutantsOf(written(source), 1)

/** The source with each mutant. */
const made = (source: string): string[] => mutantsOf(source).map((mutant) => applied(source, mutant))

describe('mutants change one token', () => {
  test.each([
    ['export const f = (a: number, b: number) => a < b', ['a <= b', 'a >= b']],
    ['export const f = (a: boolean, b: boolean) => a && !b', ['a || !b', 'a && b']],
    ['export const f = (a: string | null) => a ?? "x"', ['a || "x"', `a ?? ''`]],
    [
      'export const f = (a: boolean) => (a ? 1 : 20)',
      ['(a ? (20) : (1))', '(a ? 2 : 20)', '(a ? 0 : 20)', '(a ? 1 : 40)'],
    ],
    ['export const f = async (a: Promise<string>) => { await a }', ['{ ; }', '{ a }']],
    ['export const f = (a: string[]) => a.filter(Boolean)', ['=> a']],
    ['export const f = (a: number[]) => Math.max(...a)', ['Math.min(...a)']],
    ['export const f = (a: string[]) => a.at(-1)', ['a.at(0)', 'a.at(1)', 'a.at(-2)', 'a.at(-0)']],
    ['export const f = (a: string) => [a, a]', ['=> [a]', '=> [a]']],
    ['export const f = (a: string) => `to ${a}`', ['`${a}`']],
    ['export const f = (a: string) => /^a$/u.test(a)', ['/a$/u', '/^a/u', '/^a$/.']],
  ])('%s', (source, parts) => {
    const all = made(source)
    expect(all).toHaveLength(parts.length)
    for (const part of parts) expect(all.filter((one) => one.includes(part))).not.toEqual([])
  })

  test('a text that tells two cases apart becomes another one that the types allow', () => {
    const source = `type Kind = 'one' | 'two' | 'three'\nexport const f = (a: Kind) => a === 'two'`
    expect(made(source).map((text) => text.split('=> ')[1])).toEqual([`a !== 'two'`, `a === 'three'`])
  })

  test('the text of a log line is left alone; the call that writes a warning is not', () => {
    const log = 'declare const log: { info(text: string): void; warn(text: string): void }\n'
    expect(mutantsOf(`${log}export const f = () => { log.info('Swept') }`)).toEqual([])
    expect(mutantsOf(`${log}export const f = (n: number) => { if (n > 0) log.info('Swept') }`)).toEqual([])
    expect(mutantsOf(`${log}export const f = () => { log.warn('Late') }`)).toHaveLength(1)
  })

  test('the reason for another try is only logged; the time of that try still counts', () => {
    const again = 'declare const again: (seconds: number, because: string) => void\n'
    const all = made(`${again}export const f = (who: string) => again(60, \`\${who} asks to wait\`)`)
    expect(all.map((text) => text.split('=> ').at(-1))).toEqual(['again(120, `${who} asks to wait`)'])
  })

  test('an object or null is not mutated to other empty values', () => {
    expect(mutantsOf('export const f = (a: object | null, b: object) => a ?? b')).toEqual([])
    const both = `type Both = { a: 1 } & ({ b: 2 } | { c: 3 })`
    expect(mutantsOf(`${both}\nexport const f = (a: Both | null, b: Both) => a ?? b`)).toEqual([])
  })

  test('a text that is one of a few is not taken for an empty one, unless it may be', () => {
    const made = (kind: string) =>
      mutantsOf(`export const f = (a: ${kind} | null, b: ${kind}) => a ?? b`).map(({ after }) => after)
    expect(made(`'one' | 'two'`)).toEqual([])
    expect(made(`'one' | ''`)).toEqual(['||'])
    expect(made('1 | 2')).toEqual([])
    expect(made('0 | 1')).toEqual(['||'])
  })

  test('types, imports and names of properties are left alone', () => {
    expect(mutantsOf(`export type Kind = 'one' | 1 | true\nexport interface A { 'b-c': Kind }`)).toEqual([])
  })
})

test('a mutant runs whenever its expression runs, though the changed part is skipped at times', () => {
  const source = 'export const f = (a: boolean, b: boolean) => (a || b ? 1 : 20)'
  const from = (before: string) => mutantsOf(source).find((mutant) => mutant.before === before)!.runsFrom
  expect(from('||')).toBe(source.indexOf('a || b'))
  expect(from('1 : 20')).toBe(source.indexOf('a || b'))
  expect(from('20')).toBe(source.indexOf('20'))
})

test('a file with type errors is refused: the compiler would seem to notice each mutant of it', () => {
  expect(() => mutantsOf('export const f = (a: number): string => a')).toThrow('has type errors')
})

test('the compiler refuses what its types forbid, mutant by mutant', () => {
  const file = written(`export const f = (a: string | null): number => (a === null ? 0 : a.length)`)
  const mutants = project.mutantsOf(file, 1)
  const refused = project.refused(file, mutants)
  const kept = mutants.filter(({ id }) => !refused.has(id)).map(({ before, after }) => `${before} → ${after}`)
  expect(kept).toEqual(['0 → 1'])
})

test('a seed chooses the same sample each time, and another seed another', () => {
  const all = Array.from({ length: 100 }, (_, id) => ({ id }))
  expect(sampled(all, 10, 1)).toEqual(sampled(all, 10, 1))
  expect(sampled(all, 10, 1)).not.toEqual(sampled(all, 10, 2))
  expect(sampled(all, 1000, 1)).toEqual(all)
})

describe('a mutant that is named as equivalent', () => {
  const mutant: Mutant = {
    ...{ id: 7, file: 'a.ts', start: 0, end: 1, before: '<', after: '<=', runsFrom: 0 },
    ...{ line: 3, lineText: 'if (a < b) return' },
  }
  const entry = { file: 'a.ts', line: 'if (a < b) return', before: '<', after: '<=', because: 'they are never equal' }

  test('is found by its line, wherever that has moved to', () => {
    expect(matchEquivalents([entry], [mutant], ['a.ts'])).toEqual({ ids: new Set([7]), orphans: [] })
  })

  test('is reported when the line has changed, so that its reason is looked at again', () => {
    const { ids, orphans } = matchEquivalents([{ ...entry, line: 'if (a < c) return' }], [mutant], ['a.ts'])
    expect(ids.size).toBe(0)
    expect(orphans).toEqual(['a.ts has no mutant < → <= at: if (a < c) return'])
  })

  test('is ignored in a run over other files', () => {
    expect(matchEquivalents([entry], [], ['b.ts'])).toEqual({ ids: new Set(), orphans: [] })
  })
})

test('each mutant that is named as equivalent is one that is made', () => {
  const repository = openProject(process.cwd())
  const files = [...new Set(EQUIVALENT_MUTANTS.map(({ file }) => file))]
  const mutants = files.flatMap((file) => repository.mutantsOf(file, 1))
  expect(matchEquivalents(EQUIVALENT_MUTANTS, mutants, files).orphans).toEqual([])
}, 180_000)
