import type { Outcome } from '../domain/outcome.ts'
import type { Vote } from '../domain/policy.ts'
import type { Revision } from '../domain/revision.ts'
import { shortId } from '../domain/revision.ts'
import type { Starter } from '../domain/starter.ts'
import { cut } from './block-kit.ts'

/** Words that several messages share, so that the same thing has the same word everywhere. */

/** "2 m 5 s", "1 h 20 m", "3 d 4 h": the two largest units that are not zero. No line ends between number and unit. */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([amount]) => amount > 0)
  if (first < 0) return '0\u00a0s'
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}\u00a0${unit}`)
    .join(' ')
}

/** "4f9c2e1 Fix rounding in basket totals" */
export const namedRevision = (revision: Revision, room = 100): string =>
  cut(`${shortId(revision)} ${revision.title}`.trim(), room)

const STARTED: Record<Starter['kind'], (name: string) => string> = {
  push: () => 'Started by a push',
  person: (name) => `Started by ${name || 'somebody'}`,
  rollback: (name) => `Started as a rollback${name && ` by ${name}`}`,
  'automatic-rollback': () => 'Started as a rollback by CodePipeline itself',
  'schedule-or-rule': (name) => `Started by ${name ? `the rule ${name}` : 'a rule'}`,
  creation: () => 'Started when the pipeline was created',
  unknown: () => 'Started by something AWS does not name',
}

/** A push is its author's, where the author is known. */
export const startedBy = ({ kind, name }: Starter, author: string | null): string =>
  kind === 'push' && author ? `Started by ${cut(author, 60)}’s push` : STARTED[kind](cut(name ?? '', 60))

const VERDICT_WORD = { Approved: 'approved', Rejected: 'rejected' } as const

/** How it ended, as a clause after "It was" or "This was". */
export const endedBy = (outcome: Outcome): string => {
  switch (outcome.how) {
    case 'slack':
      return VERDICT_WORD[outcome.verdict]
    case 'console':
      return `${VERDICT_WORD[outcome.verdict]} in the AWS console${outcome.by ? ` by ${cut(outcome.by, 60)}` : ''}`
    case 'expired':
      return 'not answered in time'
    case 'stopped':
      return `stopped in AWS${outcome.by ? ` by ${cut(outcome.by, 60)}` : ''}`
    case 'pipeline-edited':
      return 'canceled, because the pipeline was changed'
  }
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** "Dana", "Dana and Chen", "Dana, Chen and Eli" */
export const inWords = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

/** The names of those who voted, for texts that cannot hold a mention. */
export const namesOf = (votes: readonly Vote[]): string => {
  const rest = votes.length - 3
  const names = votes.slice(0, 3).map(({ name, userId }) => cut(name, 60).trim() || userId)
  return inWords([...names, ...(rest > 0 ? [plural(rest, 'other')] : [])])
}
