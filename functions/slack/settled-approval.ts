import type { RichTextBlock } from '@slack/types'
import type { Approval } from '../domain/approval.ts'
import type { Outcome } from '../domain/outcome.ts'
import { deciders, isByRule, votesFor } from '../domain/approval.ts'
import type { Vote } from '../domain/policy.ts'
import { countOf } from './approver-lines.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment, richText, section } from './block-kit.ts'
import { causeElements } from './cause-lines.ts'
import { failureOf } from './deployment-end.ts'
import { commentParts } from './comment-parts.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { endOf } from './end-of-approval.ts'
import { facts } from './facts.ts'
import { formFor, roughDuration } from './language.ts'
import { listOfPeople, voterParts } from './people-parts.ts'
import { pastPolicyParts } from './past-policy-parts.ts'
import { say } from './sentence.ts'
import { serviceOf } from './target.ts'
import { withWarning } from './with-warning.ts'
import { ENDED } from './words/approval-words.ts'

/** What became of the deployment, why it failed, who decided and their comments: a line each. */
export const decisionBlock = (approval: Approval, detail: Detail): RichTextBlock | null => {
  if (approval.state.name === 'waiting') return null
  const failure = failureOf(approval)
  return richText(
    ...deploymentLines(approval).map((line) => section(...line)),
    ...(failure ? causeElements(failure, { room: detail.words * 3, log: failure.cause?.log ?? null }) : []),
    ...decisionLines(approval, detail).map((line) => section(...line)),
  )
}

/** Who decided, when, and their comments. */
export const decisionLines = (approval: Approval, detail: Detail): Inline[][] => {
  const { state } = approval
  switch (state.name) {
    case 'waiting':
      return []
    case 'deciding': {
      const votes = deciders(approval, state.verdict)
      return [
        say(ENDED.deciding, {
          people: isByRule(approval, state.verdict) ? say(ENDED.rule) : votersParts(approval, votes, detail),
          service: serviceOf(approval),
        }),
        ...commentLines(approval, votes, detail),
      ]
    }
    case 'settled': {
      const took = roughDuration(state.at - approval.requestedAt)
      return endLines(approval, state.outcome, took, detail).filter(({ length }) => length > 0)
    }
  }
}

const endLines = (approval: Approval, outcome: Outcome, duration: string, detail: Detail): Inline[][] => {
  const { end, people } = endOf(approval, outcome)
  const service = serviceOf(approval)
  switch (outcome.how) {
    case 'slack': {
      const votes = deciders(approval, outcome.verdict)
      const comments = commentLines(approval, votes, detail)
      // The author looks for the reason first.
      if (end === 'rejected' && votes.length === 1 && comments.length === 1)
        return [facts(comments[0]!, say(ENDED.later, { duration }))]
      const who = say(ENDED[end], {
        people: isByRule(approval, outcome.verdict) ? say(ENDED.rule) : votersParts(approval, votes, detail),
        duration,
        service,
      })
      return end === 'rejected' ? [...comments, who] : [who, ...comments]
    }
    case 'console':
      return [
        withWarning(pastPolicyParts(approval, detail)),
        say(ENDED[end], { people, duration, service }),
        quoted(outcome.summary),
      ]
    case 'stopped':
      return [say(ENDED[end], { people, duration, service }), quoted(outcome.reason)]
    case 'expired': {
      const count = countOf(approval)
      return [count ? say(ENDED.expiredOf, { ...count, duration, service }) : say(ENDED.expired, { duration, service })]
    }
    case 'pipeline-edited':
      return [say(outcome.isDeleted ? ENDED.deleted : ENDED.canceled, { duration })]
    case 'unknown':
      if (outcome.isOutOfReach) return [say(ENDED.outOfReach, { duration })]
      if (!outcome.status) return [say(ENDED.untold, { service })]
      return [
        say(ENDED.unknown, { duration, service }),
        say(ENDED.status, { service, status: cut(outcome.status, 60) }),
      ]
  }
}

/** The comment in AWS. */
const quoted = (words: string | null): Inline[] => (words ? say(ENDED.quote, { words: cut(words, 300) }) : [])

const votersParts = (approval: Approval, votes: readonly Vote[], detail: Detail): Inline[] => {
  const { shown, rest } = firstOf(votes, detail.people)
  return shown.length === 0
    ? say(ENDED.unknownPeople)
    : listOfPeople(
        shown.map((vote) => voterParts(vote, votesFor(approval, vote), detail)),
        rest,
        'conjunction',
      )
}

/** Each comment on a line of its own. */
const commentLines = (approval: Approval, votes: readonly Vote[], detail: Detail): Inline[][] => {
  const form = approval.resolvedPolicy?.policy.comment
  const { shown, rest } = firstOf(
    votes.filter(({ comment }) => comment),
    detail.people,
  )
  return [
    ...shown.map((vote) =>
      say(ENDED.comment, {
        person: voterParts(vote, votesFor(approval, vote), detail),
        comment: commentParts(vote.comment, form, detail.words),
      }),
    ),
    ...(rest > 0 ? [say(formFor(ENDED.moreComments, rest), { count: String(rest) })] : []),
  ]
}

/** When the deployment ended, and what is live since then; empty while it runs. */
export const deploymentLines = (approval: Approval): Inline[][] => {
  const { deployment, state } = approval
  if (!deployment || deployment.name === 'running' || state.name !== 'settled') return []
  const took = roughDuration(deployment.at - state.at)
  if (deployment.name === 'live')
    return [say(ENDED.live, { since: moment(deployment.at, ENDED.since), duration: took })]
  const version = failureOf(approval)?.liveAgain
  const ended = { at: moment(deployment.at, ENDED.at), duration: took }
  if ('rejectedIn' in deployment && deployment.rejectedIn !== undefined)
    return [say(ENDED.rejectedIn, { ...ended, action: cut(deployment.rejectedIn, 100) })]
  return version ? [say(ENDED.rolledBack, { version }), say(ENDED.failed, ended)] : [say(ENDED.ended, ended)]
}
