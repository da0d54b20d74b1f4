import type { Person } from './person.ts'
import type { Verdict } from './policy.ts'

/** What a person can do about an approval. */
export type Act =
  /** `notBefore`: the time that an approver chose for the verdict, in epoch milliseconds. */
  | { do: 'vote'; verdict: Verdict; comment: string; notBefore?: number }
  | { do: 'withdraw' }
  /** Overrides the freeze. The name is the one in stored records. */
  | { do: 'break-glass'; reason: string }
  /** Leaves the approval to people: it no longer approves itself. */
  | { do: 'stop-automatic' }
  /** Confirms another person's override of the freeze, afterwards. */
  | { do: 'confirm-override'; comment: string }
  /** Takes back the time that the person chose: their approval stands, for a verdict at once. */
  | { do: 'deploy-now' }
  /** Rejects this approval in favor of the newer execution that waits behind it. */
  | { do: 'take-newer' }

/** The person who acts, and where they clicked. */
export interface Actor extends Person {
  /** The Slack channel or "modal"; null if Slack did not say. */
  from: string | null
}

/** The part of an act that decides whether the person may: of a vote, its verdict. */
export const aimOf = (act: Act): Act['do'] | Verdict => (act.do === 'vote' ? act.verdict : act.do)
