import type { NamedChangeSet } from '../../../domain/change-set.ts'
import type { AccountRegion, StageAction } from '../../../domain/pipeline.ts'
import type { ActionRun, DeclaredAction, DeclaredStage, Located } from '../../../ports/pipelines.ts'

/** A change set that an execution has made and not executed yet. */
export interface WaitingChangeSet extends NamedChangeSet {
  /** Its ARN; null if CodePipeline does not tell it. */
  id: string | null
  url: string | null
}

/**
 * How CodePipeline names it in `externalExecutionId` of the action:
 * `changeset/detail?changeSetId=arn:aws:cloudformation:…:changeSet/Release/efafbe87-…&stackId=…`.
 */
const CHANGE_SET_ARN = /\barn:[a-z-]+:cloudformation:([a-z0-9-]+):(\d{12}):changeSet\/[A-Za-z][-A-Za-z0-9]*\/[0-9a-f-]+/

/** "AWS CloudFormation deploy action reference" (CodePipeline user guide). */
type Mode = 'CHANGE_SET_REPLACE' | 'CHANGE_SET_EXECUTE'

const modeOf = ({ provider, configuration }: Pick<DeclaredAction, 'provider' | 'configuration'>): Mode | null => {
  const mode = provider === 'CloudFormation' ? configuration['ActionMode'] : undefined
  return mode === 'CHANGE_SET_REPLACE' || mode === 'CHANGE_SET_EXECUTE' ? mode : null
}

/** The change sets that the execution's actions made last, except those that an action has begun to execute since. */
export const waitingChangeSets = (
  where: AccountRegion,
  executionId: string,
  runs: readonly ActionRun[],
): WaitingChangeSet[] => {
  const own = runs.filter((run) => run.executionId === executionId)
  const made = own.filter((run) => modeOf(run) === 'CHANGE_SET_REPLACE')
  const executed = own.filter((run) => modeOf(run) === 'CHANGE_SET_EXECUTE')
  // CodePipeline lists the newest first; a retry of the stage makes it again.
  const newest = new Map(made.toReversed().map((run) => [changeSetKey(changeSetNamed(where, run)), run]))
  return [...newest]
    .filter(
      ([key, { startedAt }]) =>
        !executed.some((run) => changeSetKey(changeSetNamed(where, run)) === key && run.startedAt >= startedAt),
    )
    .map(([, run]) => {
      const told = run.status === 'Succeeded' ? CHANGE_SET_ARN.exec(run.externalId ?? '') : null
      return { ...changeSetNamed(where, run), id: told && told[0], url: run.externalUrl || null }
    })
}

/** The action's role is in the account in which it acts. */
const changeSetNamed = (where: AccountRegion, { configuration, region, roleArn }: Located): NamedChangeSet => ({
  stack: configuration['StackName'] ?? '',
  name: configuration['ChangeSetName'] ?? '',
  accountId: roleArn?.split(':')[4] || where.accountId,
  region: region || where.region,
})

const changeSetKey = ({ accountId, region, stack, name }: NamedChangeSet): string =>
  [accountId, region, stack, name].join()

/**
 * The actions behind the approval, up to the next one that asks, which may do more than to execute these change sets: all
 * but tests. An action that makes one of them again is among them; so is one whose change set is only known once it runs.
 * Null if the pipeline does not declare the approval.
 */
export const othersBehind = (
  where: StageAction,
  stages: readonly DeclaredStage[],
  waiting: readonly NamedChangeSet[],
): string[] | null => {
  const keys = new Set(waiting.map(changeSetKey))
  const isHarmless = (action: DeclaredAction): boolean => {
    if (HARMLESS.has(action.category)) return true
    const mode = modeOf(action)
    const named = changeSetNamed(where, action)
    return mode !== null && isPlain(named) && keys.has(changeSetKey(named)) === (mode === 'CHANGE_SET_EXECUTE')
  }
  const actions = behind(where, stages)
  if (!actions) return null
  return actions.filter(({ action }) => !isHarmless(action)).map(({ stage, action }) => `${stage}/${action.action}`)
}

const HARMLESS: ReadonlySet<string> = new Set(['Approval', 'Test'])

/** The names of stacks and of change sets ("CreateChangeSet", CloudFormation API reference). */
const PLAIN_NAME = /^[A-Za-z][-A-Za-z0-9]*$/

/** A variable such as `#{Build.Stack}`, and an ARN, may name the same change set in other words. */
const isPlain = ({ stack, name }: NamedChangeSet): boolean => PLAIN_NAME.test(stack) && PLAIN_NAME.test(name)

interface PlacedAction {
  stage: string
  action: DeclaredAction
}

/**
 * In the order in which they run; null if the approval is not among the declared actions. What runs beside an approval does
 * not wait for it.
 */
const behind = ({ stage, action }: StageAction, stages: readonly DeclaredStage[]): PlacedAction[] | null => {
  const here = stages.findIndex((one) => one.stage === stage)
  const approval = stages[here]?.actions.find(({ action: name }) => name === action)
  if (!approval) return null
  const steps = stages.slice(here).flatMap((one, index) => {
    const orders = [...new Set(one.actions.map(({ runOrder }) => runOrder))].sort((a, b) => a - b)
    return orders
      .filter((order) => index > 0 || order > approval.runOrder)
      .map((order) =>
        one.actions.filter(({ runOrder }) => runOrder === order).map((each) => ({ stage: one.stage, action: each })),
      )
  })
  const asks = steps.findIndex((step) => step.some((one) => one.action.category === 'Approval'))
  return steps.slice(0, asks < 0 ? undefined : asks + 1).flat()
}
