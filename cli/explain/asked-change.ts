import type { Author } from '../../functions/domain/author.ts'
import type { Change, Revision } from '../../functions/domain/revision.ts'
import { authorsOf } from '../../functions/domain/revision.ts'
import type { Starter } from '../../functions/domain/starter.ts'
import { starterFrom, steeringSessionIn } from '../../functions/domain/starter.ts'
import { TRIGGERS } from '../../functions/config/route-match.ts'
import { ownEntry } from '../../functions/own-entry.ts'
import { wrongArgument } from '../failure.ts'

/** What routes may match of a change, as the source action tells it. What is left out is not told. */
export interface ToldOfChange {
  branch?: string | undefined
  tag?: string | undefined
  pullRequest?: string | undefined
  /** As `owner/name`. */
  repository?: string | undefined
  /** The source action that brings the change. */
  source?: string | undefined
}

/** A change by these authors: e-mail addresses, names as in their commits, or both, as in `Ana <ana@shop.example>`. */
export const changeBy = (authors: readonly string[], told: ToldOfChange = {}): Change => {
  const { branch, tag, pullRequest, repository, source } = told
  const [first, ...others] = authors.map(authorNamed)
  if (!first && Object.values(told).every((one) => one === undefined))
    return { ...NOTHING_KNOWN, revisions: [], authors: [] }
  const revision: Revision = {
    id: 'the-change',
    source: source ?? null,
    title: '',
    author: first?.name ?? null,
    authorEmail: first?.email ?? null,
    coAuthors: others,
    ...(branch !== undefined && { branch }),
    ...(tag !== undefined && { tag }),
    ...(pullRequest !== undefined && { pullRequest }),
    url: null,
    repository: repository === undefined ? null : { kind: 'github', name: repository, url: '' },
  }
  return {
    ...NOTHING_KNOWN,
    ...(source !== undefined && { since: changedIn(revision), unknown: null }),
    revisions: [revision],
    authors: first ? authorsOf([revision]) : [],
  }
}

/** The source action brings another revision than the live one. */
const changedIn = (revision: Revision): NonNullable<Change['since']> => ({
  releasedAt: 0,
  changed: [{ from: { ...revision, id: 'live' }, to: revision }],
  included: [revision],
  count: 1,
  more: false,
  newer: null,
})

const NAME_AND_ADDRESS = /^(.+?) *<([^<>@]+@[^<>@]+)>$/

const authorNamed = (author: string): Author => {
  const [, name, email] = NAME_AND_ADDRESS.exec(author) ?? []
  if (name !== undefined && email !== undefined) return { name, email: email.toLowerCase() }
  return author.includes('@') ? { name: null, email: author.toLowerCase() } : { name: author, email: null }
}

const NOTHING_KNOWN: Pick<Change, 'into' | 'liveIn' | 'seen' | 'since' | 'unknown' | 'live'> = {
  into: [],
  liveIn: [],
  seen: [],
  since: null,
  unknown: 'first',
  live: [],
}

/**
 * Who started the execution: the identity with this ARN, or the person for whom the bot did it in such a session; else the
 * authors, by a push; else nothing is known.
 */
export const starterNamed = (arn: string | undefined, hasAuthors: boolean): Starter => {
  if (!arn) return { kind: hasAuthors ? 'push' : 'automatic-rollback', name: null, arn: null }
  const userId = steeringSessionIn(arn)?.userId
  const starter = starterFrom({ type: 'StartPipelineExecution', detail: arn, ...(userId && { steeredFor: userId }) })
  if (!starter.arn)
    throw wrongArgument(
      `--starter is ${arn}: expected an ARN such as arn:aws:sts::111122223333:assumed-role/Console/dana.`,
    )
  return starter
}

/** What started the execution, as `match` names it; with the identity of a person who started it by hand. */
export const startedByTrigger = (trigger: string, arn: string | undefined): Starter => {
  const kind = ownEntry(TRIGGERS, trigger)?.[0]
  if (!kind) throw wrongArgument(`--trigger is ${trigger}: expected one of ${Object.keys(TRIGGERS).join(', ')}.`)
  return arn ? { ...starterNamed(arn, false), kind } : { kind, name: null, arn: null }
}
