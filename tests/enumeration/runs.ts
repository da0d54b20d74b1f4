import type { Effect } from '../../functions/domain/effect.ts'
import type { Clock } from '../../functions/clock.ts'
import { settled } from '../support/virtual-codepipeline.ts'
import type { Ask, Call } from './services.ts'
import type { PartName, World } from './world.ts'
import { hashOf } from './world.ts'

/**
 * What a run still has to do after one of its parts: all that it knows. Between two effects a function knows nothing but
 * which effects are left, and until when.
 */
export interface Rest {
  told: unknown
  todo: readonly Effect[]
  /** Epoch milliseconds. */
  giveUpAt: number
}

/** One function: its beginning, and how it performs the first of the effects that are left. */
export interface Door {
  begin: (ask: Ask, clock: Clock) => Promise<Rest>
  perform: (ask: Ask, clock: Clock, rest: Rest) => Promise<Rest>
}

/** How a run ended, as data. */
export type Ended = { kind: 'answered'; value: unknown } | { kind: 'threw'; error: string }

/** How each actor stood when no one had anything left to do. */
export type Outcome = { kind: 'crashed' | 'never-began' } | Ended

/** A part of a run; `rest` is null for its beginning. */
interface Part {
  rest: Rest | null
  /** How many parts came before. */
  number: number
  at: number
}

type Answer = { kind: 'done'; value: unknown } | { kind: 'failed'; error: unknown }

/** What a run waits for, after one history of answers. */
export interface Position {
  id: number
  /** The oldest of its calls that have no answer; null once it has ended. */
  call: Call | null
  ended: Ended | null
  /** How it came there; null at the beginning of its part. */
  from: { position: Position; answer: Answer; before: ReadonlyMap<PartName, number>; at: number } | null
  /** The part of the run. */
  part: Part
  /** Where the change of a record began to which its call belongs, and how often it has failed since if that counts. */
  change: { began: Position | null; failed: number } | null
  /** It was reached by a write that failed: whatever its change had found before, it is this position. */
  isAgain: boolean
  /** Where the change that began here begins again, by time and count. */
  again: Map<string, Position> | null
  /** Where an answer leads, by answer and time. */
  readonly next: Map<string, Position>
  /** What landing the call does, by what it touches. */
  readonly landings: Map<string, Landing>
  /** A run that stands there, and can go on once. */
  run: Run | null
}

/** What a call does to the parts that it touches, and how its run goes on. */
export interface Landing {
  position: Position
  changed: readonly (readonly [PartName, number])[]
  /** It was a write that failed, because another function had written since the read. It would fail at any later time. */
  isLost: boolean
}

interface Waiting {
  call: Call
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

/** A pause ends at once. A time limit, which has a signal to cancel it, is never reached. */
const stillSleep = (_: number, signal?: AbortSignal): Promise<void> =>
  signal ? new Promise(() => {}) : Promise.resolve()

/** How the identifiers begin that a run makes. */
export const ownerOf = (owner: number): string => `${owner.toString(16).padStart(8, '0')}-`

/** Time as a run sees it: that of its last answer. Its identifiers are its own. */
export const clockOf = (owner: number, part: number, now: () => number): Clock => {
  let ids = 0
  return { now, newId: () => `${ownerOf(owner)}${part}-${++ids}`, sleep: stillSleep }
}

class Run {
  readonly waiting: Waiting[] = []
  ended: { kind: 'answered'; value: Rest } | { kind: 'threw'; error: string } | null = null
  now: number

  constructor(owner: number, door: Door, part: Part) {
    this.now = part.at
    const ask: Ask = (call) =>
      new Promise((resolve, reject) => {
        this.waiting.push({ call: call, resolve: resolve as (value: unknown) => void, reject })
      })
    const clock = clockOf(owner, part.number, () => this.now)
    const ended = part.rest ? door.perform(ask, clock, part.rest) : door.begin(ask, clock)
    ended.then(
      (value) => (this.ended = { kind: 'answered', value }),
      (error: unknown) => (this.ended = { kind: 'threw', error: String(error) }),
    )
  }

  get call(): Call | null {
    return this.waiting[0]?.call ?? null
  }

  async go(answer: Answer, at: number): Promise<void> {
    const { resolve, reject } = this.waiting.shift()!
    this.now = at
    if (answer.kind === 'done') resolve(answer.value)
    else reject(answer.error)
    await settled()
  }
}

const KEPT_RUNS = 2_000

/**
 * One function as it may run, whatever others do. What a part of a run does depends only on what it knew at its beginning and
 * on the answers that it got since. So each history of answers is run once; a part is run again, by the same answers, where
 * another answer leads elsewhere.
 */
export class Runs {
  /** Runs that began, also those that repeat another's beginning. */
  begun = 0
  readonly #world: World
  readonly #number: number
  readonly #door: Door
  readonly #beginnings = new Map<string, Position>()
  readonly #kept: Position[] = []
  readonly #all: Position[]
  readonly #clocksStand: boolean

  /** `all`: the positions of all functions, by ID. */
  constructor(world: World, number: number, door: Door, all: Position[], clocksStand: boolean) {
    this.#world = world
    this.#number = number
    this.#door = door
    this.#all = all
    this.#clocksStand = clocksStand
  }

