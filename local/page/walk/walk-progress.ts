import type { ActionView, ExecutionView, Snapshot } from '../contract.ts'
import type { Requests } from '../requests.ts'

/** What the walk remembers between snapshots, and in the browser between visits. */
export interface WalkMemory {
  /** Workspace time at which the walk began; what happened before does not count. */
  startedAt: number
  done: StepId[]
  /** Presses in Slack: by whom, and when in workspace time. */
  presses: { userId: string; at: number }[]
  /** Approvals decided in the AWS console, see {@link approvalKey}. */
  inConsole: string[]
}

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
  },
  {
    id: 'approve',
    title: 'Approve',
    hint: 'Two approvals are required: approve as Dana, a release manager, then as an engineer who did not write the change.',
  },
  { id: 'deploy', title: 'Watch the deployment', hint: 'The message and the pipeline follow until the app is live.' },
  {
    id: 'rollback',
    title: 'See one rolled back',
    hint: 'Push a change that breaks the app (the arrow beside the button) and approve it: the version before is live again.',
  },
  { id: 'reject', title: 'Reject the next one', hint: 'Push again, then press Reject in Slack and give a reason.' },
  {
    id: 'console',
    title: 'Decide one in the AWS console',
    hint: 'Push again and decide at the pipeline, without Slack: the message closes by itself.',
  },
] as const

export type StepId = (typeof STEPS)[number]['id']

/** The steps that this machine can show: where it cannot run the app, the app cannot break. */
export const stepsOn = ({ notRun }: Pick<Snapshot, 'notRun'>) =>
  STEPS.filter(({ id }) => id !== 'rollback' || notRun.length === 0)

export const newWalk = (now: number): WalkMemory => ({ startedAt: now, done: [], presses: [], inConsole: [] })

type Sign = (memory: WalkMemory, snapshot: Snapshot) => boolean

const SIGNS: Partial<Record<StepId, Sign>> = {
  arrive: (memory, snapshot) =>
    memory.done.includes('push') &&
    approvals(snapshot).some(({ action }) => action.approval) &&
    appMessages(snapshot).some(({ blocks, at }) => at >= memory.startedAt && hasButtons(blocks)),
  refused: (memory, snapshot) =>
    appMessages(snapshot).some(({ onlyFor, at }) =>
      // The page's time runs a moment apart from the server's.
      memory.presses.some((press) => press.userId === onlyFor && at >= press.at - 2000),
    ),
  approve: (memory, snapshot) => decidedInSlack(memory, snapshot, 'Succeeded').length > 0,
  deploy: (memory, snapshot) =>
    decidedInSlack(memory, snapshot, 'Succeeded').some(({ execution }) => execution.status === 'Succeeded'),
  rollback: (memory, snapshot) =>
    decidedInSlack(memory, snapshot, 'Succeeded').some(({ execution }) => execution.status === 'Failed'),
  reject: (memory, snapshot) => decidedInSlack(memory, snapshot, 'Failed').length > 0,
}

/** Ticks every step that the snapshot shows as done. A ticked step stays ticked; unchanged memory is the same object. */
export const observe = (memory: WalkMemory, snapshot: Snapshot): WalkMemory => {
  const fresh = STEPS.filter(({ id }) => !memory.done.includes(id) && SIGNS[id]?.(memory, snapshot)).map(({ id }) => id)
  return fresh.length === 0 ? memory : { ...memory, done: [...memory.done, ...fresh] }
}

/**
 * Remembers what the visitor asks for, before it is answered: the workspace may show the effect ahead of the answer.
 * `snapshot` is the one that the visitor sees.
 */
export const noteAsked = <Path extends keyof Requests>(
  memory: WalkMemory,
  path: Path,
  body: Requests[Path],
  snapshot: Snapshot,
  now: number,
): WalkMemory => {
  if (path === '/local/slack/click' && 'userId' in body) {
    return { ...memory, presses: [...memory.presses, { userId: body.userId, at: now }] }
  }
  if (path === '/local/console/decide' && 'token' in body) {
    const decided = approvals(snapshot).filter(({ action }) => action.approval?.token === body.token)
    return { ...memory, inConsole: [...memory.inConsole, ...decided.map(({ key }) => key)] }
  }
  return memory
}

const TICKED_BY: Partial<Record<keyof Requests, StepId>> = {
  '/local/push': 'push',
  '/local/console/decide': 'console',
}

/** Ticks what a request that succeeded is by itself. */
export const noteDone = (memory: WalkMemory, path: keyof Requests): WalkMemory => {
  const step = TICKED_BY[path]
  return step === undefined || memory.done.includes(step) ? memory : { ...memory, done: [...memory.done, step] }
}

const decidedInSlack = (memory: WalkMemory, snapshot: Snapshot, status: 'Succeeded' | 'Failed') =>
  approvals(snapshot).filter(
    ({ action, key }) =>
      action.status === status &&
      action.endedAt !== null &&
      action.endedAt >= memory.startedAt &&
      !memory.inConsole.includes(key),
  )

const approvals = (snapshot: Snapshot): { execution: ExecutionView; action: ActionView; key: string }[] =>
  snapshot.pipelines.flatMap(({ executions }) =>
    executions.flatMap((execution) =>
      execution.stages.flatMap((stage) =>
        stage.actions
          .filter(({ category }) => category === 'Approval')
          .map((action) => ({ execution, action, key: `${execution.id}/${stage.name}/${action.name}` })),
      ),
    ),
  )

const appMessages = (snapshot: Snapshot) =>
  snapshot.channels.flatMap(({ messages }) => messages.filter(({ isApp }) => isApp))

const hasButtons = (blocks: unknown[]): boolean =>
  blocks.some((block) => typeof block === 'object' && block !== null && 'type' in block && block.type === 'actions')
