import type { Entry } from '../domain/journal.ts'
import type { StageAction } from '../domain/pipeline.ts'

/** The journals' entries, once they are filed. An entry is written once and never changed. */
export interface Entries {
  /** Adds those that are not there yet. Throws where another entry already has the place of one. */
  file(entries: readonly FiledEntry[]): Promise<void>
}

/** An entry with what a reader of the record looks for. */
export interface FiledEntry {
  entry: Entry
  where: StageAction
  /** Epoch milliseconds. */
  keptUntil: number
}
