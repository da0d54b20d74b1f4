import type { WorkspaceClock } from '../../clock.ts'
import { errorText } from '../../error-text.ts'

/** Waits before the second and the third attempt (Lambda Developer Guide, "How Lambda handles errors and retries"). */
const RETRY_AFTER_MS = [60_000, 120_000]

export interface AsynchronousSettings<Event> {
  handle: (event: Event) => Promise<unknown>
  /** 0 to 2. */
  retries: number
  /** Called with an event after its last attempt, and the last error in words: the on-failure destination. */
  gaveUp: (event: Event, because: string) => void
}

/** A function as SNS, EventBridge and a schedule invoke it. */
export interface AsynchronousInvocation<Event> {
  /** Accepts an event. Never throws. */
  invoke(event: Event): void
  /** Resolves when no attempt is running. */
  settled(): Promise<void>
}

/** Each event is accepted at once and by itself, tried again if the function throws, and given up in the end. */
export const asynchronousInvocation = <Event>(
  clock: WorkspaceClock,
  { handle, retries, gaveUp }: AsynchronousSettings<Event>,
): AsynchronousInvocation<Event> => {
  const running = new Set<Promise<void>>()

  const attempt = async (event: Event, number: number): Promise<void> => {
    try {
      // Each invocation gets a copy of its own, as from JSON.
      await handle(structuredClone(event))
    } catch (error) {
      const wait = number < retries ? RETRY_AFTER_MS[number] : undefined
      if (wait !== undefined) clock.at(clock.now() + wait, () => start(event, number + 1))
      else gaveUp(event, errorText(error))
    }
  }
  const start = (event: Event, number: number): void => {
    const attempted = clock.during(attempt(event, number)).finally(() => running.delete(attempted))
    running.add(attempted)
  }

  return {
    invoke: (event) => start(event, 0),
    settled: async () => {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
