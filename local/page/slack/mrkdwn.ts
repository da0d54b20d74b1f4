import { isSafeUrl, readAngleToken } from './angle-token.ts'
import { unescapeEntities } from './entities.ts'
import type { Inline } from './inline.ts'

export type MrkdwnBlock =
  | { type: 'paragraph'; children: Inline[] }
  | { type: 'quote'; children: Inline[] }
  | { type: 'preformatted'; text: string }

const FENCE = /```([\s\S]+?)```/g
const QUOTED = /^(?:&gt;|>) ?/

/**
 * Reads Slack's mrkdwn (docs.slack.dev, "Formatting message text"). Malformed markup stays text. `verbatim` leaves bare
 * URLs alone, as the text object's own flag does.
 */
export const parseMrkdwn = (source: string, { verbatim = false } = {}): MrkdwnBlock[] => {
  const blocks: MrkdwnBlock[] = []
  let from = 0
  for (const fence of source.matchAll(FENCE)) {
    blocks.push(...parseLines(source.slice(from, fence.index), verbatim))
    blocks.push({ type: 'preformatted', text: unescapeEntities((fence[1] ?? '').replace(/^\n|\n$/g, '')) })
    from = fence.index + fence[0].length
  }
  blocks.push(...parseLines(source.slice(from), verbatim))
  return blocks
}

const parseLines = (source: string, verbatim: boolean): MrkdwnBlock[] => {
  if (source.trim() === '') return []
  const blocks: { type: 'paragraph' | 'quote'; children: Inline[] }[] = []
  for (const line of source.replace(/^\n|\n$/g, '').split('\n')) {
    const type = QUOTED.test(line) ? 'quote' : 'paragraph'
    const children = parseInline(line.replace(type === 'quote' ? QUOTED : '', ''), verbatim)
    const last = blocks.at(-1)
    if (last?.type === type) last.children.push({ type: 'break' }, ...children)
    else blocks.push({ type, children })
  }
  return blocks
}

const EMPHASIS = { '*': 'bold', _: 'italic', '~': 'strike' } as const
const BARE_URL = /^https?:\/\/[^\s<>|]+[^\s<>|.,:;!?'")\]}*_~`]/
const EMOJI = /^:([a-z0-9_+'-]+):/
const WORD = /[\p{L}\p{N}]/u

const parseInline = (line: string, verbatim: boolean): Inline[] => {
  const found: Inline[] = []
  const text = (piece: string) => {
    const last = found.at(-1)
    if (last?.type === 'text') last.text += unescapeEntities(piece)
    else found.push({ type: 'text', text: unescapeEntities(piece) })
  }
  let at = 0
  while (at < line.length) {
    const rest = line.slice(at)
    const previous = line[at - 1] ?? ''
    const markup = readMarkup(rest, previous, verbatim)
    if (markup) {
      found.push(markup.inline)
      at += markup.length
    } else {
      // Whole runs of plain characters at once; characters that may start markup are looked at one by one.
      const plain = /^[^<*_~`:h]+/.exec(rest)?.[0] ?? rest[0] ?? ''
      text(plain)
      at += plain.length
    }
  }
  return found
}

const readMarkup = (rest: string, previous: string, verbatim: boolean): { inline: Inline; length: number } | null => {
  const first = rest[0] ?? ''
  if (first === '<') return readAngleToken(rest)
  if (first === '`') {
    const code = /^`([^`]+)`/.exec(rest)
    return code && { inline: { type: 'code', text: unescapeEntities(code[1] ?? '') }, length: code[0].length }
  }
  if (first === ':') {
    const emoji = EMOJI.exec(rest)
    return emoji && { inline: { type: 'emoji', name: emoji[1] ?? '' }, length: emoji[0].length }
  }
  if (first === 'h' && !verbatim && !WORD.test(previous)) {
    const url = BARE_URL.exec(rest)?.[0]
    return url && isSafeUrl(unescapeEntities(url))
      ? { inline: { type: 'link', href: unescapeEntities(url), label: '' }, length: url.length }
      : null
  }
  if (first === '*' || first === '_' || first === '~') return readEmphasis(rest, first, previous, verbatim)
  return null
}

const readEmphasis = (rest: string, mark: '*' | '_' | '~', previous: string, verbatim: boolean) => {
  if (WORD.test(previous) || previous === mark) return null
  const end = closingMark(rest, mark)
  if (end < 0) return null
  const children = parseInline(rest.slice(1, end), verbatim)
  return { inline: { type: EMPHASIS[mark], children } satisfies Inline, length: end + 1 }
}

/**
 * Index of the mark that closes the one at 0: not after a space, not inside a word, `<…>` or code; -1 if there is none.
 */
const closingMark = (rest: string, mark: string): number => {
  if (/^.(?:\s|$)/.test(rest) || rest[1] === mark) return -1
  for (let at = 1; at < rest.length; at++) {
    const here = rest[at]
    if (here === '<' || here === '`') {
      const close = rest.indexOf(here === '<' ? '>' : '`', at + 1)
      if (close > 0) at = close
    } else if (here === mark && !/\s/.test(rest[at - 1] ?? ' ') && !WORD.test(rest[at + 1] ?? ' ')) return at
  }
  return -1
}
