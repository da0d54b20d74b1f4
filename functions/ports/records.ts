/**
 * Records that change one conditional write at a time.
 *
 * `change` reads the record, applies the pure step and writes the result only if no other writer wrote in between;
 * otherwise it starts over with what is there now. A step that returns the very same record writes nothing.
 */
export interface Records<T, Id> {
  read(id: Id): Promise<T | null>
  /** True when it was stored, false when one of that id is there already. */
  create(record: T): Promise<boolean>
  /** Null when there is no such record and no `fresh` one to start from. */
  change<R>(id: Id, step: (record: T) => [T, R], start?: Start<T>): Promise<R | null>
}

export interface Start<T> {
  /** The record to start from where none is stored. */
  fresh?: () => T
  /**
   * The record as these Records gave or took it last. The step is tried on it first, without reading: where it is not
   * the newest any more, the write is refused and the record read. A step that leaves it as it is is asked again about
   * what is stored.
   */
  from?: T | null
}
