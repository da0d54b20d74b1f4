import { createHmac } from 'node:crypto'
import type { Signatures } from '../../../functions/ports/signatures.ts'

export const MEMORY_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/memory'

/** Signatures as only the holder of the secret makes them: the same statement always has the same one. */
export const memorySignatures = (secret = 'held by the functions alone', key = MEMORY_KEY): Signatures => {
  const valueOf = (statement: string): string => createHmac('sha256', secret).update(statement).digest('base64')
  return {
    sign: async (statement) => ({ key, value: valueOf(statement) }),
    verify: async (statement, signature) => signature.key === key && signature.value === valueOf(statement),
  }
}
