import { z } from 'zod'
import { AwsError } from '../aws-error.ts'

const namesRequested = z.object({ Names: z.array(z.string()).min(1).max(10) })

export type Ssm = ReturnType<typeof createSsm>

/** Parameter Store with SecureString parameters, by their full names. */
export const createSsm = (parameters: ReadonlyMap<string, string>) => ({
  /** GetParameters (Systems Manager API reference). Throws AwsError. */
  answer: (operation: string, input: unknown): object => {
    if (operation !== 'GetParameters')
      throw new AwsError('UnknownOperationException', `The workspace does not offer ${operation} of ssm.`)
    const read = namesRequested.safeParse(input)
    if (!read.success) throw new AwsError('ValidationException', 'Names must be a list of one to ten names.')
    const { Names } = read.data
    return {
      Parameters: Names.flatMap((Name) => {
        const Value = parameters.get(Name)
        return Value === undefined ? [] : [{ Name, Type: 'SecureString', Value }]
      }),
      InvalidParameters: Names.filter((name) => !parameters.has(name)),
    }
  },
})
