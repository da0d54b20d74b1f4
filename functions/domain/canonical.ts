/**
 * JSON with the keys of every map in order, because a table or another program may return them in an order of its own.
 * A lone surrogate, left where a text was cut, becomes the replacement character, as on its way to a table.
 */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'string') return inner.toWellFormed()
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  })

/** Whether two plain values have the same content. */
export const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)
