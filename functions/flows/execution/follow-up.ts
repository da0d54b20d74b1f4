import type { Approval } from '../../domain/approval.ts'
import type { Release } from '../../domain/outcome.ts'
import { released } from '../../domain/approval.ts'
import type { Effect } from '../../domain/effect.ts'
import type { Execution, Progress } from '../../domain/execution.ts'
import { isOver } from '../../domain/execution.ts'
import { same } from '../../domain/canonical.ts'
import { withShowingLease } from '../../domain/showing.ts'
import { changeApproval } from '../approval/change-approval.ts'
import type { Services } from '../../ports/services.ts'

/**
 * Updates the approvals of an execution whose state changed: those that it is linked to, and `others`, which are at
 * hand. Returns the effects that show them.
 */
export const followUp = async (
  services: Services,
  execution: Execution,
  others: readonly Approval[] = [],
): Promise<Effect[]> => {
  const { clock } = services
  const release = releaseOf(execution)
  const toldAt = execution.overall.at
  const atHand = new Map(others.map((approval) => [approval.id, approval]))
  const ids = [...new Set([...[...execution.approvals.values()].map(({ id }) => id), ...atHand.keys()])]
  const shows: Effect[] = []
  for (const id of ids) {
    const known = atHand.get(id)
    if (known && released(known, release, toldAt, clock.now()) === known) continue
    const owner = clock.newId()
    const lease = await changeApproval(
      services,
      id,
      (approval) => {
        const now = clock.now()
        const next = released(approval, release, toldAt, now)
        return next === approval ? [approval, null] : withShowingLease(next, owner, now)
      },
      known,
    )
    if (lease) shows.push({ do: 'show-approval', approval: id, lease })
  }
  return isOver(execution) ? [...checks(ids), ...shows] : shows
}

/** Whether the change concerns the execution's approvals: for each of them only the execution's end matters. */
export const mattersToApprovals = (before: Execution, after: Execution): boolean =>
  isOver(after) || !same(releaseOf(before), releaseOf(after))

const releaseOf = ({ overall, actions }: Execution): Release => {
  const name = RELEASE_OF_PROGRESS[overall.progress]
  if (!name) return { name: 'running' }
  const failed = [...actions.values()].find(({ progress }) => progress === 'failed')
  return { name, at: overall.at, summary: name === 'failed' ? (failed?.summary ?? null) : null }
}

const RELEASE_OF_PROGRESS: Partial<Record<Progress, 'live' | 'failed' | 'stopped'>> = {
  succeeded: 'live',
  failed: 'failed',
  stopped: 'stopped',
  canceled: 'stopped',
  superseded: 'stopped',
}

export const checks = (ids: readonly string[]): Effect[] => ids.map((approval) => ({ do: 'check-approval', approval }))
