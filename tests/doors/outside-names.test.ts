import { jest } from '@jest/globals'
import type { Snapshot } from '../../local/page/contract.ts'
import { newestExecution, newestIn } from '../support/page-client.ts'
import { type BotWorkspace, openBotWorkspace, wordsOf } from '../support/bot-workspace.ts'

jest.setTimeout(60_000)

const DEPLOYS = 'C0DEPLOYS'

let bot: BotWorkspace
beforeEach(async () => {
  bot = await openBotWorkspace()
})
afterEach(() => bot.close())

const statusCard = (snapshot: Snapshot) => newestIn(snapshot, DEPLOYS)

/** Names that CodePipeline allows, and that every object of JavaScript has. */
test.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])(
  'a stage may be called %s: its status card is posted and kept up to date',
  async (name) => {
    await bot.ask()
    const { pipeline } = bot.codePipeline.getPipeline({ name: 'flask-app' })
    const edited = structuredClone(pipeline)
    edited.stages[1]!.name = name
    edited.stages[1]!.actions[0]!.name = name
    bot.codePipeline.updatePipeline(edited)
    await bot.ask('With an odd name')
    const passed = new RegExp(`waits for approval.*✓  [^✓⏸]*"${name}"`, 's')
    const waiting = await bot.until((snapshot) => passed.test(wordsOf(statusCard(snapshot))))
    expect(newestExecution(waiting)?.stages.map(({ name }) => name)).toEqual(['Source', name, 'Production'])
    await bot.settled()
    expect(bot.deadLetters).toEqual([])
  },
)
