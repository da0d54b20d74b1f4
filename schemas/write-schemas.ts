import { writeFileSync } from 'node:fs'
import { approvalDecidedSchema } from './approval-decided-schema.ts'
import { configurationSchema } from './configuration-schema.ts'

/** `npm run schemas`: writes the JSON Schemas of this folder from the schemas in code. Tests compare the two. */
const SCHEMAS = {
  'greenlight.schema.json': configurationSchema,
  'approval-decided.schema.json': approvalDecidedSchema,
}

for (const [file, schema] of Object.entries(SCHEMAS)) writeFileSync(new URL(file, import.meta.url), schema())
