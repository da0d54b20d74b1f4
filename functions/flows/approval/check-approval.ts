import type { Approval } from '../../domain/approval.ts'
import { checked, isReleasing, withResolvedPolicy, settled } from '../../domain/approval.ts'
import { withDecisionByLookup } from '../../domain/attempt.ts'
import type { Effect } from '../../domain/effect.ts'
import { outcomeOf } from '../../domain/ending.ts'
import { changeApproval, readApproval } from './change-approval.ts'
import { closeApproval, followRelease } from './close-approval.ts'
import { describeNewer } from './describe-newer.ts'
import { findEnding, findExecution } from './find-ending.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'
import { resolvePolicy } from './resolve-policy.ts'

/** CodePipeline's answers to different questions may be some seconds behind one another. Milliseconds. */
const ANSWERS_AGREE_AFTER = 60_000

/**
 * Story: an approval looks open, and the pipeline may know better: its closing event was lost, or has not come yet, or
 * a newer execution has queued up behind it.
 */
export const checkApproval = async (services: Services, approvalId: string): Promise<Performed> => {
  const { pipelines, clock } = services
  const approval = await readApproval(services, approvalId)
  if (!approval) return done()
  if (approval.state.name === 'settled')
    return done(isReleasing(approval) ? await followRelease(services, approval) : [])
  const { where, token } = approval

  const edited = (current: Approval, now: number) => settled(current, { how: 'pipeline-edited' }, now)
  const stages = await pipelines.stages(where)
  if (!stages) return closeApproval(services, approvalId, edited)

  const stage = stages.find(({ stage }) => stage === where.stage)
  const action = stage?.actions.find(({ action }) => action === where.action)
  const pendingHere = action?.token === token && action.status === 'InProgress'
  if (!pendingHere) {
    const ended = await findEnding(pipelines, approval)
    if (ended)
      return closeApproval(services, approvalId, (current, now) => settled(current, outcomeOf(current, ended), now))
    const execution = await findExecution(pipelines, approval)
    if (execution?.status === 'Cancelled' || (!action && execution?.status !== 'InProgress')) {
      const isCertain = !execution || execution.updatedAt < clock.now() - ANSWERS_AGREE_AFTER
      return isCertain
        ? closeApproval(services, approvalId, edited)
        : again(60, 'CodePipeline shows the execution as over and not yet how the approval ended')
    }
  }

  const newerId = stage?.inbound.at(-1) ?? null
  const known = approval.newer?.executionId === newerId
  const newer = known ? approval.newer : await describeNewer(services, where, newerId)
  const resolvedPolicy = await resolvePolicy(services, approval, clock.now())
  const next = await changeApproval(services, approvalId, (current) => {
    const now = clock.now()
    if (current.state.name !== 'waiting') return [checked(current, newer, now), []]
    const informed = withResolvedPolicy(current, resolvedPolicy, now)
    const after = checked(withDecisionByLookup(informed, current.resolvedPolicy, now), newer, now)
    const effects: Effect[] = [
      ...(after.state.name === 'deciding' ? [{ do: 'settle-approval', approval: approvalId } as const] : []),
      ...(after.showing.truth === current.showing.truth
        ? []
        : [
            { do: 'show-approval', approval: approvalId } as const,
            { do: 'file-entries', approval: approvalId } as const,
          ]),
    ]
    return [after, effects]
  })
  return done(next ?? [])
}
