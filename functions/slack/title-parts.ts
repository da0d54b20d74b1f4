import { pullRequestUrl } from '../domain/revision.ts'
import type { Repository, Revision } from '../domain/revision.ts'
import type { TicketPages } from '../domain/route.ts'
import type { Inline } from './block-kit.ts'
import { link, text } from './block-kit.ts'
import { commentParts } from './comment-parts.ts'

const LONGEST_TITLE = 120

/** The title of a change. A ticket in it leads to its page, if the route says where that is, and a pull request to its own. */
export const titleParts = (
  { title, repository }: Pick<Revision, 'title' | 'repository'>,
  tickets: TicketPages | undefined,
): Inline[] =>
  commentParts(title, tickets && { ...tickets, isRequired: false, hint: null }, LONGEST_TITLE).flatMap((part) =>
    part.type === 'text' && !part.style ? withPullRequests(part.text, repository) : [part],
  )

/** How a title names a pull request where its changes were merged: "Add gift cards (#412)". */
const NUMBERS: Partial<Record<Repository['kind'], RegExp>> = {
  github: /(?<![\w/])#(\d{1,9})\b/g,
  bitbucket: /(?<=\(pull request )#(\d{1,9})\b/g,
  gitlab: /(?<=\bmerge request \S*)!(\d{1,9})\b/g,
}

/** A title may name several: `Revert "Add gift cards (#412)" (#415)`. */
const withPullRequests = (words: string, repository: Repository | null): Inline[] => {
  const numbers = repository && NUMBERS[repository.kind]
  if (!numbers) return [text(words)]
  let end = 0
  const parts = [...words.matchAll(numbers)].flatMap(({ 0: named, 1: number = '', index }) => {
    const before = words.slice(end, index)
    end = index + named.length
    return [...plainText(before), link(named, pullRequestUrl(repository, number))]
  })
  return [...parts, ...plainText(words.slice(end))]
}

const plainText = (words: string): Inline[] => (words ? [text(words)] : [])
