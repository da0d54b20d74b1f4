/**
 * The table's own value for a name that may be any text. For `constructor` or `__proto__`, `table[name]` would return a
 * property of every object. scripts/lint/own-entries.js requires this function for all such tables.
 */
export const ownEntry = <T>(table: Readonly<Record<string, T>> | null | undefined, name: string): T | undefined =>
  table && Object.hasOwn(table, name) ? table[name] : undefined
