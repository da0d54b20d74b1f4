/** Counts by name: `Lambda button-clicked`, `DynamoDB PutItem`. */
export interface Tally {
  add(name: string, by?: number): void
  /** The counts since the last call, each divided by `parts`. */
  take(parts?: number): Map<string, number>
}

export const createTally = (): Tally => {
  let counts = new Map<string, number>()
  return {
    add: (name, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    take: (parts = 1) => {
      const taken = new Map([...counts].map(([name, count]) => [name, count / parts]))
      counts = new Map()
      return taken
    },
  }
}
