import { useLayoutEffect, useRef } from 'preact/hooks'
import type { ChannelView } from '../contract.ts'
import { Icon } from '../parts/icon.tsx'
import { useWorkspace } from '../workspace.ts'
import { conversationFor } from './conversation.ts'
import { Message } from './message.tsx'
import { placeName } from './place-name.ts'

interface ThreadProps {
  channel: ChannelView
  ts: string
  onClose: () => void
}

/** The side panel with one message and its replies. */
export const Thread = ({ channel, ts, onClose }: ThreadProps) => {
  const { me } = useWorkspace()
  const panel = useRef<HTMLElement>(null)
  // In the same turn as the thread appears, so that no key is pressed outside it.
  useLayoutEffect(() => {
    const opener = document.activeElement
    panel.current?.focus()
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [ts])
  const { roots, repliesTo } = conversationFor(channel, me.id)
  const root = roots.find((message) => message.ts === ts)
  const replies = repliesTo.get(ts) ?? []
  const list = useRef<HTMLOListElement>(null)
  useLayoutEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight
  }, [ts, replies.length])
  return (
    <aside
      class="thread"
      aria-label="Thread"
      tabIndex={-1}
      ref={panel}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <header class="thread__head">
        <h3>
          Thread <small>{placeName(channel)}</small>
        </h3>
        <button type="button" class="icon-button" aria-label="Close thread" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <ol role="list" aria-label="Messages in thread" ref={list} tabIndex={0}>
        {root && <Message channelId={channel.id} message={root} />}
        {replies.map((reply) => (
          <Message key={reply.ts} channelId={channel.id} message={reply} />
        ))}
      </ol>
    </aside>
  )
}
