import type { Inline } from './block-kit.ts'
import { cut, text, user } from './block-kit.ts'
import type { Detail } from './detail.ts'
import type { ListKind } from './language.ts'
import { formFor, listedParts } from './language.ts'
import { plain, say } from './sentence.ts'
import { PEOPLE } from './words/shared-words.ts'

export interface Named {
  userId: string
  name: string
}

/** The name of a person where mentions are impossible. */
export const nameOf = ({ userId, name }: Named): string => cut(name, 60).trim() || userId

/** One person: a mention, or the name alone where a mention would notify them. */
export const personPart = (person: Named, { mentions }: Pick<Detail, 'mentions'>): Inline =>
  mentions ? user(person.userId) : text(nameOf(person))

/** The person who voted, and for whom, if not for themselves. */
export const voterParts = (person: Named, absent: Named | null, detail: Pick<Detail, 'mentions'>): Inline[] => [
  personPart(person, detail),
  ...(absent ? [text(' '), ...say(PEOPLE.standingIn, { person: personPart(absent, detail) })] : []),
]

/** These parts as a list, the rest of them counted. */
export const listOfParts = (parts: readonly Inline[], rest: number, kind: ListKind): Inline[] => {
  const more = rest > 0 ? [text(plain(PEOPLE.more, { count: String(rest) }))] : []
  return listedParts([...parts, ...more], kind, text)
}

/** The same where a person may take several parts. */
export const listOfPeople = (people: readonly (readonly Inline[])[], rest: number, kind: ListKind): Inline[] => {
  const more = rest > 0 ? [[text(plain(PEOPLE.more, { count: String(rest) }))]] : []
  return listedParts<readonly Inline[]>([...people, ...more], kind, (words) => [text(words)]).flat()
}

/** More than these are counted: no one reads a list of fifty, and each mention rings a phone. */
export const MOST_MENTIONED = 20

/** "@dana, @eli, and 45 more". Mentions of the first `most`, the rest is counted. */
export const mentionsOf = (userIds: readonly string[], most: number, kind: ListKind): Inline[] => {
  // "and 1 more" takes as much room as the one would.
  const shown = userIds.length - most > 1 ? userIds.slice(0, most) : userIds
  return listOfParts(shown.map(user), userIds.length - shown.length, kind)
}

/** The same, or their number where a mention would notify them. */
export const peopleParts = (userIds: readonly string[], { mentions, asked }: Detail, kind: ListKind): Inline[] =>
  mentions
    ? mentionsOf(userIds, asked, kind)
    : [text(plain(formFor(PEOPLE.counted, userIds.length), { count: String(userIds.length) }))]
