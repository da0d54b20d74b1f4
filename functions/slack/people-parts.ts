import type { Inline } from './block-kit.ts'
import { cut, text, user } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { plural } from './wording.ts'

interface Named {
  userId: string
  name: string
}

/** One person: a mention, or the name alone where a mention would ping. */
export const personPart = ({ userId, name }: Named, { mentions }: Pick<Detail, 'mentions'>): Inline =>
  mentions ? user(userId) : text(cut(name, 60).trim() || userId)

/** "@dana, @eli and 45 more". Mentions of the first `most`, the rest is counted. */
export const mentionsOf = (userIds: readonly string[], most: number, last: 'and' | 'or'): Inline[] => {
  const rest = userIds.length - most
  // "and 1 more" takes as much room as the one would.
  const listed = rest > 1 ? userIds.slice(0, most) : userIds
  const left = userIds.length - listed.length
  return [
    ...listed.flatMap((userId, index) => {
      const isLast = index === userIds.length - 1
      return [...(index > 0 ? [text(isLast ? ` ${last} ` : ', ')] : []), user(userId)]
    }),
    ...(left > 0 ? [text(` ${last} ${left} more`)] : []),
  ]
}

/** The same, or how many they are where a mention would ping. */
export const peopleParts = (userIds: readonly string[], { mentions, asked }: Detail, last: 'and' | 'or'): Inline[] =>
  mentions ? mentionsOf(userIds, asked, last) : [text(plural(userIds.length, 'person', 'people'))]
