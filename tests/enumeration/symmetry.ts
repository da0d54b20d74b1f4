import { hash as digest } from 'node:crypto'
import type { Position } from './runs.ts'
import { SIGNED } from './services.ts'
import type { World } from './world.ts'
import { PARTS } from './world.ts'

/** Two actors that are alike, by number, and the words that stand for one and for the other in what is stored and answered. */
export interface Pair {
  actors: readonly [number, number]
  words: readonly (readonly [string, string])[]
}

/** One way to exchange actors: which actor takes each place, and how a text is then called. */
interface Exchange {
  from: readonly number[]
  renamed: (text: string) => string
}

/** As JSON has it: the HMAC of `memorySignatures`. */
const SIGNATURE = /"[A-Za-z0-9+/]{43}=/g

/**
 * Two states are one if the first is the second with actors exchanged that are alike: two deliveries of one notification, or
 * two people with the same rights who do the same. Everything that is stored or answered is compared as text, in which the
 * words for the one and for the other are exchanged. A signature is compared by what it signs.
 *
 * No state is taken for another that is not its exchange, letter by letter. What the exchange of a text misses only leaves
 * two states that could be one.
 */
export class Symmetry {
  readonly #exchanges: readonly Exchange[]
  readonly #world: World
  readonly #positions: readonly Position[]
  readonly #endOf: (at: number) => unknown
  readonly #roles: readonly number[]
  readonly #width: number
  /** Texts by number, one numbering for each place. */
  readonly #numbers = new Map<string, number>()
  /** By exchange and place: the number of the text, by the number in the state. */
  readonly #called: Int32Array[][]
  /** By exchange and position: its hash. */
  readonly #histories: string[][]
  readonly #answers: WeakMap<object, string>[]
  /** By exchange and place: the place that comes there. */
  readonly #takes: Int32Array[]

