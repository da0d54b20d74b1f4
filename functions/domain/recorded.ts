import { createHash } from 'node:crypto'
import type { Refusal } from './refusal.ts'
import type { Policy, Rejecters, Rule } from './policy.ts'

/** People as an audit record keeps them: Slack user IDs if they are few, else their number and a hash of the IDs. */
export type RecordedPeople = readonly string[] | PeopleDigest

export interface PeopleDigest {
  members: number
  /** SHA-256 of their Slack user IDs, in order and each with a line feed: `sort -u members.txt | sha256sum`. */
  sha256: string
}

export interface RecordedPolicy extends Omit<Policy, 'rules' | 'rejecters' | 'breakGlass'> {
  rules: (Omit<Rule, 'people'> & { people: RecordedPeople })[]
  rejecters?: (Omit<Rejecters, 'people'> & { people: RecordedPeople })[]
  breakGlass: RecordedPeople
}

/** Who may override the freeze is recorded with the policy. */
export type RecordedRefusal = {
  [R in Refusal['because']]: Omit<Extract<Refusal, { because: R }>, 'breakGlass' | 'reviewers' | 'own'>
}[Refusal['because']]

/** A list of so many fits in any entry. */
const MOST_PEOPLE_LISTED = 200

export const recordedPeople = (people: readonly string[]): RecordedPeople => {
  if (people.length <= MOST_PEOPLE_LISTED) return people
  const inOrder = [...new Set(people)].sort()
  const sha256 = createHash('sha256').update(inOrder.map((userId) => `${userId}\n`).join(''))
  return { members: inOrder.length, sha256: sha256.digest('hex') }
}

export const recordedPolicy = ({ rejecters, ...policy }: Policy): RecordedPolicy => ({
  ...policy,
  rules: policy.rules.map(withRecordedPeople),
  ...(rejecters && { rejecters: rejecters.map(withRecordedPeople) }),
  breakGlass: recordedPeople(policy.breakGlass),
})

const withRecordedPeople = <G extends Rejecters>(group: G) => ({ ...group, people: recordedPeople(group.people) })

export const recordedRefusal = (refusal: Refusal): RecordedRefusal => {
  if ('reviewers' in refusal) return { because: refusal.because }
  // The record has the vote.
  if ('own' in refusal) {
    const { own: _, ...recorded } = refusal
    return recorded
  }
  if (!('breakGlass' in refusal)) return refusal
  const { breakGlass: _, ...recorded } = refusal
  return recorded
}
