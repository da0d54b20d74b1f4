import type { Position } from './runs.ts'
import type { PartName } from './world.ts'

/** What a step of an actor leads to: the numbers of what is shared and of where the actor stands, and its position. */
export interface Step {
  row: number[]
  position: Position
  isWrite: boolean
  /** It began with a write that failed, because another function was faster. */
  isLost: boolean
}

interface Class {
  actor: number
  /** All of its writes fail, wherever it takes its step. */
  isLost: boolean
  first: Position
  members: Position[]
  /** In so many states its step has been compared; the states, if every position is compared in each. */
  compared: number
  states: (readonly number[])[]
}

/** What {@link Alike} knows of the states. */
export interface Stepping {
  /** Lets the next step of an actor land, from one of its positions. */
  take: (row: readonly number[], actor: number, position: Position) => Promise<Step>
  /** The number of those that do the same as a position from a state on. */
  classOf: (actor: number, position: Position, row: readonly number[]) => Promise<number>
  /** Of the one item of a table. */
  versionIn: (row: readonly number[], part: PartName) => number
  /** All positions, by number. */
  positions: Position[]
  /** So many numbers of a state are of what is shared. */
  shared: number
}

/**
 * Positions of a function that do the same from now on, whatever others do, are one: a function keeps what it has read in
 * variables, and most of it is never used again. Which positions are alike is learned.
 *
 * Positions of one kind (the same call of the same part of a run, with the last answer at the same time) are taken for alike
 * if the step from each changes the same, and leads to positions that are alike, in each probe of that call. A probe is a
 * state of what is shared; the first one is that in which the call was first met.
 *
 * Then each step of a class is compared: in each state of what it touches, the other positions of the class must change the
 * same, and lead to positions that are alike. Where they do not, this state becomes a probe, and all must begin again
 * ({@link differed}). A position that has read a later version of the record than the state has cannot stand in that state,
 * and is not compared there.
 *
 * If every position is compared in every state (`isThorough`), the states that are left are a bisimulation of all of them.
 * Say that an order of steps leads to a state whose positions are all known, and the state with the class of each was tried.
 * The next step of the order was then compared with that of its class in this state: it changes the same, and leads to a
 * position that is known by this comparison, and in the class to which the tried step leads. So the next state was tried as
 * well, and so on to the end. If only some positions are compared (two others in each state), this is assumed of the rest.
 */
export class Alike {
  /** Compared pairs of positions. */
  compared = 0
  /** How many pairs were found to differ since it began, that were taken for alike. */
  differed = 0
  readonly #stepping: Stepping
  readonly #isThorough: boolean
  /** By call. */
  readonly #probes = new Map<string, Map<string, readonly number[]>>()
  readonly #parts = new Map<object, number>()
  #signatures = new Map<number, Promise<number>>()
  #lost = new Map<number, Promise<number>>()
  #classes = new Map<string, Class>()
  #byFirst = new Map<number, Class>()
  #later: [Class, Position, readonly number[]][] = []

  constructor(stepping: Stepping, isThorough: boolean) {
    this.#stepping = stepping
    this.#isThorough = isThorough
  }

  /** The number of the first position that is like this one. */
  of(actor: number, position: Position, row: readonly number[]): Promise<number> {
    // Where a part begins, a run knows nothing else.
    if (!position.from) return Promise.resolve(position.id)
    const known = this.#signatures.get(position.id)
    if (known) return known
    const found = this.#find(actor, position, row)
    this.#signatures.set(position.id, found)
    return found
  }

