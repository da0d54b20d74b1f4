/** Which requests of an alias go to a second version (Lambda Developer Guide, "Implement Lambda canary deployments using a weighted alias"). */
export interface WeightedRoute {
  /** The second version's share, 0 to 1. */
  share(): number
  setShare(share: number): void
  /** Whether the next request goes to the second version. */
  takesNext(): boolean
}

/** Spreads them evenly without random numbers, so that of any thousand requests a share of 0.1 is a hundred. */
export const weightedRoute = (): WeightedRoute => {
  let share = 0
  let due = 0
  return {
    share: () => share,
    setShare: (next) => {
      share = next
      due = 0
    },
    takesNext: () => {
      due += share
      // Ten times 0.1 is a little less than 1.
      if (due < 1 - 1e-9) return false
      due -= 1
      return true
    },
  }
}
