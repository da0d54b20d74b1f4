import { approvalNotice } from './approval-notice.ts'
import { isApproval } from './declaration.ts'
import { AwsError } from '../aws-error.ts'
import { markedId } from '../../secret-mark.ts'
import { currentVersion } from './model.ts'
import type { ActionRecord } from './model.ts'
import type { Settle, State } from './state.ts'

/** CodePipeline User Guide, "Quotas": the approval action's default timeout, seven days. */
const DEFAULT_TIMEOUT_MINUTES = 7 * 24 * 60

export interface ApprovalDecision {
  pipelineName: string
  stageName: string
  actionName: string
  token: string
  result: { status: 'Approved' | 'Rejected'; summary: string }
}

/** Opens the request: token, expiry, timer, and the notification if the action names a topic. */
export const openApproval = (state: State, action: ActionRecord, settle: Settle): void => {
  const { declaration, resolvedConfiguration: configuration } = action
  const token = markedId(state.newId())
  const expiresAt = action.startedAt + (declaration.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES) * 60_000
  const expire = () => {
    const summary = 'The approval was neither approved nor rejected before it expired.'
    state.change(() => settle(state, action, { status: 'Failed', externalExecutionId: token, summary }))
  }
  const cancelTimer = state.settings.timers.at(expiresAt, expire)
  action.approval = { token, expiresAt, decided: false, cancelTimer }
  action.outcome = { externalExecutionId: token }
  state.approvals.set(token, action)
  const topicArn = configuration.NotificationArn
  if (topicArn === undefined) return
  const notice = approvalNotice({
    region: state.settings.region,
    pipelineName: action.execution.pipeline.name,
    stageName: action.stage.declaration.name,
    actionName: declaration.name,
    token,
    expiresAt,
    configuration,
  })
  state.send(() => state.settings.publishNotice(topicArn, notice))
}

/**
 * Approves or rejects a waiting approval (API Reference, "PutApprovalResult"). Throws PipelineNotFoundException,
 * StageNotFoundException, ActionNotFoundException; ApprovalAlreadyCompletedException if it is approved or rejected
 * already; InvalidApprovalTokenException if the token is unknown here or its request ended in another way.
 */
export const decideApproval = (state: State, decision: ApprovalDecision, callerArn: string, settle: Settle) => {
  const { pipelineName, stageName, actionName, token, result } = decision
  const action = requestedAction(state, decision)
  const approval = action?.approval
  if (approval?.decided) {
    const message = `The approval of ${pipelineName}/${stageName}/${actionName} has already been approved or rejected`
    throw new AwsError('ApprovalAlreadyCompletedException', message)
  }
  if (!action || !approval || action.status !== 'InProgress') {
    const message = 'The approval request already received a response or has expired'
    throw new AwsError('InvalidApprovalTokenException', message)
  }
  approval.decided = true
  approval.cancelTimer()
  action.updatedBy = callerArn
  settle(state, action, {
    status: result.status === 'Approved' ? 'Succeeded' : 'Failed',
    externalExecutionId: token,
    summary: result.summary === '' ? `${result.status} by ${callerArn}` : result.summary,
  })
  return { approvedAt: action.updatedAt }
}

const requestedAction = (state: State, { pipelineName, stageName, actionName, token }: ApprovalDecision) => {
  const pipeline = state.pipeline(pipelineName)
  state.slot(pipeline, stageName)
  const stage = currentVersion(pipeline).stages.find(({ name }) => name === stageName)
  if (!stage?.actions.some((action) => action.name === actionName && isApproval(action)))
    throw new AwsError(
      'ActionNotFoundException',
      `Stage ${stageName} of pipeline ${pipelineName} has no approval action ${actionName}`,
    )
  const action = state.approvals.get(token)
  const here =
    action?.execution.pipeline === pipeline &&
    action.stage.declaration.name === stageName &&
    action.declaration.name === actionName
  return here ? action : undefined
}
