import type { KnownBlock } from '@slack/types'
import type { Approval } from '../domain/approval.ts'
import { deciders } from '../domain/approval.ts'
import type { Verdict } from '../domain/policy.ts'
import { shortId } from '../domain/revision.ts'
import type { ApprovalCard } from '../ports/cards.ts'
import { approvalButtons, newerButtons } from './approval-buttons.ts'
import { approversBlock, mayBeMet, stillNeeded, whyNobody } from './approvers-block.ts'
import {
  bold,
  context,
  cut,
  escaped,
  header,
  link,
  mrkdwnMoment,
  paragraph,
  quote,
  richText,
  text,
  utc,
} from './block-kit.ts'
import { changeBlock, newerBlock } from './change-blocks.ts'
import type { Detail } from './detail.ts'
import { fitting } from './detail.ts'
import { frozenOf, frozenWords, glassParts, glassWords } from './freeze-parts.ts'
import { settledHeadline, settledLines, votersParts } from './settled-approval.ts'
import { policyBlock } from './blocker-lines.ts'
import { endedBy, namedRevision, namesOf, startedBy } from './wording.ts'

export interface SlackMessage {
  text: string
  blocks: KnownBlock[]
}

interface Place {
  pipeline: string
  environment: string
}

/**
 * The approval as everybody in its channel sees it: a question while it waits, a record afterwards. Without `mentions`
 * people are told by name or by number, so that nobody is pinged.
 */
export const approvalMessage = (card: ApprovalCard, { mentions = true } = {}): SlackMessage => {
  const { approval, route } = card
  const place = { pipeline: approval.where.pipeline, environment: route?.environment ?? approval.where.stage }
  const headline = headlineOf(approval, place)
  const blocks = fitting(
    (detail) =>
      [
        header(headline),
        glassBlock(approval, detail),
        answerBlock(approval, detail),
        changeBlock(approval.change, place.environment, detail),
        ...(approval.state.name === 'waiting' ? waitingBlocks(card, place, detail) : []),
        requestBlock(approval),
        approval.problem ? paragraph(bold('It is stuck. '), text(cut(approval.problem, 400))) : null,
        contextBlock(card),
        ...approvalButtons(card, place),
      ].filter((block) => block !== null),
    mentions,
  )
  return { text: escaped(cut(summary(card, headline), LONGEST_SUMMARY)), blocks }
}

const waitingBlocks = (card: ApprovalCard, place: Place, detail: Detail): (KnownBlock | null)[] => [
  approversBlock(card.approval, detail),
  policyBlock(card.approval, detail),
  newerBlock(card.approval),
  ...newerButtons(card, place),
]

/** What was done past a freeze stays in sight for good. */
const glassBlock = ({ override, state }: Approval, detail: Detail): KnownBlock | null =>
  override &&
  paragraph(
    ...glassParts(override, detail),
    ...(state.name === 'waiting'
      ? [text(`\nThe freeze (${cut(override.frozen.name, 60)}) does not hold for this approval. Its rules still do.`)]
      : []),
  )

/** The first line answers what is asked of its reader. */
const headlineOf = (approval: Approval, place: Place): string => {
  const { state } = approval
  const where = `${place.pipeline} to ${place.environment}`
  switch (state.name) {
    case 'waiting':
      return `Release ${where}?`
    case 'deciding':
      return `${DECIDING[state.verdict]}: ${where}`
    case 'settled':
      return settledHeadline(approval, state.outcome, place)
  }
}

const DECIDING = { Approved: 'Approving', Rejected: 'Rejecting' } as const

/** The answer, once there is one. */
const answerBlock = (approval: Approval, detail: Detail): KnownBlock | null => {
  const { state } = approval
  switch (state.name) {
    case 'waiting':
      return null
    case 'deciding':
      return paragraph(
        bold(`${state.verdict} by `),
        ...votersParts(deciders(approval, state.verdict), detail),
        text(`\n${DECIDING[state.verdict]}… AWS CodePipeline is being told.`),
      )
    case 'settled':
      return paragraph(...settledLines(approval, state.outcome, state.at, detail))
  }
}

