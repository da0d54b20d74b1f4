import type { ActionsBlock } from '@slack/types'
import { ABSENCES, COMMAND, FREEZES, HELP, MUTES, PENDING, RELEASE } from './words/command-words.ts'
import type { Absence } from '../domain/absence.ts'
import { commandIn } from '../domain/command.ts'
import type { StoredFreeze } from '../domain/freeze.ts'
import { isInForce, shortFreezeId } from '../domain/freeze.ts'
import type { CommandAnswer } from '../ports/cards.ts'
import { absenceSpan, standInLineFor } from './absence-parts.ts'
import type { AnswerPart } from './answer-part.ts'
import type { SlackMessage } from './approval-message.ts'
import type { Inline } from './block-kit.ts'
import { bullets, cut, richText, section, spoken, text, user } from './block-kit.ts'
import { firstOf, fitting } from './detail.ts'
import { facts } from './facts.ts'
import { muteParts } from './mute-parts.ts'
import { differenceParts, historyParts, runningParts, statusLink, statusParts } from './pipelines-answer.ts'
import { pendingParts, whyParts } from './pending-answer.ts'
import { severalParts, tooLateParts } from './several-answer.ts'
import { severalButton } from './several-form.ts'
import { frozenNames, setFreezeParts } from './set-freeze-parts.ts'
import { steeringButtons } from './steering-buttons.ts'
import { steeringAnswer } from './steering-form.ts'
import { code, typedParts } from './typed-command.ts'
import { formFor } from './language.ts'
import { say } from './sentence.ts'

const MOST_IN_LIST = 12

/** The answer for the person alone; `typed` is what followed the command, so that nothing they wrote is lost. */
export const commandAnswer = (answer: CommandAnswer, typed: string): SlackMessage => {
  const buttons = buttonsOf(answer)
  const parts = [answerParts(answer, typed, MOST_IN_LIST)].flat()
  return {
    text: spoken(
      ...parts.flatMap(({ first, items = [] }, index) => [
        ...(index > 0 ? [text('\n')] : []),
        ...first,
        ...items.flatMap((item) => [text('\n• '), ...item]),
      ]),
    ),
    blocks: fitting(({ changes }) => [
      richText(
        ...[answerParts(answer, typed, 2 * changes)]
          .flat()
          .flatMap(({ first, items = [] }) => [
            section(...first),
            ...(items.length > 0 ? [bullets(...items.map((one) => section(...one)))] : []),
          ]),
      ),
      ...buttons,
    ]),
  }
}

const buttonsOf = (answer: CommandAnswer): ActionsBlock[] => {
  if (answer.kind === 'pending' && answer.several) return severalButton(answer.several)
  return answer.kind === 'release-offered' ? steeringButtons([answer.aim]) : []
}

/** `most`: how many of what waits are listed. */
const answerParts = (answer: CommandAnswer, typed: string, most: number): AnswerPart | AnswerPart[] => {
  switch (answer.kind) {
    case 'help':
      return helpParts(answer)
    case 'unknown': {
      const nearest = answer.nearest
        ? say(COMMAND.nearest, { command: code(`${COMMAND.name} ${answer.nearest}${restOf(typed)}`) })
        : say(COMMAND.all)
      return { first: say(COMMAND.unknown, { word: cut(answer.word, 60), instead: nearest }) }
    }
    case 'not-done':
      return { first: say(COMMAND.notDone, { because: cut(answer.because, 600), typed: typedParts(typed) }) }
    case 'failed':
      return {
        first: say(COMMAND.failed, { command: code(`${COMMAND.name} ${shownBy(typed)}`), typed: typedParts(typed) }),
      }
    case 'not-told':
      return { first: say(COMMAND.notTold, { because: cut(answer.because, 600), typed: typedParts(typed) }) }
    case 'unanswered':
      return { first: say(COMMAND.unanswered, { typed: typedParts(typed) }) }
    case 'pending':
      return pendingParts(answer, most)
    case 'several':
      return severalParts(answer)
    case 'several-late':
      return tooLateParts()
    case 'why':
      return whyParts(answer)
    case 'status':
      return statusParts(answer, most)
    case 'history':
      return historyParts(answer, most)
    case 'diff':
      return differenceParts(answer)
    case 'release-offered':
      return releaseOffer(answer)
    case 'steered':
      return { first: steeringAnswer(answer).parts }
    case 'freezes':
      return listOfFreezes(answer, SHORT_LINES * most)
    case 'absences':
      return listOfAbsences(answer, SHORT_LINES * most)
    case 'muted':
      return { first: answer.mute ? say(MUTES.mine, muteParts(answer.mute)) : say(MUTES.none) }
    case 'mute-set':
      return { first: say(MUTES.set, muteParts(answer.mute)) }
    case 'mute-ended':
      return { first: say(MUTES.ended) }
    case 'absence-set':
      return { first: say(ABSENCES.set, absenceParts(answer.absence)) }
    case 'absence-ended': {
      const { ended, from } = answer.absence
      const words = ended && ended.at < from ? ABSENCES.never : ABSENCES.ended
      return { first: say(words, { standIn: user(answer.absence.standIn.userId) }) }
    }
    case 'freeze-set':
      return {
        first: say(FREEZES.set, {
          ...setFreezeParts(answer.freeze),
          lift: code(`${COMMAND.name} lift ${answer.freeze.patterns.join(' ')}`),
        }),
      }
    case 'freeze-lengthened':
      return { first: say(FREEZES.lengthened, setFreezeParts(answer.freeze)) }
    case 'freeze-lifted':
      return { first: say(FREEZES.lifted, { names: frozenNames(answer.freeze) }) }
  }
}

