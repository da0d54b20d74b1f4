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
const NAMES = ['constructor', 'toString', 'hasOwnProperty', '__proto__']

test('stages may be called as what every object has: their status card is posted and kept up to date', async () => {
  await bot.ask()
  const { pipeline } = bot.codePipeline.getPipeline({ name: 'flask-app' })
  const edited = structuredClone(pipeline)
  const build = edited.stages[1]!
  const named = NAMES.map((name) => ({ ...structuredClone(build), name }))
  for (const [at, stage] of named.entries()) {
    stage.actions = [
      { ...stage.actions[0]!, name: stage.name, outputArtifacts: at === 0 ? stage.actions[0]!.outputArtifacts : [] },
    ]
  }
  edited.stages.splice(1, 1, ...named)
  bot.codePipeline.updatePipeline(edited)
  await bot.ask('With odd names')
  const passed = new RegExp(`waits for approval.*${NAMES.map((name) => `✓  [^✓⏸]*"${name}"`).join('.*')}`, 's')
  const waiting = await bot.until((snapshot) => passed.test(wordsOf(statusCard(snapshot))))
  expect(newestExecution(waiting)?.stages.map(({ name }) => name)).toEqual(['Source', ...NAMES, 'Production'])
  await bot.settled()
  expect(bot.deadLetters).toEqual([])
})
