import type { ChangeSetEvidence, ResourceChange } from '../domain/change-set.ts'
import type { Inline } from './block-kit.ts'
import { bold, cut, link, text } from './block-kit.ts'
import { firstOf } from './detail.ts'
import { facts } from './facts.ts'
import { formFor, listed } from './language.ts'
import { plain } from './sentence.ts'
import { withWarning } from './with-warning.ts'
import { CHANGE_SETS } from './words/evidence-words.ts'

const MOST_STACKS = 3

/**
 * What CloudFormation would do in each stack, a line each: first what holds data and would be gone, then how many resources
 * it concerns.
 */
export const changeSetLines = (changeSets: readonly ChangeSetEvidence[]): Inline[][] => {
  const { shown, rest } = firstOf(dangerousFirst(changeSets), MOST_STACKS)
  const more = rest > 0 ? [[text(plain(formFor(CHANGE_SETS.moreStacks, rest), { count: String(rest) }))]] : []
  return [...shown.map(stackLine), ...more]
}

/** The same for a text without links, a sentence each; `atRisk`: of the stacks in which data would be gone. */
export const changeSetWords = (changeSets: readonly ChangeSetEvidence[]): { atRisk: string[]; others: string[] } => {
  const { shown } = firstOf(dangerousFirst(changeSets), MOST_STACKS)
  const { atRisk = [], others = [] } = Object.groupBy(shown, (one) => (riskIn(one).length > 0 ? 'atRisk' : 'others'))
  const sentence = (one: ChangeSetEvidence): string => [...riskIn(one), stackWords(one)].join('; ')
  return { atRisk: atRisk.map(sentence), others: others.map(sentence) }
}

const dangerousFirst = (all: readonly ChangeSetEvidence[]): ChangeSetEvidence[] => {
  const rank = (one: ChangeSetEvidence): number => {
    if (one.kind === 'changes') return one.atRiskCount > 0 ? 0 : 2
    return one.kind === 'unread' ? 1 : 3
  }
  return all.toSorted((one, other) => rank(one) - rank(other))
}

const stackLine = (one: ChangeSetEvidence): Inline[] =>
  facts(
    withWarning(riskIn(one).map(bold)),
    [text(stackWords(one))],
    one.url && one.kind === 'changes' ? [link(CHANGE_SETS.link, one.url)] : [],
  )

const riskIn = (one: ChangeSetEvidence): string[] => {
  if (one.kind !== 'changes' || one.atRiskCount === 0) return []
  const rest = one.atRiskCount - one.atRisk.length
  const more = rest > 0 ? [plain(CHANGE_SETS.more, { count: String(rest) })] : []
  const what = listed([...one.atRisk.map(riskOf), ...more], 'conjunction')
  return [plain(CHANGE_SETS.atRisk, { stack: cut(one.stack, 60), what })]
}

const riskOf = ({ what, id, type }: ResourceChange): string =>
  plain(
    what === 'removed' ? CHANGE_SETS.removes : what === 'replaced' ? CHANGE_SETS.replaces : CHANGE_SETS.mayReplace,
    {
      id: cut(id, 60),
      type: cut(type, 60),
    },
  )

/** What is gone comes first. */
const ORDER = ['removed', 'replaced', 'mayReplace', 'changed', 'added'] as const

const stackWords = (one: ChangeSetEvidence): string => {
  const stack = cut(one.stack, 60)
  if (one.kind === 'empty') return plain(CHANGE_SETS.empty, { stack })
  if (one.kind === 'unread') return plain(CHANGE_SETS.unread, { stack, because: cut(one.because, 200) })
  const counts = ORDER.flatMap((what) => {
    const count = one.counts[what]
    return count ? [plain(CHANGE_SETS.counts[what], { count: String(count) })] : []
  })
  const what = counts.length > 0 ? counts.join(', ') : CHANGE_SETS.noResource
  return one.atRiskCount > 0 ? what : plain(CHANGE_SETS.of, { stack, what })
}
