import * as z from 'zod/mini'

/** A payload differs from its sender's documentation. Names every problem and quotes no value. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
  constructor(what: string, problems: readonly string[]) {
    super(`${what} is not in the documented shape: ${problems.join('; ')}`)
  }
}

/** The value in its precise type. @throws {Malformed} */
export const parseAs = <T extends z.core.$ZodType>(schema: T, value: unknown, what: string): z.output<T> => {
  const result = z.safeParse(schema, value)
  if (result.success) return result.data
  throw new Malformed(
    what,
    result.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`),
  )
}

/** @throws {Malformed} */
export const parseJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Malformed(what, ['it is not JSON'])
  }
}
