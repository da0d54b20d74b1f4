import { useEffect, useRef, useState } from 'preact/hooks'
import { useWorkspace } from '../workspace.ts'
import { newestTs } from './conversation.ts'
import { withEmoji } from './text.tsx'

/** Tells a screen reader of each new message, by the message's own `text`, as Slack does. */
export const NewMessages = () => {
  const { snapshot, me } = useWorkspace()
  const [said, setSaid] = useState('')
  const heard = useRef<Map<string, string> | null>(null)
  useEffect(() => {
    const before = heard.current
    heard.current = new Map(snapshot.channels.map((channel) => [channel.id, newestTs(channel)]))
    if (!before) return
    const fresh = snapshot.channels.flatMap((channel) =>
      channel.messages
        .filter(({ ts, onlyFor }) => Number(ts) > Number(before.get(channel.id) ?? 0) && (onlyFor ?? me.id) === me.id)
        .map(({ from, text }) => `${from} in ${channel.name}: ${withEmoji(text)}`),
    )
    if (fresh.length > 0) setSaid(fresh.join('. '))
  }, [snapshot, me.id])
  return (
    <p class="sr-only" role="status" aria-live="polite">
      {said}
    </p>
  )
}
