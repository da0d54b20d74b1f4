import type { DeferredClick } from './approval.ts'
import type { TypedCommand } from './command.ts'
import type { GateKind } from './gate.ts'
import type { OutsideWork } from './outside-work.ts'
import type { AccountRegion, ExecutionKey, StageAction } from './pipeline.ts'
import type { RefusedClick } from './queued-click.ts'
import { same } from './canonical.ts'
import type { SeveralAnswers } from './several.ts'
import type { ShowingLease } from './showing.ts'
import type { SteeringRequest } from './steering.ts'

/**
 * Work that follows from the stored state. Every effect may be performed twice, late, or by two functions at once: it
 * reads the table when it is performed, and carries only ids.
 */
export type Effect =
  /** A notification whose token CodePipeline did not show yet. */
  | { do: 'request-approval'; notification: ApprovalNotification }
  /** An approval action has started, by an event. CodePipeline has the rest. */
  | { do: 'find-approval'; action: StartedAction }
  /** Looks through the pipelines there for approvals whose events were lost. */
  | { do: 'look-for-approvals'; there: AccountRegion }
  /** The same for some of them. */
  | { do: 'look-into-pipelines'; there: AccountRegion; pipelines: readonly string[]; parallel: readonly string[] }
  /** Send the fixed verdict of an approval to CodePipeline. */
  | { do: 'settle-approval'; approval: string }
  /** Brings the approval's Slack message up to date. */
  | { do: 'show-approval'; approval: string; lease?: ShowingLease }
  /** Reads from CodePipeline how an approval stands that looks open. `unlessLookedAt`: not if that was done a moment ago. */
  | { do: 'check-approval'; approval: string; unlessLookedAt?: true }
  /** Stores a click that found many others writing, and weighs it. The queue alone has it until then. */
  | { do: 'take-click'; approval: string; click: DeferredClick }
  /** Records a click that was refused and found many others writing. The queue alone has it until then. */
  | { do: 'record-refusal'; approval: string; refused: RefusedClick }
  /** Weighs clicks that were deferred while Slack did not list the members of a group. */
  | { do: 'weigh-deferred-clicks'; approval: string }
  /** Sends the notices that are due in the approval's thread: a reminder, a last call, the outcome. */
  | { do: 'send-notices'; approval: string }
  /** Makes the notices that ask for the approval show what it is now. */
  | { do: 'show-notices'; approval: string }
  /** Puts the verdict on EventBridge. */
  | { do: 'announce-verdict'; approval: string }
  /** Moves the journal's entries into the table, each as an item of its own. */
  | { do: 'file-entries'; approval: string }
  | { do: 'show-execution'; execution: ExecutionKey; lease?: ShowingLease }
  /** `unlessLookedAt`: only if it was silent for long. */
  | { do: 'check-execution'; execution: ExecutionKey; unlessLookedAt?: true }
  /** Reads how a build or a deployment outside a pipeline stands. */
  | { do: 'check-outside'; execution: ExecutionKey; outside: OutsideWork }
  /** Marks the deployment that an action has created as one of a pipeline. `action`: its action execution ID. */
  | { do: 'claim-deployment'; execution: ExecutionKey; action: string }
  /** Makes the entries about skipped approvals items of the table. */
  | { do: 'file-skips'; execution: ExecutionKey }
  /** Asks the service that ran an action why it failed. `action`: its action execution ID. */
  | { do: 'explain-failure'; execution: ExecutionKey; action: string }
  /** Does what a person has typed. The queue alone has it until then. */
  | { do: 'take-command'; command: TypedCommand; seal: string }
  /** Sends the person the answer, as Slack takes it. The queue alone has it until then. */
  | { do: 'answer-command'; userId: string; responseUrl: string; message: string }
  /** Judges each of several approvals that a person has answered together. The queue alone has the answer until then. */
  | { do: 'answer-several'; answers: SeveralAnswers; seal: string }
  /**
   * Sends one person a private message, as Slack takes it: in that channel if they can see it there, else directly. `thread`: its
   * first message, if they clicked in a thread.
   */
  | { do: 'tell-person'; userId: string; channel: string | null; thread?: string; message: string }
  /** Brings the Home tabs of these people up to date. `opened`: when they opened it, if they just have. */
  | { do: 'show-homes'; users: readonly string[]; opened: number | null }
  /** Brings everything up to date that a freeze from Slack concerns. */
  | { do: 'tend-freeze'; freeze: string }
  /** Brings everything up to date that the absence of a person concerns. */
  | { do: 'tend-absence'; absence: string }
  /** Steers a pipeline, as a person has requested. The queue alone has it until then. */
  /** `answerTo`: where Slack takes the answer to a command; missing if a form was sent. */
  | { do: 'steer-pipeline'; request: SteeringRequest; seal: string; answerTo?: string }
  /** Sends a channel the numbers of a day or a week. */
  | { do: 'send-digest'; digest: string }
  /** Sends the notice of the execution's end in the thread of its status card. */
  | { do: 'tell-execution'; execution: ExecutionKey }

/** Whether both do the same work: the lease with which a message is shown makes no difference. */
export const isSameEffect = (one: Effect, other: Effect): boolean => same(withoutLease(one), withoutLease(other))

/** The effect for a function that acquires its own lease: the given lease was used. */
export const withoutLease = (effect: Effect): Effect => {
  if (!('lease' in effect)) return effect
  const { lease: _, ...rest } = effect
  return rest
}

/** The effect with a lease that was not used, for the function that gets it from the queue. */
export const handedOn = (effect: Effect): Effect =>
  'lease' in effect && effect.lease && effect.lease.turnAt === undefined
    ? { ...effect, lease: { ...effect.lease, isHandedOn: true } }
    : withoutLease(effect)

/** An effect in the queue, and how often it was put there. */
export interface Due {
  effect: Effect
  attempt: number
  /** Further effects of the same message, each at its first attempt. */
  beside?: readonly Effect[]
  /** Its first call of Slack has a turn that was kept for it. */
  hasTurn?: true
}

/** An approval action that waits, in its execution. */
export interface StartedAction {
  gate: GateKind
  where: StageAction
  executionId: string
}

/** What identifies an approval that waits, as its SNS topic or CodePipeline named it. */
export interface ApprovalNotification {
  /** The approval's id, made from account, Region and token. */
  id: string
  gate: GateKind
  /** What told of it. */
  told: 'topic' | 'events'
  where: StageAction
  token: string
  /** Epoch milliseconds. */
  expiresAt: number
}
