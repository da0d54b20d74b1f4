import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { approvalKey } from '../../../functions/aws/records.ts'
import { documentClient } from '../../../functions/aws/document-client.ts'
import { entryKey } from '../../../functions/aws/entries.ts'
import { type KeySpec, publicKeyFrom } from '../../../functions/aws/kms.ts'
import { checkpointName, entriesName, leavesName, treeName } from '../../../functions/record/log-files.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import { requested, withEntry } from '../../../functions/domain/approval.ts'
import type { Entry } from '../../../functions/domain/journal.ts'
import { emptyJournal } from '../../../functions/domain/journal.ts'
import { createWorkspaceClock } from '../../../local/clock.ts'
import { listen } from '../../../local/http-server.ts'
import { openSlack } from '../../../local/slack/open-slack.ts'
import { ACCOUNT, REGION, openAws } from '../../support/aws-endpoint.ts'
import { describeWith } from '../../support/needs.ts'
import { DAY, START, newApproval } from '../../support/records.ts'
import type { PostedCheckpoint } from '../../support/posted-checkpoint.ts'
import { noteIn } from '../../support/posted-checkpoint.ts'
import { recordOver } from '../../support/record-over.ts'
import { runGreenlight } from '../scripted-terminal.ts'
import { botToken, signingSecret } from '../../support/secret.ts'

const TABLE = 'greenlight'
const VOTES = `arn:aws:kms:${REGION}:${ACCOUNT}:key/first`
const RSA_VOTES = `arn:aws:kms:${REGION}:${ACCOUNT}:key/rsa`
const CHECKPOINTS = `arn:aws:kms:${REGION}:${ACCOUNT}:key/second`
const NOW = START + 2 * DAY
/** The entries of two decided approvals. */
const SIZE = 14

let aws: Awaited<ReturnType<typeof openAws>>
let client: ReturnType<typeof documentClient>
let folder: string
let decided: (id: string) => Promise<Approval>
let store: (approval: Approval) => Promise<Entry[]>
let removed: (id: string, entries: readonly Entry[]) => Promise<void>
beforeEach(async () => {
  aws = await openAws({ directTable: true })
  ;({ decided, store, removed } = recordOver(aws.client, VOTES))
  client = documentClient(aws.client)
  folder = await mkdtemp(join(tmpdir(), 'log-'))
})
afterEach(async () => {
  await aws.close()
  await rm(folder, { recursive: true })
})

const ENVIRONMENT = () => ({
  AWS_ENDPOINT_URL: aws.client.endpoint,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'auditor',
  AWS_SECRET_ACCESS_KEY: 'any',
})
const argvOf = (command: string) => [
  command,
  ...['--table', TABLE, '--key', VOTES, '--from', '2026-11-23'],
  ...['--log', join(folder, 'log'), '--log-key', CHECKPOINTS],
]
const run = (command: string, now: number, ...more: string[]) =>
  runGreenlight([...argvOf(command), ...more], { environment: ENVIRONMENT(), now: () => now })
const checkpoint = (now = NOW) => run('checkpoint', now)
const audit = (...more: string[]) => run('audit', NOW, '--verify-only', ...more)

const fileOf = (name: string) => join(folder, 'log', name)
const newest = (size: number) => fileOf(checkpointName(size))

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(32)) as [string, string, string]

test('a checkpoint covers every entry; the next one adds what is new, and each is printed and kept', async () => {
  const first = await store(await decided(A))
  const { exitCode, out, err } = await checkpoint()
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: `${first.length} entries added to 0.\n` })
  const [origin, size, root, gap, signature] = out.split('\n')
  expect([origin, size, gap]).toEqual([`greenlight-prod/${ACCOUNT}/${REGION}`, String(first.length), ''])
  expect(root).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  expect(signature).toMatch(new RegExp(`^— greenlight-prod/${ACCOUNT}/${REGION} [A-Za-z0-9+/]+=*$`))
  expect((await readFile(newest(first.length), 'utf8')).trimEnd()).toBe(out.trimEnd())

  expect((await checkpoint()).err).toBe('The log has every entry already.\n')
  const second = await store(await decided(B))
  expect((await checkpoint()).err).toBe(`${second.length} entries added to ${first.length}.\n`)
  // What another system holds of the first state is the beginning of the second.
  expect(await audit('--checkpoint', newest(first.length))).toMatchObject({ exitCode: 0 })
  // A listing of the folder shows the order.
  const both = first.length + second.length
  expect(await readdir(join(folder, 'log'))).toEqual([
    ...[checkpointName(first.length), checkpointName(both)],
    ...[leavesName(0), leavesName(first.length)],
    ...[treeName(first.length), treeName(both)],
  ])
})

