import type { Snapshot } from '../contract.ts'
import { approvedUnderWay } from './approval-actions.ts'

/** `forOne`: it is done with an approval that waits. */
const STEPS = [
  { id: 'push', title: 'Push a commit', hint: 'It enters the pipeline as yours.' },
  {
    id: 'arrive',
    title: 'See the approval arrive',
    hint: 'When the pipeline reaches its approval action, Greenlight posts it in #releases.',
  },
  {
    id: 'refused',
    title: 'Be refused',
    hint: 'Switch to Finn, or to the author of the change, at the top right, and press Approve.',
    forOne: true,
  },
  {
    id: 'approve',
    title: 'Approve',
    hint: 'Two approvals are required: approve as Dana, a release manager, then as an engineer who did not write the change.',
    forOne: true,
  },
  { id: 'deploy', title: 'Watch the deployment', hint: 'The message and the pipeline follow until the app is live.' },
  {
    id: 'reject',
    title: 'Reject the next one',
    hint: 'Press Reject in Slack and give a reason.',
    forOne: true,
  },
  {
    id: 'console',
    title: 'Decide one in the AWS console',
    hint: 'Decide at the pipeline, without Slack: the message closes by itself.',
    forOne: true,
  },
  {
    id: 'clock',
    title: 'Move the clock',
    hint: 'After ten minutes Greenlight reminds the approvers, after half an hour it escalates, after twelve hours a change freeze begins, which Eli may override.',
    forOne: true,
  },
  {
    id: 'rollback',
    title: 'See one rolled back',
    hint: 'Push a change that breaks the app (the arrow beside the button) and approve it; in the change freeze, Eli overrides first. The version before is live again, and the thread tells Ana why.',
  },
] as const satisfies { id: string; title: string; hint: string; forOne?: true }[]

export type Step = (typeof STEPS)[number]
export type StepId = Step['id']

/** The steps that this machine can show: where it cannot run the app, the app cannot break. */
export const stepsOn = ({ notRun }: Pick<Snapshot, 'notRun'>): Step[] =>
  STEPS.filter(({ id }) => id !== 'rollback' || notRun.length === 0)

/**
 * The step to take now, undefined after the last: the deployment that the visitor has approved while it runs, and else the
 * first that can be done now.
 */
export const nextStep = (
  steps: readonly Step[],
  done: readonly StepId[],
  snapshot: Pick<Snapshot, 'pipelines'>,
): Step | undefined => {
  const open = steps.filter(({ id }) => !done.includes(id))
  const deploys = approvedUnderWay(snapshot).length > 0 && done.includes('approve')
  return open.find(({ id }) => id === 'deploy' && deploys) ?? open.find(({ id }) => id !== 'deploy') ?? open[0]
}

/** The number of the next step: one more than are done, in whatever order. */
export const numberOfNext = (steps: readonly Step[], done: readonly StepId[]): number =>
  steps.filter(({ id }) => done.includes(id)).length + 1
