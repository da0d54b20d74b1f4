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
  const votes = deciders(approval, verdict)
  const begin = `${verdict} in Slack by `
  const end = `. Greenlight ${approval.id.slice(0, 8)}`
  const room = LIMIT - begin.length - end.length
  // Who decided matters more than what they said: names have their room first, IDs always.
  const share = Math.floor(room / votes.length) - BETWEEN.length
  const people = votes.map(({ name, userId }) => {
    const shown = shortened(plain(name), Math.min(LONGEST_NAME, share - userId.length - ' ()'.length))
    return `${shown} (${userId})`.trim()
  })
  const left = room - people.join(BETWEEN).length
  const perComment = Math.floor(left / votes.filter(({ comment }) => comment).length) - ': '.length
  const voices = votes.map(({ comment }, index) => {
    const said = shortened(plain(comment), perComment)
    return said ? `${people[index]!}: ${said}` : people[index]!
  })
  return `${begin}${shortened(voices.join(BETWEEN), room)}${end}`
}

const BETWEEN = '; '
const LONGEST_NAME = 60

/** CodePipeline shows the summary on one line, and control characters have no business in a record. */
const plain = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()

/** Never in the middle of a surrogate pair; nothing where there is no room. */
const shortened = (text: string, length: number): string => {
  if (text.length <= length) return text
  return length < 2 ? '' : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
