/** Whole numbers of one entry: four that name it, and four that it holds. */
const WIDTH = 8

/**
 * What is known by four whole numbers, of which the first is not negative. All is in one array, so that to look something up
 * takes some ten nanoseconds.
 */
export class NumberTable {
  #slots = new Int32Array(WIDTH * 1024)
  #mask = 1023
  #count = 0

  /** The entry's place in {@link held}, or -1. It holds until the next one is added. */
  find(a: number, b: number, c: number, d: number): number {
    const slots = this.#slots
    for (let slot = hashOf(a, b, c, d) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * WIDTH
      // The first is kept plus one, as an empty slot has zeros.
      if (slots[at] === 0) return -1
      if (slots[at] === a + 1 && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return at + 4
    }
  }

  add(key: readonly [number, number, number, number], holds: readonly number[]): void {
    this.#count += 1
    if (this.#count * 2 > this.#mask) this.#grow()
    this.#put([key[0] + 1, key[1], key[2], key[3], ...holds])
  }

  /** One of the four numbers that the entry holds. */
  held(place: number, index: number): number {
    return this.#slots[place + index]!
  }

  #put(entry: ArrayLike<number>): void {
    let slot = hashOf(entry[0]! - 1, entry[1]!, entry[2]!, entry[3]!) & this.#mask
    while (this.#slots[slot * WIDTH] !== 0) slot = (slot + 1) & this.#mask
    this.#slots.set(entry, slot * WIDTH)
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Int32Array(before.length * 2)
    this.#mask = this.#mask * 2 + 1
    for (let at = 0; at < before.length; at += WIDTH) if (before[at] !== 0) this.#put(before.subarray(at, at + WIDTH))
  }
}

const hashOf = (a: number, b: number, c: number, d: number): number => {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ Math.imul(c, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39) ^ Math.imul(d, 0x27d4eb2f)
  return hash ^ (hash >>> 16)
}
