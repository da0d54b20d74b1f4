interface Timer {
  at: number
  order: number
  fire: () => unknown
  canceled: boolean
}

/** 2026-11-23T09:30:15Z: not on a full minute, since approvals expire on one. */
export const START = Date.UTC(2026, 10, 23, 9, 30, 15)

/** Runs every promise that is ready. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

/**
 * Time that moves from one event to the next. Events of the same millisecond happen in the order in which they were
 * scheduled; between two events, all code runs until it waits.
 */
export class VirtualTime {
  #now = START
  #order = 0
  readonly #heap: Timer[] = []

  now = (): number => this.#now

  /** Calls `fire` once at that epoch millisecond, or at once if it is past; returns a function that cancels it. */
  at = (epochMs: number, fire: () => unknown): (() => void) => {
    const timer = { at: Math.max(epochMs, this.#now), order: this.#order++, fire, canceled: false }
    this.#push(timer)
    return () => {
      timer.canceled = true
    }
  };

  in(ms: number, fire: () => unknown): () => void {
    return this.at(this.#now + ms, fire)
  }

  /** Runs everything that is due until then. */
  async runUntil(epochMs: number): Promise<void> {
    for (let next = this.#heap[0]; next && next.at <= epochMs; next = this.#heap[0]) {
      this.#pop()
      if (next.canceled) continue
      this.#now = next.at
      await next.fire()
      await settled()
    }
    this.#now = Math.max(this.#now, epochMs)
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let at = heap.push(timer) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isEarlier(timer, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isEarlier(heap[child + 1]!, heap[child]!)) child += 1
      if (!isEarlier(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

const isEarlier = (one: Timer, other: Timer): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order)
