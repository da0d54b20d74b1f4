import { useMemo } from 'preact/hooks'
import type { MessageView } from '../contract.ts'
import { focusHome } from '../parts/focus-kept.ts'
import { AppAvatar, Avatar } from '../parts/avatar.tsx'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { Menu } from '../parts/menu.tsx'
import { formatTime } from '../times.ts'
import { useRequest, useWorkspace } from '../workspace.ts'
import { ActionButton } from './action-button.tsx'
import { readBlocks } from './block-kit.ts'
import { Blocks } from './blocks.tsx'
import { relativeTime } from './date-token.ts'
import { Mrkdwn } from './text.tsx'
import { usePress } from './use-press.ts'

interface MessageProps {
  channelId: string
  message: MessageView
  replies?: MessageView[]
  onOpenThread?: () => void
}

/** One message, with its sender, blocks and the link into its thread. */
export const Message = ({ channelId, message, replies = [], onOpenThread }: MessageProps) => {
  const { snapshot, now } = useWorkspace()
  const sender = snapshot.people.find(({ name, realName }) => message.from === realName || message.from === name)
  const lastReply = replies.at(-1)
  return (
    <li
      class={`message ${message.onlyFor ? 'message--private' : ''}`}
      data-testid="message"
      data-ts={message.ts}
      {...focusHome}
    >
      {message.isApp ? <AppAvatar /> : <Avatar name={message.from} color={sender?.color ?? '#555b66'} />}
      <div class="message__body">
        {message.onlyFor && (
          <p class="message__private">
            <Icon name="eye" size={14} /> Only visible to you
          </p>
        )}
        <p class="message__head">
          <b>{message.from}</b>
          {message.isApp && <span class="app-badge">APP</span>}
          <time dateTime={new Date(message.at).toISOString()}>{formatTime(message.at)}</time>
        </p>
        {message.isApp && !message.onlyFor && <Shortcuts channelId={channelId} ts={message.ts} />}
        <MessageContent channelId={channelId} message={message} />
        {lastReply && onOpenThread && (
          <button type="button" class="thread-link" onClick={onOpenThread}>
            <b>{replies.length === 1 ? '1 reply' : `${replies.length} replies`}</b>
            <span>Last reply {relativeTime(lastReply.at, now())}</span>
          </button>
        )}
      </div>
    </li>
  )
}

/** The shortcuts of the bot's manifest, in the menu that Slack has for each message. */
const Shortcuts = ({ channelId, ts }: { channelId: string; ts: string }) => {
  const { me, away } = useWorkspace()
  const { busy, error, send } = useRequest()
  const choose = () => void send('/local/slack/shortcut', { userId: me.id, channelId, ts, callbackId: 'why_not' })
  return (
    <div class="message__menu">
      <Menu
        label="More actions"
        button={<Icon name="more" />}
        buttonClass="icon-button"
        unavailable={away || busy}
        align="end"
        items={[{ key: 'why', label: 'Why can’t I approve?', onSelect: choose }]}
      />
      <Failure error={error} />
    </div>
  )
}

const MessageContent = ({ channelId, message }: { channelId: string; message: MessageView }) => {
  const { me, away } = useWorkspace()
  const { send, error } = useRequest()
  const { pressed, problem, press } = usePress(error, (click) =>
    send('/local/slack/click', { userId: me.id, channelId, ts: message.ts, ...click }),
  )
  const blocks = useMemo(() => readBlocks(message.blocks), [JSON.stringify(message.blocks)])
  if (blocks.length === 0) return <Mrkdwn source={message.text} />
  return (
    <>
      <Blocks
        blocks={blocks}
        drawButton={(button, blockId) => (
          <ActionButton
            key={button.action_id}
            button={button}
            disabled={away}
            loading={pressed === `${blockId}/${button.action_id}`}
            onPress={() => void press({ blockId, actionId: button.action_id })}
          />
        )}
      />
      {problem !== null && (
        <p class="failure" role="alert">
          <Icon name="warning" /> {problem}
        </p>
      )}
    </>
  )
}
