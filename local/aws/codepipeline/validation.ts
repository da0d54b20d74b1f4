import type { z } from 'zod'
import { AwsError } from '../aws-error.ts'

/** Parses outside input; throws a ValidationException that lists every fault, worded as AWS words them. */
export const validated = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  const faults = issues.map(
    ({ path, message }) => `Value at '${path.join('.')}' failed to satisfy constraint: ${message}`,
  )
  const count = `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected`
  throw new AwsError('ValidationException', `${count}: ${faults.join('; ')}`)
}
