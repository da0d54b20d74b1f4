import type { Snapshot } from '../contract.ts'
import type { Requests } from '../requests.ts'
import { approvals } from './approval-actions.ts'
import type { StepId } from './walk-steps.ts'

/** The walk's memory between snapshots, and in the browser between visits. */
export interface WalkMemory {
  /** Workspace time at which the walk began; earlier events do not count. */
  startedAt: number
  done: StepId[]
  /** The newest push of the visitor: of what kind, and when in workspace time. */
  pushed: { kind: Requests['/local/push']['kind']; at: number } | null
  /** Clicks on Approve in Slack: by whom, and when in workspace time. */
  presses: { userId: string; at: number }[]
  /** Approvals decided in the AWS console, see approval-actions.ts. */
  inConsole: string[]
}

export const newWalk = (now: number): WalkMemory => ({
  startedAt: now,
  done: [],
  pushed: null,
  presses: [],
  inConsole: [],
})

/** The page's time differs slightly from the server's. */
const APART_MS = 2000

/** local/greenlight.yml: the freeze begins so long after the start. The clock has no more to show. */
const FREEZE_AFTER_MS = 12 * 3_600_000

type Sign = (memory: WalkMemory, snapshot: Snapshot) => boolean

const SIGNS: Partial<Record<StepId, Sign>> = {
  arrive: (memory, snapshot) =>
    memory.pushed !== null &&
    approvals(snapshot).some(
      ({ execution, action }) =>
        execution.startedAt >= memory.pushed!.at - APART_MS &&
        action.startedAt !== null &&
        appMessages(snapshot).some(({ blocks, at }) => at >= action.startedAt! - APART_MS && hasButtons(blocks)),
    ),
  refused: (memory, snapshot) =>
    appMessages(snapshot).some(({ onlyFor, at }) =>
      memory.presses.some((press) => press.userId === onlyFor && at >= press.at - APART_MS),
    ),
  approve: (memory, snapshot) => decidedInSlack(memory, snapshot, 'Succeeded').length > 0,
  deploy: (memory, snapshot) =>
    decidedInSlack(memory, snapshot, 'Succeeded').some(({ execution }) => execution.status === 'Succeeded'),
  rollback: (memory, snapshot) =>
    decidedInSlack(memory, snapshot, 'Succeeded').some(({ execution }) => execution.status === 'Failed'),
  reject: (memory, snapshot) => decidedInSlack(memory, snapshot, 'Failed').length > 0,
  clock: (_, { clockAheadMs }) => clockAheadMs >= FREEZE_AFTER_MS,
}

/**
 * Ticks every step that the snapshot shows as done. A ticked step stays ticked; unchanged memory is the same object.
 */
export const observe = (memory: WalkMemory, snapshot: Snapshot): WalkMemory => {
  const fresh = (Object.entries(SIGNS) as [StepId, Sign][])
    .filter(([id, sign]) => !memory.done.includes(id) && sign(memory, snapshot))
    .map(([id]) => id)
  return fresh.length === 0 ? memory : { ...memory, done: [...memory.done, ...fresh] }
}

/**
 * Remembers the visitor's request before its answer: the workspace may show the effect earlier. `snapshot` is the one
 * that the visitor sees.
 */
export const noteAsked = <Path extends keyof Requests>(
  memory: WalkMemory,
  path: Path,
  body: Requests[Path],
  snapshot: Snapshot,
  now: number,
): WalkMemory => {
  if (path === '/local/push' && 'kind' in body) return { ...memory, pushed: { kind: body.kind, at: now } }
  if (path === '/local/slack/click' && 'actionId' in body && body.actionId === 'approve') {
    return { ...memory, presses: [...memory.presses, { userId: body.userId, at: now }] }
  }
  // A click that opened a form was not refused; the private answer to the form is something else.
  if (path === '/local/slack/submit' && 'viewId' in body) {
    return { ...memory, presses: memory.presses.filter(({ userId }) => userId !== body.userId) }
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

/** Ticks the step that a successful request completes by itself. */
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

const appMessages = (snapshot: Snapshot) =>
  snapshot.channels.flatMap(({ messages }) => messages.filter(({ isApp }) => isApp))

const hasButtons = (blocks: unknown[]): boolean =>
  blocks.some((block) => typeof block === 'object' && block !== null && 'type' in block && block.type === 'actions')
