import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { csvField } from '../../cli/formats.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { entryKey } from '../../functions/aws/entries.ts'
import { openTable } from '../../functions/aws/table.ts'
import { systemClock } from '../../functions/clock.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { requested, settled, withEntry } from '../../functions/domain/approval.ts'
import { attempt } from '../../functions/domain/attempt.ts'
import type { Entry, Happening } from '../../functions/domain/journal.ts'
import { filed, hashOf, toFile } from '../../functions/domain/journal.ts'
import { ACCOUNT, REGION, openAws } from '../support/aws-endpoint.ts'
import { describeWith } from '../support/needs.ts'
import { DAY, MINUTE, POLICY, START, WHERE, actor, newApproval, vote, voted } from '../support/records.ts'
import { runGreenlight } from './scripted-terminal.ts'

const TABLE = 'greenlight'
/** The ids of newApproval. */
const RETENTION = 400 * DAY

let aws: Awaited<ReturnType<typeof openAws>>
let client: ReturnType<typeof documentClient>
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-'))
})
beforeEach(async () => {
  aws = await openAws({ directTable: true })
  client = documentClient(aws.client)
})
afterEach(() => aws.close())
afterAll(() => rm(directory, { recursive: true }))

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/first`

const audit = (...more: string[]) => auditAt(START + 300 * DAY, ...more)

const auditAt = (now: number, ...more: string[]) =>
  runGreenlight(['audit', '--table', TABLE, '--key', KEY, '--from', '2026-11-23', '--to', '2026-11-26', ...more], {
    environment: {
      AWS_ENDPOINT_URL: aws.client.endpoint,
      AWS_REGION: aws.client.region,
      AWS_ACCESS_KEY_ID: 'auditor',
      AWS_SECRET_ACCESS_KEY: 'any',
    },
    now: () => now,
  })

/** Stored as the bot stores it: the first entries filed, the last `unfiled` ones still in the approval. */
const store = async (approval: Approval, unfiled = 0) => {
  const clock = { ...systemClock, now: () => approval.requestedAt }
  const table = openTable(aws.client, TABLE, { clock })
  const { journal, where } = approval
  const done = toFile(journal).slice(0, journal.unfiled.length - unfiled)
  await table.entries.file(done.map((one) => ({ ...one, where })))
  await table.approvals.create({ ...approval, journal: filed(journal, done.at(-1)?.entry.number ?? 0) })
  return journal.unfiled
}

/** Requested; Finn's approval refused; approved by Dana and Chen: six entries over eight minutes. */
const decided = (id = 'a'.repeat(32), more: Parameters<typeof newApproval>[0] = {}): Approval => {
  const asked = requested(newApproval({ id, ...more }))
  const [refused] = attempt(asked, actor('U0FINN'), { do: 'vote', verdict: 'Approved', comment: '' }, asked.requestedAt)
  return voted(refused, POLICY, vote('U0DANA', 'Approved', { comment: '=HYPERLINK("http://x")' }), vote('U0CHEN'))
}

const FINN = actor('U0FINN')

/** By their names, so that a new kind is missed here. */
const EVERY_KIND: { [What in Happening['what']]: Extract<Happening, { what: What }>[] } = {
  requested: [],
  'policy-seen': [{ what: 'policy-seen', policy: null, frozen: null }],
  'live-changed': [{ what: 'live-changed', live: [] }],
  voted: [{ what: 'voted', who: FINN, verdict: 'Rejected', comment: '', ruling: 'rejected', rules: [] }],
  noted: [{ what: 'noted', who: actor('U0DANA'), act: 'vote' }],
  refused: [],
  withdrawn: [{ what: 'withdrawn', who: { ...actor('U0CHEN'), email: null } }],
  'glass-broken': [],
  'automatic-stopped': [{ what: 'automatic-stopped', who: FINN }],
  'override-confirmed': [{ what: 'override-confirmed', who: FINN, comment: 'Right so' }],
  decided: [{ what: 'decided', verdict: 'Rejected', by: [], rules: [] }],
  // Of signed entries: tests/simulation/forgery.test.ts
  verified: [],
  'not-sent': [{ what: 'not-sent', verdict: 'Approved', because: 'the vote of U0DANA is not the one that was signed' }],
  answered: [
    { what: 'answered', verdict: 'Approved', answer: 'recorded', because: null },
    { what: 'answered', verdict: 'Approved', answer: 'refused', because: 'the role may not' },
  ],
  settled: [
    { what: 'settled', outcome: { how: 'console', verdict: 'Approved', by: null, summary: null } },
    { what: 'settled', outcome: { how: 'unknown', status: 'Sleeping' } },
  ],
  'past-policy': [
    { what: 'past-policy', by: 'arn:aws:sts::1:assumed-role/Console/finn', userId: 'U0FINN', because: 'too-few' },
    { what: 'past-policy', by: null, userId: null, because: 'unknown-person' },
  ],
  released: [{ what: 'released', release: { name: 'live', at: START, summary: null } }],
  told: [
    { what: 'told', notice: 'reminder', key: 'k', mentioned: ['U0FINN'], channel: 'C0RELEASES' },
    { what: 'told', notice: 'reminder', key: 'k', mentioned: { members: 300, sha256: 'f' }, channel: 'C0RELEASES' },
  ],
  announced: [{ what: 'announced', event: 'decided' }],
  // Of a chain of its own: tests/cli/audit/skipped-approvals.test.ts
  'approval-skipped': [],
  // Of an absence's own chain: tests/cli/audit/stand-ins.test.ts
  'absence-set': [],
  'absence-ended': [],
  'absence-over': [],
  // Of a freeze's own chain: tests/cli/audit/freezes.test.ts
  'freeze-set': [],
  'freeze-lengthened': [],
  'freeze-lifted': [],
  'freeze-ended': [{ what: 'freeze-ended' }],
  // Of a chain of its own: tests/flows/steer/retry.test.ts
  'steering-requested': [],
  'steering-answered': [{ what: 'steering-answered', answer: 'refused', because: 'It is at work.' }],
}

const linesOf = (out: string) => out.split('\n').filter(Boolean)
const entriesIn = (out: string) => linesOf(out).map((line) => JSON.parse(line) as Entry & { time: string })
const put = (entry: Entry) =>
  client.send(
    new PutCommand({
      TableName: TABLE,
      Item: { ...entryKey(entry.approval, entry.number), day: '2026-11-23', at: entry.at, expireAt: 2e9, entry },
    }),
  )
const remove = ({ approval, number }: Entry) =>
  client.send(new DeleteCommand({ TableName: TABLE, Key: entryKey(approval, number) }))

describe('an intact audit record', () => {
  test('is exported entry by entry, each with everything that its hash is made from, without a token', async () => {
    const entries = await store(decided(), 2)
    const { exitCode, out, err } = await audit()
    expect(err).toBe('6 entries of 1 approval: every approval passed verification.\n')
    expect(exitCode).toBe(0)
    expect(entriesIn(out)).toEqual(
      entries.map((entry) => ({
        time: new Date(entry.at).toISOString(),
        account: WHERE.accountId,
        ...{ region: WHERE.region, pipeline: WHERE.pipeline, stage: WHERE.stage, action: WHERE.action },
        ...entry,
      })),
    )
    for (const entry of entriesIn(out)) expect(hashOf(entry)).toBe(entry.hash)
    expect(out).not.toContain(decided().token)
  })

  test('may hold every kind of entry, each with and without what may be missing', async () => {
    const every = Object.values(EVERY_KIND).flat()
    const whole = every.reduce((approval, happened) => withEntry(approval, START + DAY, happened), decided())
    await store(whole)
    const { exitCode, out, err } = await audit()
    expect(err).toBe(`${6 + every.length} entries of 1 approval: every approval passed verification.\n`)
    expect(exitCode).toBe(0)
    expect(
      entriesIn(out)
        .slice(6)
        .map(({ happened }) => happened),
    ).toEqual(every)
    const csv = linesOf((await audit('--format', 'csv')).out)
    expect(csv).toHaveLength(1 + 6 + every.length)
    const ofFinn = entriesIn((await audit('--person', 'U0FINN')).out).map(({ happened }) => happened.what)
    expect(ofFinn).toEqual(['refused', 'voted', 'automatic-stopped', 'override-confirmed', 'past-policy', 'told'])
  })

  test('says who approved past the policy, and why Slack would have refused, in both formats', async () => {
    const by = 'arn:aws:sts::111122223333:assumed-role/Console/finn'
    const outcome = { how: 'console', verdict: 'Approved', summary: null } as const
    await store(settled(requested(newApproval()), { ...outcome, by, userId: 'U0FINN', past: 'too-few' }, START))
    const unknown = requested(newApproval({ id: 'b'.repeat(32) }))
    await store(settled(unknown, { ...outcome, by: null, past: 'unknown-person' }, START))
    const told = [
      { what: 'past-policy', by, userId: 'U0FINN', because: 'too-few' },
      { what: 'past-policy', by: null, userId: null, because: 'unknown-person' },
    ]
    const { out, err } = await audit()
    expect(err).toContain('every approval passed verification')
    const exported = entriesIn(out).flatMap(({ happened }) => (happened.what === 'past-policy' ? happened : []))
    expect(exported).toHaveLength(2)
    expect(exported).toEqual(expect.arrayContaining(told))

    const csv = linesOf((await audit('--format', 'csv')).out).filter((line) => line.includes(',past-policy,'))
    expect(csv).toHaveLength(2)
    for (const [user, happened] of [
      ['U0FINN', told[0]],
      ['', told[1]],
    ] as const) {
      const json = JSON.stringify(happened).replaceAll('"', '""')
      expect(csv.filter((line) => line.includes(`,past-policy,${user},`) && line.includes(json))).toHaveLength(1)
    }
  })

  test('is cut to the range, and verified as a whole', async () => {
    const id = 'b'.repeat(32)
    await store(decided(id, { now: START - DAY }))
    const { out, err } = await audit('--to', '2026-11-24')
    expect(entriesIn(out).map(({ number, happened }) => [number, happened.what])).toEqual([
      [4, 'voted'],
      [5, 'voted'],
      [6, 'decided'],
    ])
    expect(err).toContain('every approval passed verification')
    expect((await audit('--from', '2026-11-24')).out).toBe('')
  })

  test('is exported in the order of time, across approvals', async () => {
    for (const day of [3, 1, 2]) await store(decided(`${day}`.repeat(32), { now: START + day * MINUTE }))
    await store(decided('9'.repeat(32), { now: START - 3 * DAY }))
    const times = entriesIn((await audit('--from', '2026-11-01')).out).map(({ at }) => at)
    expect(times).toHaveLength(24)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  test.each([
    ['U0DANA', ['voted', 'decided']],
    ['Dana@example.com', ['voted', 'decided']],
    ['U0FINN', ['refused']],
    ['nobody@example.com', []],
  ])('is filtered by person: %s', async (person, what) => {
    await store(decided())
    const { out } = await audit('--person', person)
    expect(entriesIn(out).map(({ happened }) => happened.what)).toEqual(what)
  })

  test('is filtered by pipeline', async () => {
    await store(decided())
    await store(decided('c'.repeat(32), { where: { ...WHERE, pipeline: 'shop-api' } }))
    const { out } = await audit('--pipeline', 'shop-api')
    expect(new Set(entriesIn(out).map(({ approval }) => approval))).toEqual(new Set(['c'.repeat(32)]))
  })

  test('is written to a new file that only its owner can read, as CSV without formulas', async () => {
    await store(decided())
    const path = join(directory, 'record.csv')
    const { out } = await audit('--format', 'csv', '--output', path)
    expect(out).toBe('')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const [head, ...rows] = linesOf(await readFile(path, 'utf8'))
    expect(head).toMatch(/^time,account,.*,previous,earlierUntil,hash$/)
    expect(rows).toHaveLength(6)
    expect(rows[3]).toContain(`,U0DANA,T0SHOP,dana,dana@example.com,C0RELEASES,Approved,"'=HYPERLINK(""http://x"")",`)
    expect((await audit('--output', path)).err).toBe(`${path} cannot be written: it exists already.\n`)
  })

  test('whose early entries have expired passes verification', async () => {
    const asked = decided()
    const entries = await store(withEntry(asked, asked.expiresAt + DAY, { what: 'announced', event: 'x' }))
    for (const entry of entries.slice(0, 6)) await remove(entry)
    const afterItsTime = START + 7 * DAY + RETENTION
    expect((await auditAt(afterItsTime - 1, '--verify-only')).err).toContain('entries 1 to 6 are missing')
    expect(await auditAt(afterItsTime, '--verify-only')).toMatchObject({ exitCode: 0 })
  })

  test('that has expired altogether passes verification', async () => {
    for (const entry of await store(decided())) await remove(entry)
    const afterItsTime = START + 7 * DAY + RETENTION
    expect((await auditAt(afterItsTime - 1, '--verify-only')).err).toContain('entries 1 to 6 are missing')
    expect(await auditAt(afterItsTime, '--verify-only')).toMatchObject({ exitCode: 0 })
  })
})

describe('an approval whose own item was altered to excuse missing entries', () => {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
  /** Fields that no hash covers. */
  const pretend = (early: number) =>
    client.send(
      new UpdateCommand({
        TableName: TABLE,
        Key: { pk: `APPROVAL#${id}`, sk: 'RECORD' },
        UpdateExpression:
          'SET #r = :r, #d.#r = :r, #d.expiresAt = :e, #d.requestedAt = :e, #d.checkedAt = :e, #d.journal.keptUntil = :e',
        ExpressionAttributeNames: { '#r': 'retention', '#d': 'data' },
        ExpressionAttributeValues: { ':r': 61 * DAY, ':e': early },
      }),
    )
  /** With an entry from the day after its expiry. */
  const endedLate = (): Approval => {
    const asked = decided()
    return withEntry(asked, asked.expiresAt + DAY, { what: 'announced', event: 'x' })
  }

  test.each([
    ['the last entry is left', 6, START + DAY],
    ['the last entry is left, after the shortest retention', 6, START + (8 + 62) * DAY],
    ['no entry is left', 7, START + DAY],
    ['no entry is left, after the shortest retention', 7, START + (8 + 62) * DAY],
  ])('fails verification: %s', async (_, removed, now) => {
    for (const entry of (await store(endedLate())).slice(0, removed)) await remove(entry)
    await pretend(START - 2 * DAY)
    const days = ['--from', day(START - 3 * DAY), '--to', day(START + 9 * DAY)]
    const { exitCode, err } = await auditAt(now, '--verify-only', ...days)
    expect(err).toContain(`entries 1 to ${removed} are missing`)
    expect(exitCode).toBe(1)
  })

  test('fails verification, also if the last remaining entry was altered with it', async () => {
    const entries = await store(endedLate())
    for (const entry of entries.slice(0, 6)) await remove(entry)
    const forged = { ...entries[6]!, earlierUntil: START - 2 * DAY }
    await put({ ...forged, hash: hashOf(forged) })
    const { err } = await auditAt(START + 20 * DAY, '--verify-only', '--to', day(START + 9 * DAY))
    expect(err).toContain('the last entry is not the one that the approval ends with')
  })
})

