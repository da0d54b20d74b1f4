import { PACE_MS } from '../../functions/domain/showing.ts'
import type { History } from './history.ts'

/** No status message changes twice within two seconds. */
export const updatesPaced = ({ slack, ledger }: History): string[] =>
  ledger.executionIds().flatMap((executionId) => {
    const times = slack.written.filter(({ subject }) => subject === `execution/${executionId}`).map(({ at }) => at)
    const early = times.filter((at, index) => index > 0 && at - times[index - 1]! < PACE_MS)
    return early.length > 0 ? [`execution ${executionId.slice(-4)}: ${early.length} updates came too early`] : []
  })
