import type { Approval } from '../domain/approval.ts'
import { automaticRuleOf } from '../domain/approval.ts'
import { heldAhead } from '../domain/approval-in-pipeline.ts'
import { automaticLine } from './automatic-line.ts'
import { namedRevisions, pushedBy } from '../domain/revision.ts'
import type { ApprovalCard } from '../ports/cards.ts'
import { countWords, whyNoApprover } from './approver-lines.ts'
import { LONGEST_UNESCAPED, asSentence, cut, escaped, moment, text } from './block-kit.ts'
import { blockersOfAll, otherBlockers } from './blocker-lines.ts'
import { changeWarnings } from './change-blocks.ts'
import { changeSetWords } from './change-set-lines.ts'
import { testWords } from './evidence-lines.ts'
import { spokenCause } from './cause-lines.ts'
import { failureOf } from './deployment-end.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { freezeInForce, freezeParts, overriddenParts, reviewParts } from './freeze-parts.ts'
import { spokenHeadline } from './heading.ts'
import { heldParts } from './held-parts.ts'
import { formFor, listed } from './language.ts'
import { laterLine } from './later-line.ts'
import { plain, say } from './sentence.ts'
import { decisionLines, deploymentLines } from './settled-approval.ts'
import type { Target } from './target.ts'
import { environmentOf } from './target.ts'
import { withoutMark } from './with-warning.ts'
import { revisionBy, startedBy } from './wording.ts'
import { COUNT, NEWS, SPOKEN } from './words/approval-words.ts'

const DETAIL: Detail = {
  changes: 3,
  groups: 4,
  people: 3,
  asked: 3,
  words: 150,
  stages: 0,
  failures: 0,
  mentions: false,
}

/**
 * What a phone's notification shows and a screen reader says, so it stands alone: the news first, what keeps or warns
 * people from approving, then changes and counts. A phone shows its beginning, and a long one is cut at its end. It has
 * all facts of the heading, and mentions no one.
 */
export const approvalText = (card: ApprovalCard, target: Target): string => {
  const { approval, route } = card
  const environment = environmentOf(approval, route)
  const heading = spokenHeadline(approval, target)
  const sentences = approval.state.name === 'waiting' ? waiting(approval, environment) : decided(approval, environment)
  return escaped(cut([asSentence(text(heading)), ...sentences].filter(Boolean).join(' '), LONGEST_UNESCAPED))
}

const waiting = (approval: Approval, environment: string): string[] => {
  const { resolvedPolicy, expiresAt, override, tests } = approval
  const freeze = freezeInForce(approval)
  const stacks = changeSetWords(approval.changeSets ?? [])
  return [
    stuck(approval),
    asSentence(...(freeze ? freezeParts(freeze) : [])),
    asSentence(...(automaticRuleOf(approval) ? [] : (whyNoApprover(resolvedPolicy) ?? []))),
    ...blockersOfAll(approval, DETAIL).map((line) => asSentence(...line)),
    ...changeWarnings(approval).map((line) => asSentence(...withoutMark(line))),
    ...stacks.atRisk.map((words) => asSentence(text(words))),
    asSentence(...laterLine(approval)),
    changes(approval, environment),
    ...stacks.others.map((words) => asSentence(text(words))),
    tests ? asSentence(text(testWords(tests))) : '',
    asSentence(text(countWords(approval))),
    asSentence(moment(expiresAt, COUNT.expiresAlone)),
    heldWords(approval),
    asSentence(...automaticLine(approval, DETAIL)),
    asSentence(...(override ? overriddenParts(override, DETAIL) : [])),
    asSentence(...(override ? reviewParts(override, DETAIL) : [])),
    ...otherBlockers(approval, DETAIL).map((line) => asSentence(...line)),
  ]
}

const decided = (approval: Approval, environment: string): string[] => {
  const { override, starter, change } = approval
  const failure = failureOf(approval)
  return [
    ...deploymentLines(approval).map((line) => asSentence(...line)),
    heldWords(approval),
    failure ? asSentence(text(spokenCause(failure, 250))) : '',
    stuck(approval),
    ...decisionLines(approval, DETAIL).map((line) => asSentence(...withoutMark(line))),
    changes(approval, environment),
    asSentence(text(startedBy(starter, pushedBy(change)))),
    asSentence(...(override ? overriddenParts(override, DETAIL) : [])),
    asSentence(...(override ? reviewParts(override, DETAIL) : [])),
  ]
}

const heldWords = (approval: Approval): string => {
  const held = heldAhead(approval)
  return held ? asSentence(...heldParts(held, DETAIL)) : ''
}

const stuck = ({ problem }: Approval): string =>
  problem ? asSentence(...say(NEWS.stuck, { problem: cut(problem, 300) })) : ''

const changes = ({ change }: Approval, environment: string): string => {
  const { since } = change
  const { named, count: total } = namedRevisions(change)
  if (named.length === 0) return ''
  const { shown } = firstOf(named, DETAIL.changes)
  const rest = total - shown.length
  const more = rest > 0 ? [plain(SPOKEN.more, { count: String(rest) })] : []
  const titles = listed([...shown.map(revisionBy), ...more], 'conjunction')
  const count = String(total)
  if (!since) return asSentence(text(plain(SPOKEN[change.unknown ?? 'first'], { environment, titles })))
  if (since.count === 0) return asSentence(text(plain(SPOKEN.again, { titles })))
  return asSentence(text(plain(since.more ? SPOKEN.moreThan : formFor(SPOKEN.changes, total), { count, titles })))
}
