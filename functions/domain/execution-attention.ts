import { endNoticeAt } from './deployment-notices.ts'
import type { Execution } from './execution.ts'
import { isOver } from './execution.ts'
import { hasUnfiledSkips } from './skipped-approval.ts'
import { showingDueAt } from './showing.ts'
import { HOUR, MINUTE } from './time-units.ts'

/**
 * EventBridge delivers CodePipeline's events only at best effort: without events, the execution is read from
 * CodePipeline.
 */
export const CHECK_AFTER_SILENCE = 10 * MINUTE
/** The clock says when that is (comparison.ts). For an earlier version of the functions the time is stored too. */
const STORED_AFTER = HOUR
/** Long enough for the last events to arrive by themselves. */
export const CONFIRM_AFTER = 2 * MINUTE

/** When the sweep must look at the execution next; null if nothing can go wrong with it any more. */
export const executionAttentionAt = (execution: Execution): number | null => {
  const { showing, lastEventAt, confirmed } = execution
  if (execution.outside?.isOfPipeline) return null
  const noticeAt = endNoticeAt(execution)
  const times = [
    showingDueAt(showing, lastEventAt),
    hasUnfiledSkips(execution) ? lastEventAt + MINUTE : null,
    noticeAt !== null && noticeAt <= lastEventAt ? lastEventAt + MINUTE : noticeAt,
    confirmed ? null : lastEventAt + (isOver(execution) ? CONFIRM_AFTER : STORED_AFTER),
  ].filter((time) => time !== null)
  return times.length === 0 ? null : Math.min(...times)
}
