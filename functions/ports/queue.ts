import type { Due } from '../domain/effect.ts'

export interface Queue {
  /** Has `effect-due` perform the effect after a delay, 0 to 900 seconds. */
  send(due: Due, delaySeconds: number): Promise<void>
}
