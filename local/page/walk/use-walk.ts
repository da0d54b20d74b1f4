import { useEffect, useState } from 'preact/hooks'
import type { Snapshot } from '../contract.ts'
import type { Requests } from '../requests.ts'
import { newWalk, noteAsked, noteDone, observe, type WalkMemory } from './walk-progress.ts'

const KEY = 'greenlight.walk'

interface StoredWalk {
  /** The workspace's run in which it was taken: another run has nothing of what it was about. */
  run: string
  memory: WalkMemory
  shown: boolean
}

/** The walk's progress, kept in the browser; each snapshot ticks its steps, and a new workspace clears it. */
export const useWalk = (snapshot: Snapshot | null) => {
  const [walk, setWalk] = useState<StoredWalk | null>(null)
  const change = (next: (before: StoredWalk) => StoredWalk) =>
    setWalk((before) => {
      const after = before && next(before)
      if (after !== before) localStorage.setItem(KEY, JSON.stringify(after))
      return after
    })
  useEffect(() => {
    if (!snapshot) return
    const { run } = snapshot
    if (walk === null) setWalk(stored() ?? { run, memory: newWalk(snapshot.now), shown: true })
    change((before) => {
      if (before.run !== run) return { ...before, run, memory: newWalk(snapshot.now) }
      const memory = observe(before.memory, snapshot)
      return memory === before.memory ? before : { ...before, memory }
    })
  }, [snapshot, walk === null])
  return {
    memory: walk?.memory ?? null,
    shown: walk?.shown ?? false,
    show: (shown: boolean) => change((before) => ({ ...before, shown })),
    restart: (now: number) => change((before) => ({ ...before, memory: newWalk(now), shown: true })),
    asked: <Path extends keyof Requests>(path: Path, body: Requests[Path], seen: Snapshot, now: number) =>
      change((before) => ({ ...before, memory: noteAsked(before.memory, path, body, seen, now) })),
    done: (path: keyof Requests) => change((before) => ({ ...before, memory: noteDone(before.memory, path) })),
  }
}

const stored = (): StoredWalk | null => {
  try {
    const read = JSON.parse(localStorage.getItem(KEY) ?? 'null') as StoredWalk | null
    return Array.isArray(read?.memory.done) && typeof read.run === 'string' ? read : null
  } catch {
    return null
  }
}
