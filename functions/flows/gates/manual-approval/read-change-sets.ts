import type { BehindApproval, ChangeSetEvidence, ChangeSetRead } from '../../../domain/change-set.ts'
import { changeSetEvidence, finallyUnread } from '../../../domain/change-set.ts'
import type { StageAction } from '../../../domain/pipeline.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import type { ActionRun } from '../../../ports/pipelines.ts'
import type { Services } from '../../../ports/services.ts'
import { within } from '../../within.ts'
import type { WaitingChangeSet } from './waiting-change-sets.ts'
import { othersBehind, waitingChangeSets } from './waiting-change-sets.ts'

/** People wait for the approval, not for its evidence; and a function has other work. */
const READING_CHANGE_SETS_MS = 4_000

/** CloudFormation limits how often it is asked. */
const MOST_CHANGE_SETS = 10

/** What an approval's message shows of the change sets that wait behind it. */
export const changeSetsToShow = async (
  services: Pick<Services, 'changeSets' | 'clock'>,
  where: StageAction,
  executionId: string,
  runs: readonly ActionRun[],
): Promise<ChangeSetEvidence[]> => {
  const waiting = waitingChangeSets(where, executionId, runs)
  const read = await readInTime(services, waiting)
  return waiting.map(({ stack, url }, index) => changeSetEvidence(stack, url, read[index]!))
}

/** All that would go on behind an approval, read again: a rule may depend on it. */
export const behindApproval = async (
  services: Pick<Services, 'changeSets' | 'pipelines' | 'clock'>,
  where: StageAction,
  executionId: string,
): Promise<BehindApproval> => {
  const [runs, stages] = await Promise.all([
    services.pipelines.actionRuns({ ...pipelineOf(where), executionId }),
    services.pipelines.structure(where),
  ])
  const waiting = waitingChangeSets(where, executionId, runs ?? [])
  const read = await readInTime(services, waiting)
  return {
    changeSets: waiting.map(({ stack }, index) => ({ stack, ...read[index]! })),
    others: stages && othersBehind(where, stages, waiting),
  }
}

const NO_ANSWER: ChangeSetRead = { kind: 'unread', because: 'CloudFormation did not answer' }

const readInTime = async (
  services: Pick<Services, 'changeSets' | 'clock'>,
  waiting: readonly WaitingChangeSet[],
): Promise<readonly ChangeSetRead[]> =>
  (await within(services.clock, READING_CHANGE_SETS_MS, readAll(services, waiting))) ?? waiting.map(() => NO_ANSWER)

const readAll = (
  { changeSets }: Pick<Services, 'changeSets'>,
  waiting: readonly WaitingChangeSet[],
): Promise<ChangeSetRead[]> =>
  Promise.all(
    waiting.map(async ({ id, url: _, ...named }, index): Promise<ChangeSetRead> => {
      if (id === null) return finallyUnread('CodePipeline does not tell which one the execution has made')
      if (index >= MOST_CHANGE_SETS) return finallyUnread(`Greenlight reads ${MOST_CHANGE_SETS} change sets at most`)
      return changeSets.read(named, id)
    }),
  )
