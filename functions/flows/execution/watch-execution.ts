import type { Approval } from '../../domain/approval.ts'
import { isDeploying, isOpen } from '../../domain/approval.ts'
import type { Execution } from '../../domain/execution.ts'
import { newExecution } from '../../domain/execution.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { Watched } from '../../domain/watching.ts'
import { withWatcher } from '../../domain/watching.ts'
import type { Services } from '../../ports/services.ts'
import { readApproval } from '../approval/change-approval.ts'

/** The message whose button was pressed: that of an approval, by its id, or the status card of an execution. */
export type WatchedMessage = { approval: string } | { execution: ExecutionKey }

/** `busy`: many others write, and nothing was noted. `unknown`: the message is of nothing that is known. */
export type WatchAnswer = { kind: 'busy' | 'unknown' } | { kind: Watched; execution: Execution }

/** How many writes it tries between those of events, which come in bursts. */
const WATCH_ROUNDS = 5

/**
 * Story: a person wants to be told how the execution behind a message ends. That is noted in the execution, once for each
 * person. It lets them do nothing, so it is neither judged nor recorded.
 */
export const watchExecution = async (
  services: Pick<Services, 'approvals' | 'clock' | 'executions'>,
  of: WatchedMessage,
  userId: string,
  until: number,
): Promise<WatchAnswer> => {
  const { clock, executions } = services
  const approval = 'approval' in of ? await readApproval(services, of.approval) : null
  const key = 'execution' in of ? of.execution : approval && executionBehind(approval)
  if (!key) return { kind: 'unknown' }
  // Of one that is over, the execution says how; its own event may be late or lost.
  const isBehindOpen = approval !== null && (isOpen(approval) || isDeploying(approval))
  const answer = await executions.change<WatchAnswer>(
    key,
    (known): [Execution, WatchAnswer] => {
      const [execution, kind] = withWatcher(known, userId, clock.now())
      return [execution, { kind, execution }]
    },
    {
      // The event of its beginning may be late or lost.
      ...(isBehindOpen && { fresh: () => newExecution(key, clock.now()) }),
      patience: { rounds: WATCH_ROUNDS, until, result: { kind: 'busy' } },
    },
  )
  return answer ?? (approval ? { kind: 'over', execution: newExecution(key, clock.now()) } : { kind: 'unknown' })
}

const executionBehind = ({ where, executionId }: Approval): ExecutionKey => ({
  ...pipelineOf(where),
  executionId,
})
