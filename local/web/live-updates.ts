/** At most twenty updates a second: fast enough for the eye, slow enough for a browser. */
const INTERVAL_MS = 50

/** Tells its listeners that something changed, several changes at a time. */
export interface LiveUpdates {
  /** Something changed; listeners are told within the interval. */
  changed(): void
  /** Calls `listener` after changes. Returns what ends it. */
  subscribe(listener: () => void): () => void
}

export const createLiveUpdates = (): LiveUpdates => {
  const listeners = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined
  return {
    changed: () => {
      timer ??= setTimeout(() => {
        timer = undefined
        for (const listener of listeners) listener()
      }, INTERVAL_MS).unref()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
