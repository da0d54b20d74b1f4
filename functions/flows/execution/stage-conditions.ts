import type { Execution, StageReason, StateChange } from '../../domain/execution.ts'
import { isOver } from '../../domain/execution.ts'
import { storableCause } from '../../domain/failure-cause.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import { nameFromArn } from '../../domain/starter.ts'
import type { ActionRun, ExecutionStatus, ExecutionSummary, FailedRule, StageState } from '../../ports/pipelines.ts'
import type { Services } from '../../ports/services.ts'
import { wholeSecond } from './stage-changes.ts'

/*
 * Conditions of stages ("Configure conditions for a stage", CodePipeline user guide): a rule may fail a stage, or skip it
 * with its approval actions, and a person may override a rule. No event tells of any of it.
 */

/** The rules that failed in an execution, newest first; `refused` if the bot's role may not list them. */
type Rules = readonly FailedRule[] | 'refused'

/**
 * What the rule said that failed last in the stage, and who overrode the last that was. A rule that a person has overridden
 * let the stage go on: if the stage fails later, that is no reason. Empty if no rule has failed.
 */
export const reasonIn = (rules: Rules, stage: string): StageReason => {
  if (rules === 'refused') return { because: MAY_NOT_LIST_RULES }
  const failed = rules.filter((one) => one.stage === stage)
  const [rule] = failed
  if (!rule) return {}
  const by = failed.find(({ updatedBy }) => updatedBy !== null)?.updatedBy
  const overriddenBy = by === undefined || by === null ? null : nameFromArn(by)
  return {
    ...(rule.updatedBy === null && { because: wordsOfRule(rule) }),
    ...(overriddenBy && { overriddenBy }),
  }
}

const wordsOfRule = ({ rule, summary }: FailedRule): string =>
  summary ? `Rule ${rule}: ${storableCause(summary)}` : `Rule ${rule} failed`

/** Of a skipped stage, whose rule no person can have overridden since. */
const lastSaid = (rules: Rules, stage: string): StageReason => {
  const rule = rules === 'refused' ? undefined : rules.find((one) => one.stage === stage)
  return rule ? { because: wordsOfRule(rule) } : {}
}

const MAY_NOT_LIST_RULES = 'Its rules are not known: the bot’s role may not call codepipeline:ListRuleExecutions'

/**
 * A stage that runs is left without any action of it, by the execution or by its end: its events are lost, or it was
 * skipped.
 */
export const hasUnexplainedStage = (execution: Execution): boolean => {
  const { stageOrder, stages, actions } = execution
  const newest = stageOrder.findLastIndex((stage) => stages.has(stage))
  const begun = new Set([...actions.values()].map(({ stage }) => stage))
  const left = isOver(execution) ? stageOrder : stageOrder.slice(0, Math.max(newest, 0))
  return left.some((stage) => stages.get(stage)?.progress === 'running' && !begun.has(stage))
}

/**
 * One call, if the pipeline has conditions now, had them when a rule failed, the execution failed after an action that did
 * not, a stage went on after its actions, or an edit took a stage away while it ran: CodePipeline's state has the conditions
 * of a stage's newest execution alone.
 */
export const readRules = async (
  { pipelines }: Pick<Services, 'pipelines'>,
  { execution, runs, stages, summary }: Omit<RuledExecution, 'rules'>,
): Promise<Rules> => {
  const { key, stages: known } = execution
  // An edit has taken a stage away, and its conditions with it.
  const isGone = [...known].some(
    ([stage, { progress }]) => progress === 'running' && !stages.some((one) => one.stage === stage),
  )
  const hadConditions = [...known.values()].some(
    ({ because, overriddenBy }) => because !== undefined || overriddenBy !== undefined,
  )
  const failedUntold = summary?.status === 'Failed' && runs[0]?.status !== 'Failed'
  const wentOn = [...known].some(
    ([stage, { progress, at }]) =>
      (progress === 'running' || progress === 'succeeded') && hasEndedBefore(at, runs, stage),
  )
  const asks = hadConditions || failedUntold || wentOn || isGone || stages.some((one) => one.hasConditions)
  return asks ? ((await pipelines.failedRules(key)) ?? []) : []
}

/** A person who overrides a rule lets the stage go on, and succeed, that had no more to do. */
const hasEndedBefore = (at: number, runs: readonly ActionRun[], stage: string): boolean => {
  const ofStage = runs.filter((run) => run.stage === stage)
  return (
    ofStage.length > 0 &&
    ofStage.every(({ status, updatedAt }) => status !== 'InProgress' && wholeSecond(updatedAt) < at)
  )
}

/** The stages in which a rule failed. */
const stagesOf = (rules: Rules): string[] => (rules === 'refused' ? [] : rules.map(({ stage }) => stage))

interface RuledExecution {
  execution: Execution
  runs: readonly ActionRun[]
  stages: readonly StageState[]
  summary: ExecutionSummary | undefined
  rules: Rules
}

/** A stage that was skipped, while CodePipeline does not say which approvals it has. */
export interface UnreadSkip {
  stage: string
  /** When it was skipped. Epoch milliseconds. */
  at: number
}

