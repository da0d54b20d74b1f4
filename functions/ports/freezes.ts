import type { Freeze, StoredFreeze } from '../domain/freeze.ts'
import type { Records } from './records.ts'

/**
 * Change freezes that people have set in Slack. They are kept where only the functions may write that see clicks: a person
 * who can write to the other table could end a freeze there.
 */
export interface Freezes extends Records<Freeze, string> {
  /**
   * All that are in force, and those that have ended lately. What cannot be read is an answer, which freezes, and never
   * throws.
   */
  all(): Promise<StoredFreeze[]>
}
