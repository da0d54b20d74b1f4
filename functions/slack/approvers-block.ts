import type { KnownBlock } from '@slack/types'
import type { Approval } from '../domain/approval.ts'
import type { RuleProgress, Vote } from '../domain/policy.ts'
import { rule } from '../domain/policy.ts'
import type { Route } from '../flows/ports.ts'
import type { Inline } from './block-kit.ts'
import { bold, cut, moment, paragraph, richText, section, text, user } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { inWords } from './wording.ts'

/** Who is needed, and who of them has approved already. */
export const approversBlock = (approval: Approval, route: Route | null, detail: Detail): KnownBlock => {
  const why = whyNobody(route)
  if (!route || why)
    return paragraph(bold('Nobody may approve this in Slack: '), text(`${why}. It can be decided in the AWS console.`))
  const { listed, rest } = firstOf(rule(route.policy, approval.votes).progress, detail.groups, 'group')
  return richText(
    ...listed.map((progress) => section(...groupParts(progress, detail))),
    ...(rest ? [section(text(`${rest} of approvers`))] : []),
  )
}

const whyNobody = (route: Route | null): string | null => {
  if (!route) return 'no route in greenlight.yml matches it'
  return route.policy.rules.length === 0 ? 'its route in greenlight.yml names no approvers' : null
}

/** Whether anybody at all may decide in Slack. */
export const somebodyMayDecide = (route: Route | null): route is Route => route !== null && whyNobody(route) === null

const groupParts = ({ rule, approvedBy, missing }: RuleProgress, detail: Detail): Inline[] => {
  const { listed, rest } = firstOf(approvedBy, detail.people, 'approval')
  return [
    bold('Needs '),
    text(`${cut(rule.name, 60)} ${approvedBy.length} of ${rule.count}`),
    ...listed.flatMap((vote) => [text(' · ✓ '), ...voteParts(vote, detail)]),
    ...(rest ? [text(` · ${rest}`)] : []),
    ...(missing === 0 ? [text(' · complete')] : []),
  ]
}

const voteParts = ({ userId, at, comment }: Vote, { words }: Detail): Inline[] => [
  user(userId),
  text(' '),
  moment(at, '{time}'),
  ...(comment ? [text(` “${cut(comment, words)}”`)] : []),
]

/** "Needs 1 from release managers and 2 from engineers." Empty when nobody is. */
export const stillNeeded = (progress: readonly RuleProgress[], begin: string): string => {
  const missing = progress.filter(({ missing }) => missing > 0)
  if (missing.length === 0) return ''
  return `${begin} ${inWords(missing.map(({ rule, missing }) => `${missing} from ${cut(rule.name, 60)}`))}.`
}
