import { flaws } from '../../functions/record/flaws.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import type { ApprovalDecided } from '../../functions/flows/effects/announce-verdict.ts'
import type { History } from './history.ts'
import type { Answered, Asked } from './ledger.ts'
import type { Stored } from './stored.ts'
import { stored } from './stored.ts'

/** Everything that happened to an approval is recorded, once, and a missing entry is found. */
export const recordKept = async (history: History): Promise<string[]> =>
  (await stored(history)).flatMap((one) =>
    problemsWith(history, one).map((problem) => `${one.asked.id.slice(0, 8)}: ${problem}`),
  )

const problemsWith = (history: History, { asked, approval, entries }: Stored): string[] => [
  ...flaws(entries, approval.journal, 0).map(String),
  ...(approval.journal.unfiled.length > 0 ? [`${approval.journal.unfiled.length} entries are not filed`] : []),
  ...actProblems(history, asked, entries),
  ...announcementProblems(history, asked, approval, entries),
  ...releaseProblems(entries),
]

const ACTS: readonly Answered['what'][] = [
  'voted',
  'withdrawn',
  'glass-broken',
  'automatic-stopped',
  'override-confirmed',
  'noted',
  'refused',
]

/** What a person was told is recorded; and a person has no more entries than acts. */
const actProblems = ({ ledger, climate }: History, { id }: Asked, entries: Entry[]): string[] => {
  const people = new Set(ledger.asking.map(({ userId }) => userId))
  return [...people].flatMap((person) => {
    const recorded = (what: Answered['what']): number =>
      entries.filter(({ happened }) => happened.what === what && happened.who.userId === person).length
    const mine = <T extends { approvalId: string; userId: string }>(all: readonly T[]): T[] =>
      all.filter(({ approvalId, userId }) => approvalId === id && userId === person)
    const missing = ACTS.filter(
      (act) => mine(ledger.answered).filter(({ what }) => what === act).length > recorded(act),
    ).map((act) => `${person} was told ${act}, which is not in the audit record`)
    // A deferred click is weighed once more. A write that failed because of itself is weighed again, and leaves an
    // entry each time.
    const most = mine(ledger.asking).length + recorded('noted')
    const all = ACTS.reduce((sum, act) => sum + recorded(act), 0)
    return climate.echo === 0 && all > most
      ? [...missing, `${person} has ${all} entries in the audit record, and acted ${most} times`]
      : missing
  })
}

/** Every end is announced, never before it happens, and with a hash that the audit record contains. */
const announcementProblems = (
  { ledger }: History,
  { id }: Asked,
  { state, announced }: Approval,
  entries: Entry[],
): string[] => {
  const told = ledger.announced.filter(({ detail }) => detail.approval === id)
  if (state.name !== 'settled') return told.length > 0 ? ['its verdict was announced, and there is none'] : []
  if (told.length === 0 || !announced) return ['its end was not announced']
  // A verdict that was not sent may have been decided before.
  const decided = entries.toSorted((a, b) => a.number - b.number).map(({ happened }) => happened)
  const by = decided.findLast((one) => one.what === 'decided')?.by ?? []
  const made = state.outcome.how === 'slack' ? by.toSorted().join() : ''
  const settledAt = entries.find(({ happened }) => happened.what === 'settled')?.at ?? Infinity
  return told.flatMap(({ detail, at }) => [
    ...(at < settledAt ? ['it was announced before its end'] : []),
    ...(detail.how === state.outcome.how ? [] : [`it was announced as ${detail.how}, and is ${state.outcome.how}`]),
    ...(made === countedIn(detail) ? [] : [`it was announced as decided by ${countedIn(detail)}, and was by ${made}`]),
    ...(entries.find(({ number }) => number === detail.record.entries)?.hash === detail.record.hash
      ? []
      : ['its event names an entry that the audit record does not have']),
  ])
}

const countedIn = ({ votes }: ApprovalDecided): string =>
  votes
    .flatMap(({ user, counted }) => (counted ? user : []))
    .toSorted()
    .join()

/** Each end of the execution is recorded once; between two of them it was started again. */
const releaseProblems = (entries: Entry[]): string[] => {
  const names = entries
    .toSorted((a, b) => a.number - b.number)
    .flatMap(({ happened }) => (happened.what === 'released' ? [happened.release.name] : []))
  return names.flatMap((name, index) =>
    name === names[index - 1] ? [`its deployment is recorded as ${name} twice`] : [],
  )
}
