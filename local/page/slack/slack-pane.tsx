import { useState } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import { useWorkspace } from '../workspace.ts'
import { Composer } from './composer.tsx'
import { HOME_TAB, HomeTab } from './home-tab.tsx'
import { MessageList } from './message-list.tsx'
import { Thread } from './thread.tsx'

interface SlackPaneProps {
  channelId: string
  unread: (channelId: string) => number
  onChannel: (channelId: string) => void
}

/** The right half: a Slack client with its channels, one of them open. */
export const SlackPane = ({ channelId, unread, onChannel }: SlackPaneProps) => {
  const { snapshot } = useWorkspace()
  const [thread, setThread] = useState<{ channelId: string; ts: string } | null>(null)
  const channel = snapshot.channels.find(({ id }) => id === channelId)
  return (
    <div class="slack">
      <nav class="channels" aria-label="Slack channels">
        <h2>Slack</h2>
        <ul role="list">
          <li>
            <button
              type="button"
              aria-current={channelId === HOME_TAB ? 'page' : undefined}
              onClick={() => onChannel(HOME_TAB)}
            >
              <Icon name="home" size={14} /> <span>Home</span>
            </button>
          </li>
          {snapshot.channels.map(({ id, name, onlyFor }) => (
            <li key={id}>
              <button
                type="button"
                class={unread(id) > 0 ? 'unread' : ''}
                aria-current={id === channelId ? 'page' : undefined}
                onClick={() => onChannel(id)}
              >
                <Icon name={onlyFor ? 'conversation' : 'hash'} size={14} /> <span>{name}</span>
                {unread(id) > 0 && (
                  <span class="badge">
                    {unread(id)}
                    <span class="sr-only"> unread</span>
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      {channelId === HOME_TAB ? (
        <HomeTab />
      ) : channel ? (
        <div class="channel">
          <header class="channel__head">
            <h3>
              <Icon name={channel.onlyFor ? 'conversation' : 'hash'} /> {channel.name}
            </h3>
            <p class="muted">{channel.topic}</p>
          </header>
          <MessageList
            key={channel.id}
            channel={channel}
            onOpenThread={(ts) => setThread({ channelId: channel.id, ts })}
          />
          <Composer key={`composer-${channel.id}`} channel={channel} />
        </div>
      ) : (
        <p class="empty">This Slack has no channels yet.</p>
      )}
      {channel && thread?.channelId === channel.id && (
        <Thread channel={channel} ts={thread.ts} onClose={() => setThread(null)} />
      )}
    </div>
  )
}
