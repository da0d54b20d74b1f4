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
import { visible } from '../domain/visible-text.ts'
import { utcDay, utcTime } from './language.ts'

/**
 * The few parts of Block Kit that our messages use.
 *
 * Text that others wrote (commit messages, names, custom data, comments) goes only into `rich_text` and `plain_text`,
 * where Slack reads no markup: it needs no escaping there and cannot mention, link or format anything.
 */
export type Inline = RichTextSection['elements'][number]

/** Several times the longest limit. What is behind it is cut off in any case, and reading it would take time. */
const MOST_READ = 20_000

/**
 * Slack refuses a whole message for one text that is too long ("Block Kit", limits), so every text is cut to its limit.
 * Characters that are invisible, or would turn the text around, are left out.
 */
export const cut = (text: string, length: number): string => {
  const clean = visible(text.slice(0, MOST_READ))
  return clean.length <= length && text.length <= MOST_READ
    ? clean
    : `${clean.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

const LIMIT = { header: 150, button: 75, accessibility: 75, plain: 2_000, url: 3_000 }

/** The three characters that mean something in mrkdwn and in a message's own `text`. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const text = (content: string): RichTextText => ({ type: 'text', text: content })
export const bold = (content: string): RichTextText => ({ type: 'text', text: content, style: { bold: true } })
export const user = (user_id: string): Inline => ({ type: 'user', user_id })

/**
 * A link if there is an address that Slack takes, else the same words without: one bad address makes Slack refuse the
 * message.
 */
export const link = (content: string, url: string | null, style?: { code?: boolean; bold?: boolean }): Inline => {
  const styled = style ? { style } : {}
  return url && isWebAddress(url)
    ? ({ type: 'link', url, text: content, ...styled } satisfies RichTextLink)
    : { type: 'text', text: content, ...styled }
}

const isWebAddress = (url: string): boolean =>
  url.length <= LIMIT.url && url.isWellFormed() && /^https?:\/\/\S+$/i.test(url) && URL.canParse(url)

/**
 * A moment, in the reader's own time zone and language. `at` in epoch milliseconds; `format` holds the words around the
 * date as well ("since {date_short_pretty}"), because Slack begins a format with a capital letter.
 */
export const moment = (at: number, format: string): Inline => ({
  type: 'date',
  timestamp: Math.floor(at / 1000),
  format,
  fallback: inUtc(at, format),
})

/** The format filled in without Slack: "since Mon, Nov 23 at 09:30 UTC". */
const inUtc = (at: number, format: string): string =>
  format.replace(/\{date\w*\}/, utcDay(at)).replace('{time}', utcTime(at))

/** chat.update takes 4,000 characters, and a character that must be escaped takes up to five. */
export const LONGEST_UNESCAPED = 750

/** chat.update takes 4,000 characters, and Slack's own advice for chat.postMessage is no more. */
const MOST_SPOKEN = 3_900

/**
 * The same words for a message's own `text`: what a phone's notification or a screen reader says. Whole parts only, so
 * that no escaped character and no mention is cut.
 */
export const spoken = (...parts: Inline[]): string => {
  let all = ''
  for (const part of parts) {
    const words = wordsOf(part)
    if (all.length + words.length > MOST_SPOKEN) break
    all += words
  }
  return all.trim() || EMPTY
}

const wordsOf = (part: Inline): string => (part.type === 'user' ? `<@${part.user_id}>` : escaped(bareWords(part)))

const bareWords = (part: Inline): string => {
  switch (part.type) {
    case 'text':
    case 'link':
      return part.text ?? ''
    case 'date':
      return part.fallback ?? ''
    default:
      return ''
  }
}

/** These parts as one sentence, with a full stop if they end without one. No one is mentioned in it. */
export const asSentence = (...parts: Inline[]): string => {
  const words = parts.map(bareWords).join('').trim()
  return words === '' || /[.!?…]”?$/.test(words) ? words : `${words}.`
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
  elements: [text(content || EMPTY)],
})

/**
 * Slack refuses a whole message for one empty text. Adjacent texts are joined, because the JSON around each of them counts
 * against the message's limit.
 */
const present = (elements: Inline[]): Inline[] => {
  const full: Inline[] = []
  for (const element of elements) {
    const last = full.at(-1)
    if (element.type === 'text' && element.text === '') continue
    if (element.type === 'text' && last?.type === 'text' && looksAs(element) === looksAs(last))
      full[full.length - 1] = { ...last, text: last.text + element.text }
    else full.push(element)
  }
  return full.length > 0 ? full : [text(EMPTY)]
}

/** Only texts of one look are joined. */
const looksAs = ({ style = {} }: RichTextText): string => `${style.bold === true} ${style.code === true}`
const EMPTY = '–'

/** Small print. */
export const context = (content: string): ContextBlock => ({
  type: 'context',
  elements: [{ type: 'plain_text', text: cut(content, LIMIT.plain), emoji: false }],
})

export const actions = (block_id: string, buttons: Button[]): ActionsBlock[] =>
  buttons.length > 0 ? [{ type: 'actions', block_id, elements: buttons }] : []

interface ButtonOptions {
  actionId: string
  label: string
  /** What a screen reader says: the label, and the subject of the button. */
  describedAs: string
  value?: string
  url?: string
  style?: 'primary' | 'danger'
  confirm?: { title: string; text: string; confirm: string; cancel: string }
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
      deny: { type: 'plain_text', text: cut(confirm.cancel, 30) },
    },
  }),
})
