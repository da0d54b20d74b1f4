import { OutOfReach } from '../ports/out-of-reach.ts'

/** The answer of AWS, or that the bot may not ask there. */
export const asked = <T>(answer: Promise<T>): Promise<T | OutOfReach> =>
  answer.catch((error: unknown) => {
    if (error instanceof OutOfReach) return error
    throw error
  })
