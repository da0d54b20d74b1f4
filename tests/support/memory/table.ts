import { dueAtIn } from '../../../functions/aws/records.ts'
import { restoredExecution, storedExecution } from '../../../functions/aws/stored-execution.ts'
import type { Approval, Tombstone } from '../../../functions/domain/approval.ts'
import { isOpen } from '../../../functions/domain/approval.ts'
import { attentionAt } from '../../../functions/domain/attention.ts'
import type { SentDigest } from '../../../functions/domain/digest.ts'
import type { Execution } from '../../../functions/domain/execution.ts'
import { executionAttentionAt } from '../../../functions/domain/execution-attention.ts'
import type { Entry } from '../../../functions/domain/journal.ts'
import type { Mutes } from '../../../functions/domain/mute.ts'
import type { OpenHomes } from '../../../functions/domain/open-homes.ts'
import type { OutsideHistory, OutsideProject } from '../../../functions/domain/outside-history.ts'
import type { ExecutionKey } from '../../../functions/domain/pipeline.ts'
import { executionId, pipelineId } from '../../../functions/domain/pipeline.ts'
import { absencesUntil } from '../../../functions/domain/absence.ts'
import type { Freeze, StoredFreeze } from '../../../functions/domain/freeze.ts'
import type { SteeringRecord } from '../../../functions/domain/steering.ts'
import type { Absence, AbsenceTurn, StoredAbsence } from '../../../functions/domain/absence.ts'
import type { Absences } from '../../../functions/ports/absences.ts'
import type { Freezes } from '../../../functions/ports/freezes.ts'
import type { DueRecord } from '../../../functions/ports/attention.ts'
import type { Records } from '../../../functions/ports/records.ts'
import type { Services } from '../../../functions/ports/services.ts'

export interface Tables extends Pick<
  Services,
  'approvals' | 'executions' | 'digests' | 'histories' | 'steerings' | 'homes' | 'mutes' | 'attention' | 'entries'
> {
  /** All entries of an approval that are filed, for tests to judge. */
  entriesOf(approval: string): Promise<Entry[]>
}

export interface Item {
  version: number
  /** When the index has it to be looked at. */
  dueAt: number | null
  /** What JSON would keep of the record. The table shares no object with its writers that one of them could change. */
  data: unknown
}

/** What the table has copied: all of it is plain and frozen. */
const copied = new WeakSet<object>()

/** A frozen copy as JSON makes it. A changed record has most of its parts from the one before, and shares them. */
const copyOf = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null
  if (typeof value !== 'object' || value === null || copied.has(value)) return value
  const copy = Array.isArray(value) ? value.map((one: unknown) => copyOf(one ?? null)) : membersOf(value)
  copied.add(Object.freeze(copy))
  return copy
}

const membersOf = (value: object): object => {
  const copy: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(value)) {
    if (one === undefined) continue
    // To assign it would set the prototype.
    if (name === '__proto__') Object.defineProperty(copy, name, { value: copyOf(one), enumerable: true })
    else copy[name] = copyOf(one)
  }
  return copy
}

interface Indexed {
  record: DueRecord
  dueAt: number | null
  openIn: string | null
  /** Of an execution of a pipeline. */
  beganAt?: number
}

/** What a table held. No one changes it. */
export interface TableSnapshot {
  items: ReadonlyMap<string, Item>
  index: ReadonlyMap<string, Indexed>
  entries: ReadonlyMap<string, ReadonlyMap<number, string>>
}

const replace = <K, V>(map: Map<K, V>, by: ReadonlyMap<K, V>): void => {
  map.clear()
  for (const [key, value] of by) map.set(key, value)
}

/**
 * A fake of the bot's table, for speed: items with a version, writes that fail if another writer wrote in between, and
 * two outdated indexes. `tests/simulation/table-contract.test.ts` holds it to what functions/aws/table.ts does.
 */
export class MemoryTable {
  readonly #items = new Map<string, Item>()
  readonly #index = new Map<string, Indexed>()
  readonly #entries = new Map<string, Map<number, string>>()
  /** Updates an index, now or later. */
  readonly indexLater: (update: () => void) => void
  readonly conditional: boolean
  readonly #isSame: (one: Item, other: Item) => boolean

  constructor({
    indexLater = (update: () => void) => update(),
    conditional = true,
    isSame = ({ version }: Item, other: Item) => version === other.version,
  } = {}) {
    this.indexLater = indexLater
    this.conditional = conditional
    this.#isSame = isSame
  }

