/** A check cannot be made: another check says why, or the caller may not see what it needs. */
export class NotChecked extends Error {
  override readonly name = 'NotChecked'
}