/** chat.update takes 4,000 characters, and a character that must be escaped takes up to five. */
const LONGEST_SUMMARY = 750

/** All that a phone's notification or a screen reader tells, so it stands alone. */
const summary = ({ approval }: ApprovalCard, headline: string): string => {
  const { state, change, override } = approval
  const [revision] = change.revisions
  const what = revision ? `${namedRevision(revision)}${revision.author ? ` by ${cut(revision.author, 60)}` : ''}.` : ''
  const broken = override ? glassWords(override) : ''
  switch (state.name) {
    case 'waiting':
      return sentences(headline, broken, what, neededBy(approval), `Expires ${utc(approval.expiresAt)}.`)
    case 'deciding':
      return sentences(`${headline}.`, what, saidBy(approval, state.verdict), broken)
    case 'settled': {
      const { outcome } = state
      const how = outcome.how === 'slack' ? saidBy(approval, outcome.verdict) : `It was ${endedBy(outcome)}.`
      return sentences(`${headline}.`, what, how, broken)
    }
  }
}

const sentences = (...all: string[]): string => all.filter(Boolean).join(' ')

const neededBy = (approval: Approval): string => {
  const { resolvedPolicy } = approval
  const why = whyNobody(resolvedPolicy)
  if (!resolvedPolicy || why) return resolvedPolicy?.policy.consoleOnly ? `${why!.title}${why!.words}` : NOBODY
  const frozen = frozenOf(approval)
  if (frozen) return frozenWords(frozen)
  return mayBeMet(resolvedPolicy.policy) ? stillNeeded(approval, 'Needs') : NOBODY
}

const NOBODY = 'Nobody may approve it in Slack.'

/** "Rejected by Eli: not today." One comment is told, the message has them all. */
const saidBy = (approval: Approval, verdict: Verdict): string => {
  const votes = deciders(approval, verdict)
  const comment = votes.find(({ comment }) => comment)?.comment
  return votes.length === 0 ? '' : `${verdict} by ${namesOf(votes)}${comment ? `: ${cut(comment, 150)}` : ''}.`
}

/** What the pipeline's author wrote at the approval action. */
const requestBlock = (approval: Approval): KnownBlock | null => {
  const { request, state } = approval
  const customData = request.customData && withShortIds(request.customData, approval)
  const { reviewUrl } = request
  if (state.name === 'settled' || (!customData && !reviewUrl)) return null
  return richText(
    quote(
      ...(customData ? [text(cut(customData, 1_000))] : []),
      ...(customData && reviewUrl ? [text('  ')] : []),
      ...(reviewUrl ? [link('Review link', reviewUrl)] : []),
    ),
  )
}

/** Pipelines are told to put the commit and the execution in; nobody reads forty digits. */
const withShortIds = (customData: string, { executionId, change }: Approval): string =>
  change.revisions
    .filter(({ id }) => id.length > 12)
    .reduce(
      (shorter, revision) => shorter.replaceAll(revision.id, shortId(revision)),
      customData.replaceAll(executionId, executionId.slice(0, 8)),
    )

const contextBlock = ({ approval, accountName }: ApprovalCard): KnownBlock => {
  const { where, starter, change, state, expiresAt, requestedAt } = approval
  const account = accountName === where.accountId ? `account ${where.accountId}` : `${accountName} (${where.accountId})`
  const moment = state.name === 'settled' ? `Asked ${mrkdwnMoment(requestedAt)}` : `Expires ${mrkdwnMoment(expiresAt)}`
  const facts = [
    startedBy(starter, change.revisions[0]?.author ?? null),
    `${where.pipeline} › ${where.stage} › ${where.action}`,
    `${cut(account, 80)}, ${where.region}`,
  ]
  return context(facts.join(' · '), { mrkdwn: moment })
}
