/** A signature by a key of the installation. Both texts are as KMS gives them, so that others can verify it. */
export interface Signature {
  /** The ARN of the key: an installation has had several, if its key was replaced. */
  key: string
  /** Over SHA-256, as base64: ECDSA on P-256, in DER, or RSASSA-PKCS1-v1_5 with 2,048 bits. The key says which. */
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
