import { namespacesOf, resolveConfiguration } from './variables.ts'
import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'
import type { Condition, RuleDeclaration, StageDeclaration } from './declaration.ts'
import type { ConditionRun, ConditionType, Execution, RuleRun, StageRun } from './model.ts'
import type { State } from './state.ts'

/*
 * Stage conditions (CodePipeline User Guide, "Configure conditions for a stage"). A condition is met if all of its rules
 * succeed. The engine evaluates rules of the provider VariableCheck, at once.
 */

export const conditionOf = (stage: StageDeclaration, type: ConditionType): Condition | null =>
  stage[type]?.conditions?.[0] ?? null

/** Evaluates the condition, if the stage has it; null if it has not. */
export const evaluate = (
  state: State,
  execution: Execution,
  stage: StageRun,
  type: ConditionType,
): ConditionRun | null => {
  const condition = conditionOf(stage.declaration, type)
  if (!condition) return null
  const rules = condition.rules.map((rule) => evaluateRule(state, execution, rule))
  const status = rules.every((rule) => rule.status === 'Succeeded') ? 'Succeeded' : 'Failed'
  const run: ConditionRun = { status, result: condition.result, at: state.now(), rules }
  stage.conditions[type] = run
  stage.rules.push(...rules)
  return run
}

const evaluateRule = (state: State, execution: Execution, declaration: RuleDeclaration): RuleRun => {
  const base = {
    id: state.newId(),
    declaration,
    attempt: execution.attempt,
    at: state.now(),
    updatedBy: null,
    resolvedConfiguration: declaration.configuration,
  }
  try {
    const resolvedConfiguration = resolveConfiguration(declaration.configuration, namespacesOf(execution))
    return { ...base, resolvedConfiguration, ...checkVariable(resolvedConfiguration) }
  } catch (error) {
    if (error instanceof AwsError) return { ...base, status: 'Failed', summary: error.message }
    throw error
  }
}

const OPERATORS: Record<string, (variable: string, value: string) => boolean> = {
  EQ: (variable, value) => variable === value,
  NE: (variable, value) => variable !== value,
  CONTAINS: (variable, value) => variable.includes(value),
  MATCHES: (variable, value) => new RegExp(value).test(variable),
}

/** User Guide, "VariableCheck": it succeeds if the variable is as the operator and the value say. */
const checkVariable = ({
  Variable = '',
  Operator = '',
  Value = '',
}: Record<string, string>): Pick<RuleRun, 'status' | 'summary'> => {
  const holds = ownEntry(OPERATORS, Operator)?.(Variable, Value) ?? false
  return holds
    ? { status: 'Succeeded', summary: `"${Variable}" ${Operator} "${Value}"` }
    : { status: 'Failed', summary: `Variable check failed: "${Variable}" ${Operator} "${Value}" does not hold` }
}

const RESULTS: Record<ConditionType, readonly Condition['result'][]> = {
  beforeEntry: ['FAIL', 'SKIP'],
  onSuccess: ['FAIL', 'ROLLBACK'],
  onFailure: ['ROLLBACK'],
}

/** What is wrong with the conditions of a stage; null if nothing is. */
export const faultInConditions = (
  stage: StageDeclaration,
  { isFirst, pipelineType, executionMode }: { isFirst: boolean; pipelineType: string; executionMode: string },
): string | null => {
  const { result, conditions, retryConfiguration } = stage.onFailure ?? {}
  const types = (['beforeEntry', 'onSuccess', 'onFailure'] as const).filter((type) => conditionOf(stage, type))
  const rules = types.flatMap((type) => conditionOf(stage, type)!.rules)
  const stranger = rules.find(({ ruleTypeId }) => ruleTypeId.provider !== 'VariableCheck')
  const wrong = types.find((type) => !RESULTS[type].includes(conditionOf(stage, type)!.result))
  const rollsBack = result === 'ROLLBACK' || types.some((type) => conditionOf(stage, type)!.result === 'ROLLBACK')
  const faults: [boolean, string][] = [
    [types.length > 0 && pipelineType !== 'V2', 'only pipelines of type V2 have conditions'],
    [isFirst && types.includes('beforeEntry'), 'the source stage has no entry condition'],
    [
      stranger !== undefined,
      `the local CodePipeline runs rules of VariableCheck, and ${stranger?.name} is of ${stranger?.ruleTypeId.provider}`,
    ],
    [wrong !== undefined, `the condition ${wrong} has one of the results ${wrong && RESULTS[wrong].join(' and ')}`],
    [result === 'SKIP', 'onFailure has the result ROLLBACK, FAIL or RETRY'],
    [result === 'RETRY' && conditions !== undefined, 'a stage with a condition onFailure is not retried automatically'],
    [retryConfiguration !== undefined && result !== 'RETRY', 'retryConfiguration needs the result RETRY'],
    [result === 'RETRY' && isFirst, 'the source stage is not retried automatically'],
    [rollsBack && isFirst, 'the source stage cannot be rolled back'],
    [rollsBack && pipelineType !== 'V2', 'only pipelines of type V2 can be rolled back'],
    [rollsBack && executionMode === 'PARALLEL', 'rollback is not available in PARALLEL mode'],
  ]
  return faults.find(([applies]) => applies)?.[1] ?? null
}
