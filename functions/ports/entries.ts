import type { Entry } from '../domain/journal.ts'
import type { StageAction } from '../domain/pipeline.ts'

/** The journals' entries, once they are filed. An entry is written once and never changed. */
export interface Entries {
  /** Adds entries that are missing. Throws if another entry has the number of one. */
  file(entries: readonly FiledEntry[]): Promise<void>
}

/** An entry with the fields that a reader of the audit record searches for. */
export interface FiledEntry {
  entry: Entry
  /** Null for a freeze: it has no action of its own. */
  where: StageAction | null
  /** Epoch milliseconds. */
  keptUntil: number
}
