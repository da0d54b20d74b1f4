/** `node schemas/write-event-schema.ts` writes docs/events/ anew from the schema in code. A test keeps the two alike. */
import { writeFileSync } from 'node:fs'
import { approvalDecidedSchema } from '../functions/aws/approval-decided.ts'

writeFileSync(new URL('./approval-decided.schema.json', import.meta.url), approvalDecidedSchema())
