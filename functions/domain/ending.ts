import type { Approval } from './approval.ts'
import type { Outcome } from './outcome.ts'
import type { Verdict } from './policy.ts'
import { nameFromArn } from './starter.ts'
import { summaryOf } from './summary.ts'
import { MINUTE } from './time-units.ts'

/** How AWS says an approval action ended, from its closing event or from its list of action executions. */
export interface Ending {
  status: 'succeeded' | 'failed' | 'abandoned' | 'canceled' | 'unknown'
  /** The status in CodePipeline's own word, where it is unknown. */
  statusText?: string
  at: number
  summary: string | null
  /** ARN of who answered, where AWS tells. */
  by: string | null
  /** Why the execution was stopped, where somebody wrote it. */
  stopReason: string | null
}

/** `expires` comes without seconds, so an approval may run out up to a minute around it. */
const EXPIRY_PRECISION = MINUTE

/** Reads an ending: was it our verdict, somebody in the console, the clock, a stop, or an edit? */
export const outcomeOf = (approval: Approval, ending: Ending): Outcome => {
  switch (ending.status) {
    case 'abandoned':
      return { how: 'stopped', by: ending.by && nameFromArn(ending.by), reason: ending.stopReason }
    case 'canceled':
      return { how: 'pipeline-edited' }
    case 'unknown':
      return { how: 'unknown', status: ending.statusText ?? '' }
    case 'succeeded':
      return answered(approval, 'Approved', ending)
    case 'failed':
      return hasExpired(approval, ending) ? { how: 'expired' } : answered(approval, 'Rejected', ending)
  }
}

/** True when the text on record is the one that only this approval's own verdict writes. */
export const isOurs = (approval: Approval, verdict: Verdict, summary: string | null): boolean =>
  approval.state.name !== 'waiting' && summary !== null && summary === summaryOf(approval, verdict)

const answered = (approval: Approval, verdict: Verdict, { summary, by }: Ending): Outcome =>
  isOurs(approval, verdict, summary)
    ? { how: 'slack', verdict }
    : { how: 'console', verdict, by: approverName(by, summary), summary: isAwsText(summary) ? null : summary || null }

/** With no summary given, AWS writes who answered: "Approved by arn:aws:sts::1:assumed-role/Console/dana". */
const AWS_TEXT = /^(?:Approved|Rejected) by (arn:\S+)$/

const isAwsText = (summary: string | null): boolean => AWS_TEXT.test(summary ?? '')

const approverName = (by: string | null, summary: string | null): string | null =>
  nameFromArn(by ?? AWS_TEXT.exec(summary ?? '')?.[1] ?? '')

const hasExpired = (approval: Approval, { at, by, summary }: Ending): boolean => {
  if (isOurs(approval, 'Rejected', summary)) return false
  if (approverName(by, summary)) return at >= approval.expiresAt + EXPIRY_PRECISION
  return at >= approval.expiresAt || (!summary && isNearExpiry(approval, at))
}

/** Whether an end at that moment may be the clock's or a person's: only who did it, if anybody, tells. */
export const isNearExpiry = ({ expiresAt }: Approval, at: number): boolean =>
  Math.abs(at - expiresAt) <= EXPIRY_PRECISION