test('what fails verification is not signed', async () => {
  const [, entry] = await store(await decided(A))
  await client.send(new DeleteCommand({ TableName: TABLE, Key: entryKey(A, entry!.number) }))
  const { exitCode, out, err } = await checkpoint()
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
  expect(err).toContain('Nothing was signed')
  await expect(readdir(join(folder, 'log'))).rejects.toThrow('ENOENT')
})

test('a checkpoint without a known key says that no signature was verified', async () => {
  await store(await decided(A))
  const argv = argvOf('checkpoint').filter((one) => one !== '--key' && one !== VOTES)
  const { exitCode, err } = await runGreenlight(argv, { environment: ENVIRONMENT(), now: () => NOW })
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: expect.stringContaining('no signature was verified') })
})

describe('leaves without a checkpoint', () => {
  test('as a crash leaves them, get one, and what is new since another one', async () => {
    const first = await store(await decided(A))
    await checkpoint()
    await rm(newest(first.length))
    await rm(fileOf(treeName(first.length)))
    const second = await store(await decided(B))
    expect(await checkpoint()).toMatchObject({ exitCode: 0 })
    expect(await audit('--checkpoint', newest(first.length))).toMatchObject({ exitCode: 0 })
    expect((await readFile(newest(first.length + second.length), 'utf8')).split('\n')[1]).toBe(
      String(first.length + second.length),
    )
  })

  test('of entries that the record does not have get none', async () => {
    const first = await store(await decided(A))
    await checkpoint()
    const leaf = { hash: 'f'.repeat(64), approval: C, number: 1, keptUntil: NOW + DAY }
    await writeFile(fileOf(leavesName(first.length)), `${JSON.stringify(leaf)}\n`)
    const { exitCode, err } = await checkpoint()
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: expect.stringContaining(
        'approval cccccccccccccccccccccccccccccccc: the log has it, and the record does not',
      ),
    })
  })
})

