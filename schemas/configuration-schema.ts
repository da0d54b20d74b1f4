import { toJSONSchema } from 'zod/mini'
import { CONFIGURATION } from '../functions/config/schema.ts'

/** The JSON Schema of greenlight.yml, with which editors complete and check the file. */
export const configurationSchema = (): string =>
  `${JSON.stringify({ title: 'Greenlight configuration', ...toJSONSchema(CONFIGURATION, { io: 'input' }) }, null, 2)}\n`
