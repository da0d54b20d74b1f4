import type { Approval, ResolvedPolicy, SlowPart } from '../domain/approval.ts'
import { automaticRuleOf } from '../domain/approval.ts'
import { aimOf } from '../domain/act.ts'
import { ownEntry } from '../own-entry.ts'
import type { Policy, Unidentified } from '../domain/policy.ts'
import { judge, noneIsTrusted } from '../domain/policy.ts'
import { isDecidedHere, mayBeMet, standIns, whyNoApprover } from './approver-lines.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment, text } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { freezeInForce } from './freeze-parts.ts'
import { formFor, listed, listedParts } from './language.ts'
import type { Named } from './people-parts.ts'
import { peopleParts, personPart } from './people-parts.ts'
import { plain, say } from './sentence.ts'
import { ACT_OF, GROUP, NEWS, SETTING_WORDS, UNKNOWN } from './words/approval-words.ts'

type Line = (approval: Approval, resolvedPolicy: ResolvedPolicy, detail: Detail) => Inline[]

interface Clicked {
  who: Named
  aim: keyof typeof ACT_OF
}

/** What blocks the missing approvals, or has changed for them: one line each. Where Slack decides nothing: what was not sent. */
export const blockerLines = (approval: Approval, detail: Detail): Inline[][] => [
  ...blockersOfAll(approval, detail),
  ...otherBlockers(approval, detail),
]

/** Those of them that concern every approver. */
export const blockersOfAll = (approval: Approval, detail: Detail): Inline[][] => blockersAmong(OF_ALL, approval, detail)

export const otherBlockers = (approval: Approval, detail: Detail): Inline[][] =>
  blockersAmong(OF_SOME, approval, detail)

const blockersAmong = (lines: readonly Line[], approval: Approval, detail: Detail): Inline[][] => {
  const { resolvedPolicy } = approval
  if (!resolvedPolicy) return []
  const isDecided = isDecidedHere(approval) || automaticRuleOf(approval) !== null
  return lines
    .filter((line) => isDecided || line === verdictNotSent)
    .map((line) => line(approval, resolvedPolicy, detail))
    .filter((parts) => parts.length > 0)
}

const unidentified: Line = (_, { policy }) => {
  if (policy.unidentified.length === 0 || policy.rules.length === 0) return []
  const unknown = unknownWords(policy.unidentified)
  return noneIsTrusted(policy)
    ? say(NEWS.cannotApprove, { unknown, instead: whatHelps(policy.unidentified), reject: rejectHere(policy) })
    : say(NEWS.mayApproveOwn, { unknown })
}

const tooFew: Line = (_, { policy }) =>
  policy.rules.length === 0 || mayBeMet(policy) || noneIsTrusted(policy)
    ? []
    : say(NEWS.tooFew, { groups: listed(shortGroups(policy), 'conjunction'), reject: rejectHere(policy) })

/** Where every approver may reject. */
const rejectHere = (policy: Policy): string => (policy.rejecters ? '' : NEWS.reject)

/** "engineers can give 0 of 1", for each group that cannot be complete even when every approver approves. */
const shortGroups = (policy: Policy): string[] => {
  const everyone = [...new Set(policy.rules.flatMap(({ people }) => people))]
  const votes = everyone.map((userId) => ({ userId, name: '', verdict: 'Approved' as const, comment: '', at: 0 }))
  const short = judge(policy, votes).progress.filter(({ missing }) => missing > 0)
  const { shown, rest } = firstOf(short, 3)
  const named = shown.map(({ rule: { name, count }, approvedBy }) =>
    plain(NEWS.tooFewIn, { group: cut(name, 60), possible: String(approvedBy.length), required: String(count) }),
  )
  return rest > 0 ? [...named, plain(formFor(GROUP.more, rest), { count: String(rest) })] : named
}

const settingWord = (setting: string): string => ownEntry(SETTING_WORDS, setting) ?? setting

const untold: Line = (_, { policy }) =>
  policy.untold ? say(NEWS.untold, { settings: listed(policy.untold.map(settingWord), 'conjunction') }) : []

const rejecters: Line = (_, { policy }) =>
  policy.rejecters ? say(NEWS.rejecters, { groups: rejecterWords(policy.rejecters.map(({ name }) => name)) }) : []

