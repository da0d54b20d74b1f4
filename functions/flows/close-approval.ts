import type { Approval } from '../domain/approval.ts'
import { pipelineOf } from '../domain/pipeline.ts'
import { changeApproval } from './change-approval.ts'
import type { Performed } from './performed.ts'
import { done } from './performed.ts'
import type { Services } from './ports.ts'

/** Brings an approval to its end and has everything that shows it say so. */
export const closeApproval = async (
  services: Services,
  approvalId: string,
  close: (approval: Approval, now: number) => Approval,
): Promise<Performed> => {
  const { clock, log } = services
  const closed = await changeApproval(services, approvalId, (approval) => {
    const next = close(approval, clock.now())
    return [next, { approval: next, changed: next !== approval }]
  })
  if (!closed) return done()
  const { approval, changed } = closed
  if (changed && approval.state.name === 'settled') {
    log.info('Approval settled', { approval: approvalId, ...approval.state.outcome })
    log.count('ApprovalSettled')
  }
  return done([
    { do: 'show-approval', approval: approvalId },
    { do: 'show-execution', execution: { ...pipelineOf(approval.where), executionId: approval.executionId } },
  ])
}
