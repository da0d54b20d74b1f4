import { jest } from '@jest/globals'
import { newestIn } from '../support/page-client.ts'
import { type BotWorkspace, forEveryone, openBotWorkspace, wordsOf } from '../support/bot-workspace.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeEach(async () => {
  bot = await openBotWorkspace()
})
afterEach(() => bot.close())

/** Adds a second approval to Production, with this `runOrder`, and starts an execution. */
const withSecondApproval = async (runOrder: number) => {
  await bot.ask()
  const { pipeline } = bot.codePipeline.getPipeline({ name: 'flask-app' })
  const edited = structuredClone(pipeline)
  const production = edited.stages[2]!.actions
  production.splice(1, 0, { ...structuredClone(production[0]!), name: 'Product-owner', runOrder })
  production[2]!.runOrder = 9
  bot.codePipeline.updatePipeline(edited)
  await bot.push('Two must agree')
}

const now = () => bot.snapshot()
const untilMessage = (words: RegExp) =>
  bot.until((snapshot) => forEveryone(snapshot).some(({ text }) => words.test(text)))

const decide = (actionName: string, status: 'Approved' | 'Rejected') => {
  const { actions } = now().pipelines[0]!.executions[0]!.stages[2]!
  const { token } = actions.find(({ name }) => name === actionName)!.approval!
  const action = { pipelineName: 'flask-app', stageName: 'Production', actionName }
  return bot.post('/local/console/decide', { userId: 'U0ELI', ...action, token, status, summary: '' })
}

describe('two approvals of one stage', () => {
  test('one after the other: the first names the second until the stage continues', async () => {
    await withSecondApproval(2)
    await untilMessage(/^Approve flask-app to Production\?.*Two must agree/)
    await decide('Approve', 'Approved')
    await untilMessage(/^Approve flask-app to Production \(Product-owner\)\?/)
    await untilMessage(/^Approved, waits for Product-owner: flask-app to Production \(Approve\)/)
    await bot.settled()
    const approvals = forEveryone(now()).map(({ text }) => text)
    expect(approvals.filter((text) => text.startsWith('Deploying'))).toEqual([])
    // Its card may wait for a turn in the channel.
    await bot.until((snapshot) => wordsOf(newestIn(snapshot, 'C0DEPLOYS')).includes('"text":"Product-owner"'))

    await decide('Product-owner', 'Approved')
    await untilMessage(/^Live: flask-app to Production \(Product-owner\)/)
    await untilMessage(/^Live: flask-app to Production \(Approve\)/)
  })

  test('at the same time: each headline names its action', async () => {
    await withSecondApproval(1)
    await untilMessage(/^Approve flask-app to Production \(Approve\)\?/)
    await untilMessage(/^Approve flask-app to Production \(Product-owner\)\?/)
  })

  test('the second rejected: the first does not say that its deployment failed', async () => {
    await withSecondApproval(2)
    await untilMessage(/^Approve flask-app to Production\?.*Two must agree/)
    await decide('Approve', 'Approved')
    await untilMessage(/^Approve flask-app to Production \(Product-owner\)\?/)
    await decide('Product-owner', 'Rejected')
    await untilMessage(/^Rejected: flask-app to Production \(Product-owner\)/)
    const told = await untilMessage(/^Stopped after approval: flask-app to Production \(Approve\)/)
    expect(forEveryone(told).map(wordsOf).join()).toContain('Product-owner was not approved')
  })
})
