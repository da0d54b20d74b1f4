import type { Absence, AbsenceTurn, StoredAbsence } from '../domain/absence.ts'
import type { Records } from './records.ts'

/**
 * Who answers for people who are away, as they have said in Slack. Kept where only the functions may write that see clicks: a
 * person who can write to the other table could make themselves a stand-in there.
 */
export interface Absences extends Records<Absence, string> {
  /**
   * All that end then or later, in the order of their ends. Epoch milliseconds. What cannot be read is an answer, which lets
   * no one stand in, and never throws.
   */
  endingFrom(at: number): Promise<StoredAbsence[]>
  /** By the user ID of the person who is away. */
  turns: Records<AbsenceTurn, string>
}
