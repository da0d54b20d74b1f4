import type { ContinuedCard } from '../ports/cards.ts'
import type { SlackMessage } from './approval-message.ts'
import { link, paragraph, spoken } from './block-kit.ts'
import { say } from './sentence.ts'
import { CONTINUED } from './words/shared-words.ts'

/** Says under an old message that another message is kept up to date instead. */
export const continuedMessage = ({ at }: ContinuedCard): SlackMessage => {
  const parts = say(CONTINUED.here, { there: link(CONTINUED.there, at.link) })
  return { text: spoken(...parts), blocks: [paragraph(...parts)] }
}
