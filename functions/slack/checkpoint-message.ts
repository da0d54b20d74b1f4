import { bullets, cut, paragraph, preformatted, richText, section, text } from './block-kit.ts'
import type { SlackMessage } from './approval-message.ts'
import { say } from './sentence.ts'
import { CHECKPOINT } from './words/checkpoint-words.ts'

/** The signed note as it is, so that a reader of the channel can compare it. Its text says what it is, for a notification. */
export const checkpointMessage = (note: string): SlackMessage => ({
  text: bare(CHECKPOINT.signed),
  blocks: [paragraph(...say(CHECKPOINT.signed)), richText(preformatted(note))],
})

/** Without the marks of bold words. */
const bare = (words: string): string => words.replaceAll('*', '')

const MOST_LINES = 10
const LONGEST_LINE = 300

/** Why there is no checkpoint. */
export const refusedCheckpoint = (because: readonly string[]): SlackMessage => {
  const lines = because.slice(0, MOST_LINES).map((line) => section(text(cut(line, LONGEST_LINE))))
  const rest = because.length - lines.length
  const more = rest > 0 ? [section(...say(CHECKPOINT.more, { count: String(rest) }))] : []
  return {
    text: bare(CHECKPOINT.refused),
    blocks: [paragraph(...say(CHECKPOINT.refused)), richText(bullets(...lines, ...more))],
  }
}
