import type { Execution, StageReason, StateChange } from '../../domain/execution.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import { storableCause } from '../../domain/failure-cause.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import { nameFromArn } from '../../domain/starter.ts'
import type { ActionRun, FailedRule, StageState } from '../../ports/pipelines.ts'
import type { Services } from '../../ports/services.ts'
import { wholeSecond } from './stage-changes.ts'

/*
 * Conditions of stages ("Configure conditions for a stage", CodePipeline user guide): a rule may fail a stage, or skip it
 * with its approval actions, and a person may override a rule. No event tells of any of it.
 */

/** The rule that failed last in the stage, and who overrode it; empty if none has failed. */
export const reasonIn = (rules: readonly FailedRule[] | 'refused', stage: string): StageReason => {
  if (rules === 'refused') return { because: MAY_NOT_LIST_RULES }
  const rule = rules.find((one) => one.stage === stage)
  if (!rule) return {}
  const overriddenBy = rule.updatedBy === null ? null : nameFromArn(rule.updatedBy)
  return {
    because: rule.summary ? `Rule ${rule.rule}: ${storableCause(rule.summary)}` : `Rule ${rule.rule} failed`,
    ...(overriddenBy && { overriddenBy }),
  }
}

const MAY_NOT_LIST_RULES = 'Its rules are not known: the bot’s role may not call codepipeline:ListRuleExecutions'

/** An earlier stage is left without any action of it: its events are lost, or it was skipped. */
export const hasUnexplainedStage = ({ stageOrder, stages, actions }: Execution): boolean => {
  const newest = stageOrder.findLastIndex((stage) => stages.has(stage))
  const begun = new Set([...actions.values()].map(({ stage }) => stage))
  return stageOrder
    .slice(0, Math.max(newest, 0))
    .some((stage) => stages.get(stage)?.progress === 'running' && !begun.has(stage))
}

/**
 * What the conditions of an execution's stages did. A pipeline with conditions costs one call of CodePipeline, and a skipped
 * stage one more.
 */
export const conditionChanges = async (
  { pipelines }: Pick<Services, 'pipelines'>,
  known: Execution,
  runs: readonly ActionRun[],
  stages: readonly StageState[],
  changes: readonly StateChange[],
): Promise<StateChange[]> => {
  const { key } = known
  if (!stages.some(({ hasConditions }) => hasConditions)) return []
  const rules = (await pipelines.failedRules(key)) ?? []
  const skipped = skippedStages(key, runs, stages, rules)
  const declared = skipped.length > 0 ? await pipelines.structure(pipelineOf(key)) : null
  return [
    ...skipped.map(({ stage, at }): StateChange => {
      const actions = declared?.find((one) => one.stage === stage)?.actions ?? []
      const skippedApprovals = actions.filter(({ category }) => category === 'Approval').map(({ action }) => action)
      return {
        level: 'stage',
        stage,
        progress: 'skipped',
        at,
        ...reasonIn(rules, stage),
        ...(skippedApprovals.length > 0 && { skippedApprovals }),
      }
    }),
    ...changes.flatMap((change) =>
      change.level === 'stage' && rules !== 'refused' ? [{ ...change, ...reasonIn(rules, change.stage) }] : [],
    ),
    ...failedStages(known, stages).map((change) => ({ ...change, ...reasonIn(rules, change.stage) })),
  ]
}

/** Stages with conditions that are known to have failed. Their rules may have failed them before or after their actions. */
const failedStages = (known: Execution, stages: readonly StageState[]): Extract<StateChange, { level: 'stage' }>[] =>
  stages.flatMap(({ stage, hasConditions, executionId }) => {
    const failed = known.stages.get(stage)
    if (!hasConditions || executionId !== known.key.executionId || failed?.progress !== 'failed') return []
    return [{ level: 'stage', stage, progress: 'failed', at: failed.at }]
  })

/**
 * Stages without an action that later ones followed. CodePipeline's state says that a stage was skipped, or a rule failed
 * in it; without either, the stage is newer than the execution.
 */
const skippedStages = (
  { executionId }: ExecutionKey,
  runs: readonly ActionRun[],
  stages: readonly StageState[],
  rules: readonly FailedRule[] | 'refused',
): { stage: string; at: number }[] =>
  stages.flatMap((state, index) => {
    const { stage } = state
    if (runs.some((run) => run.stage === stage)) return []
    const isSkipped = state.executionId === executionId && state.status === 'Skipped'
    const after = stages.slice(index + 1).map((later) => later.stage)
    const followed = runs.filter((run) => after.includes(run.stage)).map(({ startedAt }) => startedAt)
    const hasFailedRule = rules !== 'refused' && rules.some((rule) => rule.stage === stage)
    if (!isSkipped && !(hasFailedRule && followed.length > 0)) return []
    const at = followed.length > 0 ? Math.min(...followed) : Math.max(...runs.map(({ updatedAt }) => updatedAt))
    return [{ stage, at: wholeSecond(at) }]
  })
