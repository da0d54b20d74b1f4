import type { CommandAnswers } from '../ports/answers.ts'
import type { SlackMessage } from './approval-message.ts'
import { commandAnswer } from './command-answer.ts'
import { answerAt } from './response-url.ts'

/** Answers that only the person sees who typed the command. */
export const commandAnswers = (slackApiUrl: string | undefined): CommandAnswers => ({
  messageFor: (answer, typed) => JSON.stringify(commandAnswer(answer, typed)),
  send: (responseUrl, message) => answerAt(responseUrl, JSON.parse(message) as SlackMessage, slackApiUrl),
})
