/** What was counted, by name: `Lambda button-clicked`, `DynamoDB PutItem`. */
export class Tally {
  #counts = new Map<string, number>()

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by)
  }

  /** What was counted since the last time, each divided by `parts`. */
  take(parts = 1): Map<string, number> {
    const taken = new Map([...this.#counts].map(([name, count]) => [name, count / parts]))
    this.#counts = new Map()
    return taken
  }
}
