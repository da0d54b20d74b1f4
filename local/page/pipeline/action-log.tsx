import { useEffect, useRef, useState } from 'preact/hooks'
import type { ActionView } from '../contract.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/failure.tsx'

const REFETCH_MS = 1000

interface ActionLogProps {
  action: ActionView
  title: string
  onClose: () => void
}

/** An action's log, read again each second while it runs; it stays at the end unless the reader scrolled up. */
export const ActionLog = ({ action, title, onClose }: ActionLogProps) => {
  const { text, error } = useLog(action.actionExecutionId ?? '', action.status === 'InProgress')
  const box = useRef<HTMLPreElement>(null)
  const atEnd = useRef(true)
  useEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight
  }, [text])
  return (
    <Dialog title={`Log of ${title}`} look="drawer" onClose={onClose}>
      <Failure error={error} />
      {text === null && error === null && <p class="empty">Loading the log…</p>}
      {text === '' && <p class="empty">Nothing has been written yet.</p>}
      {text !== null && text !== '' && (
        <pre
          class="log"
          ref={box}
          tabIndex={0}
          aria-label="Log lines"
          onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
            atEnd.current = scrollTop + clientHeight >= scrollHeight - 24
          }}
        >
          {text}
        </pre>
      )}
    </Dialog>
  )
}

const useLog = (id: string, running: boolean) => {
  const [log, setLog] = useState<{ text: string | null; error: string | null }>({ text: null, error: null })
  useEffect(() => {
    let stopped = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async () => {
      const answer = await fetchLog(id)
      if (stopped) return
      setLog(({ text }) => ({ text: answer.text ?? text, error: answer.error }))
      if (running) timer = setTimeout(() => void read(), REFETCH_MS)
    }
    void read()
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }, [id, running])
  return log
}

const fetchLog = async (id: string): Promise<{ text: string | null; error: string | null }> => {
  try {
    const response = await fetch(`/local/logs/${encodeURIComponent(id)}`)
    if (response.ok) return { text: await response.text(), error: null }
    return { text: null, error: `The workspace has no log for this run (status ${response.status}).` }
  } catch {
    return { text: null, error: 'The workspace did not answer. Is it still running?' }
  }
}
