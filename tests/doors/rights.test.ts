import { jest } from '@jest/globals'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../functions/aws/document-client.ts'
import { entryKey, storedEntries } from '../../functions/aws/entries.ts'
import { openTable } from '../../functions/aws/table.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { takeRefusals, usesSoFar } from '../../local/rights-used.ts'
import { ACCOUNT } from '../../local/workspace/account.ts'
import type { Aws } from '../../local/workspace/open-aws.ts'
import { accessKeyOf } from '../../local/workspace/function-roles.ts'
import { type BotWorkspace, executionStatus, openBotWorkspace, shown } from '../support/bot-workspace.ts'
import { blockWith, messagesIn } from '../support/page-client.ts'
import { accessKeySecret } from '../support/secret.ts'
import { decided, form, steered } from '../support/slack-payload.ts'
import { stillDelivery } from '../support/still-delivery.ts'

jest.setTimeout(60_000)

const CONFIGURATION = new URL('../local/workspace/retry.yml', import.meta.url)
const DEPLOYMENTS = 'C0DEPLOYS'

let bot: BotWorkspace
let sts: Aws['sts']
beforeAll(async () => {
  bot = await openBotWorkspace(CONFIGURATION, (settings) => {
    sts = (settings.aws as Aws).sts
    return stillDelivery(settings)
  })
})
afterAll(() => bot.close())

test('each function may do in its own role what an approval, a rejection and the minutes between need', async () => {
  const { approvalId } = await bot.ask()
  await bot.send(form(decided('approve', approvalId, 'Looks right', 'U0DANA')))
  await bot.until((snapshot) => executionStatus(snapshot) === 'Succeeded')
  const second = await bot.ask('Another change')
  await bot.pass(3 * 60_000)
  await bot.send(form(decided('reject', second.approvalId, 'Not today', 'U0DANA')))
  await bot.until((snapshot) => executionStatus(snapshot) === 'Failed')
  await bot.settled()
  await fileAgain(approvalId)
  expect(takeRefusals()).toEqual([])
  const read = {
    principalArn: expect.stringMatching(/button-clicked$/),
    sid: 'FileEntries',
    action: 'dynamodb:GetItem',
  }
  expect(usesSoFar()).toContainEqual(read)
})

/** Files the first entry as a click does that another function was faster to file: two at once are a matter of chance. */
const fileAgain = async (approvalId: string): Promise<void> => {
  const inRoleOf = (accessKeyId: string) => ({
    region: ACCOUNT.region,
    endpoint: `${bot.url}/aws`,
    credentials: { accessKeyId, secretAccessKey: accessKeySecret() },
  })
  const first = { TableName: ACCOUNT.tableName, Key: entryKey(approvalId, 1) }
  const { Item } = await documentClient(inRoleOf(ACCOUNT.botAccessKeyId)).send(new GetCommand(first))
  const { entries } = openTable(inRoleOf(accessKeyOf('button-clicked')), ACCOUNT.tableName)
  await entries.file([{ entry: storedEntries(Item!).entries[0] as Entry, keptUntil: bot.clock.now(), where: null }])
}

test('and what the retry of a failed stage needs', async () => {
  const status = () => messagesIn(bot.snapshot(), DEPLOYMENTS).find((one) => blockWith(one, 'steer-retry'))
  await bot.push('It will fail')
  await bot.until(() => status() !== undefined)
  await bot.settled()
  const elements = blockWith(status(), 'steer-retry')?.elements as { value?: string }[]
  await bot.send(form(steered({ act: 'retry', value: elements[0]?.value, choice: 'ALL_ACTIONS' })))
  const told = () => messagesIn(bot.snapshot(), DEPLOYMENTS).filter(({ onlyFor }) => onlyFor !== null)
  await bot.until(() => told().some(({ text }) => / runs again/.test(text)))
  await bot.settled()
  expect(takeRefusals()).toEqual([])
})

test('a function whose role lacks a permission is refused, with the name of the permission', async () => {
  const role = sts.functions.get(accessKeyOf('pipeline-changed'))!
  for (const policy of role.policies)
    policy.Statement = policy.Statement.filter((statement) => statement['Sid'] !== 'KeepTheTruth')
  await bot.push('A change that no one hears of')
  await bot.pass(60_000)
  expect(takeRefusals()).toContainEqual(
    expect.stringMatching(/greenlight-prod-pipeline-changed.*not authorized to perform: dynamodb:(?:Get|Put)Item/),
  )
  expect(shown(bot.snapshot())).toBeDefined()
})
