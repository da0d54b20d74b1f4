import { createContext } from 'preact'
import { useCallback, useContext, useEffect, useState } from 'preact/hooks'
import type { Person, Snapshot } from './contract.ts'
import { type Answer, post, type Requests } from './requests.ts'
import { readerZone } from './times.ts'
import type { Reader } from './slack/date-token.ts'

/** The data and functions that every part of the page shares. */
export interface Workspace {
  snapshot: Snapshot
  me: Person
  /** True while the server is away: no request can be sent. */
  away: boolean
  /** Workspace time, epoch milliseconds. */
  now(): number
  /** Called before each request, and after each that succeeded. */
  asked<Path extends keyof Requests>(path: Path, body: Requests[Path]): void
  done(path: keyof Requests): void
}

export const WorkspaceContext = createContext<Workspace | null>(null)

export const useWorkspace = (): Workspace => {
  const workspace = useContext(WorkspaceContext)
  if (!workspace) throw new Error('useWorkspace needs a WorkspaceContext above it')
  return workspace
}

/** Workspace time that advances: drawn again every `everyMs`. */
export const useNow = (everyMs: number): number => {
  const { now } = useWorkspace()
  const [, draw] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => draw((count) => count + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now()
}

/** How the reader wants dates, with the workspace's current time. */
export const useReader = (): Reader => ({ now: useNow(20_000), ...readerZone })

/** Sends requests and holds what a control shows meanwhile: busy, or the sentence of the last failure. */
export const useRequest = () => {
  const { asked, done } = useWorkspace()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const send = useCallback(
    async <Path extends keyof Requests>(path: Path, body: Requests[Path]): Promise<Answer> => {
      setBusy(true)
      setError(null)
      asked(path, body)
      const answer = await post(path, body)
      setBusy(false)
      if (answer.ok) done(path)
      else setError(answer.error)
      return answer
    },
    [asked, done],
  )
  return { busy, error, send }
}
