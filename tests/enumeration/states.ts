/** The states that were found, each once and taken in the order in which they were found: rows of whole numbers. */
export interface StateSet {
  readonly count: number
  /** True if it is new. `parent`: the number of the state from which `step` leads there. */
  add(row: Int32Array, parent: number, step: number): boolean
  /** Puts the next one into `row`, and returns its number, or -1 if there is none. */
  next(row: Int32Array): number
  /** The steps that lead to it from the first state, if they are kept. */
  pathTo(id: number): number[] | null
}

/** Every state that was found, as a whole. Two states with the same hash stay two states. */
export class States implements StateSet {
  readonly #width: number
  #rows: Int32Array
  #slots: Int32Array
  /** The state from which each was reached first, and by which step. */
  #parents: Int32Array
  #steps: Int32Array
  #taken = 0
  count = 0

  constructor(width: number) {
    this.#width = width
    this.#rows = new Int32Array(width * 1024)
    this.#parents = new Int32Array(1024)
    this.#steps = new Int32Array(1024)
    this.#slots = new Int32Array(4096).fill(-1)
  }

  add(row: Int32Array, parent: number, step: number): boolean {
    const slot = this.#slotOf(row)
    if (this.#slots[slot]! >= 0) return false
    const id = this.count++
    if (this.count * this.#width > this.#rows.length) this.#grow()
    this.#rows.set(row, id * this.#width)
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

  #slotOf(row: ArrayLike<number>): number {
    const mask = this.#slots.length - 1
    let hash = 0
    for (let at = 0; at < this.#width; at++) hash = Math.imul(hash ^ row[at]!, 0x9e3779b1) ^ (hash >>> 15)
    let slot = (hash ^ (hash >>> 13)) & mask
    for (let id = this.#slots[slot]!; id >= 0 && !this.#is(id, row); id = this.#slots[slot]!) slot = (slot + 1) & mask
    return slot
  }

  #is(id: number, row: ArrayLike<number>): boolean {
    const from = id * this.#width
    for (let at = 0; at < this.#width; at++) if (this.#rows[from + at] !== row[at]) return false
    return true
  }

  #grow(): void {
    this.#rows = grown(this.#rows)
    this.#parents = grown(this.#parents)
    this.#steps = grown(this.#steps)
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1)
    for (let id = 0; id < this.count; id++)
      this.#slots[this.#slotOf(this.#rows.subarray(id * this.#width, (id + 1) * this.#width))] = id
  }
}

const grown = (array: Int32Array): Int32Array => {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}
