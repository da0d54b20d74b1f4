import * as z from 'zod/mini'
import type { AutomaticRule } from '../domain/automatic-rule.ts'
import type { Entry, Happening } from '../domain/journal.ts'
import { recordedRequest, signedStatement } from './signed-statement.ts'

/** in-toto's name of what the predicate is. A change that breaks a reader gets another number. */
export const PREDICATE_TYPE = 'urn:greenlight:approval:v1'

const WORDS = z.string()
const MOMENT = z.iso.datetime()
const SHA256 = WORDS.check(z.regex(/^[0-9a-f]{64}$/))
const SIGNATURE = {
  statement: WORDS.check(z.describe('The text that was signed, as it was signed.')),
  signature: WORDS.check(
    z.describe(
      'With SHA-256 over the statement, as base64: ECDSA on P-256 in DER, or RSASSA-PKCS1-v1_5, by the kind of the key.',
    ),
  ),
  key: WORDS.check(z.describe('The ARN of the key in KMS that signed: the one that signs what people decide.')),
}

const SUBJECT = z.object({
  name: WORDS.check(z.describe('The name of the artifact in the pipeline, or of the image.')),
  uri: WORDS.check(
    z.describe('Where it was when it was read: s3://bucket/key, with the version if the bucket keeps versions.'),
  ),
  digest: z.object({ sha256: SHA256 }),
})

const VOTE = z.object({
  user: WORDS.check(z.describe('Slack user ID')),
  name: WORDS,
  comment: WORDS,
  revisions: z.array(WORDS).check(z.describe('The IDs of the revisions that the person saw.')),
  at: MOMENT,
  standsInFor: z
    .optional(z.array(z.object({ user: WORDS, name: WORDS, absence: WORDS })))
    .check(
      z.describe(
        'The absent people for whom the person voted, by their Slack user IDs, each with the absence in the audit record that says so; missing if they voted for themselves alone.',
      ),
    ),
  ...SIGNATURE,
})

const OVERRIDE = z.object({
  user: WORDS.check(z.describe('Slack user ID')),
  name: WORDS,
  reason: WORDS,
  freeze: WORDS.check(z.describe('The name of the change freeze.')),
  at: MOMENT,
  ...SIGNATURE,
})

const PREDICATE = z.object({
  approval: WORDS.check(z.describe('The ID of the approval in the audit record.')),
  verdict: z.literal('Approved'),
  pipeline: z.object({ account: WORDS, region: WORDS, name: WORDS, stage: WORDS, action: WORDS }),
  executionId: WORDS,
  revisions: z
    .array(z.object({ id: WORDS, title: WORDS, author: z.nullable(WORDS) }))
    .check(z.describe('What the people approved: commits, image digests or object versions, one for each source.')),
  requestedAt: MOMENT,
  approvedAt: MOMENT.check(z.describe('When the sender verified the votes and sent the verdict.')),
  votes: z.array(VOTE).check(z.describe('The votes that made the verdict; empty if a rule approved.')),
  rules: z
    .array(z.object({ name: WORDS, required: z.int(), people: z.array(WORDS) }))
    .check(z.describe('The rules that the votes met, each with the people whose votes counted for it.')),
  automatic: z
    .nullable(
      z.object({ afterMilliseconds: z.number(), alarms: z.array(WORDS), emptyChangeSet: z.optional(z.literal(true)) }),
    )
    .check(
      z.describe(
        'The rule that approved in place of people: so long without one of these alarms, and only with empty change sets where it says so; null if people did.',
      ),
    ),
  override: z
    .nullable(OVERRIDE)
    .check(z.describe('Who overrode a change freeze for this approval, and why; null without an override.')),
  sender: z
    .object(SIGNATURE)
    .check(
      z.describe('What the sender signed before it sent the verdict: the votes, and the audit record up to then.'),
    ),
  record: z
    .object({ entries: z.int().check(z.minimum(1)), hash: SHA256 })
    .check(z.describe('The audit record that the sender signed: the number of entries, and the hash of the last one.')),
})

export type Subject = z.output<typeof SUBJECT>

