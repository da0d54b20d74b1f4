import * as z from 'zod/mini'

/** A payload differs from its sender's documentation. Names every problem and quotes no value. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
  constructor(what: string, problems: readonly string[]) {
    super(`${what} is not in the documented shape: ${problems.join('; ')}`)
  }
}

/**
 * The value in its precise type. Schemas that a function seldom needs are `z.lazy`: to make all of them took a tenth of the
 * time that a function needs to start.
 *
 * @throws {Malformed}
 */
export const parseAs = <T extends z.core.$ZodType>(schema: T, value: unknown, what: string): z.output<T> => {
  const result = z.safeParse(schema, value, { error: problemOf })
  if (result.success) return result.data
  throw new Malformed(
    what,
    result.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`),
  )
}

/**
 * In words of our own: zod/mini has none, so what it says would depend on whether a function also loads the English that
 * the configuration is checked in. A schema's own message comes before this one.
 */
const problemOf = (issue: z.core.$ZodRawIssue): string | undefined => {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}, received ${kindOf(issue.input)}`
    case 'invalid_value':
      return `expected ${issue.values.join(' or ')}`
    case 'invalid_format':
      return `expected ${issue.pattern ?? issue.format}`
    default:
      return issue.code === 'custom' ? undefined : issue.code?.replaceAll('_', ' ')
  }
}

const kindOf = (input: unknown): string => {
  if (input === null) return 'null'
  return Array.isArray(input) ? 'array' : typeof input
}

/** @throws {Malformed} */
export const parseJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Malformed(what, ['it is not JSON'])
  }
}
