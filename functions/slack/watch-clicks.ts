import type { App, BlockButtonAction } from '@slack/bolt'
import type { WatchAnswer, WatchedMessage } from '../flows/execution/watch-execution.ts'
import type { Log } from '../ports/log.ts'
import { asMessage } from './private-answer.ts'
import { messageBehind, watchAnswer } from './watch-answer.ts'
import { TELL_WHEN_LIVE } from './words/watch-words.ts'

/** What the function does about one click, within the time that Slack gives it. */
export interface WatchDecisions {
  watch: (of: WatchedMessage, userId: string) => Promise<WatchAnswer>
}

/** The button under a message with which a person asks to be told how its execution ends. */
export const answerWatching = (app: App, { begin, log }: { begin: () => WatchDecisions; log: Log }): void => {
  app.action<BlockButtonAction>(TELL_WHEN_LIVE, async ({ ack, action, body, respond }) => {
    await ack()
    const of = messageBehind(action.value ?? '')
    const answered: WatchAnswer = of ? await begin().watch(of, body.user.id) : { kind: 'unknown' }
    try {
      if (body.response_url)
        await respond({ response_type: 'ephemeral', replace_original: false, ...asMessage(watchAnswer(answered)) })
    } catch (error) {
      log.warn('A private answer failed', { channel: body.channel?.id, user: body.user.id, error })
    }
  })
}
