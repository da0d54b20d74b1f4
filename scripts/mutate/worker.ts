import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Mutant } from './mutant.ts'
import { applied } from './mutant.ts'
import { importGraph } from './import-graph.ts'
import { watchReach } from './reached.ts'
import { provideGlobals, runTestFile } from './run-test-file.ts'
import { openVersions } from './versions.ts'

/** The tasks of the process, one at a time. */
export type Task =
  /** Runs a test file, or histories, with the original code, and says which of the mutants' places they reach. */
  | { do: 'reach'; by: string | readonly number[]; mutants: readonly Mutant[] }
  /** Runs test files with the mutant in place, until one fails. */
  | { do: 'tests'; mutant: Mutant; tests: readonly TimedTest[] }
  /** Runs simulated histories with the mutant in place, until one breaks an invariant. */
  | { do: 'simulate'; mutant: Mutant; seeds: readonly number[] }

/** A test file, and the most that it takes unless the mutant keeps it from ending. */
export interface TimedTest {
  file: string
  limitMs: number
}

export type Answer =
  | { kind: 'reached'; failure: string | null; ids: number[] }
  | { kind: 'killed'; by: string; failure: string }
  | { kind: 'survived' }

/** The messages of a process: that the next step begins, and at last the answer and its memory in bytes. */
export type Reply = { limitMs: number } | { answer: Answer; rss: number }

const SIMULATION = ['tests/simulation/history.ts', 'tests/simulation/invariants.ts'] as const
const root = process.cwd()
const load = (file: string): Promise<unknown> => import(pathToFileURL(`${root}/${file}`).href)
const graph = importGraph(root)
const versions = openVersions(root)
provideGlobals(Number(process.argv[2]))

// Code that a mutant leaves running may fail during the next one.
process.on('unhandledRejection', () => {})
process.on('uncaughtException', () => {})

const reply = (one: Reply): void => void process.send!(one)

const place = (mutant: Mutant, entries: readonly string[]): void => {
  const { file } = mutant
  const within = new Set(entries.flatMap((entry) => [...graph.reachedFrom(entry)]))
  const anew = new Set([...within].filter((one) => graph.reachedFrom(one).has(file)))
  versions.begin({ anew, changed: { file, text: applied(readFileSync(`${root}/${file}`, 'utf8'), mutant) } })
}

const reach = async (by: string | readonly number[], mutants: readonly Mutant[]): Promise<Answer> => {
  const watched = await watchReach()
  const version = versions.begin({ anew: 'all', changed: null })
  const failure = typeof by === 'string' ? await runTestFile(() => load(by)) : await brokenBy(by)
  const files = await watched.take((url) => versions.fileAt(url, version))
  await watched.close()
  const ids = mutants.filter(({ file, runsFrom }) => files.get(file)?.(runsFrom)).map(({ id }) => id)
  return { kind: 'reached', failure, ids }
}

const runTests = async (mutant: Mutant, tests: readonly TimedTest[]): Promise<Answer> => {
  place(
    mutant,
    tests.map(({ file }) => file),
  )
  for (const { file, limitMs } of tests) {
    reply({ limitMs })
    const failure = await runTestFile(() => load(file))
    if (failure !== null) return { kind: 'killed', by: file, failure }
  }
  return { kind: 'survived' }
}

interface Simulation {
  letHappen(seed: number): Promise<unknown>
  violations(history: unknown): Promise<string[]>
}

/** The first of the histories that breaks an invariant, and which; null if none does. */
const brokenBy = async (seeds: readonly number[]): Promise<string | null> => {
  for (const seed of seeds) {
    try {
      const [{ letHappen }, { violations }] = (await Promise.all(SIMULATION.map(load))) as [Simulation, Simulation]
      const [found] = await violations(await letHappen(seed))
      if (found !== undefined) return `seed ${seed}: ${found}`
    } catch (error) {
      return `seed ${seed}: ${String(error)}`
    }
  }
  return null
}

const simulate = async (mutant: Mutant, seeds: readonly number[]): Promise<Answer> => {
  place(mutant, SIMULATION)
  const failure = await brokenBy(seeds)
  return failure === null ? { kind: 'survived' } : { kind: 'killed', by: 'simulation', failure }
}

const perform = (task: Task): Promise<Answer> => {
  switch (task.do) {
    case 'reach':
      return reach(task.by, task.mutants)
    case 'tests':
      return runTests(task.mutant, task.tests)
    case 'simulate':
      return simulate(task.mutant, task.seeds)
  }
}

process.on('disconnect', () => process.exit())
process.on('message', (task: Task) => {
  void perform(task).then((answer) => reply({ answer, rss: process.memoryUsage.rss() }))
})
