import type { SlackMessage } from './approval-message.ts'
import type { SlackCall } from './slack-client.ts'
import { refusalFrom } from './slack-client.ts'

/**
 * Tells one person alone: in that channel if they can see it there, else in a direct message. Rejects with the client's own
 * errors.
 */
export const tellAlone = async (
  call: SlackCall,
  userId: string,
  channel: string | null,
  message: SlackMessage,
): Promise<void> => {
  if (channel !== null)
    try {
      await call((client) => client.chat.postEphemeral({ channel, user: userId, ...message }))
      return
    } catch (error) {
      const refusal = refusalFrom(error, 'write')
      // The bot is not in that channel, or the person no longer is.
      if (refusal.kind !== 'refused' || refusal.isFinal) throw error
    }
  await call((client) => client.chat.postMessage({ channel: userId, ...message }))
}