  read(key: string): Item | null {
    return this.#items.get(key) ?? null
  }

  /** False if the item is not the one that was read. */
  write(key: string, record: unknown, known: Item | null, indexed: Indexed): boolean {
    const current = this.#items.get(key)
    if (this.conditional && !(current && known ? this.#isSame(current, known) : (current ?? null) === known))
      return false
    const version = (known?.version ?? 0) + 1
    const dueAt = dueAtIn(known?.dueAt, indexed.dueAt ?? undefined) ?? null
    this.#items.set(key, { version, dueAt, data: copyOf(record) })
    this.indexLater(() => {
      if (this.#items.get(key)?.version === version) this.#index.set(key, { ...indexed, dueAt })
    })
    return true
  }

  all(): unknown[] {
    return [...this.#items.values()].map(({ data }) => data)
  }

  /** All that it holds now, for {@link restore}. */
  snapshot(): TableSnapshot {
    return {
      items: new Map(this.#items),
      index: new Map(this.#index),
      entries: new Map([...this.#entries].map(([approval, filed]) => [approval, new Map(filed)])),
    }
  }

  /** It holds again what it held then. */
  restore({ items, index, entries }: TableSnapshot): void {
    replace(this.#items, items)
    replace(this.#index, index)
    this.#entries.clear()
    for (const [approval, filed] of entries) this.#entries.set(approval, new Map(filed))
  }

  /** False if there already is an entry with that number. */
  file(entry: Entry): boolean {
    const filed = this.#entries.get(entry.approval) ?? new Map<number, string>()
    this.#entries.set(entry.approval, filed)
    if (filed.has(entry.number)) return false
    filed.set(entry.number, JSON.stringify(entry))
    return true
  }

  entriesOf(approval: string): Entry[] {
    return [...(this.#entries.get(approval)?.values() ?? [])].map((entry) => JSON.parse(entry) as Entry)
  }

  due(now: number): DueRecord[] {
    return [...this.#index.values()].flatMap(({ record, dueAt }) => (dueAt !== null && dueAt <= now ? [record] : []))
  }

  watched(): DueRecord[] {
    return [...this.#index.values()].flatMap(({ record, dueAt }) => (dueAt !== null ? [record] : []))
  }

  newest(since: number): ExecutionKey[] {
    return [...this.#index.values()]
      .filter(({ beganAt = -Infinity }) => beganAt >= since)
      .sort((a, b) => b.beganAt! - a.beganAt!)
      .flatMap(({ record }) => ('execution' in record ? [record.execution] : []))
  }

  openIn(pipeline: string): string[] {
    return [...this.#index.values()].flatMap(({ record, openIn }) =>
      openIn === pipeline && 'approval' in record ? [record.approval] : [],
    )
  }
}

interface Kept<T, Id> {
  keyOf(id: Id): string
  idOf(record: T): Id
  /** The record as plain data, and the record again. */
  stored(record: T): unknown
  restored(data: never): T
  indexed(record: T): Indexed
}

const KEPT_APPROVAL: Kept<Approval | Tombstone, string> = {
  keyOf: (id) => `APPROVAL#${id}`,
  idOf: ({ id }) => id,
  stored: (record) => record,
  restored: (record: Approval | Tombstone) => record,
  indexed: (record) => ({
    record: { approval: record.id },
    dueAt: record.kind === 'approval' ? attentionAt(record) : null,
    openIn: record.kind === 'approval' && isOpen(record) ? pipelineId(record.where) : null,
  }),
}

const KEPT_EXECUTION: Kept<Execution, ExecutionKey> = {
  keyOf: (key) => `EXECUTION#${executionId(key)}`,
  idOf: ({ key }) => key,
  stored: storedExecution,
  restored: restoredExecution,
  indexed: (execution) => ({
    record: { execution: execution.key },
    dueAt: executionAttentionAt(execution),
    openIn: null,
    ...(!execution.outside && { beganAt: execution.firstEventAt }),
  }),
}

const KEPT_FREEZE: Kept<Freeze, string> = {
  keyOf: (id) => id,
  idOf: ({ id }) => id,
  stored: (freeze) => freeze,
  restored: (freeze: Freeze) => freeze,
  indexed: ({ id }) => ({ record: { approval: id }, dueAt: null, openIn: null }),
}

/** Freezes in memory, out of reach of a thief with the other table. */
export const memoryFreezes = (table = new MemoryTable(), requests: Requests = AT_ONCE): Freezes => ({
  ...records(table, KEPT_FREEZE, requests),
  // Without a freeze the history of a simulation is the one that it was before there were freezes.
  all: async () =>
    table.all().length === 0
      ? []
      : requests
          .read('query freezes', () =>
            table.all().map((data): StoredFreeze => ({ kind: 'freeze', freeze: data as Freeze })),
          )
          .catch((): StoredFreeze[] => [
            { kind: 'unreadable', because: 'the freezes that were set in Slack could not be looked up' },
          ]),
})

const KEPT_ABSENCE: Kept<Absence, string> = {
  keyOf: (id) => id,
  idOf: ({ id }) => id,
  stored: (absence) => absence,
  restored: (absence: Absence) => absence,
  indexed: ({ id }) => ({ record: { approval: id }, dueAt: null, openIn: null }),
}

const KEPT_TURN: Kept<AbsenceTurn, string> = {
  keyOf: (userId) => userId,
  idOf: ({ userId }) => userId,
  stored: (turn) => turn,
  restored: (turn: AbsenceTurn) => turn,
  indexed: ({ userId }) => ({ record: { approval: userId }, dueAt: null, openIn: null }),
}

/** Absences in memory, out of reach of a thief with the other table. */
export const memoryAbsences = (table = new MemoryTable(), requests: Requests = AT_ONCE): Absences => ({
  ...records(table, KEPT_ABSENCE, requests),
  turns: records(new MemoryTable(), KEPT_TURN, AT_ONCE),
  // Without an absence the history of a simulation is the one that it was before there were absences.
  endingFrom: async (at) =>
    table.all().length === 0
      ? []
      : requests
          .read('query absences', () =>
            (table.all() as Absence[])
              .filter(({ id }) => id >= absencesUntil(at))
              .map((absence): StoredAbsence => ({ kind: 'absence', absence })),
          )
          .catch((): StoredAbsence[] => [
            { kind: 'unreadable', because: 'who stands in for people who are away could not be looked up' },
          ]),
})

const KEPT_DIGEST: Kept<SentDigest, string> = {
  keyOf: (id) => `DIGEST#${id}`,
  idOf: ({ id }) => id,
  stored: (digest) => digest,
  restored: (digest: SentDigest) => digest,
  indexed: ({ id }) => ({ record: { approval: id }, dueAt: null, openIn: null }),
}

const KEPT_HISTORY: Kept<OutsideHistory, OutsideProject> = {
  keyOf: (project) => `EXECUTION#${pipelineId(project)}/${project.group ?? ''}`,
  idOf: (history) => history,
  stored: (history) => history,
  restored: (history: OutsideHistory) => history,
  indexed: ({ pipeline }) => ({ record: { approval: pipeline }, dueAt: null, openIn: null }),
}

const KEPT_STEERING: Kept<SteeringRecord, string> = {
  keyOf: (id) => `EXECUTION#${id}`,
  idOf: ({ id }) => id,
  stored: (steering) => steering,
  restored: (steering: SteeringRecord) => steering,
  indexed: ({ id }) => ({ record: { approval: id }, dueAt: null, openIn: null }),
}

const KEPT_HOMES: Kept<OpenHomes, 'homes'> = {
  keyOf: (id) => `EXECUTION#${id}`,
  idOf: () => 'homes',
  stored: (homes) => homes,
  restored: (homes: OpenHomes) => homes,
  indexed: () => ({ record: { approval: 'homes' }, dueAt: null, openIn: null }),
}

const KEPT_MUTES: Kept<Mutes, 'mutes'> = {
  keyOf: (id) => `EXECUTION#${id}`,
  idOf: () => 'mutes',
  stored: (mutes) => mutes,
  restored: (mutes: Mutes) => mutes,
  indexed: () => ({ record: { approval: 'mutes' }, dueAt: null, openIn: null }),
}

/** Makes one request to the table; in the simulation, each may fail. */
export interface Requests {
  read<T>(what: string, land: () => T | Promise<T>, change?: Changing): Promise<T>
  /** `known`: the version of the item that was read, or 0. */
  write(what: string, land: () => boolean | Promise<boolean>, change?: Changing, known?: number): Promise<boolean>
}

/** One change of a record, with all its requests. `isCounted`: the writer gives up after so many rounds. */
export interface Changing {
  isCounted: boolean
}

const AT_ONCE: Requests = { read: async (_, land) => land(), write: async (_, land) => land() }

const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || copied.has(value)) return value
  if (value instanceof Map) value.forEach(frozen)
  else Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

/** How often one writer starts over before it gives up. */
const MOST_ATTEMPTS = 100

const records = <T, Id>(table: MemoryTable, kept: Kept<T, Id>, requests: Requests): Records<T, Id> => {
  const readItem = (key: string, change?: Changing) => requests.read(`read ${key}`, () => table.read(key), change)
  const write = (record: T, known: Item | null, change?: Changing) => {
    const key = kept.keyOf(kept.idOf(record))
    return requests.write(
      `write ${key}`,
      () => {
        const isWritten = table.write(key, kept.stored(record), known, kept.indexed(record))
        if (isWritten) remembered(record, table.read(key)!)
        return isWritten
      },
      change,
      known?.version ?? 0,
    )
  }
  const items = new WeakMap<object, Item>()
  const remembered = (record: T, item: Item): T => {
    items.set(record as object, item)
    return record
  }
  /** One record for all who read the item: it is frozen, so that none can change it for another. */
  const parse = (item: Item): T => {
    const known = parsed.get(item) ?? frozen(kept.restored(item.data as never))
    parsed.set(item, known)
    return remembered(known, item)
  }
  const parsed = new WeakMap<Item, T>()
  return {
    read: async (id) => {
      const item = await readItem(kept.keyOf(id))
      return item && parse(item)
    },
    create: (record) => write(record, null),
    change: async (id, step, { fresh, from, patience } = {}) => {
      let hasTried = false
      const change = { isCounted: patience !== undefined }
      const given = from && items.get(from)
      if (given) {
        const [after, result] = step(from)
        if (after !== from && (await write(after, given, change))) return result
        hasTried = after !== from
      }
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const known = await readItem(kept.keyOf(id), change)
        if (patience && hasTried && attempt >= patience.rounds) return patience.result
        const before = known ? parse(known) : fresh?.()
        if (before === undefined) return null
        const [after, result] = step(before)
        if ((after === before && known) || (await write(after, known, change))) return result
        hasTried = true
      }
      throw new Error(`${kept.keyOf(id)} was written by others ${MOST_ATTEMPTS} times in a row`)
    },
  }
}

/** Each entry is a request of its own, and some of them may fail. */
const entries = (table: MemoryTable, requests: Requests): Services['entries'] => ({
  file: async (all) => {
    await Promise.all(
      all.map(async ({ entry }) => {
        const what = `entry ${entry.number} of ${entry.approval.slice(0, 8)}`
        if (await requests.write(`file ${what}`, () => table.file(entry))) return
        const there = await requests.read(`read ${what}`, () => table.entriesOf(entry.approval))
        if (there.find(({ number }) => number === entry.number)?.hash !== entry.hash)
          throw new Error(`${what} is there already, and is another one`)
      }),
    )
  },
})

export const memoryApprovals = (table: MemoryTable, requests: Requests = AT_ONCE): Tables['approvals'] =>
  records(table, KEPT_APPROVAL, requests)

export const memoryExecutions = (table: MemoryTable, requests: Requests = AT_ONCE): Tables['executions'] =>
  records(table, KEPT_EXECUTION, requests)

export const memoryAttention = (table: MemoryTable, requests: Requests = AT_ONCE): Tables['attention'] => ({
  watched: () => requests.read('query watched', () => table.watched()),
  waitingApprovals: () =>
    requests.read('query waiting', () =>
      table.watched().flatMap((record) => ('approval' in record ? record.approval : [])),
    ),
  newestExecutions: (since, isWanted, most) =>
    requests.read('query newest', () => ({
      keys: table
        .newest(since)
        .filter((key) => isWanted?.(key) ?? true)
        .slice(0, most),
      since,
    })),
  due: (now) => requests.read('query due', () => table.due(now)),
  openApprovals: (pipeline) => requests.read('query open', () => table.openIn(pipelineId(pipeline))),
})

export const memoryTables = (table: MemoryTable, requests: Requests = AT_ONCE): Tables => ({
  entries: entries(table, requests),
  entriesOf: async (approval) => table.entriesOf(approval),
  approvals: memoryApprovals(table, requests),
  executions: memoryExecutions(table, requests),
  digests: records(table, KEPT_DIGEST, requests),
  histories: records(table, KEPT_HISTORY, requests),
  steerings: records(table, KEPT_STEERING, requests),
  homes: records(table, KEPT_HOMES, requests),
  mutes: records(table, KEPT_MUTES, requests),
  attention: memoryAttention(table, requests),
})
