import type { Button } from '@slack/types'
import { button, cut } from './block-kit.ts'
import { plain } from './sentence.ts'
import { TELL_WHEN_LIVE, WATCH_BUTTON } from './words/watch-words.ts'

/** The button under an approval. */
export const watchButton = (pipeline: string, approvalId: string): Button =>
  aboutEnd('live', cut(pipeline, 40), approvalId)

/** `value`: what Slack sends of the message with the click. */
export const aboutEnd = (end: keyof typeof WATCH_BUTTON, subject: string, value: string): Button =>
  button({
    actionId: TELL_WHEN_LIVE,
    label: WATCH_BUTTON[end].label,
    describedAs: plain(WATCH_BUTTON[end].spoken, { subject }),
    value,
  })
