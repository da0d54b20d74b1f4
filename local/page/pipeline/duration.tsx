import type { StageView } from '../contract.ts'
import { formatDuration } from '../times.ts'
import { useNow } from '../workspace.ts'

/** How long something took, or has taken so far. Empty before its start. */
export const Duration = ({ from, to }: { from: number | null; to: number | null }) => {
  if (from === null) return null
  return to === null ? <Running from={from} /> : <span class="duration">{formatDuration(to - from)}</span>
}

const Running = ({ from }: { from: number }) => {
  const now = useNow(1000)
  return <span class="duration">{formatDuration(now - from)}</span>
}

/** When a stage's first action started and, once all are done, when the last ended. */
export const stageSpan = ({ actions }: StageView): { from: number | null; to: number | null } => {
  const starts = actions.flatMap(({ startedAt }) => startedAt ?? [])
  const ends = actions.flatMap(({ startedAt, endedAt }) => (startedAt === null ? [] : [endedAt]))
  if (starts.length === 0) return { from: null, to: null }
  const open = ends.some((end) => end === null)
  return { from: Math.min(...starts), to: open ? null : Math.max(...ends.map((end) => end ?? 0)) }
}
