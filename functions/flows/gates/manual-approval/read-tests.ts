import type { StageAction } from '../../../domain/pipeline.ts'
import type { TestEvidence } from '../../../domain/test-evidence.ts'
import { testEvidence } from '../../../domain/test-evidence.ts'
import type { Build } from '../../../ports/builds.ts'
import type { ActionRun } from '../../../ports/pipelines.ts'
import type { Services } from '../../../ports/services.ts'
import { within } from '../../within.ts'

/** People wait for the approval, not for its evidence. */
const READING_MS = 4_000

/** The test results of the execution’s builds, read once. What cannot be read never keeps an approval from its people. */
export const readTests = async (
  { builds, clock, log }: Services,
  where: StageAction,
  executionId: string,
  runs: readonly ActionRun[],
): Promise<TestEvidence> => {
  const asked = buildsOf(executionId, runs)
  if (asked.length === 0) return { kind: 'none' }
  try {
    const read = await within(clock, READING_MS, builds.testReports(where, asked))
    switch (read?.kind) {
      case 'read':
        return testEvidence(read.reports)
      case 'denied':
        log.warn('The role may not read test reports', { ...where, executionId, lacks: read.lacks })
        return { kind: 'unread', because: 'denied', lacks: read.lacks }
      case 'no-build':
        return { kind: 'unread', because: 'no-build' }
      case undefined:
        return { kind: 'unread', because: 'no-answer' }
    }
  } catch (error) {
    log.warn('The test reports could not be read', { ...where, executionId, error })
    return { kind: 'unread', because: 'no-answer' }
  }
}

/** The newest build of each CodeBuild action: a retry runs it again. */
const buildsOf = (executionId: string, runs: readonly ActionRun[]): Build[] => {
  const ofExecution = runs.filter((run) => run.executionId === executionId && run.provider === 'CodeBuild')
  const byAction = Map.groupBy(ofExecution, ({ stage, action }) => [stage, action].join())
  return [...byAction.values()].flatMap((all) => {
    const { externalId, externalUrl } = all.reduce((newest, one) => (one.startedAt > newest.startedAt ? one : newest))
    return externalId === null ? [] : [{ id: externalId, url: externalUrl }]
  })
}