/** "security or release managers". */
export const rejecterWords = (names: readonly string[]): string => {
  const { shown, rest } = firstOf(names, MOST_UNKNOWN)
  const more = rest > 0 ? [plain(formFor(GROUP.more, rest), { count: String(rest) })] : []
  return listed([...shown.map((name) => cut(name, 60)), ...more], 'disjunction')
}

const unread: Line = (_, { policy }, { words }) =>
  policy.unread.length === 0 ? [] : say(NEWS.unread, { clauses: cut(policy.unread.join('; '), words) })

const standInLine: Line = (approval, _, detail) => {
  const people = standIns(approval)
  const { escalatedAt } = approval
  if (escalatedAt === null || people.length === 0) return []
  return say(NEWS[freezeInForce(approval) ? 'escalatedInFreeze' : 'escalated'], {
    at: moment(escalatedAt, NEWS.at),
    people: peopleParts(people, detail, 'conjunction'),
  })
}

/** What people did, as far as there is room; empty if they did nothing. */
const actsOf = (clicks: readonly Clicked[], detail: Detail): Inline[] => {
  const { shown, rest } = firstOf(clicks, detail.people)
  const acts = shown.map(({ who, aim }) => say(ACT_OF[aim], { person: personPart(who, detail) }))
  const more = rest > 0 ? [say(formFor(NEWS.moreClicks, rest), { count: String(rest) })] : []
  return listedParts([...acts, ...more], 'conjunction', (words) => [text(words)]).flat()
}

const checking =
  (part: SlowPart): Line =>
  ({ deferredClicks }, _, detail) => {
    const slow = deferredClicks.filter(({ waitsFor = 'slack' }) => waitsFor === part)
    const clicks = slow.map(({ who, act }) => ({ who, aim: aimOf(act) }))
    return clicks.length === 0 ? [] : say(NEWS.checking[part], { acts: actsOf(clicks, detail) })
  }

const verdictNotSent: Line = ({ notSent }, resolvedPolicy) => {
  if (notSent === undefined) return []
  const again = whyNoApprover(resolvedPolicy) ? [] : [text(' '), ...say(NEWS.decideAgain)]
  return [...say(NEWS.notSent, { because: cut(notSent, 200) }), ...again]
}

/** Votes from before votes were signed, of people who have not voted since. */
const unsigned: Line = ({ unsignedVotes = [], votes }, _, detail) => {
  const old = unsignedVotes.filter(({ userId }) => !votes.some((vote) => vote.userId === userId))
  const clicks = old.map((vote) => ({ who: vote, aim: vote.verdict }))
  return clicks.length === 0 ? [] : say(formFor(NEWS.unsigned, clicks.length), { acts: actsOf(clicks, detail) })
}

const OF_ALL: readonly Line[] = [verdictNotSent, unidentified, tooFew]

const OF_SOME: readonly Line[] = [
  untold,
  rejecters,
  unread,
  standInLine,
  unsigned,
  checking('slack'),
  checking('kms'),
  checking('others'),
]

const MOST_UNKNOWN = 3

/** Who is not known: a sentence for each. */
export const unknownWords = (all: readonly Unidentified[]): string => {
  const { shown, rest } = firstOf(all, MOST_UNKNOWN)
  const more = rest > 0 ? [plain(formFor(UNKNOWN.more, rest), { count: String(rest) })] : []
  return [...shown.map(unknownSentence), ...more].join(' ')
}

const unknownSentence = ({ because, name, revision }: Unidentified): string => {
  const person = cut(name ?? '', 60).trim()
  const change = cut(revision ?? '', 40).trim()
  if (because === 'starter') return person ? plain(UNKNOWN.starter, { name: person }) : plain(UNKNOWN.namelessStarter)
  if (person)
    return change
      ? plain(UNKNOWN.author, { name: person, revision: change })
      : plain(UNKNOWN.authorOfEarlier, { name: person })
  return change ? plain(UNKNOWN.nameless, { revision: change }) : plain(UNKNOWN.notListed)
}

/** What lets the approval be given. */
export const whatHelps = (all: readonly Unidentified[]): string =>
  all.every(({ name }) => name !== null) ? UNKNOWN.nameThem : UNKNOWN.unnamed
