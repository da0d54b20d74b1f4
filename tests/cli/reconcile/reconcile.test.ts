import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { entriesOf } from '../../../functions/record/record-reader.ts'
import { documentClient } from '../../../functions/aws/document-client.ts'
import { deflated } from '../../../functions/aws/deflated-record.ts'
import { storedEntries } from '../../../functions/aws/entries.ts'
import { approvalKey } from '../../../functions/aws/records.ts'
import type { Entry } from '../../../functions/domain/journal.ts'
import type { Line } from '../../../cli/reconcile/lines.ts'
import { ACCOUNT } from '../../../local/workspace/account.ts'
import { APPROVAL, type BotWorkspace, openBotWorkspace } from '../../support/bot-workspace.ts'
import { newestExecution } from '../../support/page-client.ts'
import { decided, form } from '../../support/slack-payload.ts'
import { runGreenlight } from '../scripted-terminal.ts'

/** The command against the local workspace, in which the real bot keeps its record. */
let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../../local/workspace/console-people.yml', import.meta.url))
})
afterAll(() => bot.close())

const connection = () => ({
  endpoint: `${bot.url}/aws`,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'me', secretAccessKey: 'any' },
})

const reconcile = async (...more: string[]) => {
  const { exitCode, out, err } = await runGreenlight(['reconcile', '--from', '2020-01-01', ...more], {
    environment: {
      AWS_ENDPOINT_URL: connection().endpoint,
      AWS_ACCESS_KEY_ID: 'me',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_REGION: connection().region,
    },
    now: () => bot.clock.now() + 1000,
  })
  return { exitCode, out, err }
}

const linesOf = (out: string) =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)

const outcomes = async () => linesOf((await reconcile()).out).map(({ outcome, by }) => [outcome, ...by])

/** Returns the id of the approval. */
const release = async (
  title: string,
  approve: (approval: { token: string; approvalId: string }) => Promise<unknown>,
) => {
  const asked = await bot.ask(title)
  await approve(asked)
  await bot.untilText(/Live/)
  await bot.settled()
  return asked.approvalId
}

const inConsole = (userId: string) => (asked: { token: string }) =>
  bot.post('/local/console/decide', { ...APPROVAL, userId, token: asked.token, status: 'Approved', summary: 'Fine' })

test('each release is listed with its approval, and what has none makes the command fail', async () => {
  const approved = await release('By Dana', ({ approvalId }) =>
    bot.send(form(decided('approve', approvalId, 'Looks good', 'U0DANA'))),
  )
  const all = await reconcile()
  expect(all).toMatchObject({ exitCode: 0, err: '1 release in 1 pipeline: each has its approval.\n' })
  expect(linesOf(all.out)).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-/),
      account: '111122223333',
      region: 'eu-west-1',
      pipeline: 'flask-app',
      stage: 'Production',
      action: 'Approve',
      execution: expect.stringMatching(/^[\da-f-]{36}$/),
      outcome: 'approved',
      exception: false,
      approval: approved,
      by: ['dana@shop.example'],
      note: '',
    },
  ])

  await release('By Dana in the console', inConsole('U0DANA'))
  await release('By Finn, who may not', inConsole('U0FINN'))
  const { exitCode, err } = await reconcile()
  expect(exitCode).toBe(1)
  expect(err).toBe('3 releases in 1 pipeline: 1 without approval by the policy.\n  past-policy: 1\n')
  expect((await outcomes()).map(([outcome]) => outcome)).toEqual(['approved', 'approved-in-console', 'past-policy'])

  expect((await outcomes())[1]).toEqual(['approved-in-console', expect.stringMatching(/dana/i)])
})

