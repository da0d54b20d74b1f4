/**
 * JSON with the keys of every map sorted, because a table or another program may return them in another order. A lone
 * surrogate, left where a text was cut, becomes the replacement character, as when a table stores it.
 */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'string') return inner.toWellFormed()
    if (!isMap(inner)) return inner
    const entries = inner instanceof Map ? (inner as Map<string, unknown>) : new Map(Object.entries(inner))
    const names = [...entries.keys()].sort()
    return Object.fromEntries(names.map((name) => [name, entries.get(name)]))
  })

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether two plain values have the same content. */
export const same = (a: unknown, b: unknown): boolean => a === b || canonical(a) === canonical(b)
