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
    part.type === 'text' && !part.style ? withPullRequest(part.text, repository) : [part],
  )

/** How a title names a pull request where its changes were merged: "Add gift cards (#412)". */
const NUMBERS: Partial<Record<Repository['kind'], RegExp>> = {
  github: /(?<![\w/])#(\d{1,9})\b/,
  bitbucket: /(?<=\(pull request )#(\d{1,9})\b/,
  gitlab: /(?<=\bmerge request \S*)!(\d{1,9})\b/,
}

const withPullRequest = (words: string, repository: Repository | null): Inline[] => {
  const found = repository && NUMBERS[repository.kind]?.exec(words)
  if (!found) return [text(words)]
  const [named, number = ''] = found
  const after = words.slice(found.index + named.length)
  return [
    ...(found.index > 0 ? [text(words.slice(0, found.index))] : []),
    link(named, pullRequestUrl(repository, number)),
    ...(after ? [text(after)] : []),
  ]
}