test('an altered record, a record that is gone, and a release without approval action are exceptions', async () => {
  const [first, second] = linesOf((await reconcile()).out).map(({ approval }) => approval!)
  const table = documentClient(connection())
  const { tableName: TableName } = ACCOUNT
  const filed = await table.send(new QueryCommand({ TableName, ...entriesOf(first!) }))
  for (const item of filed.Items ?? []) {
    const { entries, where } = storedEntries(item)
    const altered = (entries as Entry[]).map((entry) => (entry.number === 3 ? { ...entry, at: 1 } : entry))
    const { entry: _, ...place } = item
    await table.send(new PutCommand({ TableName, Item: { ...place, ...deflated({ where, entries: altered }, []) } }))
  }
  const { Items = [] } = await table.send(new QueryCommand({ TableName, ...entriesOf(second!) }))
  const keys = [approvalKey(second!), ...Items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }))]
  for (const Key of keys) await table.send(new DeleteCommand({ TableName, Key }))

  const { pipeline } = bot.codePipeline.getPipeline({ name: 'flask-app' })
  const edited = structuredClone(pipeline)
  edited.stages[2]!.actions = edited.stages[2]!.actions.filter(({ name }) => name !== 'Approve')
  bot.codePipeline.updatePipeline(edited)
  await bot.push('Straight to production')
  await bot.until((snapshot) => newestExecution(snapshot)?.status === 'Succeeded')

  const { out, err } = await reconcile()
  expect(linesOf(out).map(({ outcome, exception, by }) => [outcome, exception, by.length])).toEqual([
    ['not-intact', true, 1],
    ['not-on-record', true, 0],
    ['past-policy', true, 1],
    ['no-approval-action', true, 0],
  ])
  expect(err).toMatch(/^4 releases in 1 pipeline: 4 without approval by the policy\./)
  expect((await reconcile('--only-stage', 'Staging*')).err).toBe('0 releases in 1 pipeline: each has its approval.\n')
})

test('an approval that a condition skipped is named with what the record says of that', async () => {
  const { pipeline } = bot.codePipeline.getPipeline({ name: 'flask-app' })
  const edited = structuredClone(pipeline)
  const ruleTypeId = { category: 'Rule', owner: 'AWS', provider: 'VariableCheck', version: '1' } as const
  const configuration = { Variable: 'a', Operator: 'EQ', Value: 'b' }
  const rules = [{ name: 'never', ruleTypeId, configuration }]
  edited.stages.splice(2, 0, {
    name: 'Gate',
    actions: [
      {
        name: 'Approve',
        actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
        runOrder: 1,
        configuration: {},
        inputArtifacts: [],
        outputArtifacts: [],
      },
    ],
    beforeEntry: { conditions: [{ result: 'SKIP', rules }] },
  })
  bot.codePipeline.updatePipeline(edited)
  await bot.push('Past the gate')
  await bot.until((snapshot) => newestExecution(snapshot)?.status === 'Succeeded')
  await bot.settled()
  const last = linesOf((await reconcile()).out).at(-1)!
  expect(last).toMatchObject({ outcome: 'skipped', stage: 'Production' })
  expect(last.note).toBe(
    'Not approved: Gate › Approve. A condition skipped the stage Gate: Rule never: Variable check failed: "a" EQ "b" does not hold.',
  )
})

test('a spreadsheet gets a head and a line for each release', async () => {
  const { out } = await reconcile('--format', 'csv')
  const [head, ...lines] = out.trimEnd().split('\n')
  expect(head).toBe('time,account,region,pipeline,stage,action,execution,outcome,exception,approval,by,note')
  expect(lines).toHaveLength(5)
  expect(lines[3]).toMatch(/,no-approval-action,yes,,,The pipeline has no approval action before it\.$/)
})

test('a pipeline that does not exist is named', async () => {
  expect(await reconcile('--pipeline', 'shop-wbe')).toEqual({
    exitCode: 1,
    out: '',
    err: 'The pipeline shop-wbe does not exist in eu-west-1.\n',
  })
  expect((await reconcile('--to', '2019-01-01')).exitCode).toBe(2)
})

test('the pipelines of another Region are read by its name', async () => {
  expect((await reconcile('--pipelines-region', 'Ireland')).err).toBe(
    '--pipelines-region is Ireland: expected an AWS Region such as eu-west-1.\n',
  )
  const [line] = linesOf((await reconcile('--pipelines-region', 'us-east-1')).out)
  expect(line).toMatchObject({ region: 'us-east-1', outcome: 'not-on-record' })
})
