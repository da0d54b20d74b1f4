/** The one of these that was probably meant, at most two letters away; null if none is near. */
export const nearestOf = (word: string, among: readonly string[]): string | null => {
  const [best] = among.map((one) => ({ one, steps: distance(word, one) })).sort((a, b) => a.steps - b.steps)
  return best && best.steps <= 2 ? best.one : null
}

/** How many letters must be added, left out, exchanged for another or with their neighbor. */
const distance = (from: string, to: string): number => {
  const rows: number[][] = [[...to, ''].map((_, index) => index)]
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1]
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      row[j] = Math.min(
        rows[i - 1]![j]! + 1,
        row[j - 1]! + 1,
        rows[i - 1]![j - 1]! + Number(!isSame),
        ...(swapped ? [rows[i - 2]![j - 2]! + 1] : []),
      )
    }
    rows.push(row)
  }
  return rows[from.length]![to.length]!
}
