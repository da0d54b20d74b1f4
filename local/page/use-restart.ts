import { useEffect, useRef, useState } from 'preact/hooks'
import type { Snapshot } from './contract.ts'

const KEY = 'greenlight.run'

/** Whether the workspace was started again since this browser saw it last, until that is dismissed. */
export const useRestart = ({ run }: Pick<Snapshot, 'run'>): { restarted: boolean; dismiss: () => void } => {
  const seen = useRef(localStorage.getItem(KEY))
  const [restarted, setRestarted] = useState(false)
  useEffect(() => {
    if (seen.current !== null && seen.current !== run) setRestarted(true)
    seen.current = run
    localStorage.setItem(KEY, run)
  }, [run])
  return { restarted, dismiss: () => setRestarted(false) }
}
