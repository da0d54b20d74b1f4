import { PACE_MS } from '../../functions/domain/showing.ts'
import type { History } from './history.ts'

/** No card is updated twice within two seconds, however many events change it. That the newest content stays is I3. */
export const paced = ({ slack }: History): string[] => {
  const last = new Map<string, number>()
  return slack.written.flatMap(({ place: { ts }, subject, at }) => {
    const before = last.get(ts)
    last.set(ts, at)
    const isCard = subject.startsWith('approval/') || subject.startsWith('execution/')
    return isCard && before !== undefined && at - before < PACE_MS
      ? [`the card of ${subject.slice(0, 20)} was written again after ${at - before} ms`]
      : []
  })
}
