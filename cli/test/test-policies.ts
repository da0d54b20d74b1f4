import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import { same } from '../../functions/domain/canonical.ts'
import { besideFile } from '../beside-file.ts'
import { counted } from '../counted.ts'
import { Failure } from '../failure.ts'
import { configurationPath } from '../project-files.ts'
import { readText } from '../read-text.ts'
import type { Terminal } from '../terminal.ts'
import type { PolicyCase } from './read-cases.ts'
import { readCases } from './read-cases.ts'
import type { CaseResult } from './judge-acts.ts'
import { runCase } from './run-case.ts'

export interface TestOptions {
  config?: string
  junit?: string
  against?: string
}

interface Outcome {
  file: string
  name: string
  /** What differs, a line each; empty if the case passed. */
  differences: string[]
  /** What another configuration would make of the case otherwise, a line each. */
  changes: string[]
}

/** Runs the cases of each file and prints what differs. @throws {Failure} if a case fails. */
export const testPolicies = async (
  files: readonly string[],
  options: TestOptions,
  terminal: Terminal,
): Promise<void> => {
  const outcomes: Outcome[] = []
  const own = configurationPath(terminal).replace(/\.yml$/, '.test.yml')
  if (files.length === 0 && !existsSync(own))
    return terminal.print(`There are no cases: ${own} does not exist (docs/policy.md, “Try it”).`)
  for (const file of files.length > 0 ? files : [own])
    outcomes.push(...(await outcomesOf(file, options, terminal.now())))
  for (const { file, name, differences, changes } of outcomes) {
    terminal.print(`${differences.length === 0 ? 'ok  ' : 'FAIL'} ${file}: ${name}`)
    for (const line of [...differences, ...changes]) terminal.print(`       ${line}`)
  }
  const failed = outcomes.filter(({ differences }) => differences.length > 0)
  terminal.print(`${counted(outcomes.length, 'case', 'cases')}, ${failed.length} failed`)
  const changed = outcomes.filter(({ changes }) => changes.length > 0).length
  if (options.against) terminal.print(`${counted(changed, 'case', 'cases')} changed against ${options.against}`)
  if (options.junit) await writeFile(options.junit, junitOf(outcomes))
  if (failed.length > 0) throw new Failure('')
}

const outcomesOf = async (file: string, { config, against }: TestOptions, now: number): Promise<Outcome[]> => {
  const cases = readCases(file, await readText(file))
  const path = config ?? join(dirname(file), cases.policy)
  const configuration = await configurationIn(path, now)
  const before = against === undefined ? null : await configurationIn(against, now)
  return Promise.all(
    cases.cases.map(async (one) => {
      const found = await runCase(configuration, cases, one)
      const changes = before ? changesOf(await runCase(before, cases, one), found) : []
      return { file, name: one.name, differences: differencesOf(one, found), changes }
    }),
  )
}

/** What another configuration makes of each case of a file otherwise. */
export const changesBetween = async (
  file: string,
  before: ConfigurationFile,
  after: ConfigurationFile,
): Promise<Pick<Outcome, 'name' | 'changes'>[]> => {
  const cases = readCases(file, await readText(file))
  return Promise.all(
    cases.cases.map(async (one) => ({
      name: one.name,
      changes: changesOf(await runCase(before, cases, one), await runCase(after, cases, one)),
    })),
  )
}

/** @throws {Failure} if the file cannot be read or is not valid. */
export const configurationIn = async (path: string, now: number): Promise<ConfigurationFile> => {
  const read = readConfiguration(await readText(path), besideFile(path, now))
  if (read.kind === 'invalid') throw new Failure(`${path} is not valid. “greenlight check” names each problem.`)
  return read.configuration
}

const PARTS = ['expect', 'refused', 'needed'] as const

const changesOf = (before: CaseResult, now: CaseResult): string[] =>
  PARTS.flatMap((key) =>
    same(before[key], now[key]) ? [] : [`${key}: was ${shown(before[key])}, is now ${shown(now[key])}`],
  )

const differencesOf = (expected: PolicyCase, found: CaseResult): string[] =>
  PARTS.flatMap((key) => {
    const wanted = expected[key]
    return wanted === undefined || same(wanted, found[key])
      ? []
      : [`${key}: expected ${shown(wanted)}, found ${shown(found[key])}`]
  })

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const junitOf = (outcomes: readonly Outcome[]): string => {
  const failed = outcomes.filter(({ differences }) => differences.length > 0).length
  const cases = outcomes.map(({ file, name, differences }) => {
    const open = `  <testcase classname="${xml(file)}" name="${xml(name)}"`
    return differences.length === 0
      ? `${open}/>`
      : `${open}><failure message="${xml(differences.join('; '))}"/></testcase>`
  })
  return `<testsuite name="greenlight" tests="${outcomes.length}" failures="${failed}">\n${cases.join('\n')}\n</testsuite>\n`
}

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\n', ' ')
