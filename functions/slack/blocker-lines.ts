import type { KnownBlock } from '@slack/types'
import type { Approval, ResolvedPolicy } from '../domain/approval.ts'
import { aimOf } from '../domain/act.ts'
import type { Unidentified } from '../domain/policy.ts'
import { mayBeMet, nobodyIsTrusted, whyNobody } from './approvers-block.ts'
import type { Inline } from './block-kit.ts'
import { bold, cut, moment, richText, section, text, user } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { breakGlassParts, frozenOf, frozenParts } from './freeze-parts.ts'
import { peopleParts, personPart } from './people-parts.ts'
import { inWords } from './wording.ts'

type Line = (approval: Approval, resolvedPolicy: ResolvedPolicy, detail: Detail) => Inline[]

/** What stands in the way of those who are needed, or has changed for them: one line each, empty where it has not. */
export const policyBlock = (approval: Approval, detail: Detail): KnownBlock | null => {
  const { resolvedPolicy } = approval
  if (!resolvedPolicy || whyNobody(resolvedPolicy)) return null
  const lines = LINES.map((line) => line(approval, resolvedPolicy, detail)).filter((parts) => parts.length > 0)
  return lines.length > 0 ? richText(...lines.map((parts) => section(...parts))) : null
}

const INSTEAD = 'It can be rejected here, or decided in the AWS console.'

const frozen: Line = (approval, { policy }, detail) => {
  const now = frozenOf(approval)
  return now ? [...frozenParts(now), text('. '), ...breakGlassParts(policy.breakGlass, detail)] : []
}

const escalated: Line = ({ escalatedAt }, { timing }, detail) => {
  const people = timing.escalate?.people ?? []
  if (escalatedAt === null || people.length === 0) return []
  return [
    bold('Escalated '),
    moment(escalatedAt),
    text(': '),
    ...peopleParts(people, detail, 'and'),
    text(' may stand in for anybody missing.'),
  ]
}

const unidentified: Line = (_, { policy }) => {
  if (policy.unidentified.length === 0) return []
  const whom = namedUnidentified(policy.unidentified)
  return nobodyIsTrusted(policy)
    ? [
        bold('Nobody may approve this in Slack: '),
        text(`nobody here is known for ${whom}, who may not approve their own change. ${INSTEAD} `),
        text('Naming them under “people” in greenlight.yml opens it.'),
      ]
    : [text(`Nobody in Slack is known for ${whom}, so nothing keeps them from approving their own change.`)]
}

const impossible: Line = (_, { policy }) =>
  mayBeMet(policy) || nobodyIsTrusted(policy)
    ? []
    : [bold('Too few people may approve this'), text(`, so its rules cannot be met. ${INSTEAD}`)]

const forbidden: Line = (_, { policy }, { mentions, asked }) => {
  const approvers = new Set(policy.rules.flatMap(({ people }) => people))
  const apart = policy.forbidden.filter(
    ({ userId }, index, all) => approvers.has(userId) && all.findIndex((one) => one.userId === userId) === index,
  )
  if (apart.length === 0 || !mentions) return []
  const { listed, rest } = firstOf(apart, asked, 'person', 'people')
  return [
    text('May not approve their own change: '),
    ...listed.flatMap(({ userId, because, revision }, index) => [
      ...(index > 0 ? [text(', ')] : []),
      user(userId),
      text(because === 'starter' ? ' (started it)' : revision ? ` (wrote ${cut(revision, 40)})` : ' (wrote it)'),
    ]),
    ...(rest ? [text(` ${rest}`)] : []),
  ]
}

const unread: Line = (_, { policy }, { words }) =>
  policy.unread.length === 0
    ? []
    : [
        bold('Not everybody is known who may approve: '),
        text(`${cut(policy.unread.join('; '), words)}. Greenlight asks again at every click, and every few minutes.`),
      ]

const deferred: Line = (approval, _, detail) => {
  const { listed, rest } = firstOf(approval.deferredClicks, detail.people, 'click')
  if (listed.length === 0) return []
  return [
    bold('Being checked: '),
    ...listed.flatMap((note, index) => [
      ...(index > 0 ? [text(', ')] : []),
      personPart(note.who, detail),
      text(`’s ${NOUN[aimOf(note.act)]}`),
    ]),
    ...(rest ? [text(` ${rest}`)] : []),
    text('. Slack is slow to say who is who.'),
  ]
}

/** First what all are kept by, then what single people are. */
const LINES: readonly Line[] = [frozen, unidentified, impossible, unread, escalated, deferred, forbidden]

/** What somebody did, as it is called where it is theirs: "your approval". */
export const NOUN: Record<ReturnType<typeof aimOf>, string> = {
  Approved: 'approval',
  Rejected: 'rejection',
  vote: 'vote',
  withdraw: 'withdrawal',
  'break-glass': 'breaking of the glass',
  'take-newer': 'choice of the newer change',
}

/** "whoever wrote b01d7aa (Ben Okafor) and whoever started it" */
export const namedUnidentified = (all: readonly Unidentified[]): string => {
  const named = all.slice(0, 3).map(({ because, name, revision }) => {
    const who =
      because === 'starter' ? 'whoever started it' : `whoever wrote ${cut(revision ?? 'the earlier changes', 40)}`
    return name ? `${who} (${cut(name, 60)})` : who
  })
  const rest = all.length - named.length
  return inWords([...named, ...(rest > 0 ? [`${rest} more`] : [])])
}
