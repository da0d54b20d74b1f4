import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  RichTextBlock,
  RichTextBlockElement,
  RichTextLink,
  RichTextSection,
  RichTextText,
} from '@slack/types'

/**
 * The few pieces of Block Kit that our messages are made of.
 *
 * What others wrote (commit messages, names, custom data, comments) goes only into `rich_text` and `plain_text`, where
 * Slack reads no markup: it needs no escaping there and cannot mention, link or format anything.
 */
export type Inline = RichTextSection['elements'][number]

/**
 * Slack refuses a whole message over one text too long ("Block Kit", limits), so every text is cut to its room, and
 * what no reader could see, or what would turn the text around, is left out.
 */
export const cut = (text: string, length: number): string => {
  const clean = text.toWellFormed().replace(UNSEEN, '')
  return clean.length <= length ? clean : `${clean.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** Control and format characters, but for the line's end and the joiner that makes one emoji of several. */
const UNSEEN = /(?![\n\u200d])[\p{Cc}\p{Cf}]/gu

const LIMIT = { header: 150, button: 75, accessibility: 75, plain: 2_000, url: 3_000 }

/** The three characters that mean something in mrkdwn and in a message's own `text`. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const text = (content: string): RichTextText => ({ type: 'text', text: content })
export const bold = (content: string): RichTextText => ({ type: 'text', text: content, style: { bold: true } })
export const user = (user_id: string): Inline => ({ type: 'user', user_id })

/** A link where there is an address that Slack takes, else the same words without: one bad address fails them all. */
export const link = (content: string, url: string | null, style?: { code?: boolean; bold?: boolean }): Inline => {
  const styled = style ? { style } : {}
  return url && isWebAddress(url)
    ? ({ type: 'link', url, text: content, ...styled } satisfies RichTextLink)
    : { type: 'text', text: content, ...styled }
}

const isWebAddress = (url: string): boolean =>
  url.length <= LIMIT.url && url.isWellFormed() && /^https?:\/\/\S+$/i.test(url) && URL.canParse(url)

/** A moment, in the reader's own time zone and words. `at` in epoch milliseconds. */
export const moment = (at: number, format = '{date_short_pretty} at {time}'): Inline => ({
  type: 'date',
  timestamp: Math.floor(at / 1000),
  format,
  fallback: utc(at),
})

/** The same for mrkdwn. Source: "Formatting text for app surfaces", date formatting. */
export const mrkdwnMoment = (at: number, format = '{date_short_pretty} at {time}'): string =>
  `<!date^${Math.floor(at / 1000)}^${format}|${utc(at)}>`

export const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** chat.update takes 4,000 characters, and Slack's own advice for chat.postMessage is no more. */
const MOST_SPOKEN = 3_900

/**
 * The same words for a message's own `text`: what a phone's notification or a screen reader tells. Whole parts only, so
 * that no escaped character and no mention is cut through.
 */
export const spoken = (...parts: Inline[]): string => {
  let all = ''
  for (const part of parts) {
    const words = wordsOf(part)
    if (all.length + words.length > MOST_SPOKEN) break
    all += words
  }
  return all.trim() || NOTHING
}

const wordsOf = (part: Inline): string => {
  switch (part.type) {
    case 'text':
      return escaped(part.text)
    case 'link':
      return escaped(part.text ?? '')
    case 'user':
      return `<@${part.user_id}>`
    case 'date':
      return escaped(part.fallback ?? '')
    default:
      return ''
  }
}

export const header = (content: string): HeaderBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: cut(content, LIMIT.header), emoji: false },
})

export const paragraph = (...elements: Inline[]): RichTextBlock => richText(section(...elements))
export const richText = (...elements: RichTextBlockElement[]): RichTextBlock => ({ type: 'rich_text', elements })
export const section = (...elements: Inline[]): RichTextSection => ({
  type: 'rich_text_section',
  elements: present(elements),
})
export const bullets = (...items: RichTextSection[]): RichTextBlockElement => ({
  type: 'rich_text_list',
  style: 'bullet',
  elements: items,
})
export const quote = (...elements: Inline[]): RichTextBlockElement => ({
  type: 'rich_text_quote',
  elements: present(elements),
})
export const preformatted = (content: string): RichTextBlockElement => ({
  type: 'rich_text_preformatted',
  elements: [text(content || NOTHING)],
})

/** Slack refuses a whole message over one empty text. */
const present = (elements: Inline[]): Inline[] => {
  const full = elements.filter((element) => !('text' in element) || element.text !== '')
  return full.length > 0 ? full : [text(NOTHING)]
}
const NOTHING = '–'

/** A quiet line. Plain strings stay plain; `{ mrkdwn }` is for our own words only. */
export const context = (...parts: (string | { mrkdwn: string })[]): ContextBlock => ({
  type: 'context',
  elements: parts.map((part) =>
    typeof part === 'string'
      ? { type: 'plain_text', text: cut(part, LIMIT.plain), emoji: false }
      : { type: 'mrkdwn', text: part.mrkdwn },
  ),
})

export const actions = (block_id: string, buttons: Button[]): ActionsBlock[] =>
  buttons.length > 0 ? [{ type: 'actions', block_id, elements: buttons }] : []

interface ButtonOptions {
  actionId: string
  label: string
  /** What a screen reader says: the label alone does not tell what it is about. */
  describedAs: string
  value?: string
  url?: string
  style?: 'primary' | 'danger'
  confirm?: { title: string; text: string; confirm: string }
}

export const button = ({ actionId, label, describedAs, value, url, style, confirm }: ButtonOptions): Button => ({
  type: 'button',
  action_id: actionId,
  text: { type: 'plain_text', text: cut(label, LIMIT.button), emoji: false },
  accessibility_label: cut(describedAs, LIMIT.accessibility),
  ...(value && { value }),
  ...(url && { url }),
  ...(style && { style }),
  ...(confirm && {
    confirm: {
      title: { type: 'plain_text', text: cut(confirm.title, 100) },
      text: { type: 'plain_text', text: cut(confirm.text, 300) },
      confirm: { type: 'plain_text', text: cut(confirm.confirm, 30) },
      deny: { type: 'plain_text', text: 'Cancel' },
    },
  }),
})
