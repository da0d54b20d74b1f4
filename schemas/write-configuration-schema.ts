import { writeFileSync } from 'node:fs'
import { jsonSchema } from './configuration-schema.ts'

/** `npm run schemas`: writes schemas/greenlight.schema.json anew from the schema in code. A test keeps the two alike. */
writeFileSync(new URL('./greenlight.schema.json', import.meta.url), jsonSchema())
