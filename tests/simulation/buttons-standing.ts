import type { SteeringAim } from '../../functions/domain/steering.ts'
import type { Card } from '../../functions/ports/cards.ts'
import { PERMISSION } from './drawn-steering.ts'
import type { History } from './history.ts'
import type { Asked } from './ledger.ts'

/*
 * Which buttons that steer the pipeline may stand in a message, by what CodePipeline shows and by `may` of the routes.
 * Nothing of the functions' rules takes part.
 */

export type Aim = Pick<SteeringAim, 'act' | 'stage'>
type CardWithButtons = Extract<Card, { kind: 'approval' | 'execution' }>

const RUNS = ['STARTED', 'RESUMED', 'STOPPING']

/** What is wrong with the buttons of the card. `meant`: those that must stand, and no others. */
export const buttonProblems = (card: Card, executionId: string, meant: readonly Aim[]): string[] => {
  const aims = (card as CardWithButtons).steering ?? []
  const [there, wanted] = [aims.map(nameOf), meant.map(nameOf)]
  return [
    ...there.filter((one, at) => !wanted.includes(one) || there.indexOf(one) < at).map((one) => `${one} is offered`),
    ...wanted.filter((one) => !there.includes(one)).map((one) => `${one} is not offered`),
    ...aims.flatMap(({ act, execution }) =>
      execution.executionId === executionId ? [] : [`${act} is aimed at another execution`],
    ),
  ]
}

const nameOf = ({ act, stage }: Aim): string => `${act} of ${stage ?? 'the pipeline'}`

/** Under the status message of an execution. */
export const buttonsOfExecution = (history: History, executionId: string): Aim[] => {
  const { ledger, stateNow } = history
  const { overall, stages } = ledger.stateOf(executionId)
  const failed = overall === 'FAILED' ? [...stages.keys()].findLast((name) => stages.get(name) === 'FAILED') : undefined
  const isRolledBack = failed !== undefined && failed !== 'Source' && !isOnlyRefused(history, executionId, failed)
  const heldIn = (stateNow?.stageStates ?? []).filter(
    ({ inboundExecutions = [], inboundTransitionState }) =>
      inboundTransitionState?.enabled === false &&
      inboundExecutions.some(({ pipelineExecutionId }) => pipelineExecutionId === executionId),
  )
  return [
    ...(failed === undefined ? [] : [{ act: 'retry', stage: failed } as const]),
    ...(isRolledBack ? [{ act: 'rollback', stage: failed } as const] : []),
    ...(RUNS.includes(overall) ? [{ act: 'stop', stage: null } as const] : []),
    ...heldIn.map(({ stageName }) => ({ act: 'resume', stage: stageName }) as const),
    ...(RUNS.includes(overall) || overall === 'SUPERSEDED' ? [] : [{ act: 'release', stage: null } as const]),
  ].filter((aim) => isPermitted(history, aim))
}

/** Under the message of an approval that waits, or was given: the stage behind it takes nothing in. */
export const buttonsOfApproval = (history: History, { where }: Asked): Aim[] => {
  const { ledger, stateNow } = history
  const stages = stateNow?.stageStates ?? []
  const own = stages.findIndex(({ stageName }) => stageName === where.stage)
  const next = own < 0 ? undefined : stages[own + 1]
  return next?.inboundTransitionState?.enabled === false && !ledger.pipelineDeleted
    ? [{ act: 'resume', stage: next.stageName } as const].filter((aim) => isPermitted(history, aim))
    : []
}

/** Whether the routes let anyone do it. All have the same permissions. */
const isPermitted = ({ routes }: History, { act }: Aim): boolean =>
  routes.length > 0 &&
  routes.every(({ may }) => may[PERMISSION[act]].people.length + may[PERMISSION[act]].groups.length > 0)

/** Nothing was deployed in that stage that could be rolled back: an approval of it was rejected, or its time ended. */
const isOnlyRefused = ({ ledger }: History, executionId: string, stage: string): boolean => {
  const runs = [...ledger.stateOf(executionId).newestRuns].filter(([name]) => name.startsWith(`${stage}/`))
  const failed = runs.filter(([, { state }]) => state === 'FAILED')
  return failed.length > 0 && failed.every(([, { category }]) => category === 'Approval')
}
