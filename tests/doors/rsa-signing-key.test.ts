import { type BotWorkspace, executionStatus, openBotWorkspace, RELEASES } from '../support/bot-workspace.ts'
import { runGreenlight } from '../cli/scripted-terminal.ts'

/* An installation with signingKeySpecs: RSA_2048, with the roles that infra/ gives its functions. */

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(undefined, undefined, undefined, 'RSA_2048')
})
afterAll(() => bot.close())

test('an approval in Slack reaches CodePipeline, and its record holds', async () => {
  const { message } = await bot.ask()
  const at = { channelId: RELEASES, ts: message.ts, blockId: 'approval', userId: 'U0DANA' }
  expect(await bot.post('/local/slack/click', { ...at, actionId: 'approve' })).toMatchObject({ body: { ok: true } })
  const { modals } = await bot.until((snapshot) => snapshot.modals.length > 0)
  await bot.post('/local/slack/submit', { userId: 'U0DANA', viewId: modals[0]!.viewId, values: {} })
  await bot.until((snapshot) => executionStatus(snapshot) === 'Succeeded')
  await bot.settled()
  expect(bot.reported).toEqual([])

  const environment = {
    AWS_ENDPOINT_URL: `${bot.url}/aws`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'auditor',
    AWS_SECRET_ACCESS_KEY: 'any',
  }
  const from = new Date(bot.clock.now()).toISOString().slice(0, 10)
  const { exitCode, out, err } = await runGreenlight(['audit', '--from', from], {
    environment,
    now: () => bot.clock.now() + 60_000,
  })
  expect({ exitCode, err: err.replace(/\d+ entries.*/s, '') }).toEqual({ exitCode: 0, err: '' })
  const signatures = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { happened: { what: string; signed?: { value: string } } })
    .flatMap(({ happened }) =>
      happened.signed ? [[happened.what, Buffer.from(happened.signed.value, 'base64').length]] : [],
    )
  expect(signatures).toEqual([
    ['voted', 256],
    ['verified', 256],
  ])
})
