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

/** Whether two plain values have the same content: the same canonical JSON, which it writes only of what differs. */
export const same = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((value, index) => same(value ?? null, (b[index] as unknown) ?? null))
  if (!isMap(a) || !isMap(b)) return canonical(a) === canonical(b)
  const [one, other] = [valuesOf(a), valuesOf(b)]
  return one.size === other.size && [...one].every(([name, value]) => same(value, other.get(name)))
}

/** By name. JSON leaves out what is undefined. */
const valuesOf = (map: object): Map<string, unknown> =>
  new Map([...(map instanceof Map ? (map as Map<string, unknown>) : Object.entries(map))].filter(isThere))

const isThere = ([, value]: [string, unknown]): boolean => value !== undefined
