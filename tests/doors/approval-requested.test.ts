import { jest } from '@jest/globals'
import { waitingApproval } from '../support/page-client.ts'
import {
  BY_TOPIC,
  type BotWorkspace,
  forEveryone,
  notification,
  openBotWorkspace,
  shown,
  wordsOf,
} from '../support/bot-workspace.ts'
import { decided, form } from '../support/slack-payload.ts'
import { approvalToken } from '../support/secret.ts'

jest.setTimeout(60_000)

/*
 * The pipeline's approval action notifies no topic, and its route asks by topic only, so that each test publishes the
 * notification itself.
 */

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(BY_TOPIC)
  await bot.ask()
  const { pipeline } = bot.codePipeline.getPipeline({ name: 'flask-app' })
  const { NotificationArn: _, ...configuration } = pipeline.stages[2]?.actions[0]?.configuration ?? {}
  const edited = structuredClone(pipeline)
  Object.assign(edited.stages[2]?.actions[0] ?? {}, { configuration })
  bot.codePipeline.updatePipeline(edited)
  await bot.untilText(/^Canceled/)
})
afterAll(() => bot.close())

/** A waiting approval that the bot has not been notified of; earlier ones are over. */
const pending = async (title: string): Promise<string> => {
  await bot.push(title)
  const snapshot = await bot.until((current) => waitingApproval(current) !== undefined)
  await bot.settled()
  return waitingApproval(snapshot)?.token ?? ''
}

const publish = (approval: Record<string, unknown>) => bot.publish(JSON.stringify(notification(approval)))
const questions = () => forEveryone(bot.snapshot())

const reject = async (): Promise<void> => {
  const { approvalId } = await bot.ask()
  await bot.send(form(decided('reject', approvalId, 'Only a test', 'U0DANA')))
  await bot.untilText(/^Rejected/)
}

test('custom data and link are shown as CodePipeline has them, not as the notification says', async () => {
  const customData = '<!here> see <https://evil.example|the basket> & *decide*'
  await publish({ token: await pending('With markup'), customData, externalEntityLink: 'https://evil.example/1' })
  const words = wordsOf((await bot.ask()).message)
  expect(words).toContain('With markup')
  expect(words).not.toContain('evil.example')
  await reject()
})

describe('a notification', () => {
  test('delivered twice requests approval once', async () => {
    const token = await pending('Told twice')
    const before = questions().length
    await publish({ token })
    await publish({ token })
    await bot.ask()
    await publish({ token })
    await bot.settled()
    expect(questions()).toHaveLength(before + 1)
    await reject()
    await publish({ token })
    await bot.settled()
    expect(questions()).toHaveLength(before + 1)
    expect(shown(bot.snapshot())?.text).toMatch(/^Rejected/)
  })

  test('is tried again when CodePipeline does not answer', async () => {
    const token = await pending('While AWS is busy')
    const throttled = { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } }
    bot.disturb.aws.order({ operation: 'GetPipelineState', times: 8, answer: throttled })
    await publish({ token })
    await bot.pass(5 * 60_000)
    expect((await bot.ask()).message.text).toContain('While AWS is busy')
    expect(bot.reported.join('\n')).toContain('Rate exceeded')
    // Who has the token can decide for the pipeline.
    expect(bot.reported.join('\n')).not.toContain(token)
    await reject()
  })

  test('that is malformed ends in the dead-letter queue, and does not affect the next one', async () => {
    const token = await pending('After the garbled')
    const before = { letters: bot.deadLetters.length, questions: questions().length }
    await publish({ token: 'a/b' })
    await publish({ token })
    await bot.ask()
    await bot.pass(5 * 60_000)
    const letters = bot.deadLetters.slice(before.letters)
    expect(letters.map(({ door }) => door)).toEqual(['approval-requested'])
    expect(letters[0]?.because).toMatch(/^Malformed: The approval notification is not in the documented shape/)
    expect(questions()).toHaveLength(before.questions + 1)
    await reject()
  })

  test('is found among other messages: they are ignored, and leave no dead letter', async () => {
    const token = await pending('After the noise')
    const before = { letters: bot.deadLetters.length, questions: questions().length }
    for (const message of ['no JSON', '{}', '[]', 'null', JSON.stringify({ approval: 1 })]) await bot.publish(message)
    await publish({ token })
    await bot.ask()
    await bot.pass(5 * 60_000)
    expect(bot.deadLetters).toHaveLength(before.letters)
    expect(questions()).toHaveLength(before.questions + 1)
    await reject()
  })

  test('that is forged requests no approval, and ends in the dead-letter queue after its last try', async () => {
    const before = { letters: bot.deadLetters.length, questions: questions().length }
    await publish({ token: approvalToken('00000000') })
    await bot.pass(60 * 60_000)
    expect(questions()).toHaveLength(before.questions)
    const letters = bot.deadLetters.slice(before.letters)
    expect(letters.map(({ door }) => door)).toEqual(['effect-due'])
    expect(JSON.stringify(letters)).toContain(approvalToken('00000000'))
    expect(bot.reported.join('\n')).toMatch(/request-approval was given up after 11 tries/)
  })
})