/** An in-toto statement, v1, about what an approval let pass. */
export const ATTESTATION = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(SUBJECT).check(z.minLength(1)),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: PREDICATE,
})

export type Attestation = z.output<typeof ATTESTATION>

/**
 * The statement about one approval, from its verified record. Null if the record does not say that the approval was sent
 * as approved by a sender who had verified its votes: then there is nothing to attest.
 */
export const attestationOf = (
  approval: string,
  entries: readonly Entry[],
  subject: readonly Subject[],
): Attestation | null => {
  const request = recordedRequest(entries)
  const asked = entries.find(({ happened }) => happened === request)
  const sent = verificationIn(entries)
  if (!request || !asked || !sent) return null
  const { happened, entry } = sent
  const { accountId: account, region, pipeline: name, stage, action } = request.where
  const decided = lastOf(entries, 'decided')?.happened
  const override = lastOf(entries, 'glass-broken')
  const automatic = happened.votes.length === 0 ? decided?.automatic : undefined
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [...subject],
    predicateType: PREDICATE_TYPE,
    predicate: {
      approval,
      verdict: 'Approved',
      pipeline: { account, region, name, stage, action },
      executionId: request.executionId,
      revisions: request.revisions.map(({ id, title, author }) => ({ id, title, author })),
      requestedAt: asMoment(asked.at),
      approvedAt: asMoment(entry.at),
      // In the order in which the sender signed them.
      votes: happened.votes.flatMap((signature) => {
        const one = entries.find(({ happened: voted }) => voted.what === 'voted' && voted.signed?.value === signature)
        if (one?.happened.what !== 'voted') return []
        const { who, comment, signed, standsInFor } = one.happened
        const revisions = [...(signed?.revisions ?? [])]
        return [
          {
            user: who.userId,
            name: who.name,
            comment,
            revisions,
            at: asMoment(one.at),
            ...(standsInFor && {
              standsInFor: standsInFor.map(({ userId, name, absence }) => ({ user: userId, name, absence })),
            }),
            ...signatureOf(approval, request, one),
          },
        ]
      }),
      rules: (decided?.rules ?? []).map(({ name, count, people }) => ({ name, required: count, people: [...people] })),
      automatic: automatic ? attestedRule(automatic) : null,
      override: override && {
        user: override.happened.who.userId,
        name: override.happened.who.name,
        reason: override.happened.reason,
        freeze: override.happened.frozen.name,
        at: asMoment(override.entry.at),
        ...signatureOf(approval, request, override.entry),
      },
      sender: signatureOf(approval, request, entry),
      record: { entries: happened.record.entries, hash: happened.record.hash },
    },
  }
}

type Kind = Happening['what']
type Recorded<K extends Kind> = { entry: Entry; happened: Extract<Happening, { what: K }> }

const lastOf = <K extends Kind>(entries: readonly Entry[], what: K): Recorded<K> | null => {
  const entry = entries.findLast(({ happened }) => happened.what === what)
  return entry ? { entry, happened: entry.happened as Recorded<K>['happened'] } : null
}

/** The verification of the approval that reached CodePipeline; null if another verdict did, or none. */
const verificationIn = (entries: readonly Entry[]): Recorded<'verified'> | null => {
  const verified = lastOf(entries, 'verified')
  const outcome = lastOf(entries, 'settled')?.happened.outcome
  const isSent = outcome?.how === 'slack' && outcome.verdict === 'Approved'
  return isSent && verified?.happened.verdict === 'Approved' ? verified : null
}

const signatureOf = (approval: string, request: ReturnType<typeof recordedRequest>, entry: Entry) => {
  const { statement = '', value: signature = '', key = '' } = signedStatement(approval, request, entry) ?? {}
  return { statement, signature, key }
}

const asMoment = (at: number): string => new Date(at).toISOString()

const attestedRule = ({ after, alarms, emptyChangeSet }: AutomaticRule) => ({
  afterMilliseconds: after,
  alarms: [...alarms],
  ...(emptyChangeSet && { emptyChangeSet }),
})