/** What the conditions of an execution's stages did: the states that they led to, and why. One call more for a skip. */
export const conditionsOf = async (
  { pipelines }: Pick<Services, 'pipelines'>,
  known: RuledExecution,
): Promise<{ changes: StateChange[]; reasons: ReadonlyMap<string, StageReason>; unread: readonly UnreadSkip[] }> => {
  const { execution, rules } = known
  const skipped = skippedStages(known)
  // As it was for this execution: an edit may have changed the stages since.
  const version = known.runs.find((run) => run.version !== null)?.version ?? undefined
  const declared = skipped.length > 0 ? await pipelines.structure(pipelineOf(execution.key), version) : null
  const approvalsOf = (stage: string): Pick<StageReason, 'skippedApprovals'> => {
    const actions = declared?.find((one) => one.stage === stage)?.actions ?? []
    const skippedApprovals = actions.filter(({ category }) => category === 'Approval').map(({ action }) => action)
    return skippedApprovals.length > 0 ? { skippedApprovals } : {}
  }
  const ruled = rules === 'refused' ? failedWithConditions(known) : stagesOf(rules)
  const reasons = ruled.map((stage) => [stage, reasonIn(rules, stage)] as const)
  const ofSkipped = skipped.map(
    ({ stage }) => [stage, { ...lastSaid(rules, stage), ...reasonIn(rules, stage), ...approvalsOf(stage) }] as const,
  )
  return {
    changes: [
      ...skipped.map(({ stage, at }): StateChange => ({ level: 'stage', stage, progress: 'skipped', at })),
      ...failedByRule(known).map(({ stage, at }): StateChange => ({ level: 'stage', stage, progress: 'failed', at })),
    ],
    reasons: new Map<string, StageReason>([...reasons, ...ofSkipped]),
    unread: declared ? [] : skipped,
  }
}

/** Stages that are known to have failed. Their rules may have failed them before or after their actions. */
const failedWithConditions = ({ execution: { key, stages: all }, stages }: RuledExecution): string[] =>
  stages.flatMap(({ stage, hasConditions, executionId }) =>
    hasConditions && executionId === key.executionId && all.get(stage)?.progress === 'failed' ? [stage] : [],
  )

interface EndedStage {
  stage: string
  at: number
}

interface JudgedStage {
  stage: string
  /** As the pipeline has it now; null for a stage that an edit has taken away. */
  state: StageState | null
  /** The stages behind it. */
  later: readonly StageState[]
}

/** The stages of the pipeline as it is, and those in which a rule failed before an edit took them away. */
const judgedStages = ({ stages, rules }: RuledExecution): JudgedStage[] => {
  const gone = new Set(stagesOf(rules).filter((stage) => !stages.some((one) => one.stage === stage)))
  return [
    ...stages.map((state, index) => ({ stage: state.stage, state, later: stages.slice(index + 1) })),
    ...[...gone].map((stage) => ({ stage, state: null, later: [] })),
  ]
}

/**
 * Stages without an action that the execution has left. CodePipeline's state says that a stage was skipped, or a rule
 * failed in it; without either, the stage is newer than the execution.
 */
const skippedStages = (known: RuledExecution): EndedStage[] => {
  const { execution, runs, rules } = known
  return judgedStages(known).flatMap((judged): EndedStage[] => {
    const { stage, state } = judged
    if (runs.some((run) => run.stage === stage)) return []
    const isSkipped = state?.executionId === execution.key.executionId && state.status === 'Skipped'
    return isSkipped || (stagesOf(rules).includes(stage) && hasGoneOn(known, judged))
      ? [{ stage, at: stageEndedAt(known, stage) }]
      : []
  })
}

/** The execution has been in a later stage, or has ended otherwise than by a failure. */
const hasGoneOn = (
  { execution, runs, summary, rules }: RuledExecution,
  { stage, state, later }: JudgedStage,
): boolean => {
  const entered = [...runs.map((run) => run.stage), ...stagesOf(rules)]
  const failedAt = rules === 'refused' ? null : (rules.find((one) => one.stage === stage)?.at ?? null)
  return (
    later.some((one) => entered.includes(one.stage) || one.inbound.includes(execution.key.executionId)) ||
    (state === null && failedAt !== null && runs.some(({ startedAt }) => startedAt >= failedAt)) ||
    (summary !== undefined && ENDED_WITHOUT_FAILURE.has(summary.status))
  )
}

const ENDED_WITHOUT_FAILURE = new Set<ExecutionStatus>(['Succeeded', 'Superseded', 'Stopped', 'Cancelled'])

/** The stage in which a rule ended the execution, if one did; empty if a person has overridden the rule since. */
const failedByRule = (known: RuledExecution): EndedStage[] => {
  const { summary, rules } = known
  if (rules === 'refused' || summary?.status !== 'Failed') return []
  return judgedStages(known).flatMap((judged): EndedStage[] => {
    const { stage } = judged
    const rule = rules.find((one) => one.stage === stage)
    return rule && rule.updatedBy === null && !hasGoneOn(known, judged)
      ? [{ stage, at: stageEndedAt(known, stage) }]
      : []
  })
}

/** When the rule ended the stage; without the rule, when the next action began, or the execution was updated. */
const stageEndedAt = ({ runs, stages, summary, rules }: RuledExecution, stage: string): number => {
  const rule = rules === 'refused' ? undefined : rules.find((one) => one.stage === stage)
  const place = stages.findIndex((one) => one.stage === stage)
  const after = stages.slice(place + 1).map((later) => later.stage)
  const followed = runs.filter((run) => after.includes(run.stage)).map(({ startedAt }) => startedAt)
  const ends = [...followed, ...(summary ? [summary.updatedAt] : runs.map(({ updatedAt }) => updatedAt))]
  return wholeSecond(rule?.at ?? Math.min(...ends))
}
