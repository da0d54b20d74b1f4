import { randomFillSync } from 'node:crypto'
import type { StateSet } from './states.ts'

/** Whole numbers in one fingerprint. */
const WORDS = 3
const SHARDS = 256
/** Of a shard's slots, so many are taken at most. */
const MOST_TAKEN = 0.85
const ROWS_IN_A_BLOCK = 4096

/**
 * Every state that was found, as 96 bits of it: twelve bytes, in place of a row. Each number has 96 random bits for each place
 * at which it stands, and a state has those of all its numbers, XORed. Two states have the same bits with a probability of
 * 2^-96 (Zobrist hashing), whatever the states are. One of two such states would be left out, with all that comes after it. Among n
 * states there are such two with a probability below n² / 2^97: for 10^9 states 10^-11.
 *
 * Only those that were not taken yet are whole. How a state was reached is not kept.
 *
 * `expected`: about so many states. With more, each shard grows, and V8 collects its whole heap each time.
 */
export class Fingerprints implements StateSet {
  readonly #width: number
  /** By place and number. */
  readonly #bits: Int32Array<ArrayBuffer>[]
  readonly #shards: Shard[]
  /** Rows that were not taken yet, in blocks. */
  readonly #waiting: Int32Array[] = []
  #spare: Int32Array | null = null
  #takenOfFirst = 0
  #addedToLast = ROWS_IN_A_BLOCK
  #taken = 0
  count = 0

  constructor(width: number, expected: number) {
    this.#width = width
    this.#bits = Array.from({ length: width }, () => randomBits(1024))
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, expected / SHARDS / MOST_TAKEN)))
    this.#shards = Array.from({ length: SHARDS }, () => new Shard(slots))
  }

  add(row: Int32Array, _parent?: number, _step?: number, key = row): boolean {
    let [one, two, three] = [0, 0, 0]
    for (let at = 0; at < this.#width; at++) {
      // Positions are numbers from 0, ends and others are below.
      const number = key[at]!
      const of = (number < 0 ? -2 * number - 1 : 2 * number) * WORDS
      if (of >= this.#bits[at]!.length) this.#bits[at] = moreBits(this.#bits[at]!, of)
      const bits = this.#bits[at]!
      one ^= bits[of]!
      two ^= bits[of + 1]!
      three ^= bits[of + 2]!
    }
    if (!this.#shards[one & (SHARDS - 1)]!.add(one, two, three)) return false
    this.count += 1
    if (this.#addedToLast === ROWS_IN_A_BLOCK) {
      this.#waiting.push(this.#spare ?? new Int32Array(ROWS_IN_A_BLOCK * this.#width))
      this.#spare = null
      this.#addedToLast = 0
    }
    this.#waiting.at(-1)!.set(row, this.#addedToLast++ * this.#width)
    return true
  }

  next(row: Int32Array): number {
    if (this.#taken === this.count) return -1
    const block = this.#waiting[0]!
    const from = this.#takenOfFirst * this.#width
    for (let at = 0; at < this.#width; at++) row[at] = block[from + at]!
    if (++this.#takenOfFirst === ROWS_IN_A_BLOCK) {
      this.#spare = this.#waiting.shift()!
      this.#takenOfFirst = 0
    }
    return this.#taken++
  }

  pathTo(): null {
    return null
  }
}

class Shard {
  #slots: Int32Array
  #mask: number
  #count = 0

  constructor(slots: number) {
    this.#slots = new Int32Array(WORDS * slots)
    this.#mask = slots - 1
  }

  add(one: number, two: number, three: number): boolean {
    // All zeros are an empty slot.
    const last = one === 0 && two === 0 && three === 0 ? 1 : three
    const slots = this.#slots
    for (let slot = two & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * WORDS
      if (slots[at] === one && slots[at + 1] === two && slots[at + 2] === last) return false
      if (slots[at] !== 0 || slots[at + 1] !== 0 || slots[at + 2] !== 0) continue
      slots[at] = one
      slots[at + 1] = two
      slots[at + 2] = last
      this.#count += 1
      if (this.#count > this.#mask * MOST_TAKEN) this.#grow()
      return true
    }
  }

  #grow(): void {
    const before = this.#slots
    const slots = new Int32Array(before.length * 2)
    this.#slots = slots
    this.#mask = this.#mask * 2 + 1
    for (let from = 0; from < before.length; from += WORDS) {
      const [one, two, three] = [before[from]!, before[from + 1]!, before[from + 2]!]
      if (one === 0 && two === 0 && three === 0) continue
      let slot = two & this.#mask
      while (slots[slot * WORDS] !== 0 || slots[slot * WORDS + 1] !== 0 || slots[slot * WORDS + 2] !== 0)
        slot = (slot + 1) & this.#mask
      slots[slot * WORDS] = one
      slots[slot * WORDS + 1] = two
      slots[slot * WORDS + 2] = three
    }
  }
}

const randomBits = (numbers: number): Int32Array<ArrayBuffer> => randomFillSync(new Int32Array(numbers * WORDS))

/** The same for those that have some, so that `of` is among them. */
const moreBits = (before: Int32Array<ArrayBuffer>, of: number): Int32Array<ArrayBuffer> => {
  let numbers = before.length / WORDS
  while (numbers * WORDS <= of) numbers *= 2
  const more = randomBits(numbers)
  more.set(before)
  return more
}