  constructor(
    world: World,
    actors: number,
    positions: readonly Position[],
    endOf: (at: number) => unknown,
    pairs: readonly Pair[],
  ) {
    this.#world = world
    this.#positions = positions
    this.#endOf = endOf
    this.#width = PARTS.length + actors
    const places = Array.from({ length: actors }, (_, actor) => actor)
    this.#roles = places.map((actor) => pairs.find((pair) => pair.actors[1] === actor)?.actors[0] ?? actor)
    this.#exchanges = pairs.reduce<Exchange[]>(
      (all, pair) => [...all, ...all.map((one) => exchanged(one, pair))],
      [{ from: places, renamed: (text) => text }],
    )
    this.#called = this.#exchanges.map(() => Array.from({ length: this.#width }, () => new Int32Array(1024).fill(-1)))
    this.#histories = this.#exchanges.map(() => [])
    this.#answers = this.#exchanges.map(() => new WeakMap())
    this.#takes = this.#exchanges.map(({ from }) =>
      Int32Array.from([...PARTS.keys(), ...from.map((actor) => PARTS.length + actor)]),
    )
  }

  /** Of all exchanges of a state the first in order, by the numbers of their texts. */
  firstOf(row: Int32Array, first: Int32Array): void {
    const last = this.#width
    first[last] = row[last]!
    for (let at = 0; at < last; at++) first[at] = this.#numberOf(0, at, row[at]!)
    for (let exchange = 1; exchange < this.#exchanges.length; exchange++) {
      const takes = this.#takes[exchange]!
      // Most differ in the first places, and then the rest is not looked at.
      for (let at = 0; at < last; at++) {
        const place = takes[at]!
        const number = this.#numberOf(exchange, place, row[place]!)
        if (number === first[at]) continue
        if (number > first[at]!) break
        first[at] = number
        for (let after = at + 1; after < last; after++)
          first[after] = this.#numberOf(exchange, takes[after]!, row[takes[after]!]!)
        break
      }
    }
  }

  /** The same in every world, and for all exchanges of a state. */
  keyOf(row: Int32Array): string {
    const keys = this.#exchanges.map(({ from }, exchange) =>
      [
        ...PARTS.map((_, part) => this.#textOf(exchange, part, row[part]!)),
        ...from.map((actor) => this.#standing(exchange, PARTS.length + actor, row[PARTS.length + actor]!)),
      ].join(),
    )
    return hashOf(keys.toSorted()[0]!)
  }

  #numberOf(exchange: number, place: number, number: number): number {
    // Positions are numbers from 0, ends and others are below.
    const index = number < 0 ? -2 * number - 1 : 2 * number
    let called = this.#called[exchange]![place]!
    if (index >= called.length) {
      const more = new Int32Array(index * 2).fill(-1)
      more.set(called)
      called = this.#called[exchange]![place] = more
    }
    const known = called[index]!
    if (known >= 0) return known
    const text = place < PARTS.length ? this.#textOf(exchange, place, number) : this.#standing(exchange, place, number)
    const found = this.#numbers.get(text) ?? this.#numbers.size
    this.#numbers.set(text, found)
    called[index] = found
    return found
  }

  #textOf(exchange: number, place: number, number: number): string {
    const part = PARTS[place]!
    const { lines, isOrdered } = this.#world.linesOf(part, number)
    const called = lines.map((line) => this.#calledIn(exchange, line))
    return hashOf(`${part}\n${(isOrdered ? called : called.toSorted()).join('\n')}`)
  }

  #calledIn(exchange: number, text: string): string {
    const { renamed } = this.#exchanges[exchange]!
    return renamed(
      text.replace(SIGNATURE, (quoted) => {
        const statement = SIGNED.get(quoted.slice(1))
        return statement === undefined ? quoted : `"signature of ${hashOf(this.#calledIn(exchange, statement))}`
      }),
    )
  }

  #standing(exchange: number, place: number, at: number): string {
    const role = this.#roles[place - PARTS.length]!
    if (at >= 0) return this.#historyOf(exchange, role, this.#positions[at]!)
    return hashOf(`${role} ${this.#calledIn(exchange, JSON.stringify(this.#endOf(at)))}`)
  }

  /** An answer is frozen, and many positions have the same. */
  #answer(exchange: number, value: unknown): string {
    if (typeof value !== 'object' || value === null) return String(value)
    const answers = this.#answers[exchange]!
    const known = answers.get(value)
    if (known !== undefined) return known
    const called = hashOf(this.#calledIn(exchange, JSON.stringify(value)))
    answers.set(value, called)
    return called
  }

  /** Two positions with the same history are one. */
  #historyOf(exchange: number, role: number, position: Position): string {
    const histories = this.#histories[exchange]!
    const known = histories[position.id]
    if (known !== undefined) return known
    const { from, part, change, isAgain } = position
    let text: string
    if (!from) text = `${role} ${JSON.stringify(part)}`
    else if (isAgain) text = `${this.#historyOf(exchange, role, change!.began!)} again ${from.at} ${change!.failed}`
    else
      text = `${this.#historyOf(exchange, role, from.position)} ${from.at} ${from.answer.kind} ${
        from.answer.kind === 'done' ? this.#answer(exchange, from.answer.value) : String(from.answer.error)
      }`
    return (histories[position.id] = hashOf(this.#calledIn(exchange, text)))
  }
}

const exchanged = ({ from, renamed }: Exchange, { actors: [one, other], words }: Pair): Exchange => {
  const otherOf = new Map(words.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]))
  const either = new RegExp(
    [...otherOf.keys()]
      .toSorted((a, b) => b.length - a.length)
      .map(escaped)
      .join('|'),
    'g',
  )
  return {
    from: from.map((actor) => (actor === one ? other : actor === other ? one : actor)),
    renamed: (text) => renamed(text).replace(either, (word) => otherOf.get(word)!),
  }
}

const escaped = (word: string): string => word.replace(/[^\w]/g, '\\$&')

/** In hex, no name stands in it by chance. */
const hashOf = (text: string): string => digest('sha256', text, 'hex')
