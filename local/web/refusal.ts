import { z } from 'zod'
import { AwsError } from '../aws/aws-error.ts'

/** The sentence for an expected refusal; undefined for an unexpected error. */
export const refusalOf = (error: unknown): string | undefined => {
  if (error instanceof z.ZodError) return z.prettifyError(error)
  if (error instanceof SyntaxError) return 'The request is not JSON.'
  if (error instanceof AwsError) return `AWS says: ${error.message} (${error.code})`
  return undefined
}
