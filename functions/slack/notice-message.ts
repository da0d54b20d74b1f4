import type { Approval } from '../domain/approval.ts'
import type { Outcome } from '../domain/outcome.ts'
import { deciders } from '../domain/approval.ts'
import type { NoticeKind } from '../domain/notice.ts'
import type { NoticeCard } from '../ports/cards.ts'
import type { SlackMessage } from './approval-message.ts'
import { stillNeeded } from './approvers-block.ts'
import type { Inline } from './block-kit.ts'
import { bold, cut, link, moment, richText, section, spoken, text } from './block-kit.ts'
import { revisionParts } from './change-blocks.ts'
import { frozenOf, frozenParts, glassParts } from './freeze-parts.ts'
import { mentionsOf } from './people-parts.ts'
import { endedBy, namesOf, startedBy } from './wording.ts'

/** More than these are counted: nobody reads a list of fifty, and each is somebody's phone. */
const MOST_MENTIONED = 20

type Line = Inline[]
interface About extends NoticeCard {
  /** "shop-web to Production" */
  place: string
}

/** Something said once about an approval: in its thread, or in the channel that it was escalated to. */
export const noticeMessage = (card: NoticeCard): SlackMessage => {
  const { approval, route } = card
  const place = `${cut(approval.where.pipeline, 100)} to ${cut(route?.environment ?? approval.where.stage, 100)}`
  const lines = LINES[card.notice.kind]({ ...card, place })
    .map((line) => line.filter((part) => part.type !== 'text' || part.text !== ''))
    .filter((line) => line.length > 0)
  return {
    text: spoken(...lines.flatMap((line, index) => (index > 0 ? [text('\n'), ...line] : line))),
    blocks: [richText(...lines.map((line) => section(...line)))],
  }
}

/** Whom it is for, before what it says; nothing in quiet hours. */
const to = (mention: readonly string[]): Inline[] =>
  mention.length > 0 ? [...mentionsOf(mention, MOST_MENTIONED, 'and'), text(': ')] : []

const expires = ({ expiresAt }: Approval): Inline[] => [text('It expires '), moment(expiresAt), text('.')]

/** Nobody is asked to do what a freeze forbids. */
const frozenLine = (approval: Approval): Line => {
  const frozen = frozenOf(approval)
  return frozen && approval.state.name === 'waiting' ? [...frozenParts(frozen), text('.')] : []
}

const neededLine = (approval: Approval, after: Line = []): Line => {
  const still = stillNeeded(approval, 'Still needed:')
  return still ? [text(after.length > 0 ? `${still} ` : still), ...after] : after
}

const reminder = ({ approval, mention, place }: About): Line[] => [
  [...to(mention), text(`${place} still waits for an answer, asked `), moment(approval.requestedAt), text('.')],
  neededLine(approval, expires(approval)),
  frozenLine(approval),
]

const lastCall = ({ approval, mention, place }: About): Line[] => [
  [...to(mention), bold('Last call: '), text(`${place} expires `), moment(approval.expiresAt), text('.')],
  neededLine(approval, [text('Unanswered, CodePipeline rejects it.')]),
  frozenLine(approval),
]

const escalation = (about: About): Line[] => {
  const { approval, mention, notice, place } = about
  const since: Inline[] = [text('Too few have answered since '), moment(approval.requestedAt), text('. ')]
  const standIn: Inline[] = [text('Whoever is asked here may stand in for anybody missing.')]
  if (!notice.channel)
    return [
      [...to(mention), bold('Escalated: '), text(`${place} still waits.`)],
      [...since, ...(mention.length > 0 ? standIn : [])],
      neededLine(approval),
      frozenLine(approval),
    ]
  const [revision] = approval.change.revisions
  return [
    [...to(mention), bold(`Release ${place}? `), text('This was escalated to you.')],
    revision ? revisionParts(revision) : [],
    [...since, ...standIn],
    neededLine(approval, expires(approval)),
    frozenLine(approval),
    [link('Answer where it was asked', approval.showing.place?.link ?? null)],
  ]
}

const glassBroken = ({ approval, mention, place }: About): Line[] => {
  const { override } = approval
  if (!override) return []
  return [
    [...to(mention), ...glassParts(override, { mentions: false, words: 300 })],
    [
      text(`The freeze (${cut(override.frozen.name, 60)}) does not hold for ${place} any more; its rules still do. `),
      text(stillNeeded(approval, 'Still needed:')),
    ],
  ]
}

const outcome = ({ approval, mention, place }: About): Line[] => {
  const { state } = approval
  if (state.name !== 'settled') return []
  return [
    [...to(mention), bold(`${place} was ${endedBy(state.outcome)}${decidedBy(approval, state.outcome)}.`)],
    words(approval, state.outcome),
    [text(after(approval, state.outcome))],
  ]
}

const decidedBy = (approval: Approval, outcome: Outcome): string =>
  outcome.how === 'slack' ? ` by ${namesOf(deciders(approval, outcome.verdict)) || 'somebody'}` : ''

/** What was said with the verdict, by each who said something. */
const words = (approval: Approval, outcome: Outcome): Line => {
  if (outcome.how === 'console') return outcome.summary ? [text(`“${cut(outcome.summary, 300)}”`)] : []
  if (outcome.how === 'stopped') return outcome.reason ? [text(`“${cut(outcome.reason, 300)}”`)] : []
  if (outcome.how !== 'slack') return []
  const said = deciders(approval, outcome.verdict).filter(({ comment }) => comment)
  return said
    .slice(0, 5)
    .map((vote, index) => text(`${index > 0 ? ' · ' : ''}${namesOf([vote])}: “${cut(vote.comment, 300)}”`))
}

/** What comes next, and whose it was where nobody is pinged for it. */
const after = (approval: Approval, outcome: Outcome): string => {
  const isApproved = 'verdict' in outcome && outcome.verdict === 'Approved'
  const author = approval.change.revisions[0]?.author ?? null
  return `${startedBy(approval.starter, author)}. ${isApproved ? 'It goes on now.' : 'It does not go on.'}`
}

const LINES: Record<NoticeKind, (about: About) => Line[]> = {
  reminder,
  'last-call': lastCall,
  escalation,
  'glass-broken': glassBroken,
  outcome,
}
