import type { AnswerOutcome, CommandAnswers } from '../ports/answers.ts'
import type { Secrets } from '../ports/secrets.ts'
import type { SlackMessage } from './approval-message.ts'
import { commandAnswer } from './command-answer.ts'
import { answerAt } from './response-url.ts'
import type { SlackCall } from './slack-client.ts'
import { refusalFrom, slackClient } from './slack-client.ts'

/** Answers that only the person sees who typed the command or sent the form. */
export const commandAnswers = (secrets: Secrets, slackApiUrl: string | undefined): CommandAnswers => {
  const call = slackClient(secrets, slackApiUrl)
  return {
    messageFor: (answer, typed) => JSON.stringify(commandAnswer(answer, typed)),
    send: (responseUrl, message) => answerAt(responseUrl, JSON.parse(message) as SlackMessage, slackApiUrl),
    tell: async (userId, channel, message) => {
      const content = JSON.parse(message) as SlackMessage
      if (channel !== null) {
        const told = await sentOutcome(call, (client) =>
          client.chat.postEphemeral({ channel, user: userId, ...content }),
        )
        // The bot is not in that channel, or the person no longer is.
        if (told.kind !== 'refused' || told.isFinal) return told
      }
      return sentOutcome(call, (client) => client.chat.postMessage({ channel: userId, ...content }))
    },
  }
}

const sentOutcome = async (call: SlackCall, write: Parameters<typeof call>[0]): Promise<AnswerOutcome> => {
  try {
    await call(write)
    return { kind: 'posted' }
  } catch (error) {
    return refusalFrom(error, 'write')
  }
}
