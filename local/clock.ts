import { randomUUID } from 'node:crypto'
import type { Clock } from '../functions/clock.ts'

interface Timer {
  due: number
  fire: () => void
  /** Set on timers that come round again. */
  everyMs?: number
}

/** The workspace's time: the machine's, plus however far a person has moved it ahead. */
export interface WorkspaceClock extends Clock {
  /** How far the workspace is ahead of the machine, in milliseconds. */
  aheadByMs(): number
  /** Calls `fire` once when the workspace's time reaches `epochMs`. Returns what cancels it. */
  at(epochMs: number, fire: () => void): () => void
  /** Calls `fire` every `ms` of workspace time; a move past several of them fires it once, at the move's end. */
  every(ms: number, fire: () => void): () => void
  /** Moves the workspace's time forward by `ms` (not negative) and fires what came due on the way. */
  moveAhead(ms: number): void
  /** Forgets every timer. */
  stop(): void
}

/** The longest delay that Node's setTimeout takes. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/**
 * Timers are kept in the workspace's time, so that moving the clock past them fires them, in order, each seeing the time
 * at which it was due. No timer keeps the process alive.
 */
export const createWorkspaceClock = (machineNow: () => number = Date.now): WorkspaceClock => {
  const timers = new Set<Timer>()
  let aheadByMs = 0
  let alarm: NodeJS.Timeout | undefined

  const now = () => machineNow() + aheadByMs

  const earliest = (wanted: (timer: Timer) => boolean): Timer | undefined => {
    let found: Timer | undefined
    for (const timer of timers) if (wanted(timer) && (!found || timer.due < found.due)) found = timer
    return found
  }

  const fire = (timer: Timer): void => {
    if (timer.everyMs === undefined) timers.delete(timer)
    else timer.due = now() + timer.everyMs
    timer.fire()
  }

  const setAlarm = (): void => {
    clearTimeout(alarm)
    const next = earliest(() => true)
    if (!next) return
    alarm = setTimeout(fireDue, Math.min(Math.max(0, next.due - now()), LONGEST_TIMEOUT_MS))
    alarm.unref()
  }

  const fireDue = (): void => {
    for (;;) {
      const next = earliest(() => true)
      if (!next || next.due > now()) break
      fire(next)
    }
    setAlarm()
  }

  const add = (timer: Timer): (() => void) => {
    timers.add(timer)
    setAlarm()
    return () => {
      timers.delete(timer)
    }
  }

  const at: WorkspaceClock['at'] = (epochMs, fire) => add({ due: epochMs, fire })

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
    every: (ms, fire) => add({ due: now() + ms, fire, everyMs: ms }),
    moveAhead: (ms) => {
      if (!(ms >= 0) || !Number.isFinite(ms)) throw new RangeError('The clock only moves forward')
      const target = aheadByMs + ms
      for (;;) {
        const next = earliest((timer) => timer.everyMs === undefined)
        if (!next || next.due > machineNow() + target) break
        aheadByMs = Math.max(aheadByMs, Math.min(target, next.due - machineNow()))
        fire(next)
      }
      aheadByMs = target
      fireDue()
    },
    stop: () => {
      timers.clear()
      clearTimeout(alarm)
    },
  }
}
