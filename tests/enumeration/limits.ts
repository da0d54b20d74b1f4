/** How far an enumeration goes, and what it takes for one. */
export interface Limits {
  /** At most so many crashes in one history. */
  crashes: number
  /** A read and the conditional write that follows it are two steps, and not one. */
  readsApart?: boolean
  /** A read of what no other actor can write any more lands in every order, and not first. */
  fixedReadsApart?: boolean
  /** The clock of a function stands from its beginning on: time that passes is seen by those that begin later. */
  clocksStand?: boolean
  /** Positions that do the same from now on stay apart (`alike.ts`). */
  alikeApart?: boolean
  /** Every position that is taken for like another is compared with it in every state. */
  isThorough?: boolean
  /** With {@link alikeApart}: states that differ only in which of two actors that are alike is which stay apart (`symmetry.ts`). */
  exchangesApart?: boolean
  /** For about so many million states: fingerprints (`fingerprints.ts`) are kept of them. A violation then has no path. */
  asFingerprints?: number
  /** Is told how far it is, after each million states. */
  told?: (so: SoFar) => void
  /** Stops after this many states. */
  states?: number
  /** Stops after the first violation of this invariant. */
  until?: string
}

/** `taken`: states whose next steps were explored. `violations`: different ones. */
export interface SoFar {
  taken: number
  states: number
  transitions: number
  ends: number
  positions: number
  violations: number
}
