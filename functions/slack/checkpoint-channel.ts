import type { Secrets } from '../ports/secrets.ts'
import type { SlackMessage } from './approval-message.ts'
import { checkpointMessage, refusedCheckpoint } from './checkpoint-message.ts'
import { slackClient } from './slack-client.ts'

/**
 * Tells a channel of a checkpoint, or why there is none. Without a channel it tells no one.
 *
 * @throws what Slack's client throws: the function is then called again.
 */
export const checkpointChannel = (secrets: Secrets, slackApiUrl: string | undefined, channel: string) => {
  const call = slackClient(secrets, slackApiUrl)
  const post = async (message: SlackMessage): Promise<void> => {
    if (channel !== '') await call((client) => client.chat.postMessage({ channel, ...message }))
  }
  return {
    signed: (note: string): Promise<void> => post(checkpointMessage(note)),
    refused: (because: readonly string[]): Promise<void> => post(refusedCheckpoint(because)),
  }
}
