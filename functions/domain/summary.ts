import type { Approval } from './approval.ts'
import { deciders, votesFor } from './approval.ts'
import type { Verdict } from './policy.ts'
import { shortened } from './shortened.ts'
import { oneLine } from './visible-text.ts'

/** PutApprovalResult takes at most this many characters ("ApprovalResult", CodePipeline API reference). */
const RESULT_SUMMARY_LIMIT = 512

/**
 * The summary for AWS, which otherwise knows only the bot's role: who decided, with their Slack user IDs, and why; and
 * who overrode the freeze. The same approval always gives the same text, so that our verdict is recognized afterwards.
 *
 * @example "Approved in Slack by Dana Ross (U0DANA): checked on staging. Glass broken by Eli Brandt (U0ELI): shop is
 * down. Greenlight 3f9ac2d1"
 */
export const summaryOf = (approval: Approval, verdict: Verdict): string => {
  const end = `. Greenlight ${approval.id.slice(0, 8)}`
  if (verdict === 'Approved' && approval.approvedBy)
    return `Approved automatically by autoApprove of greenlight.yml${end}`
  const votes = deciders(approval, verdict)
  const override = verdict === 'Approved' ? approval.override : null
  const begin = `${verdict} in Slack by `
  const broken = override ? `${GLASS}${nameWithId(override, LONGEST_NAME)}` : ''
  const room = RESULT_SUMMARY_LIMIT - begin.length - broken.length - end.length
  // Names matter more than comments: names get their room first, IDs always.
  const share = Math.floor(room / votes.length) - BETWEEN.length
  const people = votes.map((vote) => {
    const absent = votesFor(approval, vote)
    return absent
      ? `${nameWithId(vote, Math.floor(share / 2))} for ${nameWithId(absent, Math.floor(share / 2) - ' for '.length)}`
      : nameWithId(vote, share)
  })
  const left = room - people.join(BETWEEN).length
  const said = votes.filter(({ comment }) => comment).length + (override ? 1 : 0)
  const perComment = Math.floor(left / said) - ': '.length
  const voices = votes.map(({ comment }, index) => people[index]! + commentClause(comment, perComment))
  const reason = override ? commentClause(override.reason, perComment) : ''
  return `${begin}${shortened(voices.join(BETWEEN), room)}${broken}${reason}${end}`
}

const nameWithId = ({ name, userId }: { name: string; userId: string }, room: number): string =>
  `${shortened(oneLine(name), Math.min(LONGEST_NAME, room - userId.length - ' ()'.length))} (${userId})`.trim()

const commentClause = (comment: string, room: number): string => {
  const said = shortened(oneLine(comment), room)
  return said && `: ${said}`
}

const GLASS = '. Glass broken by '
const BETWEEN = '; '
const LONGEST_NAME = 60