describe('a checkpoint is also', () => {
  const checkpointWith = (environment: Record<string, string>, ...more: string[]) =>
    runGreenlight([...argvOf('checkpoint'), ...more], {
      environment: { ...ENVIRONMENT(), ...environment },
      now: () => NOW,
    })

  test('posted in a Slack channel, as it is', async () => {
    const clock = createWorkspaceClock()
    const slack = await openSlack({
      token: botToken(),
      signingSecret: signingSecret(),
      clock,
      url: () => '',
      changed: () => {},
    })
    const posted: PostedCheckpoint[] = []
    const server = await listen(async (request) => {
      posted.push(Object.fromEntries(new URLSearchParams(await request.clone().text())) as never)
      return slack.answerApi(new URL(request.url).pathname.split('/').at(-1)!, request)
    }, 0)
    await store(await decided(A))
    const environment = { SLACK_API_URL: `${server.url}/`, SLACK_BOT_TOKEN: botToken() }
    const { exitCode, out } = await checkpointWith(environment, '--channel', 'C0RELEASES')
    clock.stop()
    await server.close()
    await slack.close()
    expect(exitCode).toBe(0)
    expect(posted.map((one) => [one.channel, noteIn(one).trimEnd()])).toEqual([['C0RELEASES', out.trimEnd()]])
    const what = /^Checkpoint of the audit record\. .*a past that is rewritten later contradicts it/
    expect(posted[0]!.text).toMatch(what)
    expect(posted[0]!.blocks).toContain('a past that is rewritten later contradicts it')
  })

  const bucket = (name: 'log' | 'open') => ({
    kept: () => aws.s3.objects(name),
    environment: { AWS_ENDPOINT_URL_S3: aws.client.endpoint },
  })
  test('kept in a bucket with Object Lock, with the leaves that it adds', async () => {
    const { kept, environment } = bucket('log')
    const entries = await store(await decided(A))
    const { exitCode, out, err } = await checkpointWith(environment, '--bucket', 'log')
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: expect.stringContaining('added') })
    const at = `greenlight-prod/${ACCOUNT}/${REGION}`
    const size = entries.length
    const names = [checkpointName(size), leavesName(0), treeName(size)]
    expect([...kept().keys()].sort()).toEqual(names.map((name) => `${at}/${name}`))
    expect(
      kept()
        .get(`${at}/${checkpointName(size)}`)
        ?.trimEnd(),
    ).toBe(out.trimEnd())
    for (const name of names) expect(kept().get(`${at}/${name}`)).toBe(await readFile(fileOf(name), 'utf8'))
  })

  test('kept once: a folder that was lost is made again, and another log of the same origin is refused', async () => {
    const { kept, environment } = bucket('log')
    const entries = await store(await decided(A))
    const keep = () => checkpointWith(environment, '--bucket', 'log', '--origin', 'shared')
    expect(await keep()).toMatchObject({ exitCode: 0 })
    const before = new Map(kept())
    await rm(join(folder, 'log'), { recursive: true })
    expect(await keep()).toMatchObject({ exitCode: 0, err: 'The log has every entry already.\n' })
    await rm(join(folder, 'log'), { recursive: true })
    await removed(A, entries)
    expect(await store(await decided(B))).toHaveLength(entries.length)
    expect(await run('checkpoint', NOW, '--origin', 'shared')).toMatchObject({ exitCode: 0 })
    const { exitCode, err } = await keep()
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: expect.stringContaining(`Another ${leavesName(0)} is in the bucket log than`),
    })
    expect(kept()).toEqual(before)
  })

  test('continued from a folder whose log the bucket did not have', async () => {
    const { kept, environment } = bucket('log')
    await store(await decided(A))
    expect(await checkpoint()).toMatchObject({ exitCode: 0 })
    await store(await decided(B))
    expect(await checkpointWith(environment, '--bucket', 'log')).toMatchObject({ exitCode: 0 })
    expect([...kept().keys()].filter((name) => name.includes('/leaves.'))).toHaveLength(2)
  })

  test('named by the Region of the installation, not by that of the key', async () => {
    await store(await decided(A))
    const { exitCode, out } = await checkpointWith({ AWS_REGION: 'us-east-1' })
    expect({ exitCode, origin: out.split('\n')[0] }).toEqual({
      exitCode: 0,
      origin: `greenlight-prod/${ACCOUNT}/us-east-1`,
    })
  })

  test('not kept in a bucket where it could be deleted, and not in the log then', async () => {
    const { kept, environment } = bucket('open')
    await store(await decided(A))
    const { exitCode, err } = await checkpointWith(environment, '--bucket', 'open')
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining('no default retention') })
    expect(kept().size).toBe(0)
    await expect(readdir(join(folder, 'log'))).rejects.toThrow('ENOENT')
  })
})

