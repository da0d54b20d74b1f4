import type { Approval } from './approval.ts'
import type { Outcome } from './outcome.ts'
import type { Verdict } from './policy.ts'
import { pastPolicy } from './past-policy.ts'
import { nameFromArn } from './starter.ts'
import { summaryOf } from './summary.ts'
import { MINUTE } from './time-units.ts'

/** How an approval action ended, from its closing event or from CodePipeline's list of action executions. */
export interface Ending {
  status: 'succeeded' | 'failed' | 'abandoned' | 'canceled' | 'deleted' | 'unknown'
  /** The status as CodePipeline names it, if it is unknown to us. */
  statusText?: string
  at: number
  summary: string | null
  /** ARN of the person who decided, if AWS has it. */
  by: string | null
  /** Why the execution was stopped, if the person gave a reason. */
  stopReason: string | null
  /** The Slack user ID of the person who decided; missing where it was not looked up. */
  userId?: string | null
  /** Missing if the execution was stopped in AWS, or not stopped. */
  stoppedInSlack?: StoppedInSlack | null
}

/** `by`: the person's name. `reason`: in their words. */
export interface StoppedInSlack {
  by: string | null
  reason: string | null
}

/** `expires` comes without seconds, so an approval may expire up to a minute before or after it. */
const EXPIRY_PRECISION = MINUTE

/** Reads an ending: our verdict, a person in the AWS console, expiry, a stop, or an edit of the pipeline. */
export const outcomeOf = (approval: Approval, ending: Ending): Outcome => {
  switch (ending.status) {
    case 'abandoned':
      if (ending.stoppedInSlack) return { how: 'stopped', inSlack: true, ...ending.stoppedInSlack }
      return { how: 'stopped', by: ending.by && nameFromArn(ending.by), reason: ending.stopReason }
    case 'canceled':
      return { how: 'pipeline-edited' }
    case 'deleted':
      return { how: 'pipeline-edited', isDeleted: true }
    case 'unknown':
      return { how: 'unknown', status: ending.statusText ?? '' }
    case 'succeeded':
      return answered(approval, 'Approved', ending)
    case 'failed':
      return hasExpired(approval, ending) ? { how: 'expired' } : answered(approval, 'Rejected', ending)
  }
}

const inConsole = (approval: Approval, verdict: Verdict, { at, userId = null, by, summary }: Ending): Outcome => {
  const past = verdict === 'Approved' ? pastPolicy(approval, userId, at) : null
  return {
    how: 'console',
    verdict,
    by: approverName(by, summary),
    summary: signerIn(summary) ? null : summary || null,
    ...(userId && { userId }),
    ...(past && { past }),
  }
}

/**
 * True if AWS has exactly the summary that this approval's own verdict writes. Who may decide in the AWS console can write it
 * too: the verdict is ours only if it is the one that a function has verified, which it does before it sends it.
 */
export const isOurs = (approval: Approval, verdict: Verdict, summary: string | null): boolean => {
  const { state } = approval
  const isSent = state.name === 'deciding' && state.verdict === verdict && state.isVerified === true
  return isSent && summary !== null && summary === summaryOf(approval, verdict)
}

const answered = (approval: Approval, verdict: Verdict, ending: Ending): Outcome =>
  isOurs(approval, verdict, ending.summary) ? { how: 'slack', verdict } : inConsole(approval, verdict, ending)

/** Without a summary, AWS writes who decided: "Approved by arn:aws:sts::1:assumed-role/Console/dana". */
const AWS_TEXT = /^(?:Approved|Rejected) by (arn:\S+)$/

const signerIn = (summary: string | null): string | null => (summary && AWS_TEXT.exec(summary)?.[1]) || null

/** The ARN of the person who decided, where AWS has it. */
export const signerOf = ({ by, summary }: Pick<Ending, 'by' | 'summary'>): string | null => by || signerIn(summary)

const approverName = (by: string | null, summary: string | null): string | null => {
  const arn = by || signerIn(summary)
  return arn && nameFromArn(arn)
}

const hasExpired = (approval: Approval, { at, by, summary }: Ending): boolean => {
  if (isOurs(approval, 'Rejected', summary)) return false
  if (approverName(by, summary)) return at >= approval.expiresAt + EXPIRY_PRECISION
  return at >= approval.expiresAt || (!summary && isNearExpiry(approval, at))
}

/**
 * Whether an end at that moment may be expiry or a person: only the name of a person, if there is one, tells them
 * apart.
 */
export const isNearExpiry = ({ expiresAt }: Approval, at: number): boolean =>
  Math.abs(at - expiresAt) <= EXPIRY_PRECISION
