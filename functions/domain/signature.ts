/** A signature by a key of the installation. Both texts are as KMS gives them, so that others can verify it. */
export interface Signature {
  /** The ARN of the key: an installation has had several, if its key was replaced. */
  key: string
  /** ECDSA on P-256 over SHA-256, in DER, as base64. */
  value: string
}

/** A signature of what a person decided, and what of the statement is not in the vote and the request themselves. */
export interface Signed extends Signature, SignedFacts {}

export interface SignedFacts {
  /** SHA-256 of the approval's token. */
  tokenHash: string
  /** The ids of the revisions that the person saw. */
  revisions: readonly string[]
  /** SHA-256 of the policy under which it counted, as canonical JSON of what the audit record keeps of it. */
  policy: string | null
}
