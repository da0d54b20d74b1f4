import type { ComponentChildren } from 'preact'
import type { Inline } from './inline.ts'
import type { RichTextElement, RichTextLeaf } from './rich-text.ts'
import { Drawn, InlinePart, SlackLink } from './text.tsx'

/** A `rich_text` block: sections, lists, quotes and preformatted text. */
export const RichText = ({ elements }: { elements: RichTextElement[] }) => (
  <div class="mrkdwn">
    {elements.map((element, index) => (
      <RichTextPart key={index} element={element} />
    ))}
  </div>
)

const RichTextPart = ({ element }: { element: RichTextElement }) => {
  if (element.type === 'rich_text_list') {
    const items = element.elements.map((item, index) => (
      <li key={index}>
        <Leaves leaves={item.elements} />
      </li>
    ))
    return element.style === 'ordered' ? <ol>{items}</ol> : <ul>{items}</ul>
  }
  const leaves = <Leaves leaves={element.elements} />
  if (element.type === 'rich_text_preformatted') return <pre>{leaves}</pre>
  return element.type === 'rich_text_quote' ? <blockquote>{leaves}</blockquote> : <p>{leaves}</p>
}

const Leaves = ({ leaves }: { leaves: RichTextLeaf[] }) => (
  <>
    {leaves.map((leaf, index) => (
      <Leaf key={index} leaf={leaf} />
    ))}
  </>
)

const Leaf = ({ leaf }: { leaf: RichTextLeaf }) => {
  if (leaf.type === 'text') return <Styled style={leaf.style}>{leaf.text}</Styled>
  if (leaf.type === 'link') {
    return (
      <Styled style={leaf.style}>
        <SlackLink href={leaf.url}>{leaf.text ?? leaf.url}</SlackLink>
      </Styled>
    )
  }
  return <InlinePart inline={asInline(leaf)} />
}

type Style = Extract<RichTextLeaf, { type: 'text' }>['style']

const Styled = ({ style, children }: { style: Style; children: ComponentChildren }) => {
  let styled = typeof children === 'string' ? <Drawn text={children} /> : <>{children}</>
  if (style?.code) styled = <code>{styled}</code>
  if (style?.strike) styled = <s>{styled}</s>
  if (style?.italic) styled = <i>{styled}</i>
  if (style?.bold) styled = <b>{styled}</b>
  return styled
}

const asInline = (leaf: Exclude<RichTextLeaf, { type: 'text' | 'link' }>): Inline => {
  switch (leaf.type) {
    case 'user':
      return { type: 'user', id: leaf.user_id, label: null }
    case 'usergroup':
      return { type: 'usergroup', id: leaf.usergroup_id, label: null }
    case 'channel':
      return { type: 'channel', id: leaf.channel_id, label: null }
    case 'date':
      return {
        type: 'date',
        at: leaf.timestamp * 1000,
        format: leaf.format,
        href: null,
        fallback: leaf.fallback,
      }
    default:
      return leaf
  }
}
