import { sendAt } from '../domain/later.ts'
import type { Answered, CommandAnswer } from '../ports/cards.ts'
import type { AnswerPart } from './answer-part.ts'
import { countWords } from './approver-lines.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment } from './block-kit.ts'
import { formFor } from './language.ts'
import { refusalAnswer } from './refusal-answer.ts'
import { say } from './sentence.ts'
import { PENDING_COMMAND } from './several-form.ts'
import { serviceOf, targetLink } from './target.ts'
import { CHECKING, CLICKED, NO_RECORD } from './words/answer-words.ts'
import { LATER } from './words/approval-words.ts'
import { SEVERAL } from './words/several-words.ts'

type Several = Extract<CommandAnswer, { kind: 'several' }>

/** What became of each of the approvals that a person answered together. */
export const severalParts = ({ verdict, answered, unclear }: Several): AnswerPart[] => {
  const counted = answered.filter(({ kind }) => kind === 'counted').length
  const numbers = { count: String(counted), all: String(answered.length + unclear) }
  return [
    {
      first: say(formFor(SEVERAL[verdict], counted), numbers),
      items: answered.map((one) => answeredLine(one, verdict)),
    },
    ...(unclear > 0
      ? [{ first: say(formFor(SEVERAL.unclear, unclear), { count: String(unclear), command: PENDING_COMMAND }) }]
      : []),
  ]
}

export const tooLateParts = (): AnswerPart => ({ first: say(SEVERAL.tooLate, { command: PENDING_COMMAND }) })

const answeredLine = (answered: Answered, verdict: Several['verdict']): Inline[] =>
  answered.kind === 'unknown'
    ? say(NO_RECORD)
    : say(SEVERAL.line, { target: targetLink(answered.approval, answered.route), what: whatBecame(answered, verdict) })

const whatBecame = (answered: Exclude<Answered, { kind: 'unknown' }>, verdict: Several['verdict']): Inline[] => {
  const { approval } = answered
  switch (answered.kind) {
    case 'refused':
      return refusalAnswer(answered.refusal, approval)
    case 'checked':
      return say(CHECKING, { click: CLICKED[verdict] })
    case 'past':
      return say(SEVERAL.past)
    case 'counted': {
      if (verdict === 'Rejected') return say(SEVERAL.rejects)
      if (approval.state.name !== 'waiting') return say(SEVERAL.deploys, { service: serviceOf(approval) })
      const at = sendAt(approval)
      return at === null
        ? say(SEVERAL.approves, { count: cut(countWords(approval), 300) })
        : say(SEVERAL.later, { deploys: moment(at, LATER.deploys) })
    }
  }
}
