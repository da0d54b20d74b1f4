/**
 * Sets of rules are bits of a number: bit 0 stands for the first rule. A route has no more rules than a number has bits
 * for (MOST_RULES).
 */
export type Bits = number

/** The most rules of one policy, those of all its ways together. */
export const MOST_RULES = 20

const has = (bits: Bits, index: number): boolean => (bits & (1 << index)) !== 0

/**
 * Gives each approval to one rule so that as many places as possible are taken: a maximum matching by augmenting paths
 * (Kuhn's algorithm), where a rule of count n has n places. All places of a rule are one node, so that many rules with
 * high counts stay fast. `naming`: the rules that name the person of each approval. Returns the approvals of each rule,
 * in order.
 */
export const assign = (counts: readonly number[], naming: readonly Bits[]): number[][] => {
  const held = counts.map((): number[] => [])
  let tried: Bits

  /** Puts the approval into a rule with a place left, or into one from which another approval can move. */
  const place = (approval: number): boolean => {
    const open = [...counts.keys()].filter((rule) => has(naming[approval]! & ~tried, rule))
    const free = open.find((rule) => held[rule]!.length < counts[rule]!)
    if (free !== undefined) {
      held[free]!.push(approval)
      return true
    }
    for (const rule of open) {
      if (has(tried, rule)) continue
      tried |= 1 << rule
      const moved = held[rule]!.find((holder) => place(holder))
      if (moved === undefined) continue
      held[rule] = held[rule]!.map((holder) => (holder === moved ? approval : holder))
      return true
    }
    return false
  }
  const places = counts.reduce((sum, count) => sum + count, 0)
  let placed = 0
  // No later approval finds a place through rules that were tried in vain.
  let inVain: Bits = 0
  for (const approval of naming.keys()) {
    // When every place is taken, the other approvals take none.
    if (placed === places) break
    if ((naming[approval]! & ~inVain) === 0) continue
    tried = inVain
    if (place(approval)) placed += 1
    else inVain = tried
  }
  return held.map((approvals) => approvals.toSorted((a, b) => a - b))
}

/**
 * The rules through which one more approval would take a place of `open`: these rules, and those that hold an approval
 * which could move to one of them.
 */
export const leadingTo = (open: Bits, held: readonly (readonly number[])[], naming: readonly Bits[]): Bits => {
  const moving = [...held.keys()].filter(
    (rule) => !has(open, rule) && held[rule]!.some((approval) => (naming[approval]! & open) !== 0),
  )
  return moving.length === 0
    ? open
    : leadingTo(
        moving.reduce((bits, rule) => bits | (1 << rule), open),
        held,
        naming,
      )
}
