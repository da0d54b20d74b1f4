import type { KnownBlock } from '@slack/types'
import type { Approval, ResolvedPolicy } from '../domain/approval.ts'
import type { Policy, RuleProgress, Vote } from '../domain/policy.ts'
import { canBeMet, rule, stillNeededPeople } from '../domain/policy.ts'
import type { Inline } from './block-kit.ts'
import { bold, cut, moment, paragraph, richText, section, text } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { mentionsOf, personPart } from './people-parts.ts'
import { inWords } from './wording.ts'

/** Who is needed, and who of them has approved already. */
export const approversBlock = ({ resolvedPolicy, votes }: Approval, detail: Detail): KnownBlock => {
  const why = whyNobody(resolvedPolicy)
  if (!resolvedPolicy || why) return paragraph(bold(why!.title), text(why!.words))
  const { policy } = resolvedPolicy
  const { progress } = rule(policy, votes)
  const { listed, rest } = firstOf(progress, detail.groups, 'group')
  return richText(
    ...listed.map((group) => section(...groupParts(group, helpersOf(policy, votes, progress, group), detail))),
    ...(rest ? [section(text(`${rest} of approvers`))] : []),
  )
}

interface Helpers {
  /** Those of the group. */
  own: string[]
  /** Those of another, for which somebody has approved who could then count for this one. */
  freeing: string[]
}

/** Whose approval would bring this one group further, while all others keep what they have. */
const helpersOf = (policy: Policy, votes: readonly Vote[], all: RuleProgress[], group: RuleProgress): Helpers => {
  if (group.missing === 0) return { own: [], freeing: [] }
  const rules = all.map((one) => (one === group ? one.rule : { ...one.rule, count: one.approvedBy.length }))
  const people = stillNeededPeople({ ...policy, rules }, votes)
  const members = new Set(group.rule.people)
  return {
    own: people.filter((userId) => members.has(userId)),
    freeing: people.filter((userId) => !members.has(userId)),
  }
}

interface Why {
  title: string
  words: string
}

const IN_CONSOLE = 'It can be decided in the AWS console.'

/** Why nobody at all may decide in Slack; null when somebody may. */
export const whyNobody = (resolvedPolicy: ResolvedPolicy | null): Why | null => {
  const title = 'Nobody may approve this in Slack: '
  if (!resolvedPolicy) return { title, words: `no route in greenlight.yml matches it. ${IN_CONSOLE}` }
  const { consoleOnly, rules } = resolvedPolicy.policy
  if (consoleOnly !== null)
    return { title: 'Decided in the AWS console only: ', words: sentence(cut(consoleOnly, 300)) }
  return rules.length === 0 ? { title, words: `its route in greenlight.yml names no approvers. ${IN_CONSOLE}` } : null
}

const sentence = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`)

/** Whether anybody may decide in Slack: at least stop it. */
export const somebodyMayDecide = ({ resolvedPolicy }: Approval): boolean => whyNobody(resolvedPolicy) === null

/** Somebody unidentified may be anybody: then nobody may approve. */
export const nobodyIsTrusted = ({ whenUnidentified, unidentified }: Policy): boolean =>
  whenUnidentified === 'refuse' && unidentified.length > 0

/** Whether enough people may approve, as far as is known; Slack may yet tell of more. */
export const mayBeMet = (policy: Policy): boolean =>
  !nobodyIsTrusted(policy) && (policy.unread.length > 0 || canBeMet(policy))

const groupParts = ({ rule, approvedBy, missing }: RuleProgress, helpers: Helpers, detail: Detail): Inline[] => {
  const { listed, rest } = firstOf(approvedBy, detail.people, 'approval')
  return [
    bold('Needs '),
    text(`${cut(rule.name, 60)} ${approvedBy.length} of ${rule.count}`),
    ...listed.flatMap((vote) => [text(' · ✓ '), ...voteParts(vote, detail)]),
    ...(rest ? [text(` · ${rest}`)] : []),
    ...(missing === 0 ? [text(' · complete')] : neededParts(helpers, missing, detail)),
  ]
}

/** "still needed: @dana or @eli", "still needed: 2 of @ana, @ben and 3 more · @eli can free somebody for it" */
const neededParts = ({ own, freeing }: Helpers, missing: number, { mentions, asked }: Detail): Inline[] => {
  if (!mentions) return []
  const isChoice = missing > 1 && missing < own.length
  const still = text(` · still needed: ${isChoice ? `${missing} of ` : ''}`)
  return [
    ...(own.length > 0 ? [still, ...mentionsOf(own, asked, missing === 1 ? 'or' : 'and')] : []),
    ...(freeing.length > 0
      ? [text(' · '), ...mentionsOf(freeing, asked, 'or'), text(' can free somebody for it')]
      : []),
  ]
}

const voteParts = (vote: Vote, detail: Detail): Inline[] => [
  personPart(vote, detail),
  text(' '),
  moment(vote.at, '{time}'),
  ...(vote.comment ? [text(` “${cut(vote.comment, detail.words)}”`)] : []),
]

/** "Needs 1 from release managers and 2 from engineers." Empty when nobody is. */
export const stillNeeded = ({ resolvedPolicy, votes }: Approval, begin: string): string => {
  const missing = resolvedPolicy ? rule(resolvedPolicy.policy, votes).progress.filter(({ missing }) => missing > 0) : []
  if (missing.length === 0) return ''
  const named = missing.slice(0, 4).map(({ rule, missing }) => `${missing} from ${cut(rule.name, 60)}`)
  const rest = missing.length - named.length
  return `${begin} ${inWords([...named, ...(rest > 0 ? [`${rest} more groups`] : [])])}.`
}
