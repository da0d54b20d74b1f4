import { setTimeout as wait } from 'node:timers/promises'

const LOOK_EVERY_MS = 25

/**
 * Settles when `runs` says false, or after `withinMs`. A signal is only sent when `process.kill` returns: on a busy
 * machine the process still runs for a while, also after SIGKILL.
 */
export const untilEnded = async (runs: () => boolean | Promise<boolean>, withinMs: number): Promise<void> => {
  for (let waited = 0; (await runs()) && waited < withinMs; waited += LOOK_EVERY_MS) await wait(LOOK_EVERY_MS)
}
