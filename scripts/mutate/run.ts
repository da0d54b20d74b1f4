import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { EQUIVALENT_MUTANTS } from './equivalent-mutants.ts'
import { matchEquivalents } from './equivalents.ts'
import { importGraph } from './import-graph.ts'
import type { Mutant } from './mutant.ts'
import { openProject } from './program.ts'
import { sampled } from './sampled.ts'
import { survivorLine } from './survivor-line.ts'
import { unitTestsOf } from './unit-tests.ts'
import type { Worker } from './workers.ts'
import { withWorkers } from './workers.ts'

/** The result of a mutant. `by`: the compiler, a test file, or a seed of the simulation. */
export type Fate =
  | { name: 'killed'; step: 'types' | 'tests' | 'simulation'; by: string; failure: string }
  | { name: 'survived'; reached: boolean }
  | { name: 'equivalent' }

export interface Judged {
  mutant: Mutant
  fate: Fate
}

export interface Settings {
  root: string
  /** Source files, from the top of the repository. */
  files: readonly string[]
  /** Globs of the test files that try to notice the mutants. */
  tests: readonly string[]
  seed: number
  /** So many mutants, chosen by the seed; null for all. */
  sample: number | null
  /** How many simulated histories a mutant has to survive. */
  histories: number
  workers: number
  tell(line: string): void
}

export interface Result {
  judged: Judged[]
  /** A sentence for each test that fails by itself, and each wrong entry of the equivalent mutants. */
  problems: string[]
}

/** A mutant may loop forever: if it takes so much longer than the original, it never ends. Milliseconds. */
const limitFor = (usualMs: number): number => 10_000 + 5 * usualMs
const LONGEST_WITHOUT = 600_000
/** A new process starts, and makes the mutant, within this time. Milliseconds. */
const LOADED_WITHIN = 60_000

export const defaultWorkers = (): number => Math.min(2, availableParallelism())

/** Makes mutants, and has types, unit tests and the simulation try to notice them. */
export const mutate = async (settings: Settings): Promise<Result> => {
  const { root, files, seed, tell } = settings
  const project = openProject(root)
  const all: Mutant[] = []
  for (const file of files) all.push(...project.mutantsOf(file, all.length + 1))
  const { ids: equivalent, orphans } = matchEquivalents(EQUIVALENT_MUTANTS, all, files)
  const chosen = settings.sample === null ? all : sampled(all, settings.sample, seed)
  tell(`${all.length} mutants of ${files.length} files; ${chosen.length} are tried`)

  const judged: Judged[] = []
  const settle = (mutant: Mutant, fate: Fate) => judged.push({ mutant, fate })
  const compiling: Mutant[] = []
  for (const file of files) {
    const mutants = chosen.filter((mutant) => mutant.file === file)
    const refused = project.refused(file, mutants)
    for (const mutant of mutants)
      if (refused.has(mutant.id)) settle(mutant, { name: 'killed', step: 'types', by: 'tsc', failure: 'a type error' })
      else compiling.push(mutant)
  }
  tell(`${judged.length} are refused by the compiler, ${compiling.length} go on to the tests`)

  const graph = importGraph(root)
  const tests = unitTestsOf(root, graph, new Set(compiling.map(({ file }) => file)), settings.tests)
  const seeds = Array.from({ length: settings.histories }, (_, index) => seed + index)
  const reaching = new Map<number, string[]>()
  const simulated = new Set<number>()
  const took = new Map<string, number>()
  let simulationTook = 0
  const problems: string[] = []
  await inTurn(settings, [seeds, ...tests], async (by, worker) => {
    const begun = performance.now()
    const answer = await worker.perform({ do: 'reach', by, mutants: compiling }, LONGEST_WITHOUT)
    const failure = answer.kind === 'survived' ? null : answer.failure
    if (answer.kind !== 'reached' || failure !== null) {
      problems.push(`${String(by)} fails before anything is changed, and is left out: ${failure}`)
      return
    }
    if (typeof by === 'string') took.set(by, performance.now() - begun)
    else simulationTook = performance.now() - begun
    for (const id of answer.ids)
      if (typeof by === 'string') reaching.set(id, [...(reaching.get(id) ?? []), by])
      else simulated.add(id)
  })
  tell(`${tests.length} test files reach ${reaching.size} of them, the simulation ${simulated.size}`)

  const kills = new Map<string, number>()
  let done = 0
  await inTurn(settings, compiling, async (mutant, worker) => {
    const worth = (test: string) => (kills.get(`${mutant.file} ${test}`) ?? firstWorth(mutant, test)) / took.get(test)!
    const ordered = (reaching.get(mutant.id) ?? []).sort((one, other) => worth(other) - worth(one))
    const tests = ordered.map((file) => ({ file, limitMs: limitFor(took.get(file)!) }))
    const answer = await worker.perform({ do: 'tests', mutant, tests }, LOADED_WITHIN)
    done += 1
    if (done % 100 === 0) tell(`${done} of ${compiling.length}`)
    if (answer.kind === 'killed') {
      const key = `${mutant.file} ${answer.by}`
      kills.set(key, (kills.get(key) ?? firstWorth(mutant, answer.by)) + 1)
      return void settle(mutant, { name: 'killed', step: 'tests', by: answer.by, failure: answer.failure })
    }
    if (equivalent.has(mutant.id)) return void settle(mutant, { name: 'equivalent' })
    const broken = simulated.has(mutant.id)
      ? await worker.perform({ do: 'simulate', mutant, seeds }, limitFor(simulationTook))
      : null
    if (broken?.kind === 'killed')
      return void settle(mutant, { name: 'killed', step: 'simulation', by: broken.by, failure: broken.failure })
    settle(mutant, { name: 'survived', reached: reaching.has(mutant.id) })
    // At once, so that a run that is stopped has told what it found.
    tell(`survived: ${survivorLine(mutant, reaching.has(mutant.id))}`)
  })
  const notEquivalent = judged
    .filter(({ mutant, fate }) => equivalent.has(mutant.id) && fate.name === 'killed')
    .map(
      ({ mutant }) => `${mutant.file}:${mutant.line} ${mutant.before} → ${mutant.after} is killed, so not equivalent`,
    )
  judged.sort((one, other) => one.mutant.id - other.mutant.id)
  return { judged, problems: [...problems, ...orphans, ...notEquivalent] }
}

/** How many mutants a test file counts as having killed before it has: the file's own test comes first. */
const firstWorth = ({ file }: Mutant, test: string): number =>
  test === file.replace('functions/', 'tests/').replace('.ts', '.test.ts') ? 20 : 1

/** Each worker takes the next one when it has finished its last. */
const inTurn = async <T>(
  { workers, seed }: Settings,
  all: readonly T[],
  perform: (one: T, worker: Worker) => Promise<void>,
): Promise<void> => {
  const waiting = all.values()
  await withWorkers(Math.max(1, Math.min(workers, all.length)), seed, async (worker) => {
    for (const one of waiting) await perform(one, worker)
  })
}
