import type { Button } from '@slack/types'
import { button, cut } from './block-kit.ts'
import { plain } from './sentence.ts'
import { WATCH } from './words/watch-words.ts'

/** Slack sends it with the click. */
export const TELL_WHEN_LIVE = 'tell-when-live'

/** `value`: the approval's id, or where a steering button of the execution is aimed. */
export const watchButton = (pipeline: string, value: string): Button =>
  button({
    actionId: TELL_WHEN_LIVE,
    label: WATCH.label,
    describedAs: plain(WATCH.spoken, { pipeline: cut(pipeline, 40) }),
    value,
  })
