import { writeFileSync } from 'node:fs'
import { jsonSchema } from './json-schema.ts'

/** `npm run config:schema`: writes greenlight.schema.json anew from the schema in code. A test keeps the two alike. */
writeFileSync(new URL('../../greenlight.schema.json', import.meta.url), jsonSchema())
