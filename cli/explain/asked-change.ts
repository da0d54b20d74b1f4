import type { Author } from '../../functions/domain/author.ts'
import type { Change, Revision } from '../../functions/domain/revision.ts'
import { authorsOf } from '../../functions/domain/revision.ts'
import type { Starter } from '../../functions/domain/starter.ts'
import { starterFrom } from '../../functions/domain/starter.ts'
import { TRIGGERS } from '../../functions/config/route-match.ts'
import { ownEntry } from '../../functions/own-entry.ts'
import { wrongArgument } from '../failure.ts'

/** A change by these authors: e-mail addresses, names as in their commits, or both, as in `Ana <ana@shop.example>`. */
export const changeBy = (authors: readonly string[], branch?: string): Change => {
  const [first, ...others] = authors.map(authorNamed)
  if (!first && branch === undefined) return { ...NOTHING_KNOWN, revisions: [], authors: [] }
  const revision: Revision = {
    id: 'the-change',
    source: null,
    title: '',
    author: first?.name ?? null,
    authorEmail: first?.email ?? null,
    coAuthors: others,
    ...(branch !== undefined && { branch }),
    url: null,
    repository: null,
  }
  return { ...NOTHING_KNOWN, revisions: [revision], authors: first ? authorsOf([revision]) : [] }
}

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

/** Who started the execution: the identity with this ARN; else the authors, by a push; else nothing is known. */
export const starterNamed = (arn: string | undefined, hasAuthors: boolean): Starter => {
  if (!arn) return { kind: hasAuthors ? 'push' : 'automatic-rollback', name: null, arn: null }
  const starter = starterFrom({ type: 'StartPipelineExecution', detail: arn })
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
