import type { FreezeCard } from '../ports/cards.ts'
import type { SlackMessage } from './approval-message.ts'
import { cut, moment, paragraph, spoken, text, user } from './block-kit.ts'
import { setFreezeParts, frozenNames } from './set-freeze-parts.ts'
import { say } from './sentence.ts'
import { SET_FREEZE } from './words/freeze-words.ts'
import { MARK } from './words/marks.ts'

/** A freeze that was set in Slack, told once when it begins and once when it is over. */
export const freezeMessage = ({ notice, freeze }: FreezeCard): SlackMessage => {
  const { lifted, by, reason } = freeze
  const [mark, parts] =
    notice.kind === 'freeze-begun'
      ? [MARK.stopped, say(SET_FREEZE.begun, { ...setFreezeParts(freeze), person: user(by.userId) })]
      : lifted
        ? [
            MARK.succeeded,
            say(SET_FREEZE.liftedBy, {
              names: frozenNames(freeze),
              person: user(lifted.userId),
              at: moment(lifted.at, SET_FREEZE.at),
              reason: cut(lifted.reason || reason, 150),
            }),
          ]
        : [MARK.succeeded, say(SET_FREEZE.over, { names: frozenNames(freeze), reason: cut(reason, 150) })]
  return { text: spoken(...parts), blocks: [paragraph(text(`${mark} `), ...parts)] }
}
