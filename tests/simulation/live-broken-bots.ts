import type { ExecutionSummary, Pipelines, RunsRead } from '../../functions/ports/pipelines.ts'
import type { LiveInvariantNumber } from './invariants.ts'

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

/** A bot that misreads something in CodePipeline's answers, and the invariant that it breaks. */
interface LiveBrokenBot {
  breaks: LiveInvariantNumber
  pipelines: (answers: Pipelines) => Pipelines
}

/** By what they take wrongly. */
export const LIVE_BROKEN_BOTS: Record<string, LiveBrokenBot> = {
  'the first revision taken for all of them': {
    breaks: 'I11',
    pipelines: withExecutions((told) => ({ ...told, revisions: told.revisions?.slice(0, 1) ?? null })),
  },
  'the first page of runs taken for the whole': {
    breaks: 'I11',
    pipelines: (answers) => ({ ...answers, runs: (pipeline) => answers.runs(pipeline, () => true) }),
  },
  'the current version of the pipeline taken for its whole past': {
    breaks: 'I11',
    pipelines: withRuns(({ runs }) => ({
      runs: runs.filter(({ version }) => version === runs[0]?.version),
      isWhole: true,
    })),
  },
  'approval actions taken for tests': {
    breaks: 'I11',
    pipelines: withRuns(({ runs, isWhole }) => ({
      runs: runs.map((run) => (run.category === 'Approval' ? { ...run, category: 'Test' } : run)),
      isWhole,
    })),
  },
  'an approved deployment taken for a successful one': {
    breaks: 'I12',
    pipelines: withRuns(({ runs, isWhole }) => ({
      runs: runs.map((run) => (run.category === 'Deploy' ? { ...run, status: 'Succeeded' as const } : run)),
      isWhole,
    })),
  },
  'approval actions taken for deployments': {
    breaks: 'I12',
    pipelines: withRuns(({ runs, isWhole }) => ({
      runs: runs.map((run) => (run.category === 'Approval' ? { ...run, category: 'Deploy' } : run)),
      isWhole,
    })),
  },
}
