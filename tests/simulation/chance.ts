/** Random numbers that are the same for the same seed (the generator is mulberry32). */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  is(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number from `least` up to, but not including, `below`. */
  between(least: number, below: number): number {
    return least + Math.floor(this.next() * (below - least))
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('There is nothing to pick from')
    return from[this.between(0, from.length)] as T
  }

  /** Mostly short, now and then up to `most`, as waits on a network are. */
  delay(usual: number, most: number): number {
    return this.is(0.1) ? this.between(usual, Math.max(most, usual + 1)) : this.between(0, usual + 1)
  }
}
