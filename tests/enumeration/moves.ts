import type { Actor } from './actor.ts'
import type { Step } from './alike.ts'
import { Alike } from './alike.ts'
import { isOver, requireAllowed } from './fixed-reads.ts'
import type { Limits } from './limits.ts'
import { NumberTable } from './number-table.ts'
import type { Landing, Outcome, Position } from './runs.ts'
import { Runs } from './runs.ts'
import type { PartName, World } from './world.ts'
import { PARTS } from './world.ts'
import type { TableSnapshot } from '../support/memory/table.ts'

export const NOT_BEGUN = -1
export const CRASHED = -2
/** So many numbers of a state are of what is shared; then comes where each actor stands, then how many have crashed. */
export const SHARED = PARTS.length
const TIME = PARTS.indexOf('time')
const CODE_PIPELINE = PARTS.indexOf('codePipeline')

/** No other function reads these while the actors act: a write there commutes with every call of others. It takes no time. */
const UNREAD: ReadonlySet<PartName> = new Set(['entries', 'announced', 'queue'])

export interface Taken extends Step {
  what: string
}

/** A state, as the numbers of its parts and positions. */
export type Row = Int32Array

/** What must be found out first, by {@link Moves.learn}. */
export const UNKNOWN = -1
const NO = 0
const YES = 1

/** What is known of a position without any state. */
const IS_WRITE = 1
/** It writes only what no other actor reads. */
const IS_UNREAD = 2
/** Its read may be of what no other actor can write any more. */
const MAY_BE_FIXED = 4
const IS_FIRST_WRITE = 8
const BEGINS_A_PART = 16

const maskOf = (parts: readonly PartName[]): number =>
  parts.reduce((mask, part) => mask | (1 << PARTS.indexOf(part)), 0)

/**
 * What each actor may do in a state. Nearly all steps are the same as one in an earlier state: the function stands at the same
 * place, and the parts that its call touches are the same. These are looked up by numbers. For the others, the function runs:
 * a method that answers {@link UNKNOWN} is asked again after {@link learn}.
 */
export class Moves {
  readonly positions: Position[] = []
  readonly alike: Alike | null
  readonly #world: World
  readonly #actors: readonly Actor[]
  readonly #limits: Limits
  readonly #runs: readonly Runs[]
  readonly #crashes: number
  readonly #writes: readonly number[]
  readonly #passesTime: readonly boolean[]
  readonly #ended = new Map<string, number>()
  readonly #outcomes = new Map<number, Outcome>()
  #missing: (() => Promise<void>) | null = null

  /** By actor and number of the part at which it looks. */
  readonly #mayBegin: number[][]
  /** By actor and number of the time. */
  readonly #beginnings: number[][]
  /** By number of CodePipeline's state. */
  readonly #isOver: number[] = []
  /** By position: its flags, the parts that its call has, the two that make a difference, and when it was reached. */
  readonly #flags: number[] = []
  readonly #touches: number[] = []
  readonly #one: number[] = []
  readonly #two: number[] = []
  readonly #reachedAt: number[] = []
  readonly #times = new Map<number, number>()

  /** Names a position, the time and two parts. Holds whether it wrote, which two parts changed to what, and where it stands. */
  #steps = new NumberTable()
  /** By position: the first that is like it, or -1. */
  readonly #classes: number[] = []
  /** Names a position and the state of the record that it writes. Holds the position that is like it. */
  #classesInTime = new NumberTable()
  readonly #lost = new NumberTable()

