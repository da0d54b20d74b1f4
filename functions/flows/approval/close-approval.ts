import type { Approval } from '../../domain/approval.ts'
import { isDeploying } from '../../domain/approval.ts'
import type { Effect } from '../../domain/effect.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import { passedBy } from '../../domain/past-policy.ts'
import { withShowingLease } from '../../domain/showing.ts'
import { changeApproval } from './change-approval.ts'
import { followUp } from '../execution/follow-up.ts'
import { linkApproval } from './link-approval.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'

/** Ends an approval and updates everything that shows it. `from`: the approval at hand. */
export const closeApproval = async (
  services: Services,
  approvalId: string,
  close: (approval: Approval, now: number) => Approval,
  from: Approval | null = null,
): Promise<Performed> => {
  const { clock, log } = services
  const owner = clock.newId()
  const closed = await changeApproval(
    services,
    approvalId,
    (approval) => {
      const now = clock.now()
      const next = close(approval, now)
      const [shown, lease] = withShowingLease(next, owner, now)
      return [shown, { approval: shown, lease, changed: next !== approval }]
    },
    from,
  )
  if (!closed) return done()
  const { approval, changed, lease } = closed
  if (changed && approval.state.name === 'settled') {
    log.info('Approval settled', { approval: approvalId, ...approval.state.outcome })
    log.count('ApprovalSettled')
    if (passedBy(approval.state.outcome)) log.count('VerdictPastPolicy')
  }
  const shows: Effect[] = isDeploying(approval)
    ? await followDeployment(services, approval)
    : (await linkApproval(services, approval)).shows
  const others: Effect[] = [
    { do: 'send-notices', approval: approvalId },
    { do: 'announce-verdict', approval: approvalId },
    { do: 'file-entries', approval: approvalId },
    ...ofDeletedPipeline(approval),
  ]
  const show: Effect[] = lease ? [{ do: 'show-approval', approval: approvalId, lease }] : []
  return done([...show, ...shows, ...(changed ? others : [])])
}

/** CodePipeline sends no event of a deletion: the execution's status card ends together with the approval. */
const ofDeletedPipeline = ({ state, where, executionId }: Approval): Effect[] =>
  state.name === 'settled' && state.outcome.how === 'pipeline-edited' && state.outcome.isDeleted
    ? [{ do: 'check-execution', execution: { ...pipelineOf(where), executionId } }]
    : []

/**
 * Compares an approval with the known state of its execution. The execution may have continued, or ended, before the
 * approval's own end arrived.
 */
export const followDeployment = async (services: Services, approval: Approval): Promise<Effect[]> => {
  const { execution, shows } = await linkApproval(services, approval)
  return [...(await followUp(services, execution, [approval])), ...shows]
}
