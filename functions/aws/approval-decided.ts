import * as z from 'zod/mini'
import type { ApprovalDecided } from '../flows/effects/announce-verdict.ts'

const WORDS = z.string()
const MOMENT = z.iso.datetime()
const PERSON = { user: WORDS.check(z.describe('Slack user ID')), name: WORDS }
const VERDICT = z.enum(['Approved', 'Rejected'])
const COUNTED = z
  .boolean()
  .check(z.describe('It made the verdict: false for whoever could not vote any more, or a verdict of the console.'))

/** The detail of our own event. Its JSON Schema is in docs/events/, for whoever reads the event. */
export const APPROVAL_DECIDED: z.ZodMiniType<ApprovalDecided> = z.strictObject({
  version: z.literal('1').check(z.describe('Changes with anything that would break a reader; new keys do not.')),
  approval: WORDS.check(z.describe('The same in an event that comes twice, and in the record.')),
  account: WORDS.check(z.describe('Where the pipeline is; the event itself comes from where Greenlight is.')),
  region: WORDS,
  pipeline: WORDS,
  stage: WORDS,
  action: WORDS,
  executionId: WORDS,
  environment: WORDS.check(z.describe('What people call the place that is released to.')),
  how: z
    .enum(['slack', 'console', 'expired', 'stopped', 'pipeline-edited'])
    .check(z.describe('In Slack, in the AWS console, by running out, by a stop, or by an edit of the pipeline.')),
  verdict: z.nullable(VERDICT).check(z.describe('null where nobody gave one.')),
  votes: z
    .array(z.strictObject({ ...PERSON, verdict: VERDICT, comment: WORDS, at: MOMENT, counted: COUNTED }))
    .check(z.describe('All that were cast and not taken back.')),
  glassBroken: z
    .nullable(z.strictObject({ ...PERSON, reason: WORDS, freeze: WORDS, at: MOMENT }))
    .check(z.describe('Who lifted a freeze for this approval, and why; null where nobody did.')),
  revisions: z.array(WORDS).check(z.describe('Commits, image digests or object versions, one for each source.')),
  requestedAt: MOMENT,
  decidedAt: MOMENT,
  record: z
    .strictObject({
      entries: z.int().check(z.minimum(1)),
      hash: WORDS.check(z.regex(/^[0-9a-f]{64}$/)),
    })
    .check(z.describe('The record so far: how many entries, and the hash of the last. Keep it apart from the table.')),
})

/** The schema as schemas/approval-decided.schema.json has it. */
export const approvalDecidedSchema = (): string => {
  const { $schema, ...shape } = z.toJSONSchema(APPROVAL_DECIDED, { io: 'input' })
  const title = 'Detail of “Greenlight Approval Decided”, source greenlight'
  return `${JSON.stringify({ $schema, title, ...shape }, forReaders, 2)}\n`
}

/** A key that comes later must not break whoever checks events against today's schema; `format` says a time well enough. */
const forReaders = (key: string, value: unknown): unknown =>
  key === 'additionalProperties' || (key === 'pattern' && String(value).includes('T(?:')) ? undefined : value
