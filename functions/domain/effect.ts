import type { GateKind } from './gate.ts'
import type { ExecutionKey, StageAction } from './pipeline.ts'
import { same } from './canonical.ts'
import type { ShowingLease } from './showing.ts'

/**
 * Work that follows from stored truth. Every effect may be performed twice, late, or by two at once: what it does is
 * computed from the table when it is performed, never from what it carries.
 */
export type Effect =
  /** A notification whose token CodePipeline did not show yet. */
  | { do: 'request-approval'; notification: ApprovalNotification }
  /** Send the fixed verdict of an approval to CodePipeline. */
  | { do: 'settle-approval'; approval: string }
  /** Make the approval's Slack message show the truth. */
  | { do: 'show-approval'; approval: string; lease?: ShowingLease }
  /** Ask CodePipeline what became of an approval that looks open. */
  | { do: 'check-approval'; approval: string }
  /** Weigh clicks that were noted while Slack did not say who is in which group. */
  | { do: 'weigh-deferred-clicks'; approval: string }
  /** Say in the approval's thread what is due: a reminder, a last call, the outcome. */
  | { do: 'send-notices'; approval: string }
  /** Put the verdict on EventBridge. */
  | { do: 'announce-verdict'; approval: string }
  /** Move the journal's entries into the table, each as an item of its own. */
  | { do: 'file-entries'; approval: string }
  | { do: 'show-execution'; execution: ExecutionKey; lease?: ShowingLease }
  | { do: 'check-execution'; execution: ExecutionKey }

/** Whether both do the same: by which lease a message is shown makes no difference. */
export const isSameEffect = (one: Effect, other: Effect): boolean => same(withoutLease(one), withoutLease(other))

/** The effect as a function performs it that took no lease for it: the lease was used. */
export const withoutLease = (effect: Effect): Effect => {
  if (!('lease' in effect)) return effect
  const { lease: _, ...rest } = effect
  return rest
}

/** The effect with a lease that was not used, for the function that the queue hands it to. */
export const handedOn = (effect: Effect): Effect =>
  'lease' in effect && effect.lease ? { ...effect, lease: { ...effect.lease, isHandedOn: true } } : effect

/** An effect in the queue, and how often it was put there. */
export interface Due {
  effect: Effect
  attempt: number
}

/** An approval action's notification, as its SNS topic delivered it. */
export interface ApprovalNotification {
  /** The approval's id, made from account, Region and token. */
  id: string
  gate: GateKind
  where: StageAction
  token: string
  expiresAt: number
  customData: string | null
  reviewUrl: string | null
}
