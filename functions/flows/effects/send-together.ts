import type { Effect } from '../../domain/effect.ts'
import { fewAtOnce } from '../../few-at-once.ts'
import type { Services } from '../../ports/services.ts'

/** Fewer effects than a function performs at once without harm to the others in its batch. */
export const IN_A_MESSAGE = 5

const MESSAGES_AT_ONCE = 10

/**
 * Has the queue perform many effects, a few in each message.
 *
 * @param delayOf seconds before a message, by its number from 0 and how many there are
 */
export const sendTogether = async (
  { queue }: Pick<Services, 'queue'>,
  effects: readonly Effect[],
  delayOf: (message: number, messages: number) => number,
): Promise<void> => {
  const messages = Array.from({ length: Math.ceil(effects.length / IN_A_MESSAGE) }, (_, message) => message)
  await fewAtOnce(MESSAGES_AT_ONCE, messages, (message) => {
    const [effect, ...beside] = effects.slice(message * IN_A_MESSAGE, (message + 1) * IN_A_MESSAGE)
    const due = { effect: effect!, attempt: 1, ...(beside.length > 0 && { beside }) }
    return queue.send(due, Math.floor(delayOf(message, messages.length)))
  })
}