/** The command that shows whether the typed one was done. */
const shownBy = (typed: string): string => {
  const command = commandIn(typed)
  switch (command.do) {
    case 'away':
    case 'back':
      return 'away'
    case 'mute':
    case 'unmute':
      return 'mute'
    case 'hold':
    case 'resume':
      return `status ${cut(command.pipeline, 100)}`.trim()
    default:
      return 'freezes'
  }
}

const helpParts = ({ offered, unread }: Extract<CommandAnswer, { kind: 'help' }>): AnswerPart[] => {
  const shown = HELP.filter(([command]) => offered.some((word) => command.split(' ')[1] === word))
  const isAll = shown.length === HELP.length
  return [
    {
      first: say(COMMAND.help),
      items: shown.map(([command, what]) => say(COMMAND.helpLine, { command: code(command), what })),
    },
    ...(isAll ? [] : [{ first: say(COMMAND.leftOut) }]),
    ...(unread.length > 0 ? [{ first: say(COMMAND.helpUnread, { because: cut(unread.join('; '), 400) }) }] : []),
  ]
}

const releaseOffer = ({ aim, running }: Extract<CommandAnswer, { kind: 'release-offered' }>): AnswerPart[] => [
  { first: say(RELEASE.offered, { pipeline: cut(aim.execution.pipeline, 100) }) },
  ...(running.length > 0
    ? [
        {
          first: say(formFor(RELEASE.running, running.length), { count: String(running.length) }),
          items: running.map((one) => facts(runningParts(one), statusLink(one))),
        },
      ]
    : []),
]

/** A freeze and an absence take a third of the room that an approval takes. */
const SHORT_LINES = 3

const listOfAbsences = (
  { mine, theirs }: Extract<CommandAnswer, { kind: 'absences' }>,
  most: number,
): AnswerPart | AnswerPart[] => {
  const { shown, rest } = firstOf(theirs, most)
  return mine.length + theirs.length === 0
    ? { first: say(ABSENCES.none) }
    : [
        ...mine.map((one) => ({ first: say(ABSENCES.mine, absenceParts(one)) })),
        ...shown.map((one) => ({ first: standInLineFor(one) })),
        ...moreLines(rest).map((first) => ({ first })),
      ]
}

const moreLines = (rest: number): Inline[][] => (rest > 0 ? [say(PENDING.more, { count: String(rest) })] : [])

const absenceParts = (absence: Absence) => ({
  standIn: user(absence.standIn.userId),
  back: code(`${COMMAND.name} back`),
  from: absenceSpan(absence),
})

const listOfFreezes = ({ freezes, now }: Extract<CommandAnswer, { kind: 'freezes' }>, most: number): AnswerPart => {
  const inForce = freezes.filter((one) => one.kind === 'unreadable' || isInForce(one.freeze, now))
  if (inForce.length === 0) return { first: say(FREEZES.none) }
  const { length } = inForce
  const { shown, rest } = firstOf(inForce, most)
  return {
    first: say(formFor(FREEZES.some, length), { count: String(length) }),
    items: [...shown.map(setFreezeLine), ...moreLines(rest)],
  }
}

const setFreezeLine = (stored: StoredFreeze): Inline[] =>
  stored.kind === 'unreadable'
    ? say(FREEZES.unreadable, { because: cut(stored.because, 200) })
    : say(FREEZES.line, {
        ...setFreezeParts(stored.freeze),
        person: user(stored.freeze.by.userId),
        id: code(shortFreezeId(stored.freeze.id)),
      })

const restOf = (typed: string): string => cut(typed.trim().replace(/^\S+/, ''), 400)
