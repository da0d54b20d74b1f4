import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kmsSignatures, readKey } from '../../../functions/aws/kms.ts'
import { systemClock } from '../../../functions/clock.ts'
import { attestationOf, ATTESTATION, type Attestation } from '../../../functions/record/attestation.ts'
import { preAuthenticationEncoding, sealedEnvelope } from '../../../functions/record/dsse.ts'
import { sha256 } from '../../../functions/domain/statement.ts'
import { ACCOUNT, REGION, openAws } from '../../support/aws-endpoint.ts'
import { describeWith } from '../../support/needs.ts'
import { recordOver } from '../../support/record-over.ts'
import { runGreenlight } from '../scripted-terminal.ts'

const VOTES = `arn:aws:kms:${REGION}:${ACCOUNT}:key/first`
const ID = 'a'.repeat(32)
const SUBJECT = [{ name: 'Bundle', uri: 's3://artifacts/web/Bundle', digest: { sha256: sha256('the bundle') } }]

let aws: Awaited<ReturnType<typeof openAws>>
let folder: string
let genuine: Attestation
let voting: KeyObject
const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const path = (name: string) => join(folder, name)
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' })

beforeAll(async () => {
  aws = await openAws({ directTable: true })
  folder = await mkdtemp(join(tmpdir(), 'greenlight-attestation-'))
  const approval = await recordOver(aws.client, VOTES).decided(ID)
  genuine = attestationOf(ID, approval.journal.unfiled, SUBJECT)!
  voting = (await readKey(aws.client, VOTES, systemClock)).key
  await Promise.all([
    writeFile(path('attestation-key.pem'), pem(own.publicKey)),
    writeFile(path('signing-key.pem'), pem(voting)),
    writeFile(path('bundle.zip'), 'the bundle'),
    writeFile(path('other.zip'), 'another bundle'),
  ])
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await aws.close()
})

/** The attestation in an envelope that the key for attestations has signed. */
const written = async (attestation: unknown): Promise<void> => {
  const payload = JSON.stringify(attestation)
  const value = sign('sha256', Buffer.from(preAuthenticationEncoding(payload)), own.privateKey).toString('base64')
  await writeFile(path('one.intoto.jsonl'), sealedEnvelope(payload, { key: 'attestations', value }))
}
const KEYS = () => ['--key', path('attestation-key.pem'), '--signing-key', path('signing-key.pem')]
const verify = (...more: string[]) => runGreenlight(['verify', path('one.intoto.jsonl'), ...KEYS(), ...more])

test('a genuine one says who approved what, and the digest of each artifact', async () => {
  await written(genuine)
  const { out, err, exitCode } = await verify('--artifact', path('bundle.zip'))
  expect(err).toBe('')
  expect(exitCode).toBe(0)
  expect(out.trim().split('\n')).toEqual([
    `Approved at 2026-11-23T09:33:00.000Z: shop-web, Production, Approve in ${ACCOUNT} ${REGION}, execution 5f0e9a11-2222-4333-8444-555566667777.`,
    '  by dana (U0DANA) at 2026-11-23T09:31:00.000Z',
    '  by chen (U0CHEN) at 2026-11-23T09:32:00.000Z',
    `  ${sha256('the bundle')}  Bundle  s3://artifacts/web/Bundle`,
  ])
})

test('one whose votes a key of RSA_2048 signed is genuine too', async () => {
  const key = aws.kms.createKey('rsa', 'RSA_2048')
  const approval = await recordOver(aws.client, key, 'greenlight', 'RSA_2048').decided(ID)
  await written(attestationOf(ID, approval.journal.unfiled, SUBJECT))
  await writeFile(path('rsa-key.pem'), pem((await readKey(aws.client, key, systemClock)).key))
  const { err, exitCode } = await verify('--signing-key', path('rsa-key.pem'), '--artifact', path('bundle.zip'))
  expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 })
  expect((await verify('--artifact', path('bundle.zip'))).exitCode).toBe(1)
})

test('it fits its schema, and has no key that the schema does not describe', () => {
  expect(ATTESTATION.parse(genuine)).toEqual(genuine)
})

test('another artifact, and another digest, were not approved', async () => {
  await written(genuine)
  const { err, exitCode } = await verify('--artifact', path('other.zip'))
  expect(exitCode).toBe(1)
  expect(err).toContain('The approval names other artifacts than')
  expect((await verify('--digest', `sha256:${sha256('the bundle')}`)).exitCode).toBe(0)
  expect((await verify('--digest', 'f'.repeat(64))).exitCode).toBe(1)
})

