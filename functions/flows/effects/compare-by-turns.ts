import { COMPARED_EVERY, isToCompare, type Minutes } from '../../domain/comparison.ts'
import type { Effect } from '../../domain/effect.ts'
import { executionId } from '../../domain/pipeline.ts'
import type { DueRecord } from '../../ports/attention.ts'
import type { Services } from '../../ports/services.ts'
import { sendTogether } from './send-together.ts'

/** All are sent to the queue within this time, and fewer than 55 messages at one a second. Seconds. */
const SPREAD_OVER = 55

/**
 * Story: an event may be lost. So each minute a part of what is open is compared with CodePipeline, each record in its
 * turn. Returns false if the queue did not take all: they are then compared in the next minute.
 */
export const compareByTurns = async (
  { attention, queue, log }: Pick<Services, 'attention' | 'queue' | 'log'>,
  minutes: Minutes,
): Promise<boolean> => {
  try {
    const effects = (await attention.watched()).flatMap((record) => comparisonOf(record, minutes))
    await sendTogether({ queue }, effects, (message, all) => (message * SPREAD_OVER) / Math.max(all, SPREAD_OVER))
    return true
  } catch (error) {
    log.error('What is open is not compared with CodePipeline in this minute', { error })
    log.count('EffectFailed')
    return false
  }
}

/** The effect that compares the record in these minutes; none in others. */
export const comparisonOf = (record: DueRecord, minutes: Minutes): Effect[] => {
  if ('approval' in record)
    return isToCompare(record.approval, COMPARED_EVERY.approval, minutes)
      ? [{ do: 'check-approval', approval: record.approval, unlessLookedAt: true }]
      : []
  return isToCompare(executionId(record.execution), COMPARED_EVERY.execution, minutes)
    ? [{ do: 'check-execution', execution: record.execution, unlessLookedAt: true }]
    : []
}