  /**
   * The same for a write that fails, because another function has written since. What it would have written makes no
   * difference any more. It has another number than the same position where its write would not fail.
   */
  ofLost(actor: number, position: Position): Promise<number> {
    if (this.#byFirst.get(position.id)?.isLost) return Promise.resolve(position.id)
    const known = this.#lost.get(position.id)
    if (known) return known
    const found = this.#findLost(actor, position)
    this.#lost.set(position.id, found)
    return found
  }

  async #findLost(actor: number, position: Position): Promise<number> {
    const kind = `${this.#kindOf(actor, position)} lost`
    const probes = this.#probes.get(`${callOf(position)} lost`)
    return this.#joined(actor, kind, [...(probes?.values() ?? [])], position, () => {
      const other = { ...position, id: this.#stepping.positions.length, run: null }
      this.#stepping.positions.push(other)
      return other
    })
  }

  /** Compares the step of a class in a state: once for each of what it touches. */
  async compare(first: Position, row: readonly number[]): Promise<void> {
    const one = this.#byFirst.get(first.id)
    if (!one) return
    one.compared += 1
    if (this.#isThorough) one.states.push(row)
    const { members } = one
    const others = this.#isThorough ? members.slice(1) : sampled(members, one.compared)
    for (const member of others) await this.#compareWith(one, member, row)
    if (this.#isThorough) await this.compareLater()
  }

  /** Each position that joined a class later, in each state before. */
  async compareLater(): Promise<void> {
    for (let next = this.#later.pop(); next; next = this.#later.pop()) await this.#compareWith(...next)
  }

  async #compareWith({ actor, first, isLost }: Class, member: Position, row: readonly number[]): Promise<void> {
    // No function has read what is yet to be written.
    if (this.#isAhead(row, member)) return
    // Where the write of a position does not fail, it is not in a class of those that do.
    if (isLost && !(await this.#stepping.take(row, actor, member)).isLost) return
    this.compared += 1
    const [one, other] = [await this.#outcome(row, actor, first), await this.#outcome(row, actor, member)]
    if (one === other) return
    this.#addProbe(`${callOf(first)}${isLost ? ' lost' : ''}`, row)
    this.differed += 1
  }

  #addProbe(call: string, row: readonly number[]): Map<string, readonly number[]> {
    const probes = this.#probes.get(call) ?? new Map<string, readonly number[]>()
    this.#probes.set(call, probes)
    return probes.set(this.#sharedIn(row), row)
  }

  /** All begins again, by what was learned. */
  begin(): void {
    this.differed = 0
    this.#signatures = new Map()
    this.#lost = new Map()
    this.#classes = new Map()
    this.#byFirst = new Map()
    this.#later = []
  }

  async #find(actor: number, position: Position, row: readonly number[]): Promise<number> {
    const kind = this.#kindOf(actor, position)
    const call = callOf(position)
    const probes = this.#probes.get(call) ?? this.#addProbe(call, row)
    return this.#joined(actor, kind, [...probes.values()], position, () => position)
  }

  async #joined(
    actor: number,
    kind: string,
    probes: readonly (readonly number[])[],
    position: Position,
    first: () => Position,
  ): Promise<number> {
    const outcomes: string[] = []
    for (const probe of probes) outcomes.push(await this.#outcome(probe, actor, position))
    const signature = `${kind}\n${outcomes.join('\n')}`
    const one = this.#classes.get(signature)
    if (one) {
      one.members.push(position)
      for (const before of one.states) this.#later.push([one, position, before])
      return one.first.id
    }
    const isLost = kind.endsWith(' lost')
    const made: Class = { actor, isLost, first: first(), members: [position], compared: 0, states: [] }
    this.#classes.set(signature, made)
    this.#byFirst.set(made.first.id, made)
    return made.first.id
  }

  #isAhead(row: readonly number[], { call }: Position): boolean {
    return call!.known !== undefined && call!.known > this.#stepping.versionIn(row, call!.parts[0]!)
  }

  async #outcome(row: readonly number[], actor: number, position: Position): Promise<string> {
    const next = await this.#stepping.take(row, actor, position)
    const at = next.position.call
      ? await this.#stepping.classOf(actor, next.position, next.row)
      : next.row[this.#stepping.shared + actor]!
    return `${this.#sharedIn(next.row)} ${at} ${next.isWrite}`
  }

  #sharedIn(row: readonly number[]): string {
    return row.slice(0, this.#stepping.shared).join()
  }

  #kindOf(actor: number, { part, from, call, change }: Position): string {
    const number = this.#parts.get(part) ?? this.#parts.size
    this.#parts.set(part, number)
    return `${actor} ${number} ${from!.at} ${call!.what} ${change ? `${change.began ? 'again' : 'first'} ${change.failed}` : ''}`
  }
}

/** Whose call it is, and of which effect. */
const callOf = ({ part, call, change }: Position): string =>
  `${part.rest?.todo[0]?.do ?? 'begin'} ${call!.what} ${change ? (change.began ? 'again' : 'first') : ''}`

const sampled = (members: readonly Position[], seed: number): Position[] => {
  const last = members.length - 1
  if (last < 1) return []
  // The newest has mostly read the state that there is; the other, one that is out of date.
  const other = 1 + ((Math.imul(seed, 0x9e3779b1) >>> 8) % last)
  return other === last ? [members[last]!] : [members[last]!, members[other]!]
}
