/**
 * What people took back, refused, or approved for a later time. It is kept where no other function may write: a person who
 * can write to the table could remove a rejection, a withdrawal or a time there, and other votes would be enough at once.
 */
export interface Objections {
  add(objection: Objection): Promise<void>
  of(approval: string): Promise<Objection[]>
}

/** No vote that the person cast up to then counts; with `later`, it counts from `notBefore` on and keeps the verdict until then. */
export interface Objection {
  approval: string
  userId: string
  at: number
  what: 'withdrawn' | 'rejected' | 'automatic-stopped' | 'later'
  /** The time that they chose, of `later`. Epoch milliseconds. */
  notBefore?: number
  /** Epoch milliseconds. */
  keptUntil: number
}
