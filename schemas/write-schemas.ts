import { writeFileSync } from 'node:fs'
import { approvalDecidedSchema } from './approval-decided-schema.ts'
import { attestationSchema } from './attestation-schema.ts'
import { configurationSchema } from './configuration-schema.ts'

/** `npm run schemas`: writes the JSON Schemas of this folder, and of docs/, from the schemas in code. Tests compare the two. */
const SCHEMAS = {
  'greenlight.schema.json': configurationSchema,
  'approval-decided.schema.json': approvalDecidedSchema,
  '../docs/attestation.schema.json': attestationSchema,
}

for (const [file, schema] of Object.entries(SCHEMAS)) writeFileSync(new URL(file, import.meta.url), schema())
