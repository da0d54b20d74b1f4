import type { Approval } from '../domain/approval.ts'
import { messageAt } from '../domain/message-link.ts'
import { namedRevisions, shortId } from '../domain/revision.ts'
import { ownEntry } from '../own-entry.ts'
import type { CommandAnswer, Judged } from '../ports/cards.ts'
import { countWords } from './approver-lines.ts'
import { inShort } from './change-blocks.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment, text } from './block-kit.ts'
import type { AnswerPart } from './answer-part.ts'
import { firstOf } from './detail.ts'
import { facts } from './facts.ts'
import { formFor } from './language.ts'
import { refusalAnswer } from './refusal-answer.ts'
import { say } from './sentence.ts'
import { targetLink } from './target.ts'
import { code } from './typed-command.ts'
import { COMMAND, FOR_OTHERS, PENDING, WHY } from './words/command-words.ts'

type AnswerOf<K extends CommandAnswer['kind']> = Extract<CommandAnswer, { kind: K }>

/** What waits for the person, then what waits for others: no title of a change is told of those. */
export const pendingParts = ({ forYou, forOthers, unseen }: AnswerOf<'pending'>, most: number): AnswerPart[] => {
  const last = [
    ...(unseen > 0 ? [{ first: say(formFor(PENDING.unseen, unseen), { count: String(unseen) }) }] : []),
    ...(forOthers.length > 0
      ? [{ first: say(PENDING.why, { command: code(`${COMMAND.name} why ${forOthers[0]!.approval.where.pipeline}`) }) }]
      : []),
  ]
  if (forYou.length + forOthers.length === 0) return [{ first: say(PENDING.none) }, ...last]
  return [
    forYou.length === 0
      ? { first: say(PENDING.noneForYou) }
      : listOf(PENDING.forYou, firstOf(forYou, most), forYouLine),
    ...(forOthers.length === 0 ? [] : [listOf(PENDING.forOthers, firstOf(forOthers, most), forOthersLine)]),
    ...last,
  ]
}

/** What waits for another person, and why. */
export const forOthersLine = ({ approval, route, refusal }: Judged): Inline[] =>
  facts(
    [targetLink(approval, route)],
    wordsAlone(refusal ? (ownEntry<string>(FOR_OTHERS, refusal.because) ?? '') : ''),
    progressOf(approval),
  )

/** What waits for the person. */
export const forYouLine = ({ approval, route }: Judged): Inline[] =>
  facts([targetLink(approval, route)], newestChange(approval), progressOf(approval))

const listOf = (
  heading: typeof PENDING.forYou | typeof PENDING.forOthers,
  { shown, rest }: { shown: readonly Judged[]; rest: number },
  line: (one: Judged) => Inline[],
): AnswerPart => ({
  first: say(formFor(heading, shown.length + rest), { count: String(shown.length + rest) }),
  items: [...shown.map(line), ...(rest > 0 ? [say(PENDING.more, { count: String(rest) })] : [])],
})

const newestChange = ({ change }: Approval): Inline[] => {
  const [newest] = namedRevisions(change).named
  return newest ? inShort(change, [text(cut(newest.title, 80).trim() || cut(shortId(newest), 72))]) : []
}

const progressOf = (approval: Approval): Inline[] =>
  facts(wordsAlone(cut(countWords(approval), 150)), [moment(approval.expiresAt, PENDING.expires)])

const wordsAlone = (content: string): Inline[] => (content ? [text(content)] : [])

/** Of each approval that waits there, whether the person can approve it, as a click would be answered. */
export const whyParts = ({ about, judged }: AnswerOf<'why'>): AnswerPart[] =>
  judged.length === 0
    ? [messageAt(about) ? { first: say(WHY.noneAt) } : { first: say(WHY.none, { about: code(cut(about, 200)) }) }]
    : [
        {
          first: say(WHY.some),
          items: judged.map(({ approval, route, refusal }) =>
            refusal
              ? say(WHY.cannot, { target: targetLink(approval, route), because: refusalAnswer(refusal, approval) })
              : say(WHY.can, { target: targetLink(approval, route), count: cut(countWords(approval), 300) }),
          ),
        },
      ]
