import type { Approval, FailedBeside } from './approval.ts'
import { isOpen } from './approval.ts'
import { same } from './canonical.ts'
import type { ExecutionAhead } from './execution.ts'
import type { HeldStage } from './held-stage.ts'
import { touched } from './showing.ts'

/* What the pipeline around an approval does, as far as its message says it. */

/** Whether its stage has more than approvals, as far as is known: what is approved is deployed there. */
export const deploysHere = ({ change, where }: Approval): boolean => change.into.includes(where.stage)

/** The held stage that keeps what is approved, or would be, from its deployment; null if no stage does. */
export const heldAhead = (approval: Approval): HeldStage | null => {
  const { state, held = null } = approval
  return state.name === 'waiting' || deploysLater(approval) ? held : null
}

/** The execution that is in the stage where what is approved would be deployed next; null if it waits behind none. */
export const executionAhead = (approval: Approval): ExecutionAhead | null =>
  deploysLater(approval) ? (approval.behind ?? null) : null

/** It is approved, and a later stage deploys it. */
const deploysLater = (approval: Approval): boolean => {
  const { deployment } = approval
  return deployment?.name === 'running' && !deployment.waitsFor?.length && !deploysHere(approval)
}

/** What a function reads of the pipeline around it; missing where there is nothing. */
type Around = 'held' | 'behind' | 'failedBeside' | 'isStopping'

/** With what was read now: the message says it from then on. */
const withRead = <P extends Around>(
  approval: Approval,
  part: P,
  read: NonNullable<Approval[P]> | null,
  now: number,
): Approval => {
  if (same(approval[part] ?? null, read)) return approval
  const { [part]: _, ...rest } = approval
  return { ...(rest as Approval), ...(read && { [part]: read }), showing: touched(approval.showing, now) }
}

export const withHeld = (approval: Approval, held: HeldStage | null, now: number): Approval =>
  withRead(approval, 'held', held, now)

export const withBehind = (approval: Approval, behind: ExecutionAhead | null, now: number): Approval =>
  withRead(approval, 'behind', behind, now)

/** The message says it while the approval is open, as of a stop. */
export const withFailedBeside = (approval: Approval, failed: FailedBeside | null, now: number): Approval =>
  isOpen(approval) ? withRead(approval, 'failedBeside', failed, now) : approval

export const withStopping = (approval: Approval, isStopping: boolean, now: number): Approval =>
  isOpen(approval) ? withRead(approval, 'isStopping', isStopping || null, now) : approval

/** More approval actions of the stage are known. */
export const besideOthers = (approval: Approval, others: readonly string[], now: number): Approval => {
  const all = [...new Set([...approval.otherApprovals, ...others])].sort()
  return same(all, [...approval.otherApprovals].sort())
    ? approval
    : { ...approval, otherApprovals: all, showing: touched(approval.showing, now) }
}

/** Its stage goes on with other actions, or has ended. */
export const wentOn = (approval: Approval, now: number): Approval => {
  const { mayAskMore, ...known } = approval
  return mayAskMore ? { ...known, showing: touched(approval.showing, now) } : approval
}
