import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../../functions/aws/document-client.ts'
import { entryKey } from '../../../functions/aws/entries.ts'
import { openTable } from '../../../functions/aws/table.ts'
import { applyEvent, newExecution } from '../../../functions/domain/execution.ts'
import type { Entry } from '../../../functions/domain/journal.ts'
import { hashOf } from '../../../functions/domain/journal.ts'
import { skippedApprovalId, unfiledSkips, withSkips } from '../../../functions/domain/skipped-approval.ts'
import { readRecord } from '../../../functions/record/record-reader.ts'
import { signatureFlaws } from '../../../functions/record/signature-flaws.ts'
import { openAws } from '../../support/aws-endpoint.ts'
import { DAY, KEY, MINUTE, START } from '../../support/records.ts'
import { openKeys } from '../../support/signed-record.ts'
import { runGreenlight } from '../scripted-terminal.ts'

const TABLE = 'greenlight'
const { executionId, ...PIPELINE } = KEY
const WHERE = { ...PIPELINE, stage: 'Production', action: 'Approve' }
const ID = skippedApprovalId(WHERE, executionId)

let aws: Awaited<ReturnType<typeof openAws>>
beforeEach(async () => {
  aws = await openAws({ directTable: true })
})
afterEach(() => aws.close())

/** An execution whose stage Production was skipped by a rule that Dana overrode. */
const skipped = () => {
  const change = {
    level: 'stage',
    stage: 'Production',
    progress: 'skipped',
    at: START,
    because: 'Rule only-by: “Ana” is not “Ben”',
    overriddenBy: 'dana@shop.example',
    skippedApprovals: ['Approve'],
  } as const
  return withSkips(applyEvent(newExecution(KEY, START), change, START), START + MINUTE, 400 * DAY)
}

const store = (): Promise<void> => openTable(aws.client, TABLE).entries.file(unfiledSkips(skipped()))

const flawsOf = async (): Promise<string[]> => {
  const record = await readRecord(documentClient(aws.client), TABLE, ID, START + DAY)
  return [...record.flaws, ...signatureFlaws(ID, record.entries, { ...openKeys().audit, since: START - DAY })]
}

const put = (entry: Entry) => {
  const Item = { ...entryKey(ID, entry.number), expireAt: (START + 400 * DAY) / 1_000, where: WHERE, entry }
  return documentClient(aws.client).send(new PutCommand({ TableName: TABLE, Item }))
}

test('its record passes verification, without an approval', async () => {
  await store()
  expect(await flawsOf()).toEqual([])
})

const told = (by: Partial<Entry>): Entry => {
  const { hash: _, ...entry } = { ...unfiledSkips(skipped())[0]!.entry, ...by }
  return { ...entry, hash: hashOf(entry) }
}
const { happened } = unfiledSkips(skipped())[0]!.entry

test.each<[string, Entry, string]>([
  [
    'of another stage',
    told({ happened: { ...happened, where: { ...WHERE, stage: 'Staging' } } as Entry['happened'] }),
    'entry 1 is about another skipped approval',
  ],
  [
    'of another execution',
    told({ happened: { ...happened, executionId: 'another' } as Entry['happened'] }),
    'entry 1 is about another skipped approval',
  ],
  [
    'of no stage',
    told({ happened: { what: 'approval-skipped' } as Entry['happened'] }),
    'entry 1 is about another skipped approval',
  ],
  [
    'of something else',
    told({ happened: { what: 'announced', event: 'decided' } }),
    'entry 1 is not about a skipped approval',
  ],
  [
    'with another reason and the old hash',
    { ...unfiledSkips(skipped())[0]!.entry, happened: { ...happened, because: 'no' } as Entry['happened'] },
    'entry 1 was altered',
  ],
])('an entry %s in its place is found, also with a hash that agrees', async (_, entry, flaw) => {
  await put(entry)
  expect(await flawsOf()).toContain(flaw)
})

test('a second entry is found', async () => {
  await store()
  const { hash: previous } = unfiledSkips(skipped())[0]!.entry
  await put(told({ number: 2, previous }))
  expect(await flawsOf()).toContain('entry 2 is not about a skipped approval')
})

test('the export has it, by pipeline and by the person who overrode', async () => {
  await store()
  const audit = (...more: string[]) =>
    runGreenlight(['audit', '--table', TABLE, '--from', '2026-11-23', '--to', '2026-11-26', ...more], {
      environment: {
        AWS_ENDPOINT_URL: aws.client.endpoint,
        AWS_REGION: aws.client.region,
        AWS_ACCESS_KEY_ID: 'auditor',
        AWS_SECRET_ACCESS_KEY: 'any',
      },
      now: () => START + DAY,
    })
  expect(JSON.parse((await audit('--pipeline', PIPELINE.pipeline)).out)).toMatchObject({
    approval: ID,
    pipeline: PIPELINE.pipeline,
    stage: 'Production',
    action: 'Approve',
    happened: { what: 'approval-skipped', because: 'Rule only-by: “Ana” is not “Ben”' },
  })
  expect((await audit('--pipeline', 'docs')).out).toBe('')
  expect((await audit('--person', 'dana@shop.example')).out).toContain('approval-skipped')
  expect((await audit('--format', 'csv')).out).toContain('Production,Approve')
})
