import { unescapeEntities } from './entities.ts'
import type { Inline } from './inline.ts'

const SAFE_URL = /^(?:https?:\/\/|mailto:)[^\s]/i

/** True for an address the page may link to: http, https or mailto, and no look-alike. */
export const isSafeUrl = (url: string): boolean =>
  SAFE_URL.test(url) && URL.canParse(url) && ['http:', 'https:', 'mailto:'].includes(new URL(url).protocol)

/**
 * Reads one `<…>` at the start of `rest`: a link, a mention, a date. Null for any other text, which stays as it is.
 */
export const readAngleToken = (rest: string): { inline: Inline; length: number } | null => {
  const token = /^<([^<>\n]+)>/.exec(rest)
  if (!token) return null
  const inline = readInside(token[1] ?? '')
  return inline && { inline, length: token[0].length }
}

const readInside = (inside: string): Inline | null => {
  const bar = inside.indexOf('|')
  const target = bar < 0 ? inside : inside.slice(0, bar)
  const label = bar < 0 ? null : unescapeEntities(inside.slice(bar + 1))
  for (const [pattern, read] of TOKENS) {
    const match = pattern.exec(target)
    if (match) return read(match[1] ?? '', label)
  }
  const href = unescapeEntities(target)
  return isSafeUrl(href) ? { type: 'link', href, label: label ?? '' } : null
}

const readDate = (value: string, fallback: string | null): Inline | null => {
  const [seconds = '', format = '', link = ''] = value.split('^')
  if (!/^\d{1,11}$/.test(seconds) || format === '') return null
  const href = unescapeEntities(link)
  return {
    type: 'date',
    at: Number(seconds) * 1000,
    format: unescapeEntities(format),
    href: isSafeUrl(href) ? href : null,
    fallback: fallback ?? '',
  }
}

type ReadToken = (value: string, label: string | null) => Inline | null

const TOKENS: [RegExp, ReadToken][] = [
  [/^@([UW][A-Z0-9]+)$/, (id, label) => ({ type: 'user', id, label })],
  [/^#([CGD][A-Z0-9]+)$/, (id, label) => ({ type: 'channel', id, label })],
  [/^!subteam\^(S[A-Z0-9]+)$/, (id, label) => ({ type: 'usergroup', id, label })],
  [/^!(here|channel|everyone)$/, (range) => ({ type: 'broadcast', range })],
  [/^!date\^(.+)$/, readDate],
]
