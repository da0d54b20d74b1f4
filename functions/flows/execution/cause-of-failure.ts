import type { Execution, StateChange } from '../../domain/execution.ts'
import { latestActions } from '../../domain/execution.ts'
import { storableCause } from '../../domain/failure-cause.ts'
import type { ActionRun } from '../../ports/pipelines.ts'
import type { Services } from '../../ports/services.ts'
import { reasonIn } from './stage-conditions.ts'
import { within } from '../within.ts'

/** People wait for the failure, not for its cause. */
const CAUSE_WITHIN_MS = 4_000

/**
 * The change with its cause, if an action failed whose event does not say why, or a stage of which no action failed:
 * CodeBuild's and CloudFormation's causes are in CodePipeline's list of actions alone, and a stage condition has a list of
 * its own. Null if there is nothing to add: what cannot be read never keeps a failure from its people.
 */
export const findCause = async (
  { pipelines, clock, log }: Pick<Services, 'pipelines' | 'clock' | 'log'>,
  execution: Execution,
  change: StateChange,
): Promise<StateChange | null> => {
  if (!lacksReason(execution, change)) return null
  const { key } = execution
  try {
    if (change.level === 'stage') {
      const rules = await within(clock, CAUSE_WITHIN_MS, pipelines.failedRules(key))
      // Most stages have no conditions: a role that may not list rules says nothing of this one (conditionChanges does).
      const reason = rules === null || rules === 'refused' ? {} : reasonIn(rules, change.stage)
      return 'because' in reason ? { ...change, ...reason } : null
    }
    const runs = await within(clock, CAUSE_WITHIN_MS, pipelines.actionRuns(key))
    const run = runs?.find(({ actionExecutionId }) => actionExecutionId === change.actionExecutionId)
    const summary = run && causeIn(run)
    return summary ? { ...change, summary } : null
  } catch (error) {
    log.warn('CodePipeline did not tell why it failed', { execution: key.executionId, error })
    return null
  }
}

/** Whether the execution failed with this change, and nothing in it says why. */
const lacksReason = (
  execution: Execution,
  change: StateChange,
): change is Exclude<StateChange, { level: 'pipeline' }> => {
  if (change.level === 'pipeline' || change.progress !== 'failed') return false
  if (change.level === 'action') {
    const { progress, at, category, summary } = execution.actions.get(change.actionExecutionId) ?? {}
    return progress === 'failed' && at === change.at && category !== 'Approval' && !summary
  }
  const { progress, at, because, saysEarlier } = execution.stages.get(change.stage) ?? {}
  const isByAction = latestActions(execution, change.stage).some((action) => action.progress === 'failed')
  const isUntold = because === undefined || saysEarlier === true
  return progress === 'failed' && at === change.at && isUntold && !isByAction
}

/** What the action says of its end: its own summary or, of one that failed, the error that CodePipeline keeps. */
export const causeIn = ({ category, status, summary, error }: ActionRun): string | null => {
  if (category === 'Approval') return summary || null
  const said = summary || error || null
  return said !== null && status === 'Failed' ? storableCause(said) : said
}
