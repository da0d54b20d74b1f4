/**
 * Records that change one conditional write at a time.
 *
 * `change` reads the record, applies the pure step and writes the result only if no other writer wrote in between;
 * otherwise it starts again from the stored record. A step that returns the same record writes nothing.
 */
export interface Records<T, Id> {
  /** @throws {UnreadableRecord} */
  read(id: Id): Promise<T | null>
  /** True if it was stored, false if there already is a record with that id. */
  create(record: T): Promise<boolean>
  /** Null if there is no such record and no `fresh` one to start from. */
  change<R>(id: Id, step: (record: T) => [T, R], start?: Start<T, R>): Promise<R | null>
}

export interface Start<T, R = unknown> {
  /** The record to start from if none is stored. */
  fresh?: () => T
  /**
   * The record as these Records last returned or stored it. The step is tried on it first, without a read: if it is
   * outdated, the write is refused and the record read. If the step leaves it unchanged, the step runs again on the
   * stored record.
   */
  from?: T | null
  /** Without it, a writer tries until it has written. */
  patience?: Patience<R>
}

/** How long a writer tries that a person waits for, if others write in between, and what its result is then. */
export interface Patience<R> {
  /** The most writes after the first. */
  rounds: number
  /** Epoch milliseconds. */
  until: number
  result: R
}

/** A record in the table was altered, or written by other code. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord'
  constructor(because: string, options?: ErrorOptions) {
    super(`A stored record cannot be read: ${because}`, options)
  }
}
