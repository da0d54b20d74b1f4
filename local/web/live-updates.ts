/** At most twenty updates a second: fast enough for the eye, slow enough for a browser. */
const INTERVAL_MS = 50

/** Tells whoever listens that something changed, several changes at a time. */
export class LiveUpdates {
  readonly #listeners = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined

  /** Something changed; listeners hear of it within the interval. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const listener of this.#listeners) listener()
    }, INTERVAL_MS).unref()
  }

  /** Calls `listener` after changes. Returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
