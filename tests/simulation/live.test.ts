import type { ExecutionSummary, Pipelines, RunsRead } from '../../functions/ports/pipelines.ts'
import type { LiveHistory } from './live-history.ts'
import { letLive } from './live-history.ts'

/** `SEED=123 npm test -- tests/simulation/live.test.ts` repeats one history. */
const CHOSEN = process.env['SEED']
const SEEDS = CHOSEN ? [Number(CHOSEN)] : Array.from({ length: 25 }, (_, index) => index + 1)

const differencesOf = async (pipelines: (answers: Pipelines) => Pipelines): Promise<string[]> => {
  for (const seed of SEEDS) {
    const { differences } = await letLive(seed, { pipelines })
    if (differences.length > 0) return differences
  }
  return []
}

describe('drawn pipelines', () => {
  const histories: LiveHistory[] = []
  beforeAll(async () => {
    for (const seed of SEEDS) histories.push(await letLive(seed))
  }, 120_000)

  test('the bot says of a change what the ledger says', () => {
    const different = histories.find(({ differences }) => differences.length > 0)
    if (!different) return
    const { seed, differences, trace } = different
    throw new Error([`seed ${seed}`, ...differences, ...trace].join('\n'))
  })

  if (CHOSEN) return

  test('have every difficulty that the bot must handle', () => {
    const traces = histories.flatMap(({ trace }) => trace)
    const text = traces.join('\n')
    for (const part of [
      'V1 SUPERSEDED',
      'V2 SUPERSEDED',
      'V2 QUEUED',
      'V2 PARALLEL',
      '"basis":"first"',
      '"basis":"release"',
      '"basis":"edited"',
      '"isOvertaken":true',
      'edit: ',
      'delete and create',
    ])
      expect(text).toContain(part)
    for (const deed of [/^roll \S+ back to \S+$/, /^retry \S+ of \S+ \(\w+\)$/, /^stop \S+$/, /^start with \S+ \S+$/])
      expect(traces.some((line) => deed.test(line))).toBe(true)
  })
})

const withRuns =
  (read: (told: RunsRead) => RunsRead) =>
  (answers: Pipelines): Pipelines => ({
    ...answers,
    runs: async (...asked) => {
      const told = await answers.runs(...asked)
      return told && read(told)
    },
  })

const withExecutions =
  (read: (told: ExecutionSummary) => ExecutionSummary) =>
  (answers: Pipelines): Pipelines => ({
    ...answers,
    executions: async (...asked) => (await answers.executions(...asked))?.map(read) ?? null,
  })

/** Bots that misread something in CodePipeline’s answers. */
const BROKEN: Record<string, (answers: Pipelines) => Pipelines> = {
  'the first revision for all': withExecutions((told) => ({ ...told, revisions: told.revisions?.slice(0, 1) ?? null })),
  'the first page for the whole': (answers) => ({ ...answers, runs: (pipeline) => answers.runs(pipeline, () => true) }),
  'the current version for the whole past': withRuns(({ runs }) => ({
    runs: runs.filter(({ version }) => version === runs[0]?.version),
    isWhole: true,
  })),
  'an approval that was given for a deployment': withRuns(({ runs, isWhole }) => ({
    runs: runs.map((run) => (run.category === 'Deploy' ? { ...run, status: 'Succeeded' as const } : run)),
    isWhole,
  })),
  'no approvals for stages that only ask': withRuns(({ runs, isWhole }) => ({
    runs: runs.map((run) => (run.category === 'Approval' ? { ...run, category: 'Test' } : run)),
    isWhole,
  })),
}

if (!CHOSEN)
  test.each(Object.entries(BROKEN))('a bot that takes %s is caught', async (_, pipelines) => {
    expect(await differencesOf(pipelines)).not.toEqual([])
  })
