import type { ActionsBlock } from '@slack/types'
import { ABSENCES, COMMAND, FREEZES, HELP, MUTES, RELEASE } from './words/command-words.ts'
import type { Absence } from '../domain/absence.ts'
import type { StoredFreeze } from '../domain/freeze.ts'
import { isInForce, shortFreezeId } from '../domain/freeze.ts'
import type { CommandAnswer } from '../ports/cards.ts'
import { absenceSpan, standInLineFor } from './absence-parts.ts'
import type { AnswerPart } from './answer-part.ts'
import type { SlackMessage } from './approval-message.ts'
import { bullets, cut, richText, section, spoken, text, user } from './block-kit.ts'
import { fitting } from './detail.ts'
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
        first: say(COMMAND.failed, { freezes: code(`${COMMAND.name} freezes`), typed: typedParts(typed) }),
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
      return listOfFreezes(answer.freezes, answer.now)
    case 'absences':
      return listOfAbsences(answer)
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

const listOfAbsences = ({ mine, theirs }: Extract<CommandAnswer, { kind: 'absences' }>): AnswerPart | AnswerPart[] =>
  mine.length + theirs.length === 0
    ? { first: say(ABSENCES.none) }
    : [
        ...mine.map((one) => ({ first: say(ABSENCES.mine, absenceParts(one)) })),
        ...theirs.slice(0, MOST_LISTED).map((one) => ({ first: standInLineFor(one) })),
      ]

const absenceParts = (absence: Absence) => ({
  standIn: user(absence.standIn.userId),
  back: code(`${COMMAND.name} back`),
  from: absenceSpan(absence),
})

const MOST_LISTED = 30

const listOfFreezes = (freezes: readonly StoredFreeze[], now: number): AnswerPart => {
  const inForce = freezes.filter((one) => one.kind === 'unreadable' || isInForce(one.freeze, now))
  if (inForce.length === 0) return { first: say(FREEZES.none) }
  const { length } = inForce
  return {
    first: say(formFor(FREEZES.some, length), { count: String(length) }),
    items: inForce.slice(0, MOST_LISTED).map((one) =>
      one.kind === 'unreadable'
        ? say(FREEZES.unreadable, { because: cut(one.because, 200) })
        : say(FREEZES.line, {
            ...setFreezeParts(one.freeze),
            person: user(one.freeze.by.userId),
            id: code(shortFreezeId(one.freeze.id)),
          }),
    ),
  }
}

const restOf = (typed: string): string => cut(typed.trim().replace(/^\S+/, ''), 400)
