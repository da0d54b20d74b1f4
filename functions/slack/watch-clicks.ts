import type { App, BlockButtonAction } from '@slack/bolt'
import { isApprovalId } from '../domain/approval.ts'
import type { WatchAnswer, WatchedMessage } from '../flows/execution/watch-execution.ts'
import type { Log } from '../ports/log.ts'
import { cut } from './block-kit.ts'
import { asMessage } from './private-answer.ts'
import { say } from './sentence.ts'
import { executionIn } from './steering-form.ts'
import { TELL_WHEN_LIVE } from './watch-button.ts'
import { WATCH } from './words/watch-words.ts'

/** What the function does about one click, within the time that Slack gives it. */
export interface WatchDecisions {
  watch: (of: WatchedMessage, userId: string) => Promise<WatchAnswer>
}

/** The button under a message with which a person asks to be told how its execution ends. */
export const answerWatching = (app: App, { begin, log }: { begin: () => WatchDecisions; log: Log }): void => {
  app.action<BlockButtonAction>(TELL_WHEN_LIVE, async ({ ack, action, body, respond }) => {
    await ack()
    const of = messageIn(action.value ?? '')
    const { kind, pipeline }: WatchAnswer = of
      ? await begin().watch(of, body.user.id)
      : { kind: 'unknown', pipeline: null }
    const answer = { title: '', parts: say(WATCH[kind], { pipeline: cut(pipeline ?? '', 100) }), buttons: [] }
    try {
      if (body.response_url)
        await respond({ response_type: 'ephemeral', replace_original: false, ...asMessage(answer) })
    } catch (error) {
      log.warn('A private answer failed', { channel: body.channel?.id, user: body.user.id, error })
    }
  })
}

/** Null if Greenlight did not write it. */
const messageIn = (value: string): WatchedMessage | null => {
  if (isApprovalId(value)) return { approval: value }
  const execution = executionIn(value)
  return execution && { execution }
}
