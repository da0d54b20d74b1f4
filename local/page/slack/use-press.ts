import { useEffect, useRef, useState } from 'preact/hooks'

// Slack gives an app three seconds to acknowledge (docs.slack.dev, "Handling user interaction").
const ACKNOWLEDGE_MS = 3000
const TOO_LATE = 'Greenlight has not answered within three seconds. It may still do what you asked.'

interface Pressed {
  blockId: string
  actionId: string
}

/** Sends a click and knows which button waits, and what to say if the answer is late or a failure (`error`). */
export const usePress = (error: string | null, send: (click: Pressed) => Promise<unknown>) => {
  const [pressed, setPressed] = useState<string | null>(null)
  const [late, setLate] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const press = async (click: Pressed) => {
    setPressed(`${click.blockId}/${click.actionId}`)
    setLate(false)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setLate(true)
      setPressed(null)
    }, ACKNOWLEDGE_MS)
    await send(click)
    clearTimeout(timer.current)
    setLate(false)
    setPressed(null)
  }
  return { pressed, problem: error ?? (late ? TOO_LATE : null), press }
}
