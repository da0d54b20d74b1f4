import type { CommentForm } from './comment.ts'
import type { Policy } from './policy.ts'
import type { DeploymentNotices } from './deployment-notices.ts'
import type { AutomaticRule } from './automatic-rule.ts'
import type { Calendar } from './calendar.ts'
import type { Window } from './window.ts'

export interface Route {
  /**
   * What of `match` is not known of the execution, so that the strictest of several routes was taken; missing if that
   * made no difference.
   */
  untold?: readonly string[]
  /** What people call the environment; null where the stages' names do. */
  environment: string | null
  approvers: readonly Approvers[]
  /** Alternatives, each a list of rules. Approvers meet `approvers` and one of these; empty: `approvers` alone. */
  anyOf: readonly (readonly Approvers[])[]
  /** Whether the rules are met one after the other. */
  order: 'any' | 'sequence'
  /** The approval approves itself by this rule; null if only people approve. */
  automatic: AutomaticRule | null
  /** Who may reject; empty if every approver may. */
  rejecters: readonly (Members & { name: string })[]
  /** Why this stage is decided in the AWS console only; null if Slack may decide. */
  consoleOnly: string | null
  forbid: readonly ('author' | 'starter')[]
  /** Whether an approval can be given if its author or starter has no known account in Slack. */
  whenUnidentified: 'refuse' | 'allow'
  freezes: readonly Window[]
  /** Calendars outside greenlight.yml that freeze as well. */
  calendars: readonly Calendar[]
  breakGlass: Members
  /** Who may do more in Slack than decide about approvals; no one where no one is named. */
  may: May
  /** How soon another person must confirm an override, and who; without people and groups, the approvers. Null for no review. */
  review: (Members & { within: number }) | null
  /** Delays in milliseconds; see Timing in domain/notice.ts. */
  remind: readonly number[]
  lastCall: number | null
  escalate: (Members & { after: number; channel: string | null }) | null
  quiet: readonly Window[]
  /** What leads to a request: the notification of the action's topic, or CodePipeline's events. */
  ask: readonly ('topic' | 'events')[]
  /** Whom a new request mentions. */
  notify: 'approvers' | 'direct' | 'none'
  /** Which ends of deployments people are told in threads. */
  deployments: DeploymentNotices
  /** Mentioned when a deployment failed. */
  onCall: Members
  /** What an approval in the AWS console is that Slack would have refused. */
  consoleApprovals: 'report' | 'allow'
  comment: 'none' | 'optional' | 'required'
  /** What an approval's comment must have; null if any will do. */
  commentForm: CommentForm | null
  /**
   * Who may stand in for an approver who is away: no one, other approvers of the route, or anyone of the workspace. Always
   * the person whom the approver has named.
   */
  standIns: 'none' | 'approvers' | 'anyone'
  /** How far ahead an approver may choose a time for the verdict, in milliseconds; null if they may not. */
  later: { within: number } | null
  /** Where the tickets in the titles of changes have their pages; missing if the route does not say. */
  tickets?: TicketPages
}

/** What a ticket looks like, as in CommentForm, and its page, with `{ticket}` in its place. */
export interface TicketPages {
  pattern: string
  url: string
}

export interface May {
  /** Set, lengthen and lift change freezes. */
  freeze: Members
  /** Have a failed stage run again. */
  retry: Members
  /** Roll a stage back to its last good execution. */
  rollback: Members
  /** Stop an execution. */
  stop: Members
  /** Hold a stage, and resume it. */
  hold: Members
  /** Start the pipeline. */
  release: Members
}

/** People as a configuration names them: Slack user IDs or e-mail addresses, and Slack user groups by ID. */
export interface Members {
  people: readonly string[]
  groups: readonly string[]
}

export const NO_MEMBERS: Members = { people: [], groups: [] }

export interface Approvers extends Members {
  name: string
  count: number
}

/** Every rule of the route, those of its alternatives last. */
export const rulesThrough = ({ approvers, anyOf }: Pick<Route, 'approvers' | 'anyOf'>): Approvers[] => [
  ...approvers,
  ...anyOf.flat(),
]

/**
 * The rules of each way to approve, by their index in `rulesThrough`. Only where there are alternatives, so that a policy
 * without them is stored and signed as before.
 */
export const waysThrough = ({ approvers, anyOf }: Pick<Route, 'approvers' | 'anyOf'>): Pick<Policy, 'ways'> => {
  if (anyOf.length === 0) return {}
  const always = [...approvers.keys()]
  const starts = anyOf.map((_, way) => approvers.length + anyOf.slice(0, way).flat().length)
  return { ways: anyOf.map((rules, way) => [...always, ...[...rules.keys()].map((index) => starts[way]! + index)]) }
}
