import type { Entry } from '../../functions/domain/journal.ts'
import type { Route } from '../../functions/domain/route.ts'
import { membersOf } from '../support/memory/people.ts'
import type { Stored } from './stored.ts'

/** From when to when it is a later group's turn, without a break. Epoch milliseconds; Infinity while it lasts. */
export interface Turn {
  /** The number of the group, from 1. */
  group: number
  from: number
  to: number
}

/**
 * The turns of the later groups, from the record alone and computed without the code under test. Null if more would have
 * to be known: alternatives, stand-ins, votes that may have stopped counting, or clicks that were weighed late.
 */
export const laterTurnsOf = (route: Route | null, { approval, entries }: Stored): Turn[] | null => {
  if (route?.order !== 'sequence' || route.anyOf.length > 0 || route.escalate || route.forbid.length > 0) return null
  if (route.standIns !== 'none') return null
  if (route.consoleOnly !== null || (approval.resolvedPolicy?.policy.unread.length ?? 1) > 0) return null
  if (entries.some(({ happened: { what } }) => what === 'noted' || what === 'not-sent')) return null
  const turns: Turn[] = []
  const votes = new Map<string, number>()
  // Those that are not filed yet come last.
  for (const entry of entries.toSorted((one, other) => one.number - other.number)) {
    const isOver = END.has(entry.happened.what)
    if (!isOver && !changed(votes, entry)) continue
    const now = isOver ? null : turnAfter(route, votes)
    const last = turns.at(-1)
    if (last?.to === Infinity && last.group !== now) last.to = entry.at
    if (now !== null && now > 1 && (last?.group !== now || last.to !== Infinity))
      turns.push({ group: now, from: entry.at, to: Infinity })
  }
  return turns
}

const END: ReadonlySet<string> = new Set(['decided', 'settled'])

/** Whether a vote was given or taken back. */
const changed = (votes: Map<string, number>, { at, happened }: Entry): boolean => {
  if (happened.what === 'withdrawn') return votes.delete(happened.who.userId)
  if (happened.what !== 'voted') return false
  votes.delete(happened.who.userId)
  if (happened.verdict === 'Approved') votes.set(happened.who.userId, at)
  return true
}

/** The number of the group whose turn it is; null if all are complete. */
const turnAfter = ({ approvers }: Route, votes: ReadonlyMap<string, number>): number | null => {
  const given = approvers.map(() => 0)
  const current = (): number => approvers.findIndex(({ count }, index) => given[index]! < count)
  for (const [userId] of [...votes].sort(([, one], [, other]) => one - other)) {
    const turn = current()
    const group = approvers[turn]
    if (group && membersOf(group).includes(userId)) given[turn]! += 1
  }
  return current() < 0 ? null : current() + 1
}
