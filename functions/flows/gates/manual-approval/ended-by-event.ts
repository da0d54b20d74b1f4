import type { Approval } from '../../../domain/approval.ts'
import type { Ending } from '../../../domain/ending.ts'
import { isNearExpiry, outcomeOf, signerOf } from '../../../domain/ending.ts'
import type { Services } from '../../../ports/services.ts'
import { decidedBy } from '../../approval/decided-by.ts'
import { findRun } from './find-ending.ts'
import type { Ended } from '../../../ports/gate.ts'

/** The end of an approval action, from an event. */
export type EventEnding = Omit<Ending, 'by' | 'stopReason'>

/**
 * Reads the event that ended an approval action. The event does not say who approved or rejected; CodePipeline's list
 * of runs does. Null if only CodePipeline can say how the approval ended: after a stop, and near its expiry.
 */
export const endedByEvent = async (
  services: Pick<Services, 'pipelines' | 'configuration' | 'directory' | 'log'>,
  approval: Approval,
  told: EventEnding,
): Promise<Ended | null> => {
  const { pipelines, log } = services
  const found = await findRun(pipelines, approval).catch((error: unknown) => {
    log.warn('CodePipeline did not say who ended the approval', { approval: approval.id, error })
    return null
  })
  const run = found === 'no-execution' ? null : found
  const isSeen = run !== null && run.status !== 'InProgress'
  if (told.status === 'abandoned' || (!isSeen && isNearExpiry(approval, told.at))) return null
  const by = run?.updatedBy ?? null
  const summary = told.summary ?? run?.summary ?? null
  const userId = await decidedBy(services, signerOf({ by, summary }))
  return (current) => outcomeOf(current, { ...told, by, summary, userId, stopReason: null })
}