test('a payload that was altered is not signed', async () => {
  await written(genuine)
  const envelope = JSON.parse(await readFile(path('one.intoto.jsonl'), 'utf8')) as { payload: string }
  const altered = Buffer.from(envelope.payload, 'base64').toString().replace('shop-web', 'shop-bad')
  const text = JSON.stringify({ ...envelope, payload: Buffer.from(altered).toString('base64') })
  await writeFile(path('one.intoto.jsonl'), text)
  const { err, exitCode } = await verify()
  expect([exitCode, err.trim()]).toEqual([1, 'The attestation is not signed with the key that you gave with --key.'])
})

const [FIRST] = [() => genuine.predicate.votes[0]!]
const with_ = (more: Partial<Attestation['predicate']>) => ({
  ...genuine,
  predicate: { ...genuine.predicate, ...more },
})

/** What a thief of the key for attestations alone could write, and what the command says. */
const FORGED: [string, () => unknown, string][] = [
  [
    'another voter',
    () => with_({ votes: [{ ...FIRST(), user: 'U0MALLORY' }, genuine.predicate.votes[1]!] }),
    'has another userId',
  ],
  [
    'another comment',
    () => with_({ votes: [{ ...FIRST(), comment: 'fine' }, genuine.predicate.votes[1]!] }),
    'has another words',
  ],
  ['a vote left out', () => with_({ votes: [FIRST()] }), 'the verdict has another votes'],
  ['no vote', () => with_({ votes: [] }), 'it has neither a vote nor a rule'],
  ['a vote twice', () => with_({ votes: [FIRST(), FIRST()] }), 'the verdict has another votes'],
  ['another execution', () => with_({ executionId: 'other' }), 'has another executionId'],
  [
    'another pipeline',
    () => with_({ pipeline: { ...genuine.predicate.pipeline, name: 'shop-bad' } }),
    'has another where',
  ],
  ['another time', () => with_({ approvedAt: '2026-11-24T09:33:00.000Z' }), 'the verdict has another at'],
  ['another record', () => with_({ record: { entries: 1, hash: 'f'.repeat(64) } }), 'the verdict has another record'],
  [
    'a statement that the key for attestations signed',
    () => {
      const { statement } = FIRST()
      const signature = sign('sha256', Buffer.from(statement), own.privateKey).toString('base64')
      return with_({ votes: [{ ...FIRST(), signature }, genuine.predicate.votes[1]!] })
    },
    'is not signed with a key that you gave',
  ],
]

test.each(FORGED)('the key for attestations alone cannot make one with %s', async (_, forged, because) => {
  await written(forged())
  const { err, exitCode } = await verify()
  expect(exitCode).toBe(1)
  expect(err).toContain(because)
})

test('a vote of the other key’s making in an envelope is no attestation', async () => {
  const payload = genuine.predicate.votes[0]!.statement
  const { value } = await kmsSignatures(
    aws.client,
    { signing: VOTES, spec: 'ECC_NIST_P256', trusted: [] },
    systemClock,
  ).sign(payload)
  await writeFile(path('one.intoto.jsonl'), sealedEnvelope(payload, { key: VOTES, value }))
  const { err, exitCode } = await runGreenlight([
    ...['verify', path('one.intoto.jsonl'), '--key', path('signing-key.pem')],
    ...['--signing-key', path('signing-key.pem')],
  ])
  expect([exitCode, err.trim()]).toEqual([1, 'The attestation is not signed with the key that you gave with --key.'])
})

test.each([
  ['no envelope', '[]', 'The envelope is not in the documented shape'],
  ['no JSON', '{', 'The envelope is not in the documented shape: it is not JSON'],
])('a file that is %s gets a sentence', async (_, text, sentence) => {
  await writeFile(path('one.intoto.jsonl'), text)
  const { err, exitCode } = await verify()
  expect(exitCode).toBe(1)
  expect(err).toContain(sentence)
})

test('a file without a key is a wrong argument', async () => {
  await written(genuine)
  const argv = [
    'verify',
    path('one.intoto.jsonl'),
    '--key',
    path('bundle.zip'),
    '--signing-key',
    path('signing-key.pem'),
  ]
  const { err, exitCode } = await runGreenlight(argv)
  expect(exitCode).toBe(2)
  expect(err).toContain('is not a public key in PEM')
})

await describeWith(['bash', 'openssl', 'jq'], 'docs/attestation.md', () => {
  test('its commands verify an attestation with OpenSSL alone', async () => {
    await written(genuine)
    const page = await readFile('docs/attestation.md', 'utf8')
    const [, commands = ''] = /```sh\n(jq -r .*?)```/s.exec(page) ?? []
    const script = commands.replaceAll('attestation.intoto.jsonl', 'one.intoto.jsonl')
    const { stdout, stderr } = spawnSync('bash', ['-e', '-c', script], { cwd: folder, encoding: 'utf8' })
    expect(stdout + stderr).toContain('Verified OK')
  })
})
