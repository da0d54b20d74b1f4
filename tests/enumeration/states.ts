/** The states that were found, each once and taken in the order in which they were found: rows of whole numbers. */
export interface StateSet {
  readonly count: number
  /** True if it is new: if none with the same `key` is there. `parent`: the number of the state from which `step` leads there. */
  add(row: Int32Array, parent: number, step: number, key?: Int32Array): boolean
  /** Puts the next state into `row`. Returns its number; -1 after the last. */
  next(row: Int32Array): number
  /** The steps that lead to it from the first state, if they are kept. */
  pathTo(id: number): number[] | null
}

/** Every state that was found, as a whole. Two states with the same hash stay two states. */
export class States implements StateSet {
  readonly #width: number
  #rows: Int32Array
  #keys: Int32Array
  #slots: Int32Array
  /** The state from which each was reached first, and by which step. */
  #parents: Int32Array
  #steps: Int32Array
  #taken = 0
  count = 0

  constructor(width: number) {
    this.#width = width
    this.#rows = new Int32Array(width * 1024)
    this.#keys = new Int32Array(width * 1024)
    this.#parents = new Int32Array(1024)
    this.#steps = new Int32Array(1024)
    this.#slots = new Int32Array(4096).fill(-1)
  }

  add(row: Int32Array, parent: number, step: number, key = row): boolean {
    const slot = this.#slotOf(key)
    if (this.#slots[slot]! >= 0) return false
    const id = this.count++
    if (this.count * this.#width > this.#rows.length) this.#grow()
    this.#rows.set(row, id * this.#width)
    this.#keys.set(key, id * this.#width)
    this.#parents[id] = parent
    this.#steps[id] = step
    this.#slots[slot] = id
    if (this.count * 2 > this.#slots.length) this.#rehash()
    return true
  }

  next(row: Int32Array): number {
    if (this.#taken === this.count) return -1
    const from = this.#taken * this.#width
    for (let at = 0; at < this.#width; at++) row[at] = this.#rows[from + at]!
    return this.#taken++
  }

  pathTo(id: number): number[] {
    const path: number[] = []
    for (let at = id; this.#parents[at]! >= 0; at = this.#parents[at]!) path.unshift(this.#steps[at]!)
    return path
  }

  #slotOf(key: ArrayLike<number>): number {
    const mask = this.#slots.length - 1
    let hash = 0
    for (let at = 0; at < this.#width; at++) hash = Math.imul(hash ^ key[at]!, 0x9e3779b1) ^ (hash >>> 15)
    let slot = (hash ^ (hash >>> 13)) & mask
    for (let id = this.#slots[slot]!; id >= 0 && !this.#is(id, key); id = this.#slots[slot]!) slot = (slot + 1) & mask
    return slot
  }

  #is(id: number, key: ArrayLike<number>): boolean {
    const from = id * this.#width
    for (let at = 0; at < this.#width; at++) if (this.#keys[from + at] !== key[at]) return false
    return true
  }

  #grow(): void {
    this.#rows = grown(this.#rows)
    this.#keys = grown(this.#keys)
    this.#parents = grown(this.#parents)
    this.#steps = grown(this.#steps)
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1)
    for (let id = 0; id < this.count; id++)
      this.#slots[this.#slotOf(this.#keys.subarray(id * this.#width, (id + 1) * this.#width))] = id
  }
}

const grown = (array: Int32Array): Int32Array => {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}
