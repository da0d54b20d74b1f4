import { randomUUID } from 'node:crypto'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { Clock } from '../functions/clock.ts'

interface Timer {
  due: number
  fire: () => void
  /** Set for timers that repeat. */
  everyMs?: number
  neededAt?: NeededAt
}

/** When the next turn of a repeating timer matters (epoch milliseconds); a time that has passed means the next turn. */
export type NeededAt = () => Promise<number>

/** The workspace's time: the machine's, plus however far a person has moved it ahead. */
export interface WorkspaceClock extends Clock {
  /** How far the workspace is ahead of the machine, in milliseconds. */
  aheadByMs(): number
  /** Calls `fire` once when the workspace's time reaches `epochMs`. Returns a function that cancels it. */
  at(epochMs: number, fire: () => void): () => void
  /**
   * Calls `fire` every `ms` of workspace time. A move leaves out the turns before the time that `neededAt` names; without
   * it, each turn comes at its own time.
   */
  every(ms: number, fire: () => void, neededAt?: NeededAt): () => void
  /** Marks work for which a moving clock waits before it goes on. Returns the work. */
  during<T>(work: Promise<T>): Promise<T>
  /**
   * Moves the workspace's time forward by `ms` (not negative). It stops at each time at which something is due, fires it,
   * and goes on when the work that this began is over. Resolves at the end; a second move begins when the first is over.
   */
  moveAhead(ms: number): Promise<void>
  /** Calls `listener` at each stop of a move. */
  onMove(listener: () => void): () => void
  /** Forgets every timer, and ends a move. */
  stop(): void
}

/** The longest delay that Node's setTimeout takes. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/**
 * Timers are kept in the workspace's time, so that moving the clock past them fires them, in order, each at the time at
 * which it was due. No timer keeps the process alive.
 */
export const createWorkspaceClock = (machineNow: () => number = Date.now): WorkspaceClock => {
  const timers = new Set<Timer>()
  const underWay = new Set<Promise<void>>()
  const listeners = new Set<() => void>()
  let aheadByMs = 0
  let alarm: NodeJS.Timeout | undefined
  let lastMove: Promise<void> = Promise.resolve()
  let stopped = false

  const now = () => machineNow() + aheadByMs

  const earliest = (): Timer | undefined => {
    let found: Timer | undefined
    for (const timer of timers) if (!found || timer.due < found.due) found = timer
    return found
  }

  const fire = (timer: Timer): void => {
    if (timer.everyMs === undefined) timers.delete(timer)
    else timer.due = Math.ceil(now() + timer.everyMs)
    timer.fire()
  }

  const setAlarm = (): void => {
    clearTimeout(alarm)
    const next = earliest()
    if (!next) return
    alarm = setTimeout(fireDue, Math.min(Math.max(0, next.due - now()), LONGEST_TIMEOUT_MS))
    alarm.unref()
  }

  /** Answers whether anything was due. */
  const fireDue = (): boolean => {
    let any = false
    for (;;) {
      const next = earliest()
      if (!next || next.due > now()) break
      any = true
      fire(next)
    }
    setAlarm()
    return any
  }

  /** Due at a whole millisecond: a move stops there, and every time that is told or stored is a whole number. */
  const add = ({ due, ...rest }: Timer): (() => void) => {
    const timer: Timer = { ...rest, due: Math.ceil(due) }
    timers.add(timer)
    setAlarm()
    return () => {
      timers.delete(timer)
    }
  }

  const at: WorkspaceClock['at'] = (epochMs, fire) => add({ due: epochMs, fire })

  /** Fires what is due, until all that this began is over. */
  const rest = async (): Promise<void> => {
    do {
      await Promise.all(underWay)
      // What a timer woke begins its work before the next turn of the event loop.
      await turnOfTheLoop()
    } while (!stopped && (fireDue() || underWay.size > 0))
  }

  /** When the clock must stop next before `end`; Infinity when nothing is due before. */
  const nextStop = async (end: number): Promise<number> => {
    const all = [...timers].filter(({ due }) => due < end)
    const soonest = Math.min(...all.flatMap(({ due, neededAt }) => (neededAt ? [] : due)), Infinity)
    // To ask when a turn matters takes long: only one that is due first can be the next stop.
    const asked = all.flatMap(({ due, neededAt }) =>
      neededAt && due < soonest ? neededAt().then((at) => Math.max(due, at)) : [],
    )
    return Math.ceil(Math.min(soonest, ...(await Promise.all(asked))))
  }

  const jumpTo = (nextAheadByMs: number): void => {
    aheadByMs = Math.max(aheadByMs, nextAheadByMs)
    fireDue()
    for (const listener of listeners) listener()
  }

  const move = async (ms: number): Promise<void> => {
    const target = aheadByMs + Math.ceil(ms)
    for (;;) {
      await rest()
      if (stopped) return
      const stop = (await nextStop(machineNow() + target)) - machineNow()
      if (stop >= target) break
      jumpTo(stop)
    }
    jumpTo(target)
    await rest()
  }

  return {
    aheadByMs: () => aheadByMs,
    now,
    newId: () => randomUUID(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const abort = () => {
          cancel()
          reject(signal?.reason)
        }
        const cancel = at(now() + ms, () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        })
        signal?.addEventListener('abort', abort, { once: true })
      }),
    at,
    every: (ms, fire, neededAt) => add({ due: now() + ms, fire, everyMs: ms, ...(neededAt && { neededAt }) }),
    during: (work) => {
      const over: Promise<void> = work.then(
        () => void underWay.delete(over),
        () => void underWay.delete(over),
      )
      underWay.add(over)
      return work
    },
    moveAhead: async (ms) => {
      if (!(ms >= 0) || !Number.isFinite(ms)) throw new RangeError('The clock only moves forward')
      const begun = lastMove.then(() => move(ms))
      lastMove = begun.catch(() => undefined)
      await begun
    },
    onMove: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop: () => {
      stopped = true
      timers.clear()
      clearTimeout(alarm)
    },
  }
}
