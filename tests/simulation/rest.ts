import type { History } from './history.ts'
import { ACCOUNT } from './ledger.ts'

const HOUR = 3_600_000
const LAST_CHECKS = 900_000
const AT_WORK = ['STARTED', 'RESUMED', 'STOPPING']

/** Sweeps and retries come to rest: no effect causes an endless chain of effects, and what is over is left alone. */
export const itIsQuiet = async ({ ledger, queue, tables, configuration, endedAt }: History): Promise<string[]> => {
  const since = endedAt - HOUR
  const wasAtWork = (executionId: string) => {
    const { overall, changedAt } = ledger.stateOf(executionId)
    return AT_WORK.includes(overall) || changedAt > since - LAST_CHECKS
  }
  // Running approvals are compared with the pipeline every five minutes, running executions every ten and once in the hour
  // because they are due.
  const approvals = [...ledger.asked.values()].filter(({ executionId }) => wasAtWork(executionId)).length
  const executions = ledger.executionIds().filter(wasAtWork).length
  // The start and end of a freeze, notices, and their messages and entries are added to that.
  // Two effects a minute look for approvals whose events were lost.
  const looks = configuration.mayAskByEvents(ACCOUNT) ? 2 * 61 : 0
  // A digest is looked after every quarter of an hour while it is news.
  const digests = configuration.digests.length * 5
  const most = approvals * 21 + executions * 8 + looks + digests
  const sent = queue.sentAt.filter((at) => at > since).length
  const found = sent > most ? [`${sent} effects were queued in the last hour, where ${most} are enough`] : []
  const due = (await tables.attention.due(endedAt)).length
  return due > approvals + executions ? [...found, `${due} records still want attention`] : found
}