describe('a log that keeps the entries themselves', () => {
  const COPY = () => fileOf(entriesName(0))
  const kept = async () => {
    const entries = await store(await decided(A))
    await store(await decided(B))
    expect(await run('checkpoint', NOW, '--entries')).toMatchObject({ exitCode: 0 })
    return entries
  }

  test('shows what an approval was that a thief has removed', async () => {
    const entries = await kept()
    expect((await audit()).err).toContain(
      `The log keeps 14 entries as they were written, in ${join(folder, 'log')}/entries.*.jsonl.`,
    )
    await removed(A, entries)
    const { exitCode, err } = await audit()
    expect(exitCode).toBe(1)
    expect(err).toMatch(/The log keeps 14 entries[^]*approval a{32}[^]*the log has it, and the record does not/)
    const lines = (await readFile(COPY(), 'utf8')).trim().split('\n')
    const copied = lines.map((line) => JSON.parse(line) as Entry).filter(({ approval }) => approval === A)
    expect(copied.toSorted((a, b) => a.number - b.number)).toEqual(entries)
  })

  test('gets those of earlier checkpoints, and gives them to a bucket', async () => {
    await store(await decided(A))
    await checkpoint()
    await store(await decided(B))
    const given = { environment: { ...ENVIRONMENT(), AWS_ENDPOINT_URL_S3: aws.client.endpoint }, now: () => NOW }
    const argv = [...argvOf('checkpoint'), '--entries', '--bucket', 'log', '--origin', 'shared']
    expect(await run('checkpoint', NOW, '--entries', '--origin', `greenlight-prod/${ACCOUNT}/${REGION}`)).toMatchObject(
      { exitCode: 0 },
    )
    expect((await readdir(join(folder, 'log'))).filter((name) => name.startsWith('entries.'))).toEqual([
      entriesName(0),
      entriesName(7),
    ])
    await rm(join(folder, 'log'), { recursive: true })
    expect(await runGreenlight(argv, given)).toMatchObject({ exitCode: 0 })
    expect(aws.s3.objects('log').get(`shared/${entriesName(0)}`)).toBe(await readFile(COPY(), 'utf8'))
  })

  test.each<[string, (line: string) => string]>([
    ['altered', (line) => line.replace('"name":"dana"', '"name":"ana"').replace('"number":1', '"number":2')],
    ['added', (line) => `${line}\n${line}`],
    ['no entry', () => '{}'],
    ['no JSON', () => 'entry'],
  ])('that is %s there is found', async (_, forged) => {
    await kept()
    const [first = '', ...rest] = (await readFile(COPY(), 'utf8')).split('\n')
    await writeFile(COPY(), [forged(first), ...rest].join('\n'))
    const { exitCode, err } = await audit()
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: expect.stringMatching(/The file entries\.0+\.jsonl has an entry that is not one of the log/),
    })
  })
})

describe('with the signing key stolen as well, the audit still finds', () => {
  const logged = async () => {
    const entries = await store(await decided(A))
    expect(await store(await decided(B))).toHaveLength(SIZE - entries.length)
    await checkpoint()
    expect(await audit()).toMatchObject({ exitCode: 0 })
    return entries
  }
  /** The newest checkpoint, and all leaves. */
  const [NEWEST, LEAVES] = [() => newest(SIZE), () => fileOf(leavesName(0))]
  const found = async (what: RegExp, ...more: string[]) => {
    const { exitCode, err } = await audit(...more)
    expect(exitCode).toBe(1)
    expect(err).toMatch(what)
  }

  test('an approval that was removed with all its entries', async () => {
    await removed(A, await logged())
    await found(/approval a{32}[^]*the log has it, and the record does not/)
  })

  test('an approval that was written again, with the keys that sign votes', async () => {
    await removed(A, await logged())
    const again = await decided(A)
    await store({
      ...withEntry({ ...again, journal: emptyJournal }, START, again.journal.unfiled[0]!.happened),
      state: { name: 'waiting' },
      votes: [],
    })
    await found(/approval a{32}[^]*entry 7 of the log is missing/)
  })

  test('an approval whose history was replaced by later numbers, as if its retention had ended', async () => {
    const entries = await logged()
    await removed(A, entries)
    const again = requested(newApproval({ id: A }))
    const journal = { ...emptyJournal, count: entries.length, keptUntil: 1 }
    await store(withEntry({ ...again, journal }, START, entries[0]!.happened))
    await found(/approval a{32}[^]*entry 1 of the log is missing/)
  })

  test('entries that were set to expire early', async () => {
    for (const { number } of await logged())
      await client.send(
        new UpdateCommand({
          TableName: TABLE,
          Key: entryKey(A, number),
          UpdateExpression: 'SET expireAt = :past',
          ExpressionAttributeValues: { ':past': 1 },
        }),
      )
    await client.send(
      new UpdateCommand({
        TableName: TABLE,
        Key: approvalKey(A),
        UpdateExpression: 'SET expireAt = :past',
        ExpressionAttributeValues: { ':past': 1 },
      }),
    )
    await found(/the log has it, and the record does not/)
  })

  test('a log that was written again, by the checkpoint that another system holds', async () => {
    const entries = await logged()
    const held = join(folder, 'held')
    await writeFile(held, await readFile(NEWEST()))
    await removed(A, entries)
    await rm(join(folder, 'log'), { recursive: true })
    expect(await checkpoint()).toMatchObject({ exitCode: 0 })
    await found(/contradicts the log/, '--checkpoint', held)
  })

  test('a folder that was emptied, and another folder', async () => {
    await logged()
    const held = join(folder, 'held')
    await writeFile(held, await readFile(NEWEST()))
    await rm(NEWEST())
    await found(/log has no checkpoint, so there is nothing to compare with/)
    await found(/log has no checkpoint, so there is nothing to compare with/, '--checkpoint', held)
    await rm(join(folder, 'log'), { recursive: true })
    await found(/log has no checkpoint/)
    const { exitCode, err } = await run('audit', NOW, '--proof', A)
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining('has no checkpoint') })
  })

  test('a log with another leaf, or another checkpoint', async () => {
    await logged()
    const leaves = LEAVES()
    const text = await readFile(leaves, 'utf8')
    await writeFile(leaves, text.replace(/[0-9a-f]{64}/, 'f'.repeat(64)))
    await found(/are not those that its checkpoint covers/)
    await writeFile(leaves, text)
    await writeFile(NEWEST(), (await readFile(NEWEST(), 'utf8')).replace(/\n\d+\n/, '\n1\n'))
    await found(/No known key has signed checkpoint/)
  })
})

