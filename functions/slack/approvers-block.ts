import type { KnownBlock } from '@slack/types'
import type { Approval, Standing } from '../domain/approval.ts'
import type { Policy, RuleProgress, Vote } from '../domain/policy.ts'
import { canBeMet, rule, stillNeededPeople } from '../domain/policy.ts'
import type { Inline } from './block-kit.ts'
import { bold, cut, moment, paragraph, richText, section, text } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { mentionsOf, personPart } from './people-parts.ts'
import { inWords } from './wording.ts'

/** Who is needed, and who of them has approved already. */
export const approversBlock = ({ standing, votes }: Approval, detail: Detail): KnownBlock => {
  const why = whyNobody(standing)
  if (!standing || why) return paragraph(bold(why!.title), text(why!.words))
  const { policy } = standing
  const { progress } = rule(policy, votes)
  const needed = new Set(stillNeededPeople(policy, votes))
  const missing = progress.filter(({ missing }) => missing > 0)
  const inMissing = new Set(missing.flatMap(({ rule }) => rule.people))
  // They help by freeing somebody, who then counts here.
  const freeing = [...needed].filter((userId) => !inMissing.has(userId))
  const { listed, rest } = firstOf(progress, detail.groups, 'group')
  return richText(
    ...listed.map((group) => {
      const people = group.rule.people.filter((userId) => needed.has(userId))
      return section(...groupParts(group, group === missing[0] ? [...people, ...freeing] : people, detail))
    }),
    ...(rest ? [section(text(`${rest} of approvers`))] : []),
  )
}

interface Why {
  title: string
  words: string
}

const IN_CONSOLE = 'It can be decided in the AWS console.'

/** Why nobody at all may decide in Slack; null when somebody may. */
export const whyNobody = (standing: Standing | null): Why | null => {
  const title = 'Nobody may approve this in Slack: '
  if (!standing) return { title, words: `no route in greenlight.yml matches it. ${IN_CONSOLE}` }
  const { consoleOnly, rules } = standing.policy
  if (consoleOnly !== null)
    return { title: 'Decided in the AWS console only: ', words: sentence(cut(consoleOnly, 300)) }
  return rules.length === 0 ? { title, words: `its route in greenlight.yml names no approvers. ${IN_CONSOLE}` } : null
}

const sentence = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`)

/** Whether anybody may decide in Slack: at least stop it. */
export const somebodyMayDecide = ({ standing }: Approval): boolean => whyNobody(standing) === null

/** Somebody unidentified may be anybody: then nobody may approve. */
export const nobodyIsTrusted = ({ whenUnidentified, unidentified }: Policy): boolean =>
  whenUnidentified === 'refuse' && unidentified.length > 0

/** Whether enough people may approve, as far as is known; Slack may yet tell of more. */
export const mayBeMet = (policy: Policy): boolean =>
  !nobodyIsTrusted(policy) && (policy.unread.length > 0 || canBeMet(policy))

const groupParts = ({ rule, approvedBy, missing }: RuleProgress, needed: string[], detail: Detail): Inline[] => {
  const { listed, rest } = firstOf(approvedBy, detail.people, 'approval')
  return [
    bold('Needs '),
    text(`${cut(rule.name, 60)} ${approvedBy.length} of ${rule.count}`),
    ...listed.flatMap((vote) => [text(' · ✓ '), ...voteParts(vote, detail)]),
    ...(rest ? [text(` · ${rest}`)] : []),
    ...(missing === 0 ? [text(' · complete')] : neededParts(needed, missing, detail)),
  ]
}

/** "still needed: @dana or @eli", "still needed: 2 of @ana, @ben and 3 more" */
const neededParts = (people: readonly string[], missing: number, { mentions, asked }: Detail): Inline[] => {
  if (people.length === 0 || !mentions) return []
  const isChoice = missing > 1 && missing < people.length
  return [
    text(` · still needed: ${isChoice ? `${missing} of ` : ''}`),
    ...mentionsOf(people, asked, missing === 1 ? 'or' : 'and'),
  ]
}

const voteParts = (vote: Vote, detail: Detail): Inline[] => [
  personPart(vote, detail),
  text(' '),
  moment(vote.at, '{time}'),
  ...(vote.comment ? [text(` “${cut(vote.comment, detail.words)}”`)] : []),
]

/** "Needs 1 from release managers and 2 from engineers." Empty when nobody is. */
export const stillNeeded = ({ standing, votes }: Approval, begin: string): string => {
  const missing = standing ? rule(standing.policy, votes).progress.filter(({ missing }) => missing > 0) : []
  if (missing.length === 0) return ''
  const named = missing.slice(0, 4).map(({ rule, missing }) => `${missing} from ${cut(rule.name, 60)}`)
  const rest = missing.length - named.length
  return `${begin} ${inWords([...named, ...(rest > 0 ? [`${rest} more groups`] : [])])}.`
}