  beginning(at: number): Promise<Position> {
    return this.#beginningOf({ rest: null, number: 0, at })
  }

  /** Lands the call of a position while the parts of the world have these states. */
  async land(position: Position, before: ReadonlyMap<PartName, number>, at: number): Promise<Landing> {
    const { call } = position
    const world = this.#world
    world.now = at
    for (const [part, id] of before) world.load(part, id)
    const answer = await answerOf(call!)
    const changed = call!.isWrite
      ? [...before].flatMap(([part, id]) => {
          const after = world.save(part)
          return after === id ? [] : [[part, after] as const]
        })
      : []
    const isLost = isFailedWrite(position, answer)
    const knows = this.#clocksStand ? position.part.at : at
    const key = `${knows} ${keyOf(answer)}`
    const known = position.next.get(key) ?? this.#againAt(position, answer, knows)
    if (known) {
      position.next.set(key, known)
      return { position: known, changed, isLost }
    }
    const stood = await this.#runAt(position)
    const { change } = stood.call!
    const run = await this.#go(stood, answer, before, knows)
    const goesOn = change !== undefined && run.call?.change === change
    const next = await this.#positionOf(run, { position, answer, before, at: knows }, position.part, goesOn)
    next.isAgain = goesOn && isLost
    position.next.set(key, next)
    if (goesOn && isLost) (begunAt(position).again ??= new Map()).set(`${knows} ${next.change!.failed}`, next)
    return { position: next, changed, isLost }
  }

  /**
   * A change of a record that another function was faster than begins again: with a read, and with nothing that it found
   * before, but for the number of its rounds where that counts.
   */
  #againAt(position: Position, answer: Answer, at: number): Position | undefined {
    if (!isFailedWrite(position, answer)) return undefined
    const { change } = position.call!
    const failed = position.change!.failed + (change!.isCounted ? 1 : 0)
    return begunAt(position).again?.get(`${at} ${failed}`)
  }

  async #beginningOf(part: Part): Promise<Position> {
    const key = JSON.stringify(part)
    const known = this.#beginnings.get(key)
    if (known) return known
    const position = await this.#positionOf(await this.#begin(part), null, part)
    this.#beginnings.set(key, position)
    return position
  }

  async #begin(part: Part): Promise<Run> {
    this.begun += 1
    const run = new Run(this.#number, this.#door, part)
    await settled()
    return run
  }

  async #go(run: Run, answer: Answer, before: ReadonlyMap<PartName, number>, at: number): Promise<Run> {
    const call = run.call!
    if (!call.remembers) {
      await run.go(answer, at)
      return run
    }
    this.#world.now = at
    for (const [part, id] of before) this.#world.load(part, id)
    await run.go(await answerOf(call), at)
    return run
  }

  /** A run that stands there: one that stopped there, or one that is made again. */
  async #runAt(position: Position): Promise<Run> {
    const { run } = position
    position.run = null
    if (run) return run
    const { from, part } = position
    if (!from) return this.#begin(part)
    const again = await this.#runAt(from.position)
    const there = await this.#go(again, from.answer, from.before, from.at)
    if (there.call?.what !== position.call?.what)
      throw new Error(`A run did not repeat itself: ${there.call?.what} in place of ${position.call?.what}`)
    return there
  }

  /** `goesOn`: its call belongs to the same change of a record as the one before. */
  async #positionOf(run: Run, from: Position['from'], part: Part, goesOn = false): Promise<Position> {
    const { call, ended } = run
    if (!call && !ended) throw new Error('A run waits for something that is no call')
    if (!call && ended?.kind === 'answered' && ended.value.todo.length > 0)
      return this.#beginningOf({ rest: ended.value, number: part.number + 1, at: run.now })
    const position: Position = {
      id: this.#all.length,
      call,
      ended: call ? null : ended!.kind === 'answered' ? { kind: 'answered', value: ended!.value.told } : ended,
      from,
      part,
      change: null,
      isAgain: false,
      again: null,
      next: new Map(),
      landings: new Map(),
      run: call ? run : null,
    }
    this.#all.push(position)
    if (call?.change) position.change = goesOn ? changeAfter(from!) : { began: null, failed: 0 }
    if (call) {
      this.#kept.push(position)
      if (this.#kept.length > KEPT_RUNS) this.#kept.shift()!.run = null
    }
    return position
  }
}

const isFailedWrite = ({ call }: Position, answer: Answer): boolean =>
  call!.change !== undefined && call!.isWrite && answer.kind === 'done' && answer.value === false

/** Where its change began. */
const begunAt = (position: Position): Position => position.change!.began ?? position

const changeAfter = ({ position, answer }: NonNullable<Position['from']>): Position['change'] => ({
  began: begunAt(position),
  failed: position.change!.failed + (position.call!.change!.isCounted && isFailedWrite(position, answer) ? 1 : 0),
})

const answerOf = async ({ land }: Call): Promise<Answer> => {
  try {
    return { kind: 'done', value: await land() }
  } catch (error) {
    return { kind: 'failed', error }
  }
}

const keyOf = (answer: Answer): string =>
  answer.kind === 'done' ? asText(answer.value) : `failed ${String(answer.error)}`

/** Answers are frozen, or never changed. */
const asText = (value: unknown): string => (typeof value === 'object' && value !== null ? hashOf(value) : String(value))
