import type { KnownBlock, RichTextLink } from '@slack/types'

/** How many items of each list a message shows, and how much of each text. */
export interface Detail {
  /** Revisions listed. */
  changes: number
  /** Groups of approvers listed. */
  groups: number
  /** People named in one group, or as those who decided. */
  people: number
  /** People named as those who can approve or override. */
  asked: number
  /** Characters of a comment or of an action's summary. */
  words: number
  /** Stages listed. */
  stages: number
  /** Failed actions listed. */
  failures: number
  /** Whether people are mentioned: a new message notifies the people it mentions, an update does not. */
  mentions: boolean
  /** Whom it does not mention all the same. */
  muted?: readonly string[]
}

const DETAILS: readonly Omit<Detail, 'mentions'>[] = [
  { changes: 6, groups: 8, people: 8, asked: 4, words: 300, stages: 50, failures: 4 },
  { changes: 4, groups: 6, people: 3, asked: 3, words: 120, stages: 24, failures: 2 },
  { changes: 2, groups: 4, people: 1, asked: 2, words: 60, stages: 10, failures: 1 },
]

/** Slack refuses a message whose blocks are larger than about 13,200 characters (msg_blocks_too_long). */
const MOST_CHARACTERS = 12_500

/** Renders in the greatest detail that Slack takes; in the least, long links become words. */
export const fitting = (render: (detail: Detail) => KnownBlock[], mentions = true): KnownBlock[] => {
  let blocks: KnownBlock[] = []
  for (const detail of DETAILS) {
    blocks = render({ ...detail, mentions })
    if (isTaken(blocks)) return blocks
  }
  for (const longest of ADDRESSES) {
    blocks = withoutLongLinks(blocks, longest)
    if (isTaken(blocks)) return blocks
  }
  return blocks
}

const isTaken = (blocks: KnownBlock[]): boolean => JSON.stringify(blocks).length <= MOST_CHARACTERS

/** Characters of a link's address, if the message is still too large: an address has up to 3,000, and no one reads it. */
const ADDRESSES = [300, 0] as const

const withoutLongLinks = (blocks: KnownBlock[], longest: number): KnownBlock[] =>
  JSON.parse(JSON.stringify(blocks), (_, value: Partial<RichTextLink> | null) => {
    if (value?.type !== 'link' || !value.url || value.url.length <= longest) return value
    return { type: 'text', text: value.text, ...(value.style && { style: value.style }) }
  }) as KnownBlock[]

/** The first of them, and how many are left out. */
export const firstOf = <T>(all: readonly T[], most: number): { shown: T[]; rest: number } => ({
  shown: all.slice(0, most),
  rest: Math.max(0, all.length - most),
})
