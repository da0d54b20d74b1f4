import type { History } from './history.ts'

const HOUR = 3_600_000
const LAST_CHECKS = 900_000
const AT_WORK = ['STARTED', 'RESUMED', 'STOPPING']

/** Sweeps and retries come to rest: no effect causes ever more effects, and what is over is left alone. */
export const itIsQuiet = async ({ ledger, queue, tables, endedAt }: History): Promise<string[]> => {
  const since = endedAt - HOUR
  const wasAtWork = (executionId: string) => {
    const { overall, changedAt } = ledger.stateOf(executionId)
    return AT_WORK.includes(overall) || changedAt > since - LAST_CHECKS
  }
  // What is at work is compared with the pipeline: an approval every five minutes, an execution every ten.
  const approvals = [...ledger.asked.values()].filter(({ executionId }) => wasAtWork(executionId)).length
  const executions = ledger.executionIds().filter(wasAtWork).length
  // A freeze that begins or ends, a notice, and what is to be shown and filed of them come on top.
  const most = approvals * 21 + executions * 7
  const sent = queue.sentAt.filter((at) => at > since).length
  const found = sent > most ? [`${sent} effects were queued in the last hour, where ${most} are enough`] : []
  const due = (await tables.attention.due(endedAt)).length
  return due > approvals + executions ? [...found, `${due} records still want attention`] : found
}
