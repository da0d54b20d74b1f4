import { useEffect, useRef, useState } from 'preact/hooks'
import { useReader, useWorkspace } from '../workspace.ts'
import type { ChannelView, MessageView } from '../contract.ts'
import { spokenText } from './spoken-text.ts'

/**
 * Tells a screen reader of each new message by the message's own `text`, as Slack does; and of a message in the open
 * channel that has changed, since votes, a freeze and the end of a deployment change the message that is there.
 */
export const Announcements = ({ channelId }: { channelId: string }) => {
  const { snapshot, me } = useWorkspace()
  const reader = useReader()
  const [said, setSaid] = useState('')
  const heard = useRef<ReadonlyMap<string, string> | null>(null)
  useEffect(() => {
    const before = heard.current
    const messages = snapshot.channels.flatMap((channel) => channel.messages.map((message) => ({ channel, message })))
    heard.current = new Map(messages.map(({ channel, message }) => [keyOf(channel, message), message.text]))
    if (!before) return
    const fresh = messages.flatMap(({ channel, message }) => {
      const known = before.get(keyOf(channel, message))
      if ((message.onlyFor ?? me.id) !== me.id || known === message.text) return []
      const text = spokenText(message.text, snapshot, reader)
      if (known === undefined) return [`${message.from} in ${channel.name}: ${text}`]
      return channel.id === channelId ? [`Changed in ${channel.name}: ${text}`] : []
    })
    if (fresh.length > 0) setSaid(fresh.join(' '))
  }, [snapshot, me.id, channelId])
  return (
    <p class="sr-only" role="status" aria-live="polite">
      {said}
    </p>
  )
}

const keyOf = ({ id }: ChannelView, { ts }: MessageView): string => `${id} ${ts}`
