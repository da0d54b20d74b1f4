import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../../functions/aws/document-client.ts'
import { entryKey } from '../../../functions/aws/entries.ts'
import { openTable } from '../../../functions/aws/table.ts'
import type { Freeze, FreezeAct } from '../../../functions/domain/freeze.ts'
import {
  freezeId,
  freezeLengthened,
  freezeLifted,
  freezeSet,
  freezeStatement,
  withItsEnd,
} from '../../../functions/domain/freeze.ts'
import type { Entry } from '../../../functions/domain/journal.ts'
import { hashOf, toFile } from '../../../functions/domain/journal.ts'
import { readRecord } from '../../../functions/record/record-reader.ts'
import { signatureFlaws } from '../../../functions/record/signature-flaws.ts'
import { openAws } from '../../support/aws-endpoint.ts'
import { DAY, MINUTE, START, actor } from '../../support/records.ts'
import { openKeys } from '../../support/signed-record.ts'
import { runGreenlight } from '../scripted-terminal.ts'

const TABLE = 'greenlight'
const ID = freezeId('command-1')
const DANA = actor('U0DANA')
const keys = openKeys()
const SIGNED_SINCE = START - DAY

let aws: Awaited<ReturnType<typeof openAws>>
beforeEach(async () => {
  aws = await openAws({ directTable: true })
})
afterEach(() => aws.close())

const signed = async <Act extends FreezeAct>(act: Act, at: number) => ({
  act,
  who: DANA,
  at,
  signed: await keys.signatures.sign(freezeStatement(ID, act, DANA.userId, at)),
})

/** Set for two hours, lengthened by one, and still open, over or lifted. */
const freeze = async (end: 'open' | 'over' | 'lifted'): Promise<Freeze> => {
  const until = START + 120 * MINUTE
  const act = { what: 'freeze-set', patterns: ['shop-*'], reason: 'incident', from: START, until } as const
  const set = freezeSet(ID, await signed(act, START), { channels: [], retention: 400 * DAY })
  const longer = { what: 'freeze-lengthened', reason: '', until: until + 60 * MINUTE } as const
  const lengthened = freezeLengthened(set, await signed(longer, START + MINUTE))
  if (end === 'open') return lengthened
  return end === 'over'
    ? withItsEnd(lengthened, until + 60 * MINUTE)
    : freezeLifted(lengthened, await signed({ what: 'freeze-lifted', reason: 'solved' }, START + 2 * MINUTE))
}

const store = async ({ journal }: Freeze): Promise<void> =>
  openTable(aws.client, TABLE).entries.file(toFile(journal).map((one) => ({ ...one, where: null })))

/** What is wrong with the record of the freeze. */
const flawsAt = async (now: number): Promise<string[]> => {
  const record = await readRecord(documentClient(aws.client), TABLE, ID, now)
  return [...record.flaws, ...signatureFlaws(ID, record.entries, { ...keys.audit, since: SIGNED_SINCE })]
}

test.each(['over', 'lifted'] as const)('the record of a freeze that is %s passes verification', async (end) => {
  await store(await freeze(end))
  expect(await flawsAt(START + 10 * DAY)).toEqual([])
})

test('its missing end is named a day after its time, and not before', async () => {
  await store(await freeze('over'))
  await documentClient(aws.client).send(new DeleteCommand({ TableName: TABLE, Key: entryKey(ID, 3) }))
  expect(await flawsAt(START + 180 * MINUTE)).toEqual([])
  expect(await flawsAt(START + 2 * DAY)).toEqual(['its last entry is missing: the freeze has no end'])
})

/** A person who can write to the table appends an entry: its hash agrees, and it has no signature. */
const append = async ({ journal }: Freeze, at: number, happened: Entry['happened']): Promise<void> => {
  const { hash: previous, number, ...last } = journal.unfiled.at(-1)!
  const told = { ...last, number: number + 1, at, previous, happened }
  const entry = { ...told, hash: hashOf(told) }
  const Item = { ...entryKey(ID, entry.number), expireAt: (START + 400 * DAY) / 1000, entry }
  await documentClient(aws.client).send(new PutCommand({ TableName: TABLE, Item }))
}

test('an appended end before its time is found at once', async () => {
  const open = await freeze('open')
  await store(open)
  await append(open, START + 5 * MINUTE, { what: 'freeze-ended' })
  expect(await flawsAt(START + 6 * MINUTE)).toEqual(['entry 3 says that the freeze was over before its time'])
  expect(await flawsAt(START + 10 * DAY)).toContain('its last entry is missing: the freeze has no end')
})

test('an appended lift without a signature is found, also with a time before there were signatures', async () => {
  const open = await freeze('open')
  await store(open)
  const lift = { what: 'freeze-lifted', reason: '', who: DANA } as unknown as Entry['happened']
  await append(open, SIGNED_SINCE - DAY, lift)
  expect(await flawsAt(START + 6 * MINUTE)).toEqual(['entry 3 is not signed'])
})

test.each<[string, (entry: Entry) => Entry['happened'], number, string]>([
  ['an earlier end', ({ happened }) => ({ ...happened, until: START + MINUTE }) as Entry['happened'], 1, 'entry 1'],
  ['another person', ({ happened }) => ({ ...happened, who: actor('U0FINN') }) as Entry['happened'], 3, 'entry 3'],
  ['another reason', ({ happened }) => ({ ...happened, reason: 'for fun' }) as Entry['happened'], 3, 'entry 3'],
])('%s is found, also with hashes that agree', async (_, alter, number, named) => {
  const { journal } = await freeze('lifted')
  let previous = journal.unfiled[0]!.previous
  const table = documentClient(aws.client)
  for (const entry of journal.unfiled) {
    const told = { ...entry, previous, happened: entry.number === number ? alter(entry) : entry.happened }
    const forged = { ...told, hash: hashOf(told) }
    previous = forged.hash
    const Item = { ...entryKey(ID, entry.number), expireAt: (START + 400 * DAY) / 1000, entry: forged }
    await table.send(new PutCommand({ TableName: TABLE, Item }))
  }
  expect(await flawsAt(START + 10 * DAY)).toEqual([`${named} is not the one that was signed`])
})

test('the export has its acts, by pipeline and by person', async () => {
  await store(await freeze('lifted'))
  const audit = (...more: string[]) =>
    runGreenlight(['audit', '--table', TABLE, '--from', '2026-11-23', '--to', '2026-11-26', ...more], {
      environment: {
        AWS_ENDPOINT_URL: aws.client.endpoint,
        AWS_REGION: aws.client.region,
        AWS_ACCESS_KEY_ID: 'auditor',
        AWS_SECRET_ACCESS_KEY: 'any',
      },
      now: () => START + 10 * DAY,
    })
  const { out } = await audit()
  for (const what of ['freeze-set', 'freeze-lengthened', 'freeze-lifted']) expect(out).toContain(what)
  expect((await audit('--pipeline', 'shop-web')).out).toContain('freeze-set')
  expect((await audit('--pipeline', 'docs')).out).not.toContain('freeze-set')
  expect((await audit('--person', 'U0DANA')).out).toContain('freeze-lifted')
})
