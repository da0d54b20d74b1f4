import type { Snapshot } from '../contract.ts'
import { approvedUnderWay, waitingApprovals } from './approval-actions.ts'
import type { WalkMemory } from './walk-progress.ts'
import type { Step } from './walk-steps.ts'

const ON_ITS_WAY = 'The next approval is on its way.'

/** What to do for a step now: its hint, after what stands in its way. */
export const hintFor = (step: Step, memory: WalkMemory, snapshot: Snapshot): string =>
  [inTheWay(step, memory, snapshot), step.hint].filter((sentence) => sentence !== null).join(' ')

const inTheWay = (step: Step, { pushed }: WalkMemory, snapshot: Snapshot): string | null => {
  const waiting = waitingApprovals(snapshot)
  const underWay = snapshot.pipelines.some(({ executions }) => executions.some(({ endedAt }) => endedAt === null))
  if ('forOne' in step && waiting.length === 0) return underWay ? ON_ITS_WAY : 'Push again.'
  if (step.id === 'arrive' && waiting.length > 0)
    return 'A deployment is in front of yours: approve it as Dana, then as Chen.'
  if (step.id === 'deploy' && approvedUnderWay(snapshot).length === 0)
    return waiting.length > 0 ? 'Approve the one that waits.' : underWay ? ON_ITS_WAY : 'Push again, and approve it.'
  if (step.id === 'rollback' && waiting.length > 0)
    return pushed?.kind === 'broken' ? 'It waits: approve it.' : 'Approve or reject the one that waits.'
  return null
}
