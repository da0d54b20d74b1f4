import { type ComponentChildren, Fragment } from 'preact'
import { useReader, useWorkspace } from '../workspace.ts'
import { isSafeUrl } from './angle-token.ts'
import type { Text } from './block-kit.ts'
import { formatDateToken } from './date-token.ts'
import { EMOJI } from './emoji.ts'
import type { Inline } from './inline.ts'
import { type MrkdwnBlock, parseMrkdwn } from './mrkdwn.ts'
import { ownEntry } from '../../../functions/own-entry.ts'
import { nameOf } from './spoken-text.ts'

/** A Block Kit text object: `plain_text` as it is, except emoji, or `mrkdwn`. */
export const BlockText = ({ text }: { text: Text }) =>
  text.type === 'mrkdwn' ? (
    <Mrkdwn source={text.text} verbatim={text.verbatim ?? false} />
  ) : (
    <Drawn text={withEmoji(text.text)} />
  )

export const Mrkdwn = ({ source, verbatim = false }: { source: string; verbatim?: boolean }) => (
  <div class="mrkdwn">
    {parseMrkdwn(source, { verbatim }).map((block, index) => (
      <MrkdwnPart key={index} block={block} />
    ))}
  </div>
)

const MrkdwnPart = ({ block }: { block: MrkdwnBlock }) => {
  if (block.type === 'preformatted') return <pre>{block.text}</pre>
  const children = <InlineText inlines={block.children} />
  return block.type === 'quote' ? <blockquote>{children}</blockquote> : <p>{children}</p>
}

const InlineText = ({ inlines }: { inlines: Inline[] }) => (
  <>
    {inlines.map((inline, index) => (
      <InlinePart key={index} inline={inline} />
    ))}
  </>
)

// Many machines have no font with this mark. Slack draws it as a picture, as all emoji.
const PAUSE = '⏸'

/** Text whose marks are drawn, where fonts often lack them; it is still the text that is copied and read aloud. */
export const Drawn = ({ text }: { text: string }) => (
  <>
    {text.split(PAUSE).map((piece, index) => (
      <Fragment key={index}>
        {index > 0 && (
          <span class="pause">
            <span class="sr-only">{PAUSE}</span>
          </span>
        )}
        {piece}
      </Fragment>
    ))}
  </>
)

/** One piece of text; the page draws text only from this tree. */
export const InlinePart = ({ inline }: { inline: Inline }) => {
  switch (inline.type) {
    case 'text':
      return <Drawn text={inline.text} />
    case 'break':
      return <br />
    case 'bold':
      return <b>{<InlineText inlines={inline.children} />}</b>
    case 'italic':
      return <i>{<InlineText inlines={inline.children} />}</i>
    case 'strike':
      return <s>{<InlineText inlines={inline.children} />}</s>
    case 'code':
      return <code>{inline.text}</code>
    case 'emoji':
      return <>{ownEntry(EMOJI, inline.name) ?? `:${inline.name}:`}</>
    case 'link':
      return <SlackLink href={inline.href}>{linkLabel(inline.label) ?? inline.href}</SlackLink>
    case 'broadcast':
      return <span class="mention mention--me">@{inline.range}</span>
    case 'date':
      return <DateText token={inline} />
    default:
      return <Mention inline={inline} />
  }
}

/** A label all in backticks is code, as in Slack; null for any other label. */
const linkLabel = (label: string): ComponentChildren => {
  const code = /^`([^`]+)`$/.exec(label)
  return code ? <code>{code[1]}</code> : label || null
}

/** A link to an address that is safe to open; anything else stays text. */
export const SlackLink = ({ href, children }: { href: string; children: ComponentChildren }) =>
  isSafeUrl(href) ? (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  ) : (
    <>{children}</>
  )

const DateText = ({ token }: { token: Extract<Inline, { type: 'date' }> }) => {
  const written = formatDateToken(token, useReader())
  const time = <time dateTime={new Date(token.at).toISOString()}>{written}</time>
  return token.href === null ? (
    time
  ) : (
    <a href={token.href} target="_blank" rel="noreferrer">
      {time}
    </a>
  )
}

const Mention = ({ inline }: { inline: Extract<Inline, { type: 'user' | 'channel' | 'usergroup' }> }) => {
  const { snapshot, me } = useWorkspace()
  const { type, id } = inline
  const group = type === 'usergroup' && snapshot.userGroups.find((one) => one.id === id)
  const isMe = type === 'user' ? id === me.id : group && group.members.includes(me.id)
  return <span class={`mention ${isMe ? 'mention--me' : ''}`}>{nameOf(inline, snapshot)}</span>
}

/** Writes the emoji that are known by name; Slack does so in `plain_text` too. */
export const withEmoji = (text: string): string =>
  text.replace(/:([a-z0-9_+'-]+):/g, (written, name: string) => ownEntry(EMOJI, name) ?? written)
