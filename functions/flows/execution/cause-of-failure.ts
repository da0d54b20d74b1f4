import type { StateChange } from '../../domain/execution.ts'
import { storableCause } from '../../domain/failure-cause.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { ActionRun } from '../../ports/pipelines.ts'
import type { Services } from '../../ports/services.ts'
import { reasonIn } from './stage-conditions.ts'
import { within } from '../approval/within.ts'

/** People wait for the failure, not for its cause. */
const CAUSE_WITHIN_MS = 4_000

/**
 * The change with its cause, if an action failed whose event does not say why, or a stage by a rule: CodeBuild's and
 * CloudFormation's causes are in CodePipeline's list of actions alone, and a stage condition has a list of its own. What
 * cannot be read never keeps a failure from its people. A cause names commands, and so may hold secrets: they are masked.
 */
export const withCause = async (
  { pipelines, clock, log }: Pick<Services, 'pipelines' | 'clock' | 'log'>,
  key: ExecutionKey,
  change: StateChange,
): Promise<StateChange> => {
  if (change.level === 'pipeline' || change.progress !== 'failed') return change
  if (change.level === 'action' && change.category === 'Approval') return change
  if (change.level === 'action' && change.summary) return { ...change, summary: storableCause(change.summary) }
  try {
    if (change.level === 'stage') {
      const rules = await within(clock, CAUSE_WITHIN_MS, pipelines.failedRules(key))
      return { ...change, ...(rules && reasonIn(rules, change.stage)) }
    }
    const runs = await within(clock, CAUSE_WITHIN_MS, pipelines.actionRuns(key))
    const run = runs?.find(({ actionExecutionId }) => actionExecutionId === change.actionExecutionId)
    return run ? { ...change, summary: causeIn(run) } : change
  } catch (error) {
    log.warn('CodePipeline did not tell why it failed', { execution: key.executionId, error })
    return change
  }
}

/** What the action says of its end: its own summary or, of one that failed, the error that CodePipeline keeps. */
export const causeIn = ({ category, status, summary, error }: ActionRun): string | null => {
  if (category === 'Approval') return summary || null
  const said = summary || error || null
  return said !== null && status === 'Failed' ? storableCause(said) : said
}
