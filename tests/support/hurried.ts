import { setTimeout as pause } from 'node:timers/promises'
import type { WorkspaceClock } from '../../local/clock.ts'

/**
 * Longer than a message waits for its turn, and than an effect waits that found another function at work; shorter than
 * anything that is due in minutes.
 */
const MOST_MS = 30_000
const STEP_MS = 500

/**
 * Waits for what a workspace does by itself. Whenever no function runs, its time moves on, so that a test does not wait
 * as long as the bot's messages wait in the queue.
 */
export const hurried = async <T>(clock: Pick<WorkspaceClock, 'moveAhead'>, awaited: Promise<T>): Promise<T> => {
  let isOver = false
  const over = () => void (isOver = true)
  awaited.then(over, over)
  for (let moved = 0; moved < MOST_MS; moved += STEP_MS) {
    await Promise.race([awaited, pause(40)])
    if (isOver) break
    await clock.moveAhead(STEP_MS)
  }
  return awaited
}
