import type { KnownBlock, RichTextBlock } from '@slack/types'
import type { Approval } from '../domain/approval.ts'
import { pushedBy, shortId } from '../domain/revision.ts'
import type { ApprovalCard } from '../ports/cards.ts'
import { automaticRuleOf } from '../domain/approval.ts'
import { heldAhead } from '../domain/approval-in-pipeline.ts'
import { automaticLine } from './automatic-line.ts'
import { approvalButtons, newerButtons } from './approval-buttons.ts'
import { approvalText } from './approval-text.ts'
import { countOf, groupLines, whyNoApprover } from './approver-lines.ts'
import { blockerLines } from './blocker-lines.ts'
import type { Inline } from './block-kit.ts'
import { context, cut, header, link, moment, paragraph, quote, richText, section, text } from './block-kit.ts'
import { changeBlock, changeWarnings } from './change-blocks.ts'
import type { Detail } from './detail.ts'
import { fitting } from './detail.ts'
import { evidenceLines } from './evidence-lines.ts'
import { facts } from './facts.ts'
import { laterLine } from './later-line.ts'
import { freezeInForce, freezeParts, overriddenParts, overrideParts, reviewParts } from './freeze-parts.ts'
import { heldBehindParts } from './held-parts.ts'
import { headline } from './heading.ts'
import { plain, say } from './sentence.ts'
import { decisionBlock } from './settled-approval.ts'
import { steeringButtons } from './steering-buttons.ts'
import { environmentOf, targetOf } from './target.ts'
import { withWarning } from './with-warning.ts'
import { accountWords, startedBy } from './wording.ts'
import { CHANGES, COUNT, NEWS } from './words/approval-words.ts'
import { FREEZE } from './words/shared-words.ts'

export interface SlackMessage {
  text: string
  blocks: KnownBlock[]
  /** The same in older blocks, for a Slack that does not know all of those. */
  plainer?: KnownBlock[]
}

/**
 * The approval as everyone in its channel sees it: a request while it waits, its history afterwards. Without `mentions`
 * people are given by name or by number, so that no one is notified. Where something is wrong, the last line says which
 * `version` of Greenlight wrote it.
 */
export const approvalMessage = (
  card: ApprovalCard,
  {
    mentions = true,
    muted = [],
    version,
  }: { mentions?: boolean; muted?: readonly string[]; version?: string | undefined } = {},
): SlackMessage => {
  const { approval, route } = card
  const target = targetOf(approval, route)
  const isWaiting = approval.state.name === 'waiting'
  const held = heldAhead(approval)
  const blocks = fitting(
    (detail) =>
      [
        header(headline(approval, target)),
        isWaiting ? waitingBlock(approval, { ...detail, muted }) : decisionBlock(approval, detail),
        overrideBlock(approval, detail),
        isWaiting ? lines(blockerLines(approval, detail)) : null,
        changeBlock(approval, environmentOf(approval, route), detail, route?.tickets),
        isWaiting ? lines(evidenceLines(approval)) : null,
        isWaiting ? lines(changeWarnings(approval)) : null,
        ...newerButtons(card, target),
        held ? paragraph(...withWarning(heldBehindParts(held, detail))) : null,
        ...steeringButtons(card.steering ?? []),
        requestBlock(approval),
        approval.problem ? paragraph(...say(NEWS.stuck, { problem: cut(approval.problem, 400) })) : null,
        ...approvalButtons(card, target),
        approvalDetails(card, version),
      ].filter((block) => block !== null),
    mentions,
  )
  return { text: approvalText(card, target), blocks }
}

const lines = (all: Inline[][]): RichTextBlock | null =>
  all.length > 0 ? richText(...all.map((line) => section(...line))) : null

/** What matters first: the active freeze, how many approvals there are and until when, and who is missing. */
const waitingBlock = (approval: Approval, detail: Detail): RichTextBlock | null => {
  const { resolvedPolicy, expiresAt } = approval
  const count = countOf(approval)
  const automatic = automaticLine(approval, detail)
  const freeze = freezeInForce(approval)
  const override = freeze && resolvedPolicy ? overrideParts(resolvedPolicy.policy.breakGlass, detail) : []
  const first = [
    ...(freeze ? [[...freezeParts(freeze), text(' '), ...override]] : []),
    ...(automatic.length > 0 ? [automatic] : []),
  ]
  if (!resolvedPolicy || !count) {
    const why = automaticRuleOf(approval) ? [] : [whyNoApprover(resolvedPolicy) ?? []]
    return lines([...(automatic.length > 0 ? first : []), ...why, [moment(expiresAt, COUNT.expiresAlone)]])
  }
  const later = laterLine(approval)
  return lines([
    ...first,
    ...(later.length > 0 ? [later] : []),
    facts(say(COUNT.approved, count), [moment(expiresAt, COUNT.expires)]),
    ...groupLines(approval, resolvedPolicy, detail),
  ])
}

/** An override of a freeze stays visible. */
const overrideBlock = ({ override, state }: Approval, detail: Detail): RichTextBlock | null =>
  override &&
  lines([
    withWarning(overriddenParts(override, detail)),
    ...(state.name === 'waiting' ? [say(FREEZE.rulesHold)] : []),
    ...[reviewParts(override, detail)].filter(({ length }) => length > 0),
  ])

/** What the pipeline's author wrote at the approval action. */
const requestBlock = (approval: Approval): KnownBlock | null => {
  const { request, state } = approval
  const note = request.customData && withShortIds(request.customData, approval)
  const { reviewUrl } = request
  if (state.name === 'settled' || (!note && !reviewUrl)) return null
  return richText(
    quote(...facts(note ? [text(cut(note, 1_000))] : [], reviewUrl ? [link(CHANGES.review, reviewUrl)] : [])),
  )
}

/** The guides say to put the commit and the execution in; no one reads forty digits. */
const withShortIds = (customData: string, { executionId, change }: Approval): string =>
  change.revisions
    .filter(({ id }) => id.length > 12)
    .reduce(
      (shorter, revision) => shorter.replaceAll(revision.id, shortId(revision)),
      customData.replaceAll(executionId, executionId.slice(0, 8)),
    )

const approvalDetails = ({ approval, accountName }: ApprovalCard, version: string | undefined): KnownBlock => {
  const { where, starter, change } = approval
  const started = startedBy(starter, pushedBy(change))
  const words = [started, accountWords(accountName, where.accountId, where.region)]
  return context([...words, ...(approval.problem && version ? [plain(NEWS.version, { version })] : [])].join(' · '))
}
