import type { Release } from '../../domain/outcome.ts'
import { released } from '../../domain/approval.ts'
import type { Effect } from '../../domain/effect.ts'
import type { Execution, Progress } from '../../domain/execution.ts'
import { isOver } from '../../domain/execution.ts'
import { changeApproval } from '../approval/change-approval.ts'
import type { Services } from '../../ports/services.ts'

/** What an execution's news mean for its approvals, `others` included, and for everything that shows them. */
export const followUp = async (
  services: Services,
  execution: Execution,
  others: readonly string[] = [],
): Promise<Effect[]> => {
  const { key } = execution
  const show: Effect[] = [{ do: 'show-execution', execution: key }]
  const release = releaseOf(execution)
  const ids = [...new Set([...Object.values(execution.approvals).map(({ id }) => id), ...others])]
  for (const id of ids) {
    const changed = await changeApproval(services, id, (approval) => {
      const next = released(approval, release, services.clock.now())
      return [next, next !== approval]
    })
    if (changed) show.push({ do: 'show-approval', approval: id })
  }
  return isOver(execution) ? [...checks(ids), ...show] : show
}

const releaseOf = ({ overall, actions }: Execution): Release => {
  const name = RELEASE[overall.progress]
  if (!name) return { name: 'running' }
  const failed = Object.values(actions).find(({ progress }) => progress === 'failed')
  return { name, at: overall.at, summary: name === 'failed' ? (failed?.summary ?? null) : null }
}

const RELEASE: Partial<Record<Progress, 'live' | 'failed' | 'stopped'>> = {
  succeeded: 'live',
  failed: 'failed',
  stopped: 'stopped',
  canceled: 'stopped',
  superseded: 'stopped',
}

export const checks = (ids: readonly string[]): Effect[] => ids.map((approval) => ({ do: 'check-approval', approval }))