const id = 'a'.repeat(32)
const altered = (entry: Entry): Entry => ({ ...entry, happened: { what: 'announced', event: 'nothing' } })
const set = (key: { pk: string; sk: string }, expression: string, values: Record<string, unknown>) =>
  client.send(
    new UpdateCommand({
      ...{ TableName: TABLE, Key: key, UpdateExpression: expression },
      ExpressionAttributeNames: Object.fromEntries(
        [...expression.matchAll(/#(\w+)/g)].map(([name, attribute]) => [name, attribute!]),
      ),
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    }),
  )
const approvalItem = { pk: `APPROVAL#${id}`, sk: 'RECORD' }
const PLANTED = { time: '1999', pipeline: 'other', stage: 'Beta', account: '1', region: 'x', action: 'y' }
const NO_KEYS = 'an item is missing from the index of days, or is there at another moment than its own'

const BREAKS: [string, (entries: Entry[]) => Promise<unknown>, string][] = [
  ['an entry is removed', ([, second]) => remove(second!), 'entries 2 to 2 are missing'],
  [
    'the last entries are removed',
    ([, , , , fifth, last]) => Promise.all([remove(fifth!), remove(last!)]),
    'entries 5 to 6 are missing',
  ],
  ['all entries are removed', (entries) => Promise.all(entries.map(remove)), 'entries 1 to 6 are missing'],
  ['an entry is altered', ([, , third]) => put(altered(third!)), 'entry 3 was altered'],
  [
    'an entry is altered, and its hash with it',
    ([, , third]) => put({ ...altered(third!), hash: hashOf(altered(third!)) }),
    'entry 4 does not follow the one before it',
  ],
  [
    'an entry is added at the end',
    (entries) => put({ ...entries[5]!, number: 7, previous: entries[5]!.hash }),
    'the last entry is not the one that the approval ends with',
  ],
  [
    'an entry of another approval is slipped in',
    async ([, , third]) => {
      const Item = { ...entryKey(id, 3), day: '2026-11-23', at: 1, expireAt: 2e9, entry: { ...third!, approval: 'f' } }
      await client.send(new PutCommand({ TableName: TABLE, Item }))
    },
    'entry 3 belongs to approval f',
  ],
  [
    'keys are added to a filed entry',
    ([, second]) =>
      put({ ...second!, ...PLANTED }).then(() => set(entryKey(id, 2), 'SET #where = :where', { ':where': WHERE })),
    'entry 2 has "time", "pipeline", "stage", "account", "region", and "action", which no entry has',
  ],
  [
    'an item is filed that holds no entry',
    () => client.send(new PutCommand({ TableName: TABLE, Item: { ...entryKey(id, 7), expireAt: 2e9, entry: 'x' } })),
    'the item 000007 holds no entry',
  ],
  ['an entry is at no moment', ([, second]) => put({ ...second!, at: 9e15 }), 'the item 000002 holds no entry'],
  [
    'an entry names another action',
    () => set(entryKey(id, 2), 'SET #where.#pipeline = :name', { ':name': 'other' }),
    'the approval or one of its entries names another action than the request',
  ],
  ['an entry leaves the index', () => set(entryKey(id, 2), 'REMOVE #day', {}), NO_KEYS],
  [
    'all items move to another day of the index',
    async (entries) => {
      const keys = [approvalItem, ...entries.map(({ number }) => entryKey(id, number))]
      await Promise.all(keys.map((key) => set(key, 'SET #day = :day, #at = :at', { ':day': '1999-01-01', ':at': 1 })))
    },
    NO_KEYS,
  ],
  [
    'the approval is removed',
    () => client.send(new DeleteCommand({ TableName: TABLE, Key: { pk: `APPROVAL#${id}`, sk: 'RECORD' } })),
    'the approval itself is missing',
  ],
]

test.each(BREAKS)('if %s, audit says so and ends with 1; the other approval passes', async (_, tamper, flaw) => {
  await store(decided('d'.repeat(32)))
  await tamper(await store(decided()))
  const { exitCode, out, err } = await audit('--verify-only', '--pipeline', 'another')
  expect(exitCode).toBe(1)
  expect(out).toBe('')
  expect(err).toContain(`2 approvals: 1 failed verification.\n  approval ${id} (shop-web, Production in`)
  expect(err).toContain(`    ${flaw}\n`)
})

test.each([
  ['--from', 'yesterday'],
  ['--from', '2026-02-30'],
  ['--from', '2026-11-23T09:30'],
  ['--to', '23.11.2026'],
])('%s %s is refused: it is ambiguous', async (option, value) => {
  const { exitCode, err } = await audit(option, value)
  expect(exitCode).toBe(2)
  expect(err).toMatch(/^--(?:from|to) is .*: expected a date such as 2026-11-01, or a time such as/)
})

test.each([
  ['=1+1', `"'=1+1"`],
  ['+49 30', `"'+49 30"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['  =1', `"  '=1"`],
  ['＝1', `"'＝1"`],
  ['\t=1', `"\t'=1"`],
  ['\tx', `"'\tx"`],
  ["ok;=cmd|' /C calc'!A0", `"ok;'=cmd|' /C calc'!A0"`],
  ['ok; "=1"', `"ok; ""'=1"""`],
  ['a\t@SUM(A1)', `"a\t'@SUM(A1)"`],
  ['a\r\n-1', `"a\r\n'-1"`],
  ['a; b', '"a; b"'],
  ['a "b", c\nd', '"a ""b"", c\nd"'],
  ['a=1', 'a=1'],
  [-1, '-1'],
  [null, ''],
])('%j is written as %s', (value, field) => {
  expect(csvField(value)).toBe(field)
})

await describeWith(['python'], 'the check in docs/record.md', () => {
  const checkOf = (lines: string) => {
    const [, code] = /```python\n([\s\S]+?)```/.exec(readFileSync('docs/record.md', 'utf8'))!
    const { status, stderr } = spawnSync('python3', ['-c', code!], { input: lines, encoding: 'utf8' })
    return { status, last: stderr.trim().split('\n').at(-1)! }
  }
  const change = (lines: string, number: number, more: object) =>
    linesOf(lines)
      .map((line) => JSON.parse(line) as Entry)
      .map((entry) => JSON.stringify(entry.number === number ? { ...entry, ...more } : entry))
      .join('\n')

  test('accepts an export, and names the entry that was changed, in whichever of its columns', async () => {
    await store(decided())
    const { out } = await audit()
    expect(checkOf(out)).toEqual({ status: 0, last: '' })
    for (const more of [
      { previous: '0' },
      { time: '2026-11-23T00:00:00.000Z' },
      { pipeline: 'other' },
      { action: null },
      { note: 'x' },
    ])
      expect(checkOf(change(out, 5, more))).toEqual({ status: 1, last: `AssertionError: ('${id}', 5)` })
  })
})
