import type { AbsenceCard } from '../ports/cards.ts'
import { absenceSpan } from './absence-parts.ts'
import type { SlackMessage } from './approval-message.ts'
import { paragraph, spoken, text, user } from './block-kit.ts'
import { say } from './sentence.ts'
import { STAND_IN } from './words/absence-words.ts'

/** What a person is told for whom another one answers, alone: that they stand in, and that it ended before its time. */
export const absenceMessage = ({ notice, absence }: AbsenceCard): SlackMessage => {
  const { by, from, ended } = absence
  const hasBegun = !ended || ended.at >= from
  const { mark, words } = STAND_IN[notice.kind === 'stand-in-named' ? 'named' : hasBegun ? 'ended' : 'never']
  const parts = say(words as (typeof STAND_IN)['named']['words'], {
    person: user(by.userId),
    span: absenceSpan(absence),
  })
  return { text: spoken(...parts), blocks: [paragraph(text(`${mark} `), ...parts)] }
}
