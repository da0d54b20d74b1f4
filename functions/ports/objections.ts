/**
 * What people took back or refused. It is kept where no other function may write: a person who can write to the table
 * could remove a rejection or a withdrawal there, and an earlier vote would count again.
 */
export interface Objections {
  add(objection: Objection): Promise<void>
  of(approval: string): Promise<Objection[]>
}

/** No vote that the person cast up to then counts. */
export interface Objection {
  approval: string
  userId: string
  at: number
  what: 'withdrawn' | 'rejected' | 'automatic-stopped'
  /** Epoch milliseconds. */
  keptUntil: number
}
