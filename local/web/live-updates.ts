/** At most twenty updates a second: fast enough for the eye, slow enough for a browser. */
const INTERVAL_MS = 50

/** Calls its listeners after changes, once for several at a time. */
export interface LiveUpdates {
  /** A change happened; listeners are called within the interval. */
  changed(): void
  /** Calls `listener` after changes. Returns a function that stops it. */
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
