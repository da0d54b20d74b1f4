import { toJSONSchema } from 'zod/mini'
import { ATTESTATION } from '../functions/record/attestation.ts'

/** The text of docs/attestation.schema.json, for programs that read attestations. */
export const attestationSchema = (): string => {
  const { $schema, ...shape } = toJSONSchema(ATTESTATION, { io: 'input' })
  const title = 'Attestation of a deployment that Greenlight’s approval let pass: the payload of the envelope'
  return `${JSON.stringify({ $schema, title, ...shape }, forReaders, 2)}\n`
}

/** `format` describes a time well enough. */
const forReaders = (key: string, value: unknown): unknown =>
  key === 'pattern' && String(value).includes('T(?:') ? undefined : value