await describeWith(['python'], 'docs/verify-proof.py', () => {
  const proven = async (spec: KeySpec) => {
    if (spec === 'RSA_2048') aws.kms.createKey('rsa', spec)
    const VOTED = spec === 'RSA_2048' ? RSA_VOTES : VOTES
    const record = recordOver(aws.client, VOTED, TABLE, spec)
    await store(await record.decided(A))
    await store(await record.decided(B))
    const known = ['--key', VOTED]
    await run('checkpoint', NOW, ...known)
    const file = join(folder, 'proof.json')
    const { exitCode, err } = await run('audit', NOW, '--proof', A, '--output', file, ...known)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    const kms = new KMSClient(aws.client)
    const pem = async (KeyId: string, name: string) => {
      const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }))
      const key = publicKeyFrom(Buffer.from(PublicKey!).toString('base64'))
      await writeFile(join(folder, name), key.export({ format: 'pem', type: 'spki' }))
      return join(folder, name)
    }
    const [log, votes] = [await pem(CHECKPOINTS, 'log.pem'), await pem(VOTED, 'votes.pem')]
    const verify = (...keys: string[]) => {
      const { status, stdout, stderr } = spawnSync('python3', ['docs/verify-proof.py', file, ...keys], {
        encoding: 'utf8',
      })
      return { status, said: stdout + stderr }
    }
    return { file, log, votes, verify, text: await readFile(file, 'utf8') }
  }
  const hasCryptography = spawnSync('python3', ['-c', 'import cryptography']).status === 0

  test.each<KeySpec>(['ECC_NIST_P256', 'RSA_2048'])(
    'a proof of at most 4 kB holds with %s, and none that was altered or is checked with another key',
    async (spec) => {
      const { file, log, votes, verify, text } = await proven(spec)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096)
      if (!hasCryptography) {
        expect(verify(log, votes).said).toContain('cryptography')
        return
      }
      expect(verify(log, votes)).toEqual({
        status: 0,
        said: expect.stringMatching(
          /^Approved: shop-web, Production, Approve .* with 2 signed votes\. Entry \d+ of \d+ in the log /,
        ),
      })
      expect(verify(votes, log)).toMatchObject({ status: 1, said: expect.stringContaining('The proof does not hold') })
      for (const [from, to] of [
        ['"shop-web"', '"shop-api"'],
        ['"verdict":"Approved"', '"verdict":"Rejected"'],
        ['"index":', '"index":1'],
        ['"executionId":"', '"executionId":"0'],
      ] as const) {
        await writeFile(file, text.replace(from, to))
        expect(verify(log, votes)).toMatchObject({ status: 1 })
      }
    },
  )

  test('an approval without a verified verdict has no proof', async () => {
    await store(requested(newApproval({ id: C })))
    await checkpoint()
    const { exitCode, err } = await run('audit', NOW, '--proof', C)
    expect(exitCode).toBe(1)
    expect(err).toContain('no verdict')
  })
})
