import { createHash } from 'node:crypto'
import type { Approval, Tombstone } from '../../functions/domain/approval.ts'
import { canonical } from '../../functions/domain/canonical.ts'
import type { Entry, Happening, Journal, NewEntry } from '../../functions/domain/journal.ts'
import { GENESIS, emptyJournal, written } from '../../functions/domain/journal.ts'
import { MemoryTable } from '../support/memory/table.ts'

/** What the checks at rest read of an entry that was added to an approval's journal, wherever it stands in it. */
export type Recorded = Pick<NewEntry, 'at' | 'happened'>

const UNSAID: Happening = { what: 'announced', event: '' }

/**
 * The simulation's I1, I4, I7 and I9 read no more of entries, and the other checks that hold here read none: who acted and
 * how, who decided and when, when it was settled, and what became of the execution. Of the rest only the number counts.
 */
export const readIn = ({ at, happened }: Entry): Recorded => {
  if ('who' in happened)
    return { at: 0, happened: { what: happened.what, who: { userId: happened.who.userId } } as Happening }
  switch (happened.what) {
    case 'decided':
      return { at, happened: { what: 'decided', verdict: happened.verdict, by: happened.by.toSorted(), rules: [] } }
    case 'not-sent':
    case 'settled':
    case 'released':
      return { at, happened }
    default:
      return { at: 0, happened: UNSAID }
  }
}

/** So many entries are far from the size at which a click has them filed (`MUCH_UNFILED` in `weigh.ts`). */
const MOST_UNFILED = 25

const heads = new Map([[0, GENESIS]])

/** In place of the hash of the entry with that number. */
export const headOf = (number: number): string => {
  const head = heads.get(number) ?? createHash('sha256').update(`entry ${number}`).digest('hex')
  heads.set(number, head)
  return head
}

/** One that the table has already stays the same object, which the table does not copy again. */
export const unsaid = (entry: Entry): Entry => {
  const { approval, number, earlierUntil, hash } = entry
  if (hash === headOf(number)) return entry
  return {
    approval,
    number,
    at: 0,
    happened: UNSAID,
    previous: headOf(number - 1),
    earlierUntil,
    hash: headOf(number),
  }
}

/** The journal as {@link NumbersTable} keeps it. */
export const withoutWords = (journal: Journal): Journal => ({
  ...journal,
  head: headOf(journal.count),
  unfiled: journal.unfiled.map(unsaid),
})

/**
 * A table that keeps of a journal's entries only their numbers, and hands what they say to `record`. No function decides by
 * what an entry says, so all that it does otherwise is the same. Two orders of the same entries become one state.
 */
export class NumbersTable extends MemoryTable {
  readonly #record: (added: readonly Recorded[]) => void

  constructor(options: ConstructorParameters<typeof MemoryTable>[0], record: (added: readonly Recorded[]) => void) {
    super(options)
    this.#record = record
  }

  override write(...[key, record, known, indexed]: Parameters<MemoryTable['write']>): boolean {
    const after = record as Approval | Tombstone
    if (after.kind !== 'approval') return super.write(key, after, known, indexed)
    const { journal } = after
    if (journal.unfiled.length > MOST_UNFILED) throw new Error(`${journal.unfiled.length} entries are not filed`)
    const before = (known?.data as Approval | undefined)?.journal?.count ?? 0
    const added = journal.unfiled.filter(({ number }) => number > before)
    if (!super.write(key, { ...after, journal: withoutWords(journal) }, known, indexed)) return false
    if (added.length > 0) this.#record(added.map(readIn))
    return true
  }
}

/** Filed entries, of which only the number is kept. */
export class FiledNumbers extends MemoryTable {
  override file(entry: Entry): boolean {
    return super.file(unsaid(entry))
  }
}

/** An approval with a journal that says what happened, and its filed entries. */
export interface Retold {
  approval: Approval
  filed: Entry[]
  headOf: (number: number) => string | null
  problems: string[]
}

/** The entries again, in the order of their times: each number that is filed has one of them. */
export const retold = (approval: Approval, filed: readonly Entry[], recorded: readonly Recorded[]): Retold => {
  const inOrder = recorded.toSorted((one, other) => one.at - other.at || (textOf(one) < textOf(other) ? -1 : 1))
  const { id, journal } = approval
  const { keptUntil, count } = journal
  const again = inOrder.reduce((sum, one) => written(sum, { ...one, approval: id, keptUntil }), emptyJournal)
  const entries = new Map(again.unfiled.map((entry) => [entry.number, entry]))
  const isThere = ({ number }: Entry): boolean => entries.has(number)
  const decided = recorded.filter(({ happened }) => happened.what === 'decided')
  return {
    approval: {
      ...approval,
      journal: {
        ...journal,
        head: again.head,
        unfiled: again.unfiled.filter(({ number }) => hasNumber(journal.unfiled, number)),
      },
    },
    filed: filed.filter(isThere).map(({ number }) => entries.get(number)!),
    headOf: (number) => entries.get(number)?.hash ?? null,
    problems: [
      ...(count === recorded.length ? [] : [`${recorded.length} entries were added, and the journal has ${count}`]),
      ...(filed.every(isThere) ? [] : ['an entry is filed that was never added']),
      // In which order two came is not kept.
      ...(decided.length > 1 ? ['it was decided twice'] : []),
    ],
  }
}

const hasNumber = (entries: readonly Entry[], wanted: number): boolean =>
  entries.some(({ number }) => number === wanted)

const textOf = ({ happened }: Recorded): string => canonical(happened)
