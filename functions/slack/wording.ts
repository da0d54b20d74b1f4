import type { Revision } from '../domain/revision.ts'
import { shortId } from '../domain/revision.ts'
import type { Starter } from '../domain/starter.ts'
import type { Vote } from '../domain/policy.ts'
import { cut } from './block-kit.ts'
import { listed } from './language.ts'
import { nameOf } from './people-parts.ts'
import { plain } from './sentence.ts'
import { ACCOUNT, PEOPLE, REVISION, STARTED } from './words/shared-words.ts'

/** Phrases that several messages share, for texts that hold words alone. */

/** "Fix rounding in basket totals (4f9c2e1)" */
export const namedRevision = (revision: Revision, room = 100): string => {
  const id = shortId(revision)
  const title = cut(revision.title, room - id.length - ' ()'.length).trim()
  return title ? plain(REVISION.titled, { title, id }) : cut(id, room)
}

/** "Fix rounding in basket totals (Ana)" */
export const revisionBy = (revision: Revision): string => {
  const title = cut(revision.title, 80).trim() || shortId(revision)
  return revision.author ? plain(REVISION.by, { title, author: cut(revision.author, 40) }) : title
}

/** A push is its author's, if the author is known. */
export const startedBy = ({ kind, name }: Starter, author: string | null): string => {
  const who = cut((kind === 'push' ? author : name) ?? '', 60).trim()
  const sentence = `${kind}-by` as const
  return who && sentence in STARTED
    ? plain(STARTED[sentence as keyof typeof STARTED & `${string}-by`], { name: who })
    : plain(STARTED[kind])
}

export const accountWords = (accountName: string, accountId: string, region: string): string =>
  accountName === accountId
    ? plain(ACCOUNT.unnamed, { account: accountId, region })
    : plain(ACCOUNT.named, { account: cut(accountName, 80), region })

const MOST_NAMED = 3

/** The names of those who voted. */
export const namesOf = (votes: readonly Vote[]): string => {
  const rest = votes.length - MOST_NAMED
  const names = votes.slice(0, MOST_NAMED).map(nameOf)
  return listed([...names, ...(rest > 0 ? [plain(PEOPLE.more, { count: String(rest) })] : [])], 'conjunction')
}
