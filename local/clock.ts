import { randomUUID } from 'node:crypto'
import type { Clock } from '../functions/clock.ts'

interface Timer {
  due: number
  fire: () => void
  /** Set on timers that come round again. */
  everyMs?: number
}

/** The longest delay that Node's setTimeout takes. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/**
 * The workspace's time: the machine's, plus however far a person has moved it ahead. Timers are kept in this time, so
 * that moving the clock past them fires them, in order, each seeing the time at which it was due.
 * No timer keeps the process alive.
 */
export class WorkspaceClock implements Clock {
  /** How far the workspace is ahead of the machine, in milliseconds. */
  aheadByMs = 0
  readonly #machineNow: () => number
  readonly #timers = new Set<Timer>()
  #alarm: NodeJS.Timeout | undefined

  constructor(machineNow: () => number = Date.now) {
    this.#machineNow = machineNow
  }

  now(): number {
    return this.#machineNow() + this.aheadByMs
  }

  newId(): string {
    return randomUUID()
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        cancel()
        reject(signal?.reason)
      }
      const cancel = this.at(this.now() + ms, () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      })
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  /** Calls `fire` once when the workspace's time reaches `epochMs`. Returns what cancels it. */
  at(epochMs: number, fire: () => void): () => void {
    return this.#add({ due: epochMs, fire })
  }

  /** Calls `fire` every `ms` of workspace time; a move past several of them fires it once, at the move's end. */
  every(ms: number, fire: () => void): () => void {
    return this.#add({ due: this.now() + ms, fire, everyMs: ms })
  }

  /** Moves the workspace's time forward by `ms` (not negative) and fires what came due on the way. */
  moveAhead(ms: number): void {
    if (!(ms >= 0) || !Number.isFinite(ms)) throw new RangeError('The clock only moves forward')
    const target = this.aheadByMs + ms
    for (;;) {
      const next = this.#earliest((timer) => timer.everyMs === undefined)
      if (!next || next.due > this.#machineNow() + target) break
      this.aheadByMs = Math.max(this.aheadByMs, Math.min(target, next.due - this.#machineNow()))
      this.#fire(next)
    }
    this.aheadByMs = target
    this.#fireDue()
  }

  /** Forgets every timer. */
  stop(): void {
    this.#timers.clear()
    clearTimeout(this.#alarm)
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer)
    this.#setAlarm()
    return () => {
      this.#timers.delete(timer)
    }
  }

  #fire(timer: Timer): void {
    if (timer.everyMs === undefined) this.#timers.delete(timer)
    else timer.due = this.now() + timer.everyMs
    timer.fire()
  }

  #fireDue(): void {
    for (;;) {
      const next = this.#earliest(() => true)
      if (!next || next.due > this.now()) break
      this.#fire(next)
    }
    this.#setAlarm()
  }

  #earliest(wanted: (timer: Timer) => boolean): Timer | undefined {
    let earliest: Timer | undefined
    for (const timer of this.#timers) if (wanted(timer) && (!earliest || timer.due < earliest.due)) earliest = timer
    return earliest
  }

  #setAlarm(): void {
    clearTimeout(this.#alarm)
    const next = this.#earliest(() => true)
    if (!next) return
    const delay = Math.min(Math.max(0, next.due - this.now()), LONGEST_TIMEOUT_MS)
    this.#alarm = setTimeout(() => this.#fireDue(), delay)
    this.#alarm.unref()
  }
}
