import type { Signature } from '../domain/signature.ts'

/** Signatures that only the functions can make which see the clicks of people, and that everyone can verify. */
export interface Signatures {
  sign(statement: string): Promise<Signature>
  /** False for a signature of another statement, or by a key that the installation does not trust. */
  verify(statement: string, signature: Signature): Promise<boolean>
}
