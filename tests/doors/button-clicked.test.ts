import { jest } from '@jest/globals'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type BotWorkspace, executionStatus, openBotWorkspace, shown, wordsOf } from '../support/bot-workspace.ts'
import { decided, form, pressed } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace()
})
afterAll(() => bot.close())

interface Told {
  text?: string
  response_type?: string
  replace_original?: boolean
  blocks?: object[]
}

/** What the bot tells one person at the `response_url` of their click. */
const toldAfter = async (press: (responseUrl: string) => Promise<unknown>): Promise<Told[]> => {
  const told: Told[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      told.push(JSON.parse(body) as Told)
      response.end('ok')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await press(`http://127.0.0.1:${port}/`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
  return told
}

const approve = (approvalId: string) => form(decided('approve', approvalId, 'Looks right', 'U0DANA'))

describe('a request that is not genuine', () => {
  const REFUSED: [string, (body: string) => Promise<{ status: number }>, number, RegExp][] = [
    ['unsigned', (body) => bot.send(body, { headers: { 'x-slack-signature': '' } }), 401, /because unsigned/],
    [
      'signed by another',
      (body) => bot.send(body, { headers: { 'x-slack-signature': `v0=${'0'.repeat(64)}` } }),
      401,
      /because forged/,
    ],
    ['stale', (body) => bot.send(body, { agedSeconds: 301 }), 401, /because stale/],
    ['from the future', (body) => bot.send(body, { agedSeconds: -302 }), 401, /because stale/],
    [
      'changed on its way',
      (body) => bot.send(body, { headers: { 'x-slack-request-timestamp': '1' } }),
      401,
      /because stale/,
    ],
    ['of 300 kB', (body) => bot.send(`${body}&more=${'x'.repeat(300_000)}`), 413, /bytes are too many/],
    [
      'whose payload is not JSON',
      () => bot.send('payload=%7Bno'),
      400,
      /The payload is not in the documented shape: it is not JSON/,
    ],
    ['without a payload', () => bot.send('other=1'), 400, /The form is not in the documented shape: it has no payload/],
    [
      'of another content type',
      (body) => bot.send(body, { headers: { 'content-type': 'text/xml' } }),
      400,
      /content type/,
    ],
  ]

  test.each(REFUSED)('%s, is refused, says why in the log, and changes nothing', async (_, send, status, why) => {
    const { message, approvalId } = await bot.ask()
    const before = bot.reported.length
    expect(await send(approve(approvalId))).toMatchObject({ status, body: '' })
    expect(bot.reported.slice(before)).toEqual([expect.stringMatching(why)])
    expect(shown(bot.snapshot())).toEqual(message)
  })
})

describe('a request of Slack', () => {
  test('is not affected by requests before it', async () => {
    expect(await bot.send(approve((await bot.ask()).approvalId))).toEqual({ status: 200, body: '' })
    await bot.untilText(/^Live/)
  })

  test.each([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=utf-8',
    'Application/X-WWW-Form-URLencoded;charset=UTF-8',
  ])('counts with the content type %s, and keeps every letter', async (contentType) => {
    const { approvalId } = await bot.ask()
    const body = form(decided('approve', approvalId, 'Zkontrolováno ✓ 確認済み', 'U0DANA'))
    expect(await bot.send(body, { headers: { 'content-type': contentType } })).toEqual({ status: 200, body: '' })
    expect(wordsOf(shown(await bot.untilText(/^Live/)))).toContain('Zkontrolováno ✓ 確認済み')
  })

  test('that checks the certificate is answered', async () => {
    const headers = { 'x-slack-signature': '', 'x-slack-request-timestamp': '' }
    expect(await bot.send('ssl_check=1&token=old', { headers })).toEqual({ status: 200, body: '' })
  })

  test('counts once when it comes again', async () => {
    const { approvalId } = await bot.ask()
    const answers = await Promise.all([bot.send(approve(approvalId)), bot.send(approve(approvalId))])
    answers.push(await bot.send(approve(approvalId)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(answers.filter(({ body }) => body === '')).toHaveLength(1)
    expect(answers.filter(({ body }) => body.includes('Your approval is on record'))).toHaveLength(2)
    const snapshot = await bot.untilText(/^Live/)
    expect(wordsOf(shown(snapshot)).match(/Looks right/g)).toHaveLength(1)
    expect(executionStatus(snapshot)).toBe('Succeeded')
  })

  test('for an approval that is already decided is told the verdict, and does not change it', async () => {
    const { approvalId } = await bot.ask()
    await bot.send(approve(approvalId))
    await bot.untilText(/^Live/)
    const late = await bot.send(form(decided('reject', approvalId, 'Wait', 'U0ELI')))
    expect(late.body).toContain('This approval is closed: Dana Novak approved it ')
    expect(executionStatus(bot.snapshot())).toBe('Succeeded')
    expect(wordsOf(shown(bot.snapshot()))).not.toContain('Wait')
  })

  test('by a person who is not an approver does not count, though no button was pressed before', async () => {
    const { approvalId, message } = await bot.ask()
    const answer = await bot.send(form(decided('approve', approvalId, 'Trust me', 'U0FINN')))
    expect(answer.body).toContain('You are not an approver of this deployment.')
    expect(shown(bot.snapshot())).toEqual(message)
  })

  const inPrivate = (text: string): Told[] => [
    {
      response_type: 'ephemeral',
      replace_original: false,
      text: expect.stringContaining(text),
      blocks: [expect.objectContaining({ type: 'rich_text' })],
    },
  ]

  test('for an unknown approval is answered in private', async () => {
    const told = await toldAfter(async (responseUrl) => {
      const press = pressed('approve', 'f'.repeat(32), { userId: 'U0DANA', responseUrl })
      expect(await bot.send(form(press))).toEqual({ status: 200, body: '' })
    })
    expect(told).toEqual(inPrivate('no record of this approval'))
    const sent = await bot.send(form(decided('approve', 'f'.repeat(32), '', 'U0DANA')))
    expect(sent.body).toContain('no record of this approval')
  })

  test.each([
    ['reject', 'U0FINN', 'You are not an approver of this deployment.'],
    ['withdraw', 'U0DANA', 'You have no approval here to withdraw.'],
    ['take-newer', 'U0DANA', 'No newer change is waiting any more.'],
    ['break-glass', 'U0DANA', 'There is no freeze to override right now.'],
  ])('to %s that may not count is answered in private, and changes nothing', async (action, userId, why) => {
    const { approvalId, message } = await bot.ask()
    const told = await toldAfter(async (responseUrl) => {
      expect(await bot.send(form(pressed(action, approvalId, { userId, responseUrl })))).toEqual({
        status: 200,
        body: '',
      })
    })
    expect(told).toEqual(inPrivate(why))
    expect(wordsOf(shown(bot.snapshot()))).toBe(wordsOf(message))
  })

  test('is not lost when no form can be opened: the person is told, and may press again', async () => {
    const { approvalId } = await bot.ask()
    const expired = { status: 200, body: { ok: false, error: 'expired_trigger_id' } }
    bot.disturb.slack.order({ operation: 'views.open', times: 1, answer: expired })
    const told = await toldAfter(async (responseUrl) => {
      const press = pressed('approve', approvalId, { userId: 'U0DANA', responseUrl })
      expect(await bot.send(form(press))).toEqual({ status: 200, body: '' })
    })
    expect(told).toEqual(inPrivate('Slack took too long to open the form.'))
  })

  test('without a required comment is answered at the missing input', async () => {
    const { approvalId } = await bot.ask()
    const blank = await bot.send(form(decided('reject', approvalId, ' ', 'U0ELI')))
    expect(JSON.parse(blank.body)).toEqual({
      response_action: 'errors',
      errors: { comment: 'Enter a reason: the author reads it.' },
    })
  })

  test('with a reason that is too long is answered with its length, and no part of it is kept', async () => {
    const { approvalId, message } = await bot.ask()
    const long = await bot.send(form(decided('reject', approvalId, 'no '.repeat(200), 'U0ELI')))
    expect(JSON.parse(long.body)).toEqual({
      response_action: 'errors',
      errors: { comment: expect.stringContaining('This has 599 characters.') },
    })
    expect(shown(bot.snapshot())).toEqual(message)
  })

  test('with a modal that the bot did not open is refused, and affects no approval', async () => {
    const { approvalId } = await bot.ask()
    const foreign = decided('approve', approvalId, '', 'U0DANA')
    foreign.view.private_metadata = '{"approval":"*","decision":"approve","from":null}'
    expect((await bot.send(form(foreign))).status).toBe(400)
    expect((await bot.send(approve(approvalId))).status).toBe(200)
    await bot.untilText(/^Live/)
  })

  test('whose comment is markup stays a comment', async () => {
    const { approvalId } = await bot.ask()
    await bot.send(form(decided('reject', approvalId, '<!channel> *no* <https://evil.example|here>', 'U0ELI')))
    // Until CodePipeline has the verdict, the line ends with the comment.
    await bot.until((snapshot) => /^(?!.*Telling CodePipeline).*Rejected:/.test(wordsOf(shown(snapshot))))
    const message = shown(bot.snapshot())
    expect(message?.text).not.toMatch(/<[!@#h]/)
    expect(wordsOf(message)).toContain('"type":"text","text":": “<!channel> *no* <https://evil.example|here>” · ')
  })
})
