import type { Approval } from '../../../domain/approval.ts'
import type { Ending, StoppedInSlack } from '../../../domain/ending.ts'
import { stopIn } from '../../../domain/steering.ts'
import type { Services } from '../../../ports/services.ts'

/**
 * Who stopped the execution in Slack, and why. CodePipeline says who in the reason alone, which everyone writes who may
 * stop an execution: the record of the request that it names says whether the bot wrote it. Null if it did not.
 */
export const stoppedInSlack = async (
  { steerings }: Pick<Services, 'steerings'>,
  { where, executionId }: Approval,
  { status, stopReason }: Ending,
): Promise<StoppedInSlack | null> => {
  const named = status === 'abandoned' && stopReason !== null ? stopIn(stopReason) : null
  const record = named && (await steerings.read(named.chain))
  if (!record) return null
  const { state, request } = record
  const { act, execution, who, reason } = request
  const wasRefused = state.name === 'over' && state.answer === 'refused'
  const isOfThis =
    act === 'stop' &&
    who.userId === named.userId &&
    execution.executionId === executionId &&
    execution.pipeline === where.pipeline &&
    execution.accountId === where.accountId &&
    execution.region === where.region
  return isOfThis && !wasRefused ? { by: who.name, reason } : null
}
