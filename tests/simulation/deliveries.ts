import type { Ended } from './invocation.ts'
import type { Chance } from './chance.ts'
import type { Climate } from './climate.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Waits before the second and the third attempt (Lambda Developer Guide, "How Lambda handles errors and retries"). */
const RETRY_AFTER_MS = [60_000, 120_000]

export interface Delivery {
  time: VirtualTime
  chance: Chance
  climate: () => Climate
}

/** Delivers an event once or more, soon or late. This sender never loses one. */
export const deliver = ({ time, chance, climate }: Delivery, handle: () => void): void => {
  const late = climate().slow > 0 ? 300_000 : 2_000
  do time.in(chance.delay(1_500, late), handle)
  while (chance.is(climate().duplicate))
}

/**
 * Runs a function as Lambda does for SNS and EventBridge: again when it throws or crashes, `retries` times, then
 * `giveUp` puts the event into a dead-letter queue.
 */
export const invokeAsynchronously = async (
  time: VirtualTime,
  invoke: () => Promise<Ended<void>>,
  giveUp: () => void,
  attempt = 0,
): Promise<void> => {
  const { kind } = await invoke()
  if (kind === 'answered') return
  const wait = RETRY_AFTER_MS[attempt]
  if (wait === undefined) return giveUp()
  time.in(wait, () => void invokeAsynchronously(time, invoke, giveUp, attempt + 1))
}
