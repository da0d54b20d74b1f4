/**
 * Records that change one conditional write at a time.
 *
 * `change` reads the record, applies the pure step and writes the result only if nobody wrote in between; otherwise it
 * starts over with what is there now. A step that returns the very same record writes nothing.
 */
export interface Records<T, Id> {
  read(id: Id): Promise<T | null>
  /** True when it was stored, false when one of that id is there already. */
  create(record: T): Promise<boolean>
  /** Null when there is no such record and no `fresh` one to start from. */
  change<R>(id: Id, step: (record: T) => [T, R], fresh?: () => T): Promise<R | null>
}
