import { flaws } from '../../cli/audit/flaws.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import type { ApprovalDecided } from '../../functions/flows/effects/announce-verdict.ts'
import type { History } from './history.ts'
import type { Answered, Asked } from './ledger.ts'
import type { Stored } from './stored.ts'
import { stored } from './stored.ts'

/** All that happened to an approval is on record, once, and nothing can be taken from it unseen. */
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

const ACTS: readonly Answered['what'][] = ['voted', 'withdrawn', 'glass-broken', 'noted', 'refused']

/** What somebody was told is on record; and nobody is on record more often than they asked for something. */
const actProblems = ({ ledger, climate }: History, { id }: Asked, entries: Entry[]): string[] => {
  const people = new Set(ledger.asking.map(({ userId }) => userId))
  return [...people].flatMap((person) => {
    const recorded = (what: Answered['what']): number =>
      entries.filter(({ happened }) => happened.what === what && happened.who.userId === person).length
    const mine = <T extends { approvalId: string; userId: string }>(all: readonly T[]): T[] =>
      all.filter(({ approvalId, userId }) => approvalId === id && userId === person)
    const missing = ACTS.filter(
      (act) => mine(ledger.answered).filter(({ what }) => what === act).length > recorded(act),
    ).map((act) => `${person} was told ${act}, which is not on record`)
    // What was noted is weighed once more. A write that met itself is weighed anew, and leaves an entry each time.
    const most = mine(ledger.asking).length + recorded('noted')
    const all = ACTS.reduce((sum, act) => sum + recorded(act), 0)
    return climate.echo === 0 && all > most
      ? [...missing, `${person} is on record ${all} times, and asked ${most} times`]
      : missing
  })
}

/** Others are told of every end, never before it, and with an anchor that is in the record. */
const announcementProblems = (
  { ledger }: History,
  { id }: Asked,
  { state, announced }: Approval,
  entries: Entry[],
): string[] => {
  const told = ledger.announced.filter(({ detail }) => detail.approval === id)
  if (state.name !== 'settled') return told.length > 0 ? ['its verdict was announced, and there is none'] : []
  if (told.length === 0 || !announced) return ['nobody was told of its end']
  const by = entries.flatMap(({ happened }) => (happened.what === 'decided' ? happened.by : []))
  const made = state.outcome.how === 'slack' ? by.toSorted().join() : ''
  const settledAt = entries.find(({ happened }) => happened.what === 'settled')?.at ?? Infinity
  return told.flatMap(({ detail, at }) => [
    ...(at < settledAt ? ['it was announced before its end'] : []),
    ...(detail.how === state.outcome.how ? [] : [`it was announced as ${detail.how}, and is ${state.outcome.how}`]),
    ...(made === countedIn(detail) ? [] : [`it was announced as decided by ${countedIn(detail)}, and was by ${made}`]),
    ...(entries.find(({ number }) => number === detail.record.entries)?.hash === detail.record.hash
      ? []
      : ['its event names an entry that is not on record']),
  ])
}

const countedIn = ({ votes }: ApprovalDecided): string =>
  votes
    .flatMap(({ user, counted }) => (counted ? user : []))
    .toSorted()
    .join()

/** Each end of the execution is on record once; between two of them it was set running again. */
const releaseProblems = (entries: Entry[]): string[] => {
  const names = entries
    .toSorted((a, b) => a.number - b.number)
    .flatMap(({ happened }) => (happened.what === 'released' ? [happened.release.name] : []))
  return names.flatMap((name, index) =>
    name === names[index - 1] ? [`its release is on record as ${name} twice`] : [],
  )
}
