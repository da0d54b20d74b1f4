import { jest } from '@jest/globals'
import { takeRefusals } from '../../local/rights-used.ts'
import type { Aws } from '../../local/workspace/open-aws.ts'
import { accessKeyOf } from '../../local/workspace/function-roles.ts'
import { type BotWorkspace, executionStatus, openBotWorkspace, shown } from '../support/bot-workspace.ts'
import { blockWith, messagesIn } from '../support/page-client.ts'
import { decided, form } from '../support/slack-payload.ts'
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
  expect(takeRefusals()).toEqual([])
})

test('and what the retry of a failed stage needs', async () => {
  const status = () => messagesIn(bot.snapshot(), DEPLOYMENTS).find((one) => blockWith(one, 'steer-retry'))
  await bot.push('It will fail')
  await bot.until(() => status() !== undefined)
  await bot.settled()
  const elements = blockWith(status(), 'steer-retry')?.elements as { value?: string }[]
  const payload = decided('approve', 'x', '', 'U0DANA')
  await bot.send(
    form({
      ...payload,
      view: {
        ...payload.view,
        callback_id: 'steer',
        private_metadata: JSON.stringify({ act: 'retry', value: elements[0]?.value, from: DEPLOYMENTS }),
        state: {
          values: { choice: { which: { type: 'radio_buttons', selected_option: { value: 'ALL_ACTIONS' } } } },
        },
      },
    }),
  )
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
