import type { Execution, StageProgress } from '../../functions/domain/execution.ts'
import { lastFailure, stagesFailedByRule } from '../../functions/domain/execution.ts'
import { same } from '../../functions/domain/canonical.ts'
import type { Message } from '../support/memory/slack.ts'
import { rendered } from '../support/memory/slack.ts'
import { isSkipping } from './drawn-conditions.ts'
import type { FailedRule, History } from './history.ts'
import { ACCOUNT } from './ledger.ts'
import { PIPELINE } from './pipeline-under-test.ts'

/**
 * The card of an execution names the rule that failed or skipped a stage, and the person who overrode it. Of a stage that
 * an edit has removed, CodePipeline does not tell the conditions.
 */
export const conditionsTold = async (history: History): Promise<string[]> => {
  const { ledger, tables } = history
  if (ledger.pipelineDeleted) return []
  const found: string[] = []
  for (const executionId of ledger.executionIds()) {
    const execution = await tables.executions.read({ ...ACCOUNT, pipeline: PIPELINE, executionId })
    if (!execution) continue
    const failed = history.failedRules.filter((rule) => rule.executionId === executionId)
    found.push(...(await approvalsUntold(history, execution)))
    const stages = new Set([...execution.stages.keys(), ...failed.map((rule) => rule.stage)])
    for (const stage of [...stages].filter((one) => history.stagesNow.includes(one)))
      found.push(
        ...problemsOf(
          history,
          execution,
          stage,
          failed.filter((rule) => rule.stage === stage),
        ).map((problem) => `execution ${executionId.slice(-4)}: ${problem}`),
      )
  }
  return found
}

/** A notice waits so long for the rule; then it is sent without, and the message alone has it. */
const RULE_AWAITED = 5 * 60_000

/** The threads of the approvals say which rule failed the deployment, too. */
const approvalsUntold = async ({ tables, slack }: History, execution: Execution): Promise<string[]> => {
  const [byRule] =
    execution.overall.progress === 'failed' && !lastFailure(execution) ? stagesFailedByRule(execution) : []
  if (!byRule) return []
  const found: string[] = []
  for (const { id } of execution.approvals.values()) {
    const record = await tables.approvals.read(id)
    const end = record?.kind === 'approval' ? record.deployment : null
    if (end?.name !== 'failed' || end.rejectedIn !== undefined) continue
    const [rule] = byRule.because.split(': ')
    const notices = slack.messages.filter(({ subject }) => subject.startsWith(`notice/${id}/failed-`))
    const shown = notices.at(-1)
    if (!end.summary?.includes(rule!) || (shown && !namesRule(shown, rule!, end.at)))
      found.push(`approval ${id.slice(0, 8)} does not say that ${rule} failed its deployment`)
  }
  return found
}

const namesRule = ({ card, postedAt }: Message, rule: string, failedAt: number): boolean => {
  const words = rendered(card)
  return words.includes(rule) || (postedAt >= failedAt + RULE_AWAITED && !words.includes('Rule '))
}

/**
 * The rule failed an attempt that was retried, and nothing told of the failure in between: its event was lost, and
 * CodePipeline's state has the conditions of the newest attempt alone. A failure that was heard must be told.
 */
const isUnheard = ({ ledger }: History, { key: { executionId } }: Execution, { stage, at }: FailedRule): boolean => {
  const retriedAt = [...ledger.steered.filter(({ error }) => error === null), ...ledger.steeredByOthers]
    .filter(({ operation, input }) => operation === 'RetryStageExecution' && input['stageName'] === stage)
    .filter(({ input, at: calledAt }) => input['pipelineExecutionId'] === executionId && calledAt >= at)
    .map((call) => call.at)
  const isHeard = ledger.heardFailures.some(
    (one) => one.executionId === executionId && one.stage === stage && one.at >= at && one.at <= Math.min(...retriedAt),
  )
  return retriedAt.length > 0 && !isHeard
}

const problemsOf = (history: History, execution: Execution, stage: string, failed: readonly FailedRule[]): string[] => {
  const { slack, approvalActionsOf } = history
  const said: Partial<StageProgress> = execution.stages.get(stage) ?? {}
  if (failed.length === 0) return said.because ? [`a rule is said to have failed in ${stage}, and none has`] : []
  const rules = failed.map(({ rule }) => rule)
  const [message] = slack.live(`execution/${execution.key.executionId}`)
  const shown = message ? rendered(message.card) : ''
  // A superseded execution shrinks to a line.
  const isWhole = message !== undefined && execution.overall.progress !== 'superseded'
  const shows = (words: string): boolean => !isWhole || shown.includes(words)
  const isSkipped = rules.some(isSkipping)
  const skippedApprovals = isSkipped ? approvalActionsOf(execution.key.executionId, stage) : []
  const isByRule = isSkipped || stagesFailedByRule(execution).some((one) => one.stage === stage)
  const named = rules.find((rule) => said.because?.includes(`Rule ${rule}: `))
  const overriddenBy = failed.find((rule) => rule.overriddenBy !== null)?.overriddenBy
  // CodePipeline lists the newest first. A stage whose last rule was overridden has gone on.
  const isLastOverridden = failed[0]?.overriddenBy !== null
  const isOverridden = (name: string): boolean =>
    failed.every(({ rule, overriddenBy: by }) => rule !== name || by !== null)
  return [
    ...(named === undefined && !isLastOverridden && !isUnheard(history, execution, failed[0]!)
      ? [`no rule is said to have failed in ${stage}, and ${rules.join(' and ')} has`]
      : []),
    ...(named !== undefined && isByRule && !isSkipped && isOverridden(named)
      ? [`the overridden rule ${named} is said to have failed ${stage}`]
      : []),
    ...(named !== undefined && isByRule && !shows(named) ? [`its message does not name the rule ${named}`] : []),
    ...(same([...(said.skippedApprovals ?? [])].sort(), [...skippedApprovals].sort())
      ? []
      : [`${stage} skipped ${skippedApprovals.join(', ')}, and it says ${said.skippedApprovals?.join(', ')}`]),
    ...(overriddenBy === undefined || (said.overriddenBy === overriddenBy && shows(`overridden by ${overriddenBy}`))
      ? []
      : [`it does not say that ${overriddenBy} overrode the rule of ${stage}`]),
  ]
}
