import type { CommandAnswers } from '../ports/answers.ts'
import type { Secrets } from '../ports/secrets.ts'
import type { SlackMessage } from './approval-message.ts'
import { commandAnswer } from './command-answer.ts'
import { answerAt } from './response-url.ts'
import { refusalFrom, slackClient } from './slack-client.ts'
import { tellAlone } from './tell-alone.ts'

/** Answers that only the person sees who typed the command or sent the form. */
export const commandAnswers = (secrets: Secrets, slackApiUrl: string | undefined): CommandAnswers => {
  const call = slackClient(secrets, slackApiUrl)
  return {
    messageFor: (answer, typed) => JSON.stringify(commandAnswer(answer, typed)),
    send: (responseUrl, message) => answerAt(responseUrl, JSON.parse(message) as SlackMessage, slackApiUrl),
    tell: async ({ userId, channel, message, ...at }) => {
      try {
        await tellAlone(call, userId, channel, JSON.parse(message) as SlackMessage, at)
        return { kind: 'posted' }
      } catch (error) {
        return refusalFrom(error, 'write')
      }
    },
  }
}
