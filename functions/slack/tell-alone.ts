import type { SlackMessage } from './approval-message.ts'
import type { InThread } from './clicked-thread.ts'
import { placeIn } from './clicked-thread.ts'
import type { SlackCall } from './slack-client.ts'
import { refusalFrom } from './slack-client.ts'

/**
 * Tells one person alone: in that channel, or that thread of it, if they can see it there, else in a direct message. Rejects with
 * the client's own errors.
 */
export const tellAlone = async (
  call: SlackCall,
  userId: string,
  channel: string | null,
  message: SlackMessage,
  at: InThread = {},
): Promise<void> => {
  if (channel !== null)
    try {
      await call((client) => client.chat.postEphemeral({ channel, user: userId, ...message, ...placeIn(at) }))
      return
    } catch (error) {
      // The bot is not in that channel, the person no longer is, or the thread was deleted.
      if (refusalFrom(error, 'write').kind !== 'refused') throw error
    }
  await call((client) => client.chat.postMessage({ channel: userId, ...message }))
}
