import { hash as digest } from 'node:crypto'
import type { Due } from '../../functions/domain/effect.ts'
import type { ApprovalDecided } from '../../functions/flows/effects/announce-verdict.ts'
import type { Objection } from '../../functions/ports/objections.ts'
import type { Item, TableSnapshot } from '../support/memory/table.ts'
import { MemoryTable, memoryTables } from '../support/memory/table.ts'
import type { Message } from '../support/memory/slack.ts'
import { MemorySlack, messageOf } from '../support/memory/slack.ts'
import type { SlackMessage } from '../../functions/slack/approval-message.ts'
import type { CodePipelineState } from './code-pipeline.ts'
import { CodePipelines, UNTOUCHED } from './code-pipeline.ts'
import type { Recorded } from './journal.ts'
import { FiledNumbers, NumbersTable } from './journal.ts'

/** A message of the queue that no function has received. */
export interface Queued {
  due: Due
  /** Epoch milliseconds. */
  visibleAt: number
}

export interface Announced {
  detail: ApprovalDecided
  at: number
}

/** One part of what all functions share. Its states are immutable. */
interface Part<State> {
  save(): State
  load(state: State): void
  /** Two states with the same key are the same state. */
  keyOf(state: State): string
  /** All of it as text. */
  linesOf(state: State): string[]
  /** Whether the order of its lines makes a difference. */
  isOrdered: boolean
}

interface States {
  time: number
  approvals: TableSnapshot
  executions: TableSnapshot
  entries: TableSnapshot
  recorded: readonly Recorded[]
  objections: readonly Objection[]
  slack: readonly Message[]
  codePipeline: CodePipelineState
  queue: readonly Queued[]
  announced: readonly Announced[]
}

export type PartName = keyof States

export const PARTS = [
  'time',
  'approvals',
  'executions',
  'entries',
  'recorded',
  'objections',
  'slack',
  'codePipeline',
  'queue',
  'announced',
] as const satisfies readonly PartName[]

const hashes = new WeakMap<object, string>()

/** Of something that never changes. */
export const hashOf = (value: object): string => {
  const known = hashes.get(value)
  if (known !== undefined) return known
  const hash = digest('sha256', JSON.stringify(value), 'base64')
  hashes.set(value, hash)
  return hash
}

/**
 * In one order of steps, one version of an item is one item. Two orders may give the same version to different items: what
 * was read in one of them must not pass for what there is in the other.
 */
const isSame = (one: Item, other: Item): boolean => one.version === other.version && hashOf(one) === hashOf(other)

const tableKey = ({ items, entries }: TableSnapshot): string =>
  JSON.stringify([
    [...items].map(([key, item]) => `${key} ${hashOf(item)}`).toSorted(),
    [...entries].map(([approval, filed]) => [approval, [...filed].toSorted(([one], [other]) => one - other)]),
  ])

const ofTable = (table: MemoryTable): Part<TableSnapshot> => ({
  save: () => table.snapshot(),
  load: (state) => table.restore(state),
  keyOf: tableKey,
  linesOf: ({ items, entries }) =>
    [...items, ...entries].map(
      ([key, one]) => `${key} ${JSON.stringify(one instanceof Map ? [...one].toSorted(([a], [b]) => a - b) : one)}`,
    ),
  isOrdered: false,
})

const linesOf = (all: readonly object[]): string[] => all.map((one) => JSON.stringify(one))

/** Nothing depends on the order of these. */
const unordered = (all: readonly object[]): string => JSON.stringify(linesOf(all).toSorted())

/**
 * What the functions share: the table, CodePipeline, Slack, the queue and the bus, all in memory. Each part can be saved
 * and loaded, so that every state can be gone back to.
 */
export class World {
  now: number
  readonly approvals: MemoryTable
  readonly executions = new MemoryTable({ isSame })
  readonly entries: MemoryTable
  /** What the entries of the approval's journal say, if the tables have only their numbers. */
  recorded: readonly Recorded[] = []
  /** Whether the tables have whole entries. */
  readonly keepsEntries: boolean
  /** For everything that no function writes here. */
  readonly other = new MemoryTable()
  readonly otherTables = memoryTables(this.other)
  readonly slack: MemorySlack
  readonly codePipelines: CodePipelines
  objections: readonly Objection[] = []
  codePipeline: CodePipelineState = UNTOUCHED
  queue: readonly Queued[] = []
  announced: readonly Announced[] = []
  readonly #parts: { [P in PartName]: Part<States[P]> }
  readonly #ids = new Map<string, number>()
  readonly #keys = new Map<string, string>()
  readonly #states: { [P in PartName]: States[P][] }

