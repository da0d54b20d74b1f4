import { buildIdIn, buildsBatch } from '../../../domain/build-batch.ts'
import type { StageAction } from '../../../domain/pipeline.ts'
import type { TestEvidence } from '../../../domain/test-evidence.ts'
import { testEvidence } from '../../../domain/test-evidence.ts'
import type { Build, TestReportsRead } from '../../../ports/builds.ts'
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
  // An action may act in another Region than its pipeline.
  const byRegion = Map.groupBy(newestBuilds(executionId, runs), ({ region = where.region }) => region)
  const readIn = ([region, own]: [string, BuildRun[]]) =>
    builds.testReports({ accountId: where.accountId, region }, own.map(buildOf))
  try {
    const answers = await within(clock, READING_MS, Promise.all([...byRegion].map(readIn)))
    const read = answers && inAllRegions(answers)
    switch (read?.kind) {
      case 'read':
        return testEvidence(read.reports)
      case 'denied':
        log.warn('The role may not read test reports', { ...where, executionId, lacks: read.lacks })
        return { kind: 'unread', because: 'denied', lacks: read.lacks }
      case 'no-build':
        return { kind: 'unread', because: 'no-build' }
      case 'not-joined':
        return { kind: 'unread', because: 'not-joined', region: read.region }
      case undefined:
        return { kind: 'unread', because: 'no-answer' }
    }
  } catch (error) {
    log.warn('The test reports could not be read', { ...where, executionId, error })
    return { kind: 'unread', because: 'no-answer' }
  }
}

/** Without the results of one Region, those of the others would seem to be all. */
const inAllRegions = (answers: readonly TestReportsRead[]): TestReportsRead =>
  answers.find(({ kind }) => kind !== 'read') ?? {
    kind: 'read',
    reports: answers.flatMap((one) => (one.kind === 'read' ? one.reports : [])),
  }

interface BuildRun extends ActionRun {
  externalId: string
}

/** The newest run of each CodeBuild action, if it started a build: a retry runs it again. */
const newestBuilds = (executionId: string, runs: readonly ActionRun[]): BuildRun[] => {
  const ofExecution = runs.filter((run) => run.executionId === executionId && run.provider === 'CodeBuild')
  const byAction = Map.groupBy(ofExecution, ({ stage, action }) => [stage, action].join())
  return [...byAction.values()]
    .map((all) => all.reduce((newest, one) => (one.startedAt > newest.startedAt ? one : newest)))
    .filter((run): run is BuildRun => run.externalId !== null)
}

const buildOf = ({ externalId, externalUrl, configuration }: BuildRun): Build => ({
  id: buildIdIn(externalId),
  url: externalUrl,
  isBatch: buildsBatch(configuration),
})
