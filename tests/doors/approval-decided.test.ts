import { createHash, verify } from 'node:crypto'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { EventBridgeEvent } from 'aws-lambda'
import { approvalDecided, attestationServices } from '../../functions/approval-decided.ts'
import { kmsSignatures, readKey } from '../../functions/aws/kms.ts'
import { systemClock } from '../../functions/clock.ts'
import { type Approval, requested, settled } from '../../functions/domain/approval.ts'
import type { About, Log } from '../../functions/ports/log.ts'
import { ATTESTATION, PREDICATE_TYPE } from '../../functions/record/attestation.ts'
import { openEnvelope, preAuthenticationEncoding, sealedEnvelope } from '../../functions/record/dsse.ts'
import { statementOf } from '../../functions/domain/statement.ts'
import { ACCOUNT, REGION, openAws } from '../support/aws-endpoint.ts'
import { recordOver } from '../support/record-over.ts'
import { MINUTE, START, WHERE, newApproval } from '../support/records.ts'
import { accessKeySecret } from '../support/secret.ts'

const [VOTES, ATTESTATIONS] = ['first', 'second'].map((id) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`) as [
  string,
  string,
]
const ID = 'a'.repeat(32)
const EXECUTION = '5f0e9a11-2222-4333-8444-555566667777'
const PLACE = `attestations/${WHERE.pipeline}/${EXECUTION}/${ID}.intoto.jsonl`
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** An action as ListActionExecutions lists it. Times: minutes after the request. */
const run = (action: string, more: object = {}, ended = 0) => ({
  pipelineExecutionId: EXECUTION,
  stageName: 'Build',
  actionName: action,
  status: 'Succeeded',
  lastUpdateTime: (START + ended * MINUTE) / 1_000,
  input: { actionTypeId: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' } },
  output: { outputArtifacts: [{ name: 'Bundle', s3location: { bucket: 'artifacts', key: `web/Bundle/${action}` } }] },
  ...more,
})

const open = async () => {
  const artifacts = new Map<string, { bytes: Buffer; writtenAt: number }>()
  const aws = await openAws({
    directTable: true,
    artifact: (bucket, key) => artifacts.get(`${bucket}/${key}`) ?? null,
  })
  let runs: object[] = [run('Bundle')]
  aws.answers.set('ListActionExecutions', () => ({ actionExecutionDetails: runs }))
  artifacts.set('artifacts/web/Bundle/Bundle', { bytes: Buffer.from('the bundle'), writtenAt: START })
  const counted: string[] = []
  const said: About[] = []
  const log: Log = {
    info: () => {},
    warn: () => {},
    error: (_message, about = {}) => void said.push(about),
    count: (metric) => counted.push(metric),
  }
  const services = attestationServices(
    {
      ACCOUNT_ID: ACCOUNT,
      AWS_ENDPOINT_URL: aws.client.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'BOTKEY',
      AWS_SECRET_ACCESS_KEY: accessKeySecret(),
      TABLE_NAME: 'greenlight',
      SIGNING_KEY: VOTES,
      ATTESTATION_KEY: ATTESTATIONS,
    },
    { ...systemClock, now: () => START + 10 * MINUTE },
    log,
  )
  const door = approvalDecided(services)
  const record = recordOver(aws.client, VOTES)
  const s3 = new S3Client({ ...aws.client, forcePathStyle: true })
  const written = (bucket = 'artifacts') => aws.s3.objects(bucket)
  return {
    aws,
    artifacts,
    counted,
    said,
    ...record,
    s3,
    written,
    runs: (...given: object[]) => void (runs = given),
    happen: (approval = ID) => door({ detail: { approval } } as EventBridgeEvent<string, unknown>),
    key: async (arn: string) => (await readKey(aws.client, arn, systemClock)).key,
    statement: async () => {
      const { key } = await readKey(aws.client, ATTESTATIONS, systemClock)
      return ATTESTATION.parse(JSON.parse(openEnvelope(written().get(PLACE) ?? '', [key])!))
    },
    close: () => aws.close(),
  }
}

let here: Awaited<ReturnType<typeof open>>
beforeEach(async () => {
  here = await open()
})
afterEach(() => here.close())

test('an approved deployment has a signed statement of its artifacts and its approval, beside them', async () => {
  await here.store(await here.decided(ID))
  await here.happen()
  expect([...here.written().keys()]).toEqual([PLACE])
  const { subject, predicateType, predicate } = await here.statement()
  expect(predicateType).toBe(PREDICATE_TYPE)
  expect(subject).toEqual([
    { name: 'Bundle', uri: 's3://artifacts/web/Bundle/Bundle', digest: { sha256: sha256('the bundle') } },
  ])
  expect(predicate).toMatchObject({
    approval: ID,
    verdict: 'Approved',
    pipeline: { account: ACCOUNT, region: REGION, name: WHERE.pipeline, stage: WHERE.stage, action: WHERE.action },
    executionId: EXECUTION,
    automatic: null,
    override: null,
  })
  expect(predicate.votes.map(({ user }) => user)).toEqual(['U0DANA', 'U0CHEN'])
  expect(here.counted).toEqual(['AttestationWritten'])
})

test('with the votes and the verdict it has what was signed of them, by the key that releases', async () => {
  await here.store(await here.decided(ID))
  await here.happen()
  const { predicate } = await here.statement()
  const key = await here.key(VOTES)
  const signed = [...predicate.votes, predicate.sender]
  expect(signed).toHaveLength(3)
  for (const { statement, signature, key: arn } of signed) {
    expect(arn).toBe(VOTES)
    expect(verify('sha256', Buffer.from(statement), key, Buffer.from(signature, 'base64'))).toBe(true)
  }
  expect(JSON.parse(predicate.sender.statement)).toMatchObject({ decision: 'Approved', record: predicate.record })
})

test('what signs attestations is no key for votes, and what is signed of one can be no vote', async () => {
  await here.store(await here.decided(ID))
  await here.happen()
  const { signatures } = JSON.parse(here.written().get(PLACE)!) as { signatures: { keyid: string }[] }
  expect(signatures.map(({ keyid }) => keyid)).toEqual([ATTESTATIONS])
  const facts = { tokenHash: 't', revisions: [], policy: null }
  const vote = statementOf(
    { id: ID, where: WHERE, executionId: EXECUTION },
    { userId: 'U0DANA', act: 'Approved', words: '', at: START },
    facts,
  )
  // An envelope can hold any payload, a vote's statement too. What its signature is over begins otherwise.
  expect(preAuthenticationEncoding(vote)).toMatch(/^DSSEv1 /)
  expect(vote).toMatch(/^\{/)
  const asVote = await kmsSignatures(
    here.aws.client,
    { signing: ATTESTATIONS, spec: 'ECC_NIST_P256', trusted: [] },
    systemClock,
  ).sign(vote)
  expect(openEnvelope(sealedEnvelope(vote, asVote), [await here.key(ATTESTATIONS)])).toBeNull()
})

test('an event that comes twice, or for two functions at once, leaves one attestation as it was', async () => {
  await here.store(await here.decided(ID))
  await Promise.all([here.happen(), here.happen()])
  const first = here.written().get(PLACE)
  await here.happen()
  expect(here.written().get(PLACE)).toBe(first)
  expect(here.said).toEqual([])
})

test('every artifact that was made by then is named, and none that was made later, failed, or was made again', async () => {
  const later = { outputArtifacts: [{ name: 'Later', s3location: { bucket: 'artifacts', key: 'web/Later' } }] }
  here.runs(
    run('Deploy', { output: later }, 4),
    run('Package', { status: 'Failed', output: later }),
    run('Bundle'),
    run('Bundle', {
      output: { outputArtifacts: [{ name: 'Bundle', s3location: { bucket: 'artifacts', key: 'old' } }] },
    }),
    run('Approve', { output: {} }),
    run('Image', {
      input: { actionTypeId: { category: 'Source', owner: 'AWS', provider: 'ECR', version: '1' } },
      output: {
        outputArtifacts: [{ name: 'Image', s3location: { bucket: 'others', key: 'web/Image' } }],
        outputVariables: {
          ImageURI: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1.2',
          ImageDigest: `sha256:${'d'.repeat(64)}`,
        },
      },
    }),
  )
  here.artifacts.set('others/web/Image', { bytes: Buffer.from('{}'), writtenAt: START })
  await here.store(await here.decided(ID))
  await here.happen()
  const { subject } = await here.statement()
  expect(subject.map(({ name, digest }) => [name, digest.sha256])).toEqual([
    ['Bundle', sha256('the bundle')],
    ['Image', sha256('{}')],
    ['111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1.2', 'd'.repeat(64)],
  ])
  // Beside every artifact.
  expect(here.written('others').get(PLACE)).toBe(here.written().get(PLACE))
})

test('an approval of any length is signed', async () => {
  const approval = await here.decided(ID)
  here.runs(...Array.from({ length: 40 }, (_, index) => run(`Bundle-${index}`)))
  for (let index = 0; index < 40; index++)
    here.artifacts.set(`artifacts/web/Bundle/Bundle-${index}`, { bytes: Buffer.from(String(index)), writtenAt: START })
  await here.store(approval)
  await here.happen()
  expect((await here.statement()).subject).toHaveLength(40)
  expect(here.written().get(PLACE)!.length).toBeGreaterThan(4_096)
})

describe('nothing is attested, an alarm rings, and the log says why', () => {
  const leftOut = async (because: string) => {
    await here.happen()
    expect([...here.written().keys()]).toEqual([])
    expect(here.counted).toEqual(['AttestationLeftOut'])
    expect(here.said).toMatchObject([{ approval: ID }])
    expect(here.said[0]!['because']).toContain(because)
  }

  test('if an artifact is gone', async () => {
    here.artifacts.clear()
    await here.store(await here.decided(ID))
    await leftOut('the artifact Bundle is gone: s3://artifacts/web/Bundle/Bundle')
  })

  test('if one of several is gone', async () => {
    here.runs(run('Bundle'), run('Other'))
    await here.store(await here.decided(ID))
    await leftOut('the artifact Bundle is gone: s3://artifacts/web/Bundle/Other')
  })

  test('if an artifact was written after the approval', async () => {
    here.artifacts.set('artifacts/web/Bundle/Bundle', { bytes: Buffer.from('other'), writtenAt: START + 4 * MINUTE })
    await here.store(await here.decided(ID))
    await leftOut('written after the approval')
  })

  test('if CodePipeline names no artifact', async () => {
    here.runs(run('Bundle', { output: {} }))
    await here.store(await here.decided(ID))
    await leftOut('no artifact')
  })

  test('if a vote in the record is another than the one that was signed', async () => {
    const approval = await here.decided(ID)
    const [first, ...others] = approval.votes
    await here.store({ ...approval, votes: [{ ...first!, userId: 'U0MALLORY' }, ...others] })
    await leftOut('the audit record failed verification')
  })

  test('if it was decided in the AWS console', async () => {
    await here.store(ended({ how: 'console', verdict: 'Approved', by: null, summary: null }))
    await leftOut('no verdict that a sender has verified')
  })
})

const ended = (outcome: Parameters<typeof settled>[1]): Approval =>
  settled(requested(newApproval({ id: ID })), outcome, START)

test('an approval of another installation is left to that one', async () => {
  await here.happen('b'.repeat(32))
  expect(here.counted).toEqual([])
})

test('an event without an approval is refused', async () => {
  await expect(here.happen('../secrets')).rejects.toThrow('not in the documented shape')
})

test('another file in the place of the attestation is no attestation: it is tried again, and kept', async () => {
  const bucket = here.s3
  await bucket.send(new PutObjectCommand({ Bucket: 'artifacts', Key: PLACE, Body: '{"payload":"bm8="}' }))
  await here.store(await here.decided(ID))
  await expect(here.happen()).rejects.toThrow('the key for attestations has not signed it')
  const { Body } = await bucket.send(new GetObjectCommand({ Bucket: 'artifacts', Key: PLACE }))
  expect(await Body!.transformToString()).toBe('{"payload":"bm8="}')
})

test('an S3 that refuses is tried again', async () => {
  here.aws.disturbances.order({ operation: 'GetObject', times: 1, answer: { status: 403 } })
  await here.store(await here.decided(ID))
  await expect(here.happen()).rejects.toThrow()
  await here.happen()
  expect(here.counted).toEqual(['AttestationWritten'])
})

test('without a key the function does nothing', async () => {
  expect(attestationServices({}, systemClock)).toBeNull()
  await expect(approvalDecided(null)({} as never)).resolves.toBeUndefined()
})
