import type { Approval } from '../../domain/approval.ts'
import { isReleasing } from '../../domain/approval.ts'
import type { Effect } from '../../domain/effect.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import { changeApproval } from './change-approval.ts'
import { followUp } from '../execution/follow-up.ts'
import { linkApproval } from './link-approval.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'

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
  const shows: Effect[] = isReleasing(approval)
    ? await followRelease(services, approval)
    : [{ do: 'show-execution', execution: { ...pipelineOf(approval.where), executionId: approval.executionId } }]
  const others: Effect[] = [
    { do: 'send-notices', approval: approvalId },
    { do: 'announce-verdict', approval: approvalId },
    { do: 'file-entries', approval: approvalId },
  ]
  return done([{ do: 'show-approval', approval: approvalId }, ...shows, ...(changed ? others : [])])
}

/**
 * Compares an approval with what is known of its execution. The execution may have gone on, or ended, before the
 * approval's own end was heard.
 */
export const followRelease = async (services: Services, approval: Approval): Promise<Effect[]> =>
  followUp(services, await linkApproval(services, approval), [approval.id])
