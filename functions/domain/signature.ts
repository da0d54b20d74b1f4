/** A signature by a key of the installation. Both texts are as KMS gives them, so that others can verify it. */
export interface Signature {
  /** The ARN of the key: an installation has had several, if its key was replaced. */
  key: string
  /** ECDSA on P-256 over SHA-256, in DER, as base64. */
  value: string
}
