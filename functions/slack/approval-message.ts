import type { KnownBlock, RichTextBlock } from '@slack/types'
import type { Approval } from '../domain/approval.ts'
import { deciders } from '../domain/approval.ts'
import type { RuleProgress, Vote } from '../domain/policy.ts'
import { rule } from '../domain/policy.ts'
import type { Revision } from '../domain/revision.ts'
import { compareUrl, shortId } from '../domain/revision.ts'
import type { ApprovalCard, Route } from '../flows/ports.ts'
import { approvalButtons } from './approval-buttons.ts'
import type { Inline } from './block-kit.ts'
import {
  bold,
  bullets,
  context,
  cut,
  escaped,
  header,
  link,
  moment,
  mrkdwn,
  mrkdwnMoment,
  paragraph,
  quote,
  richText,
  section,
  text,
  user,
  utc,
} from './block-kit.ts'
import { settledHeadline, settledLines } from './settled-approval.ts'
import { namedRevision, plural, startedBy } from './wording.ts'

export interface SlackMessage {
  text: string
  blocks: KnownBlock[]
}

/** The approval as everybody in its channel sees it: a question while it waits, a record afterwards. */
export const approvalMessage = (card: ApprovalCard): SlackMessage => {
  const { approval, route } = card
  const { state } = approval
  const place = { pipeline: approval.where.pipeline, environment: route?.environment ?? approval.where.stage }
  const headline =
    state.name === 'settled'
      ? settledHeadline(approval, state.outcome, place)
      : `Release ${place.pipeline} to ${place.environment}?`

  const blocks: (KnownBlock | null)[] = [
    header(headline),
    state.name === 'settled' ? paragraph(...settledLines(approval, state.outcome, state.at)) : null,
    changeBlock(approval, place.environment),
    state.name === 'settled' ? null : needsBlock(approval, route),
    state.name === 'waiting' ? newerBlock(approval) : null,
    requestBlock(approval),
    approval.problem ? paragraph(bold('It is stuck. '), text(cut(approval.problem, 400))) : null,
    state.name === 'deciding' ? mrkdwn(`${DECIDING[state.verdict]} AWS CodePipeline is being told.`) : null,
    contextBlock(card),
    ...approvalButtons(card, place),
  ]
  return { text: summary(card, headline), blocks: blocks.filter((block) => block !== null) }
}

const DECIDING = { Approved: '*Approving…*', Rejected: '*Rejecting…*' } as const

/** All that a phone's notification or a screen reader tells, so it stands alone. */
const summary = ({ approval, route }: ApprovalCard, headline: string): string => {
  const { state, change } = approval
  const revision = change.revisions[0]
  const what = revision ? ` ${namedRevision(revision)}${revision.author ? ` by ${cut(revision.author, 60)}` : ''}.` : ''
  if (state.name === 'settled') {
    const by =
      'verdict' in state.outcome && state.outcome.how === 'slack' ? deciders(approval, state.outcome.verdict) : []
    const names = by.map(({ name }) => cut(name, 60)).join(', ')
    return escaped(`${headline}.${what}${names ? ` ${by[0]!.verdict} by ${names}.` : ''}`)
  }
  if (state.name === 'deciding')
    return escaped(`${headline}${what} ${state.verdict === 'Approved' ? 'Approving…' : 'Rejecting…'}`)
  const needs = route ? needed(rule(route.policy, approval.votes).progress) : 'Nobody may approve it in Slack.'
  return escaped(`${headline}${what} ${needs} Expires ${utc(approval.expiresAt)}.`)
}

const needed = (progress: RuleProgress[]): string =>
  `Needs ${progress
    .filter(({ missing }) => missing > 0)
    .map(({ rule, missing }) => `${missing} of ${cut(rule.name, 60)}`)
    .join(' and ')}.`

// --- what would be released --------------------------------------------------------------------------------------

const changeBlock = ({ change }: Approval, environment: string): RichTextBlock => {
  const [current, ...others] = change.revisions
  if (!current) return paragraph(text('Its source tells nothing about what would be released.'))
  if (!change.since)
    return richText(
      section(bold(`The first release to ${environment} that is on record`)),
      bullets(...[current, ...others].map(revisionLine)),
    )

  const { released, releasedAt, included, more } = change.since
  const count = more ? `More than ${included.length} changes` : plural(included.length, 'change')
  const compare = compareUrl(released, current)
  const since: Inline[] = [
    bold(included.length === 0 ? 'The same revision as the last release' : `${count} since the last release`),
    text(', '),
    moment(releasedAt),
    ...(compare ? [text(' · '), link('Compare', compare)] : []),
  ]
  const lines = included.length === 0 ? [current] : included
  return richText(section(...since), bullets(...[...lines, ...others].map(revisionLine)))
}

export const revisionLine = (revision: Revision) => section(...revisionParts(revision))

export const revisionParts = (revision: Revision): Inline[] => [
  link(shortId(revision), revision.url, { code: true }),
  ...(revision.title ? [text(`  ${cut(revision.title, 120)}`)] : []),
  ...(revision.author ? [text(` · ${cut(revision.author, 60)}`)] : []),
]

// --- who is needed -----------------------------------------------------------------------------------------------

const needsBlock = (approval: Approval, route: Route | null): KnownBlock => {
  if (!route)
    return paragraph(
      bold('Nobody may approve this in Slack: '),
      text('no route in greenlight.yml matches it. It can be decided in the AWS console.'),
    )
  const { progress } = rule(route.policy, approval.votes)
  return richText(
    ...progress.map(({ rule, approvedBy, missing }) =>
      section(
        bold('Needs '),
        text(`${cut(rule.name, 60)} ${approvedBy.length} of ${rule.count}`),
        ...approvedBy.flatMap(voteParts),
        ...(missing === 0 ? [text(' · complete')] : []),
      ),
    ),
  )
}

export const voteParts = (vote: Vote): Inline[] => [
  text(' · ✓ '),
  user(vote.userId),
  text(' '),
  moment(vote.at, '{time}'),
  ...(vote.comment ? [text(` “${cut(vote.comment, 300)}”`)] : []),
]

const newerBlock = ({ newer }: Approval): KnownBlock | null => {
  if (!newer) return null
  const { revision, startedAt } = newer
  return paragraph(
    bold('⚠ A newer change is waiting behind this approval: '),
    ...(revision ? revisionParts(revision) : [text(`execution ${newer.executionId.slice(0, 8)}`)]),
    ...(startedAt ? [text(', '), moment(startedAt)] : []),
    text('. Approving releases the older one.'),
  )
}

// --- what the pipeline's author wrote, and the small print -----------------------------------------------------------

const requestBlock = ({ request, state }: Approval): KnownBlock | null => {
  const { customData, reviewUrl } = request
  if (state.name === 'settled' || (!customData && !reviewUrl)) return null
  return richText(
    quote(
      ...(customData ? [text(cut(customData, 1_000))] : []),
      ...(customData && reviewUrl ? [text('  ')] : []),
      ...(reviewUrl ? [link('Review link', reviewUrl)] : []),
    ),
  )
}

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
