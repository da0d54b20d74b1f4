import type { ActionView, ExecutionView, Snapshot } from '../contract.ts'

export interface ApprovalAction {
  execution: ExecutionView
  action: ActionView
  /** Names the action of this execution alone. */
  key: string
}

/** The approval actions of every execution. */
export const approvals = (snapshot: Pick<Snapshot, 'pipelines'>): ApprovalAction[] =>
  snapshot.pipelines.flatMap(({ executions }) =>
    executions.flatMap((execution) =>
      execution.stages.flatMap((stage) =>
        stage.actions
          .filter(({ category }) => category === 'Approval')
          .map((action) => ({ execution, action, key: `${execution.id}/${stage.name}/${action.name}` })),
      ),
    ),
  )

/** Those that wait for a decision now. */
export const waitingApprovals = (snapshot: Pick<Snapshot, 'pipelines'>): ApprovalAction[] =>
  approvals(snapshot).filter(({ action }) => action.approval)

/** Those that were approved, and whose execution is not over. */
export const approvedUnderWay = (snapshot: Pick<Snapshot, 'pipelines'>): ApprovalAction[] =>
  approvals(snapshot).filter(({ execution, action }) => action.status === 'Succeeded' && execution.endedAt === null)
