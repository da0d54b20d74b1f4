import * as z from 'zod/mini'
import type { ApprovalDecided } from '../functions/flows/effects/announce-verdict.ts'

const WORDS = z.string()
const MOMENT = z.iso.datetime()
const PERSON = { user: WORDS.check(z.describe('Slack user ID')), name: WORDS }
const VERDICT = z.enum(['Approved', 'Rejected'])
const COUNTED = z
  .boolean()
  .check(
    z.describe(
      'Whether this vote contributed to the verdict: false if the person could no longer vote, and for every vote if the verdict came from the AWS console.',
    ),
  )

const ABSENT = z
  .nullable(z.strictObject(PERSON))
  .check(z.describe('The person who was away and for whom the vote counts; null if it counts for the voter.'))

/** The detail of the event that Greenlight puts when an approval has ended. */
export const APPROVAL_DECIDED: z.ZodMiniType<ApprovalDecided> = z.strictObject({
  version: z
    .literal('1')
    .check(z.describe('Changes with every change that breaks a reader. A new key does not change it.')),
  approval: WORDS.check(z.describe('The ID of the approval: the same in a repeated event and in the audit record.')),
  account: WORDS.check(
    z.describe('The AWS account of the pipeline. The event itself comes from the account of Greenlight.'),
  ),
  region: WORDS,
  pipeline: WORDS,
  stage: WORDS,
  action: WORDS,
  executionId: WORDS,
  environment: WORDS.check(z.describe('The name of the environment that is deployed to.')),
  how: z
    .enum(['slack', 'console', 'expired', 'stopped', 'pipeline-edited', 'unknown'])
    .check(
      z.describe(
        'How the approval ended: in Slack, in the AWS console, by expiring, because the execution was stopped, because the pipeline was edited, with a status that Greenlight does not know, or because Greenlight may not read the pipeline any more.',
      ),
    ),
  verdict: z.nullable(VERDICT).check(z.describe('null if the approval ended without a verdict.')),
  votes: z
    .array(
      z.strictObject({
        ...PERSON,
        verdict: VERDICT,
        comment: WORDS,
        at: MOMENT,
        counted: COUNTED,
        standsInFor: ABSENT,
      }),
    )
    .check(z.describe('Every vote that was not withdrawn.')),
  glassBroken: z
    .nullable(z.strictObject({ ...PERSON, reason: WORDS, freeze: WORDS, at: MOMENT }))
    .check(z.describe('Who overrode a change freeze for this approval, and why; null without an override.')),
  pastPolicy: z
    .nullable(
      z.strictObject({
        because: WORDS.check(
          z.describe('What would have kept the person from it in Slack, such as not-an-approver, author or too-few.'),
        ),
        name: z.nullable(WORDS).check(z.describe('As AWS names the person; null if AWS does not.')),
        user: z.nullable(WORDS).check(z.describe('Slack user ID; null if the person is not known.')),
      }),
    )
    .check(
      z.describe(
        'An approval in the AWS console that the policy would have refused in Slack; null without one, and where the route allows it.',
      ),
    ),
  revisions: z.array(WORDS).check(z.describe('Commits, image digests or object versions, one for each source.')),
  requestedAt: MOMENT,
  decidedAt: MOMENT,
  record: z
    .strictObject({
      entries: z.int().check(z.minimum(1)),
      hash: WORDS.check(z.regex(/^[0-9a-f]{64}$/)),
    })
    .check(
      z.describe(
        'The audit record so far: the number of entries, and the hash of the last one. Keep it outside the table.',
      ),
    ),
})

/** The text of approval-decided.schema.json, for programs that receive the event. */
export const approvalDecidedSchema = (): string => {
  const { $schema, ...shape } = z.toJSONSchema(APPROVAL_DECIDED, { io: 'input' })
  const title = 'Detail of “Greenlight Approval Decided”, source greenlight'
  return `${JSON.stringify({ $schema, title, ...shape }, forReaders, 2)}\n`
}

/** A key that is added later must not break programs that check events against today's schema. `format` describes a time well enough. */
const forReaders = (key: string, value: unknown): unknown =>
  key === 'additionalProperties' || (key === 'pattern' && String(value).includes('T(?:')) ? undefined : value
