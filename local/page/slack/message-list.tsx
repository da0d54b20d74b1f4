import { Fragment } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChannelView } from '../contract.ts'
import { Icon } from '../parts/icon.tsx'
import { formatDay } from '../times.ts'
import { useReader, useWorkspace } from '../workspace.ts'
import { conversationFor } from './conversation.ts'
import { calendarDay } from './date-token.ts'
import { Message } from './message.tsx'
import { placeName } from './place-name.ts'

const NEAR_END_PX = 60

interface MessageListProps {
  channel: ChannelView
  onOpenThread: (ts: string) => void
}

/** A channel's messages, kept at the newest unless the reader scrolled up. */
export const MessageList = ({ channel, onOpenThread }: MessageListProps) => {
  const { me } = useWorkspace()
  const reader = useReader()
  const { roots, repliesTo } = conversationFor(channel, me.id)
  const { box, behind, toEnd, onScroll } = useStayAtEnd(roots.length, roots.at(-1)?.onlyFor === me.id)
  let day = ''
  return (
    <div class="messages" ref={box} onScroll={onScroll} tabIndex={0} role="region" aria-label={placeName(channel)}>
      {roots.length === 0 && <p class="empty">No messages yet. Approvals and deployments appear here.</p>}
      <ol role="list" aria-label={`Messages in ${placeName(channel)}`}>
        {roots.map((message) => {
          const messageDay = calendarDay(message.at, reader)
          const divider = messageDay !== day
          day = messageDay
          const today = messageDay === calendarDay(reader.now, reader)
          return (
            <Fragment key={message.ts}>
              {divider && (
                <li class="day" role="presentation">
                  <span>{today ? 'Today' : formatDay(message.at)}</span>
                </li>
              )}
              <Message
                channelId={channel.id}
                message={message}
                replies={repliesTo.get(message.ts) ?? []}
                onOpenThread={() => onOpenThread(message.ts)}
              />
            </Fragment>
          )
        })}
      </ol>
      {behind && (
        <button type="button" class="to-newest" onClick={toEnd}>
          Newest messages <Icon name="down" />
        </button>
      )}
    </div>
  )
}

/** Follows the end of a growing list; an answer for the chosen person alone is always scrolled into view. */
const useStayAtEnd = (count: number, lastIsPrivate: boolean) => {
  const box = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const seen = useRef(count)
  const [behind, setBehind] = useState(false)
  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }
  // On every drawing, since a message can grow in place.
  useLayoutEffect(() => {
    const grew = count > seen.current
    seen.current = count
    if (atEnd.current || (grew && lastIsPrivate)) toEnd()
    else if (grew) setBehind(true)
  })
  const onScroll = () => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = box.current ?? {}
    atEnd.current = scrollTop + clientHeight >= scrollHeight - NEAR_END_PX
    if (atEnd.current) setBehind(false)
  }
  return { box, behind, toEnd, onScroll }
}
