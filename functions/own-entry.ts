/**
 * What the table itself holds under a name that may be any text. `table[name]` would answer for `constructor` or
 * `__proto__` with what every object has. scripts/lint/own-entries.js has all such tables read by this.
 */
export const ownEntry = <T>(table: Readonly<Record<string, T>> | null | undefined, name: string): T | undefined =>
  table && Object.hasOwn(table, name) ? table[name] : undefined
