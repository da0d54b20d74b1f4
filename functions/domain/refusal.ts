import type { CommentForm } from './comment.ts'
import type { Outcome } from './outcome.ts'
import type { Barrier, Unidentified, Verdict, Vote } from './policy.ts'

/** Why a person's click did not count: for the private answer and the audit record. */
export type Refusal =
  | Barrier
  | { because: 'no-route' }
  /** Their Slack account is deactivated. */
  | { because: 'deactivated' }
  /** They belong to another company's workspace and see the channel through Slack Connect. */
  | { because: 'stranger' }
  /** Slack did not describe the account. */
  | {
      because: 'unknown-person'
      why: string
      /** Another try gives the same. */
      isFinal?: true
    }
  /** The comment is not of the form that the route requires. */
  | { because: 'comment'; form: CommentForm }
  | { because: 'expired' }
  | { because: 'already-voted'; vote: Vote }
  /** `own`: when the person gave a vote that is part of this very verdict; missing if they did not. */
  | { because: 'already-deciding'; verdict: Verdict; own?: number }
  | { because: 'already-settled'; outcome: Outcome; at: number; own?: number }
  | { because: 'no-vote' }
  /** The time that they chose for the verdict does not count. */
  | ({ because: 'time' } & WrongTime)
  /** They did not choose the time for which the verdict waits. */
  | { because: 'no-time' }
  /** They clicked again before this click was recorded. */
  | { because: 'overtaken' }
  | { because: 'nothing-newer' }
  | { because: 'not-frozen' }
  /** It does not approve itself, or no longer. */
  | { because: 'not-automatic' }
  | { because: 'may-not-break-glass'; breakGlass: readonly string[] }
  /** An earlier override of this approval must be confirmed first. */
  | { because: 'unconfirmed-override'; by: { userId: string; name: string; at: number } }
  /** No override of this approval is to be confirmed. */
  | { because: 'nothing-to-confirm' }
  | { because: 'already-confirmed'; by: { userId: string; name: string; at: number } }
  /** They overrode the freeze themselves. */
  | { because: 'own-override' }
  | { because: 'not-a-reviewer'; reviewers: readonly string[] }
  /** Each reviewer may be the one who wrote or started it. */
  | { because: 'unidentified-review'; unidentified: readonly Unidentified[] }

/** Why a time does not count; `latest`: the last time that counts. Epoch milliseconds. */
export type WrongTime =
  /** The route does not let approvers choose a time. */
  | { why: 'not-offered' }
  | { why: 'past' }
  | { why: 'after-expiry'; latest: number }
  | { why: 'too-far'; latest: number }
