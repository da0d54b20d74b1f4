import { bullets, cut, paragraph, preformatted, richText, section, text } from './block-kit.ts'
import type { SlackMessage } from './approval-message.ts'
import { say } from './sentence.ts'
import { CHECKPOINT } from './words/checkpoint-words.ts'

/** The signed note as it is, so that a reader of the channel can compare it. */
export const checkpointMessage = (note: string): SlackMessage => ({
  text: note,
  blocks: [paragraph(...say(CHECKPOINT.signed)), richText(preformatted(note))],
})

const MOST_LINES = 10
const LONGEST_LINE = 300

/** Why there is no checkpoint. */
export const refusedCheckpoint = (because: readonly string[]): SlackMessage => {
  const lines = because.slice(0, MOST_LINES).map((line) => section(text(cut(line, LONGEST_LINE))))
  const rest = because.length - lines.length
  const more = rest > 0 ? [section(...say(CHECKPOINT.more, { count: String(rest) }))] : []
  return {
    text: CHECKPOINT.refused.replaceAll('*', ''),
    blocks: [paragraph(...say(CHECKPOINT.refused)), richText(bullets(...lines, ...more))],
  }
}
