import type { ActionProgress, Execution } from './execution.ts'
import { latestActions } from './execution.ts'
import type { FailureCause } from './failure-cause.ts'
import { UNKNOWN_CAUSE } from './failure-cause.ts'
import { touched } from './showing.ts'

/** Providers of actions whose service says more than CodePipeline does. */
const EXPLAINED = new Set([
  'CloudFormation',
  'CodeBuild',
  'CodeDeploy',
  'CodeDeployToECS',
  'Commands',
  'EC2',
  'ECRBuildAndPublish',
  'ECS',
  'EKS',
  'InspectorScan',
  'Lambda',
])

/** Whether the action failed, and why has not been read yet. */
export const lacksCause = (execution: Execution, actionExecutionId: string): boolean => {
  const action = execution.actions.get(actionExecutionId)
  return action?.progress === 'failed' && EXPLAINED.has(action.provider) && !execution.causes.has(actionExecutionId)
}

/** The IDs of the actions whose newest run failed, and of which nothing says why yet. */
export const unexplained = (execution: Execution): string[] =>
  [...newestFailed(execution)].filter((id) => lacksCause(execution, id))

/** The execution with the cause of an action's failure. Those of earlier runs of its actions are dropped. */
export const explained = (
  execution: Execution,
  actionExecutionId: string,
  cause: FailureCause,
  now: number,
): Execution => {
  if (!lacksCause(execution, actionExecutionId)) return execution
  const kept = newestFailed(execution)
  const causes = new Map([...execution.causes, [actionExecutionId, cause] as const].filter(([id]) => kept.has(id)))
  // What an earlier run of a retried action said no message shows.
  if (!kept.has(actionExecutionId)) causes.set(actionExecutionId, UNKNOWN_CAUSE)
  return { ...execution, causes, showing: touched(execution.showing, now) }
}

const newestFailed = (execution: Execution): Set<string> => {
  const newest = new Set<ActionProgress>(
    [...stagesOfActions(execution)].flatMap((stage) => latestActions(execution, stage)),
  )
  return new Set(
    [...execution.actions].flatMap(([id, action]) => (action.progress === 'failed' && newest.has(action) ? id : [])),
  )
}

const stagesOfActions = ({ actions }: Execution): Set<string> =>
  new Set([...actions.values()].map(({ stage }) => stage))

/** Why this action of the execution failed; null if it is not known. */
export const causeOf = (execution: Execution, action: ActionProgress): FailureCause | null =>
  execution.causes.get(idOf(execution, action)) ?? null

/** The same as lacksCause, of an action at hand. */
export const isUnexplained = (execution: Execution, action: ActionProgress): boolean =>
  lacksCause(execution, idOf(execution, action))

const idOf = ({ actions }: Execution, action: ActionProgress): string =>
  [...actions].find(([, one]) => one === action)?.[0] ?? ''
