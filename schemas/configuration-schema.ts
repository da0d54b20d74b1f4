import { toJSONSchema } from 'zod/mini'
import { CONFIGURATION } from '../functions/config/schema.ts'

/** greenlight.yml's JSON Schema, for editors to complete and check it. */
export const jsonSchema = (): string =>
  `${JSON.stringify({ title: 'Greenlight configuration', ...toJSONSchema(CONFIGURATION, { io: 'input' }) }, null, 2)}\n`
