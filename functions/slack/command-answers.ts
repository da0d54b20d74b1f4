import type { CommandAnswers } from '../ports/answers.ts'
import { commandAnswer } from './command-answer.ts'
import { answerAt } from './response-url.ts'

/** CommandAnswers that only the person sees who typed the command. */
export const commandAnswers: CommandAnswers = {
  send: (responseUrl, answer, typed) => answerAt(responseUrl, commandAnswer(answer, typed)),
}
