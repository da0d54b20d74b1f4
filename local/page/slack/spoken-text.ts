import { ownEntry } from '../../../functions/own-entry.ts'
import type { Snapshot } from '../contract.ts'
import { formatDateToken, type Reader } from './date-token.ts'
import { EMOJI } from './emoji.ts'
import type { Inline } from './inline.ts'
import { parseMrkdwn } from './mrkdwn.ts'

type Names = Pick<Snapshot, 'people' | 'channels' | 'userGroups'>

/** A message's `text` as it is read aloud: `<@U0DANA>` is "@Dana Novak", a link is its label, a date is the reader's. */
export const spokenText = (source: string, names: Names, reader: Reader): string =>
  parseMrkdwn(source)
    .map((block) => (block.type === 'preformatted' ? block.text : spoken(block.children, names, reader)))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()

const spoken = (inlines: readonly Inline[], names: Names, reader: Reader): string =>
  inlines.map((inline) => spokenInline(inline, names, reader)).join('')

const spokenInline = (inline: Inline, names: Names, reader: Reader): string => {
  switch (inline.type) {
    case 'text':
    case 'code':
      return inline.text
    case 'break':
      return ' '
    case 'bold':
    case 'italic':
    case 'strike':
      return spoken(inline.children, names, reader)
    case 'emoji':
      return ownEntry(EMOJI, inline.name) ?? inline.name.replaceAll('_', ' ')
    case 'link':
      return inline.label.replaceAll('`', '') || inline.href
    case 'broadcast':
      return `@${inline.range}`
    case 'date':
      return formatDateToken(inline, reader)
    default:
      return nameOf(inline, names)
  }
}

/** A mention as Slack shows it: by name where the id is known, else by the mention's own label. */
export const nameOf = (
  { type, id, label }: Extract<Inline, { type: 'user' | 'channel' | 'usergroup' }>,
  { people, channels, userGroups }: Names,
): string => {
  if (type === 'user') return `@${people.find((one) => one.id === id)?.realName ?? label ?? id}`
  if (type === 'channel') return `#${channels.find((one) => one.id === id)?.name ?? label ?? id}`
  return `@${userGroups.find((one) => one.id === id)?.handle ?? label?.replace(/^@/, '') ?? id}`
}
