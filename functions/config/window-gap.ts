import type { Window } from '../domain/window.ts'
import { frozenAt, nextEdge } from '../domain/window.ts'
import { DAY } from '../domain/time-units.ts'

/** In January and July, because the difference between two zones depends on summer time. */
const WEEKS = [Date.UTC(2026, 0, 12), Date.UTC(2026, 6, 13)]
const WEEK = 7 * DAY

/** Whether there is any moment outside these windows. A window that does not recur always leaves one. */
export const leavesGap = (windows: readonly Window[]): boolean => {
  const recurring = windows.filter(({ span }) => span.every !== 'never')
  return WEEKS.some((begin) => {
    for (let at: number | null = begin; at !== null && at < begin + WEEK; at = nextEdge(recurring, at))
      if (!frozenAt(recurring, at)) return true
    return false
  })
}