  constructor(now: number, timeoutInMinutes: number, { isConditional = true, keepsEntries = false } = {}) {
    this.now = now
    this.keepsEntries = keepsEntries
    const conditional = isConditional
    const options = { conditional, isSame }
    this.approvals = keepsEntries
      ? new MemoryTable(options)
      : new NumbersTable(options, (added) => (this.recorded = [...this.recorded, ...added]))
    this.entries = keepsEntries ? new MemoryTable() : new FiledNumbers()
    this.codePipelines = new CodePipelines(timeoutInMinutes)
    this.slack = new MemorySlack(() => this.now, renderedOnce)
    const { slack } = this
    this.#parts = {
      time: {
        save: () => this.now,
        load: (now) => {
          this.now = now
        },
        keyOf: String,
        linesOf: (now) => [String(now)],
        isOrdered: true,
      },
      approvals: ofTable(this.approvals),
      executions: ofTable(this.executions),
      entries: ofTable(this.entries),
      recorded: this.#field('recorded', unordered, linesOf),
      objections: this.#field('objections', unordered, linesOf),
      slack: {
        save: () => slack.messages.map((message) => ({ ...message })),
        load: (messages) => {
          slack.messages.splice(0, Infinity, ...messages.map((message) => ({ ...message })))
          for (const log of [slack.written, slack.sent, slack.whispers]) log.length = 0
        },
        keyOf: (messages) =>
          JSON.stringify(messages.map(({ card, ...message }) => ({ ...message, shows: renderedOnce(card) }))),
        linesOf: (messages) =>
          messages.map(({ card, ...message }) => JSON.stringify({ ...message, shows: renderedOnce(card) })),
        isOrdered: true,
      },
      codePipeline: this.#field('codePipeline', JSON.stringify, (state) => [JSON.stringify(state)]),
      queue: this.#field('queue', unordered, linesOf),
      announced: this.#field('announced', unordered, linesOf),
    }
    this.#states = Object.fromEntries(PARTS.map((part) => [part, []])) as never
  }

  /** The number of the part's state as it is now. */
  save(part: PartName): number {
    const { save, keyOf } = this.#parts[part] as Part<States[PartName]>
    const state = save()
    const key = digest('sha256', `${part}\n${keyOf(state)}`, 'base64')
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const states = this.#states[part] as States[PartName][]
    const id = states.push(state) - 1
    this.#ids.set(key, id)
    this.#keys.set(`${part} ${id}`, key)
    return id
  }

  /** All of a part's state, as text. */
  linesOf(part: PartName, id: number): { lines: string[]; isOrdered: boolean } {
    const { linesOf, isOrdered } = this.#parts[part] as Part<States[PartName]>
    return { lines: linesOf(this.stateOf(part, id)), isOrdered }
  }

  /** The same in every world. */
  keyOf(part: PartName, id: number): string {
    return this.#keys.get(`${part} ${id}`)!
  }

  load(part: PartName, id: number): void {
    const { load } = this.#parts[part] as Part<States[PartName]>
    load(this.stateOf(part, id))
  }

  stateOf<P extends PartName>(part: P, id: number): States[P] {
    const state = (this.#states[part] as States[P][])[id]
    if (state === undefined) throw new Error(`${part} has no state ${id}`)
    return state
  }

  #field<P extends 'recorded' | 'objections' | 'codePipeline' | 'queue' | 'announced'>(
    part: P,
    keyOf: (state: States[P]) => string,
    linesOf: (state: States[P]) => string[],
  ): Part<States[P]> {
    return {
      save: () => this[part] as States[P],
      load: (state) => {
        ;(this as unknown as States)[part] = state
      },
      keyOf,
      linesOf,
      isOrdered: part === 'codePipeline',
    }
  }
}

const renderings = new WeakMap<object, SlackMessage>()

/** A message does not change as long as its card does not. */
const renderedOnce: typeof messageOf = (card) => {
  const known = renderings.get(card)
  if (known) return known
  const message = messageOf(card)
  renderings.set(card, message)
  return message
}
