import type { Approval } from './approval.ts'
import { deciders } from './approval.ts'
import type { Verdict } from './policy.ts'

/** PutApprovalResult takes at most this many characters ("ApprovalResult", CodePipeline API reference). */
const LIMIT = 512

/**
 * What goes on record in AWS, where the caller is only the bot's role: who decided, with their Slack user IDs, and why.
 * The same approval always gives the same text, so that an answer of ours is recognised afterwards.
 *
 * @example
 * "Approved in Slack by Dana Ross (U0DANA): checked on staging. Greenlight 3f9ac2"
 */
export const summaryOf = (approval: Approval, verdict: Verdict): string => {
  const voices = deciders(approval, verdict).map(
    ({ name, userId, comment }) => `${plain(name)} (${userId})${comment ? `: ${plain(comment)}` : ''}`,
  )
  const mark = `Greenlight ${approval.id.slice(0, 8)}`
  const text = `${verdict} in Slack by ${voices.join('; ')}`
  const room = LIMIT - mark.length - 2
  return `${text.length > room ? `${cut(text, room - 1)}…` : text}. ${mark}`
}

/** CodePipeline shows the summary on one line, and control characters have no business in a record. */
const plain = (text: string): string => text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()

/** Never in the middle of a surrogate pair. */
const cut = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
