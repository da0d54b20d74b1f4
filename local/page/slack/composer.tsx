import { useId, useState } from 'preact/hooks'
import type { ChannelView } from '../contract.ts'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { placeName } from './place-name.ts'
import { useRequest, useWorkspace } from '../workspace.ts'

/** The field under a channel's messages. This Slack sends commands only: nothing else is for the bot. */
export const Composer = ({ channel }: { channel: ChannelView }) => {
  const { me, away } = useWorkspace()
  const { busy, error, send } = useRequest()
  const [text, setText] = useState('')
  const [isOther, setIsOther] = useState(false)
  const id = useId()
  const submit = async (event: Event) => {
    event.preventDefault()
    const typed = COMMAND.exec(text.trim())
    setIsOther(!typed)
    if (!typed || busy) return
    const answer = await send('/local/slack/command', { userId: me.id, channelId: channel.id, text: typed[1] ?? '' })
    if (answer.ok) setText('')
  }
  const problem = isOther ? 'Only the command /greenlight can be sent here.' : error
  return (
    <form class="composer" onSubmit={(event) => void submit(event)}>
      <label class="sr-only" for={id}>
        Command in {placeName(channel)}
      </label>
      <input
        id={id}
        type="text"
        value={text}
        placeholder="/greenlight help"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={2_000}
        disabled={away}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" class="button" disabled={away || busy || text.trim() === ''}>
        <Icon name="send" size={14} />
        <span class="sr-only">Send</span>
      </button>
      {problem !== null && (
        <div id={`${id}-problem`} class="composer__problem">
          <Failure error={problem} />
        </div>
      )}
    </form>
  )
}

const COMMAND = /^\/greenlight(?:\s+([^]*))?$/i