  constructor(world: World, actors: readonly Actor[], limits: Limits) {
    this.#world = world
    this.#actors = actors
    this.#limits = limits
    this.#runs = actors.map(
      ({ door }, index) => new Runs(world, index + 1, door, this.positions, limits.clocksStand === true),
    )
    this.#crashes = SHARED + actors.length
    this.#writes = actors.map(({ writes }) => maskOf(writes))
    this.#passesTime = actors.map(({ writes }) => writes.includes('time'))
    this.#mayBegin = actors.map(() => [])
    this.#beginnings = actors.map(() => [])
    this.alike =
      limits.alikeApart || limits.readsApart
        ? null
        : new Alike(
            {
              take: (row, actor, position) => this.step(row, actor, position),
              classOf: (actor, position, row) => this.#classOf(actor, position, row),
              versionIn: (row, part) => this.#versionIn(row, part),
              positions: this.positions,
              shared: SHARED,
            },
            limits.isThorough === true,
          )
  }

  /** So many runs began. */
  get runs(): number {
    return this.#runs.reduce((sum, { begun }) => sum + begun, 0)
  }

  /** What was asked last, and was not known. */
  async learn(): Promise<void> {
    const missing = this.#missing!
    this.#missing = null
    await missing()
  }

  #ask(missing: () => Promise<void>): typeof UNKNOWN {
    this.#missing = missing
    return UNKNOWN
  }

  /** All begins again, and other positions are alike. */
  begin(): void {
    this.alike!.begin()
    this.#steps = new NumberTable()
    this.#classes.fill(-1)
    this.#classesInTime = new NumberTable()
  }

  outcome(at: number): Outcome {
    if (at === NOT_BEGUN) return { kind: 'never-began' }
    return at === CRASHED ? { kind: 'crashed' } : this.#outcomes.get(at)!
  }

  /** Whether the actor, which has not begun, may begin. */
  mayBegin(row: Row, actor: number): number {
    const { looksAt, mayBegin } = this.#actors[actor]!
    const part = row[PARTS.indexOf(looksAt)]!
    const known = this.#mayBegin[actor]![part]
    if (known !== undefined) return known
    return this.#ask(async () => {
      this.#world.load(looksAt, part)
      this.#mayBegin[actor]![part] = mayBegin(this.#world) ? YES : NO
    })
  }

  positionOf(row: Row, actor: number): number {
    const at = row[SHARED + actor]!
    if (at !== NOT_BEGUN) return at
    const time = row[TIME]!
    const known = this.#beginnings[actor]![time]
    if (known !== undefined) return known
    return this.#ask(async () => {
      this.#timeIs(time)
      this.#beginnings[actor]![time] = (await this.#beginning(actor, time)).id
    })
  }

  #beginning(actor: number, time: number): Promise<Position> {
    return this.#runs[actor]!.beginning(this.#world.stateOf('time', time))
  }

  #timeIs(time: number): void {
    this.#times.set(this.#world.stateOf('time', time), time)
  }

  /**
   * With every call that others make or will make: it is enough to let it land first. So does a write that no other actor
   * reads. So does a read of what no other actor can write any more: its answer is then the same whenever it lands, and it
   * changes nothing. While time may still pass, no read is fixed, unless clocks stand: a function knows the time of its last answer. The read of a
   * record that is to be changed belongs to the step of its write.
   */
  commutes(row: Row, actor: number, at: number): boolean {
    const flags = this.#flagsOf(at)
    if ((flags & IS_UNREAD) !== 0) return true
    if ((flags & MAY_BE_FIXED) === 0) return false
    let others = 0
    for (let other = 0; other < this.#writes.length; other++)
      if (other !== actor && row[SHARED + other]! >= NOT_BEGUN) others |= this.#writes[other]!
    if ((others & (1 << TIME)) !== 0 && !this.#limits.clocksStand) return false
    const written = this.#touches[at]! & others
    return written === 0 || (written === 1 << CODE_PIPELINE && this.#isOverIn(row[CODE_PIPELINE]!))
  }

  #isOverIn(codePipeline: number): boolean {
    return (this.#isOver[codePipeline] ??= isOver(this.#world, codePipeline) ? YES : NO) === YES
  }

  /** It is one write that fails, because another function was faster. It would fail at any later time as well. */
  isLost(row: Row, actor: number, at: number): number {
    if (!this.#limits.readsApart) return NO
    this.#flagsOf(at)
    const [one, two] = [this.#columnIn(row, this.#one[at]!), this.#columnIn(row, this.#two[at]!)]
    const known = this.#lost.find(at, row[TIME]!, one, two)
    if (known >= 0) return this.#lost.held(known, 0)
    const now = [...row]
    return this.#ask(async () => {
      const { isLost } = await this.#land(now, actor, this.positions[at]!)
      this.#lost.add([at, now[TIME]!, one, two], [isLost ? YES : NO])
    })
  }

  #columnIn(row: ArrayLike<number>, column: number): number {
    return column < 0 ? 0 : row[column]!
  }

  /**
   * The actor's next step from that position, and each actor then stands at the first position that is like its own.
   * Whether it wrote something.
   */
  take(row: Row, actor: number, at: number, next: Row): number {
    this.#flagsOf(at)
    const steps = this.#steps
    const [one, two] = [this.#columnIn(row, this.#one[at]!), this.#columnIn(row, this.#two[at]!)]
    const place = steps.find(at, row[TIME]!, one, two)
    if (place < 0) {
      const now = [...row]
      return this.#ask(() => this.#learnStep(now, actor, at, [at, now[TIME]!, one, two]))
    }
    if (next !== row) next.set(row)
    const what = steps.held(place, 0)
    const [first, second] = [(what >> 1) & 31, what >> 6]
    if (first > 0) next[first - 1] = steps.held(place, 1)
    if (second > 0) next[second - 1] = steps.held(place, 2)
    next[SHARED + actor] = steps.held(place, 3)
    if (this.alike && !this.#areOnes(next)) return UNKNOWN
    return what & 1
  }

  async #learnStep(
    row: readonly number[],
    actor: number,
    at: number,
    key: [number, number, number, number],
  ): Promise<void> {
    this.#timeIs(row[TIME]!)
    const position = this.positions[at]!
    const taken = await this.step(row, actor, position)
    await this.alike?.compare(position, row)
    const changed = PARTS.flatMap((_, part) => (row[part] === taken.row[part] ? [] : [part]))
    if (changed.length > 2) throw new Error(`${taken.what} changes ${changed.length} parts`)
    const [first = -1, second = -1] = changed
    this.#timeIs(taken.row[TIME]!)
    this.#steps.add(key, [
      (taken.isWrite ? 1 : 0) | ((first + 1) << 1) | ((second + 1) << 6),
      first < 0 ? 0 : taken.row[first]!,
      second < 0 ? 0 : taken.row[second]!,
      taken.row[SHARED + actor]!,
    ])
  }

  /** After its step, the actor's calls that commute with all of others, unless it may crash between them. */
  goOn(row: Row, actor: number): number {
    for (;;) {
      const at = row[SHARED + actor]!
      if (at < 0) return YES
      const isWrite = (this.#flagsOf(at) & IS_WRITE) !== 0
      if (isWrite && row[this.#crashes]! < this.#limits.crashes) return YES
      if (!this.commutes(row, actor, at)) return YES
      if (this.take(row, actor, at, row) === UNKNOWN) return UNKNOWN
    }
  }

  /** Puts each actor at the first position that is like its own. False if one is not known. */
  #areOnes(row: Row): boolean {
    const mayTimePass = this.#mayTimePass(row)
    const time = row[TIME]!
    for (let actor = 0; actor < this.#actors.length; actor++) {
      const at = row[SHARED + actor]!
      if (at < 0) continue
      const flags = this.#flagsOf(at)
      if ((flags & BEGINS_A_PART) !== 0) continue
      if (this.#limits.clocksStand || (!mayTimePass && this.#reachedAt[at] === time)) {
        const known = this.#classes[at]!
        if (known < 0) {
          this.#askClass(row, actor, at, (found) => (this.#classes[at] = found))
          return false
        }
        row[SHARED + actor] = known
      } else if ((flags & IS_FIRST_WRITE) !== 0) {
        const record = row[this.#one[at]!]!
        const known = this.#classesInTime.find(at, record, time, 0)
        if (known < 0) {
          this.#askClass(row, actor, at, (found) => this.#classesInTime.add([at, record, time, 0], [found]))
          return false
        }
        row[SHARED + actor] = this.#classesInTime.held(known, 0)
      }
    }
    return true
  }

  #askClass(row: Row, actor: number, at: number, keep: (found: number) => void): void {
    const now = [...row]
    this.#ask(async () => keep(await this.#classOf(actor, this.positions[at]!, now)))
  }

  /** What is known of a position; the first time, it is found out. */
  #flagsOf(at: number): number {
    return this.#flags[at] ?? this.#prepared(at)
  }

  #prepared(at: number): number {
    for (let id = this.#flags.length; id < at; id++) this.#prepare(id)
    this.#prepare(at)
    return this.#flags[at]!
  }

  #prepare(id: number): void {
    const { call, change, from } = this.positions[id]!
    this.#flags[id] = 0
    this.#classes[id] = -1
    this.#touches[id] = 0
    this.#one[id] = -1
    this.#two[id] = -1
    this.#reachedAt[id] = from ? (this.#times.get(from.at) ?? -1) : -1
    if (!call) return
    const { isWrite, parts } = call
    const isFirstWrite = isWrite && change !== null && change.began === null
    this.#flags[id] =
      (isWrite ? IS_WRITE : 0) |
      (isWrite && parts.every((part) => UNREAD.has(part)) ? IS_UNREAD : 0) |
      (!isWrite && !call.change && !this.#limits.fixedReadsApart ? MAY_BE_FIXED : 0) |
      (isFirstWrite ? IS_FIRST_WRITE : 0) |
      (from ? 0 : BEGINS_A_PART)
    this.#touches[id] = maskOf(parts)
    const columns = new Set(parts.map((part) => PARTS.indexOf(part)))
    // A write of a record may come after the read that is the position's call.
    if (change) columns.add(PARTS.indexOf('recorded'))
    columns.delete(TIME)
    const [one = -1, two = -1, ...more] = columns
    if (more.length > 0) throw new Error(`${call.what} touches more than two parts`)
    this.#one[id] = one
    this.#two[id] = two
  }

  #touched(row: readonly number[], { call }: Position): string {
    return `${row[TIME]} ${call!.parts.map((part) => row[PARTS.indexOf(part)]).join()}`
  }

  async #land(row: readonly number[], actor: number, position: Position): Promise<Landing> {
    const key = this.#touched(row, position)
    const landed = position.landings.get(key)
    if (landed) return landed
    const before = new Map(position.call!.parts.map((part) => [part, row[PARTS.indexOf(part)]!]))
    const landing = await this.#runs[actor]!.land(position, before, this.#world.stateOf('time', row[TIME]!))
    position.landings.set(key, landing)
    return landing
  }

  #landed(row: readonly number[], actor: number, { changed, position }: Landing): number[] {
    const next = [...row]
    for (const [part, id] of changed) next[PARTS.indexOf(part)] = id
    next[SHARED + actor] = this.#settledAt(actor, position)
    if (changed.length > 0)
      requireAllowed(this.#actors[actor]!.name, this.#actors[actor]!.writes, this.#world, row, next)
    return next
  }

  /** All ends of a run that have the same value are one. */
  #settledAt(actor: number, position: Position): number {
    if (position.call) return position.id
    const key = `${actor} ${JSON.stringify(position.ended)}`
    const first = this.#ended.get(key) ?? -3 - this.#ended.size
    this.#ended.set(key, first)
    this.#outcomes.set(first, position.ended!)
    return first
  }

  /**
   * The state after the actor's next step: one call, or a whole change of a record. A change whose write fails begins again
   * with a read, so it does the same as one that begins when no one writes in between.
   */
  async step(row: readonly number[], actor: number, position: Position): Promise<Taken> {
    let landing = await this.#land(row, actor, position)
    let taken: Taken = {
      row: this.#landed(row, actor, landing),
      position: landing.position,
      isWrite: position.call!.isWrite,
      isLost: landing.isLost,
      what: position.call!.what,
    }
    while (!this.#limits.readsApart && landing.position.change?.began) {
      const { call } = landing.position
      landing = await this.#land(taken.row, actor, landing.position)
      taken = {
        ...taken,
        row: this.#landed(taken.row, actor, landing),
        position: landing.position,
        what: call!.what,
        isWrite: taken.isWrite || call!.isWrite,
      }
    }
    return taken
  }

  #mayTimePass(row: ArrayLike<number>): boolean {
    for (let actor = 0; actor < this.#passesTime.length; actor++)
      if (this.#passesTime[actor]! && row[SHARED + actor]! >= NOT_BEGUN) return true
    return false
  }

  /**
   * The number of those that do the same as this position from here on. A write that was made at one time and one that is made
   * again at another are not alike, so as long as time can pass, only writes that must fail are; and what a function has of
   * an earlier time stays apart. While clocks stand, a function sees no time pass.
   */
  async #classOf(actor: number, position: Position, row: readonly number[]): Promise<number> {
    if (!this.alike || !position.from) return position.id
    const now = this.#world.stateOf('time', row[TIME]!)
    if (this.#limits.clocksStand || (!this.#mayTimePass(row) && position.from.at === now))
      return this.alike.of(actor, position, row)
    const isFirstWrite = position.call!.isWrite && position.change !== null && position.change.began === null
    return isFirstWrite && (await this.#land(row, actor, position)).isLost
      ? this.alike.ofLost(actor, position)
      : position.id
  }

  /** Of the one item of a table. */
  #versionIn(row: readonly number[], part: PartName): number {
    const state = this.#world.stateOf(part, row[PARTS.indexOf(part)]!) as TableSnapshot
    return Math.max(0, ...[...state.items.values()].map(({ version }) => version))
  }
}
