import type { WorkspaceClock } from '../../clock.ts'
import type { DeadLetters } from './dead-letters.ts'

/** Waits before the second and the third attempt (Lambda Developer Guide, "How Lambda handles errors and retries"). */
const RETRY_AFTER_MS = [60_000, 120_000]

interface Settings {
  door: string
  handle: (event: never) => Promise<unknown>
  /** 0 to 2. */
  retries: number
  clock: WorkspaceClock
  deadLetters: DeadLetters
}

/**
 * A function as SNS, EventBridge and a schedule invoke it: accepted at once, each event by itself, tried again when it
 * throws, given up to the dead letters in the end. `settled` resolves when no attempt is running.
 */
export class AsynchronousInvocation<Event> {
  readonly #settings: Settings
  readonly #running = new Set<Promise<void>>()

  constructor(settings: Omit<Settings, 'handle'> & { handle: (event: Event) => Promise<unknown> }) {
    this.#settings = settings
  }

  /** Accepts an event. Never throws. */
  invoke(event: Event, attempt = 0): void {
    const running = this.#attempt(event, attempt).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  async #attempt(event: Event, attempt: number): Promise<void> {
    const { door, handle, retries, clock, deadLetters } = this.#settings
    try {
      // Each invocation gets a copy of its own, as it would from JSON.
      await handle(structuredClone(event) as never)
    } catch (error) {
      const wait = attempt < retries ? RETRY_AFTER_MS[attempt] : undefined
      if (wait !== undefined) clock.at(clock.now() + wait, () => this.invoke(event, attempt + 1))
      else deadLetters.add({ at: clock.now(), door, because: messageOf(error), event })
    }
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)
