import type { Settle } from './action-run.ts'
import { approvalNotice } from './approval-notice.ts'
import { isApproval } from './declaration.ts'
import { CodePipelineError } from './errors.ts'
import { currentVersion } from './model.ts'
import type { ActionRecord } from './model.ts'
import type { Plant } from './plant.ts'

/** CodePipeline User Guide, "Quotas": the approval action's default timeout, seven days. */
const DEFAULT_TIMEOUT_MINUTES = 7 * 24 * 60

export interface ApprovalDecision {
  pipelineName: string
  stageName: string
  actionName: string
  token: string
  result: { status: 'Approved' | 'Rejected'; summary: string }
}

/** Opens the request: token, expiry, timer, and the notice when the action names a topic. */
export const openApproval = (plant: Plant, action: ActionRecord, settle: Settle): void => {
  const { declaration, resolvedConfiguration: configuration } = action
  const token = plant.newId()
  const expiresAt = action.startedAt + (declaration.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES) * 60_000
  const expire = () => {
    const summary = 'The approval was neither approved nor rejected before it expired.'
    plant.change(() => settle(plant, action, { status: 'Failed', externalExecutionId: token, summary }))
  }
  const cancelTimer = plant.settings.timers.at(expiresAt, expire)
  action.approval = { token, expiresAt, decided: false, cancelTimer }
  action.outcome = { externalExecutionId: token }
  plant.approvals.set(token, action)
  const topicArn = configuration.NotificationArn
  if (topicArn === undefined) return
  const notice = approvalNotice({
    region: plant.settings.region,
    pipelineName: action.execution.pipeline.name,
    stageName: action.stage.declaration.name,
    actionName: declaration.name,
    token,
    expiresAt,
    configuration,
  })
  plant.send(() => plant.settings.publishNotice(topicArn, notice))
}

/**
 * Approves or rejects a waiting approval (API Reference, "PutApprovalResult"). Throws PipelineNotFoundException,
 * StageNotFoundException, ActionNotFoundException; ApprovalAlreadyCompletedException when somebody decided it before;
 * InvalidApprovalTokenException when the token is unknown here or its request ended in another way.
 */
export const decideApproval = (plant: Plant, decision: ApprovalDecision, callerArn: string, settle: Settle) => {
  const { pipelineName, stageName, actionName, token, result } = decision
  const action = requestedAction(plant, decision)
  const approval = action?.approval
  if (approval?.decided) {
    const message = `The approval of ${pipelineName}/${stageName}/${actionName} has already been approved or rejected`
    throw new CodePipelineError('ApprovalAlreadyCompletedException', message)
  }
  if (!action || !approval || action.status !== 'InProgress') {
    const message = 'The approval request already received a response or has expired'
    throw new CodePipelineError('InvalidApprovalTokenException', message)
  }
  approval.decided = true
  approval.cancelTimer()
  action.updatedBy = callerArn
  settle(plant, action, {
    status: result.status === 'Approved' ? 'Succeeded' : 'Failed',
    externalExecutionId: token,
    summary: result.summary === '' ? `${result.status} by ${callerArn}` : result.summary,
  })
  return { approvedAt: action.updatedAt }
}

const requestedAction = (plant: Plant, { pipelineName, stageName, actionName, token }: ApprovalDecision) => {
  const pipeline = plant.pipeline(pipelineName)
  plant.slot(pipeline, stageName)
  const stage = currentVersion(pipeline).stages.find(({ name }) => name === stageName)
  if (!stage?.actions.some((action) => action.name === actionName && isApproval(action)))
    throw new CodePipelineError(
      'ActionNotFoundException',
      `Stage ${stageName} of pipeline ${pipelineName} has no approval action ${actionName}`,
    )
  const action = plant.approvals.get(token)
  const here =
    action?.execution.pipeline === pipeline &&
    action.stage.declaration.name === stageName &&
    action.declaration.name === actionName
  return here ? action : undefined
}
