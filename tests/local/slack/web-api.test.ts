import { WebClient } from '@slack/web-api'
import { openSlackWorkspace, TOKEN } from './slack-workspace.ts'
import { botToken } from '../../support/secret.ts'

let workspace: Awaited<ReturnType<typeof openSlackWorkspace>>
let client: WebClient
beforeEach(async () => {
  workspace = await openSlackWorkspace()
  client = workspace.client
})
afterEach(() => workspace.close())

const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } })

describe('Slack’s Web API, called by Slack’s own client', () => {
  test('knows the bot, its team, its people and its channels by fixed ids', async () => {
    expect(await client.auth.test()).toMatchObject({ ok: true, team_id: 'T0SHOPTEAM', bot_id: 'B0GREENLIGHT' })
    expect((await client.users.info({ user: 'U0DANA' })).user).toMatchObject({
      id: 'U0DANA',
      real_name: 'Dana Novak',
      profile: { email: 'dana@shop.example' },
    })
    const { user } = await client.users.lookupByEmail({ email: 'ben@shop.example' })
    expect(user?.id).toBe('U0BEN')
    await expect(client.users.lookupByEmail({ email: 'nobody@shop.example' })).rejects.toThrow('users_not_found')
    const { channels } = await client.conversations.list()
    expect(channels?.map((channel) => channel.id)).toEqual(
      expect.arrayContaining(['C0RELEASES', 'C0DEPLOYS', 'C0GENERAL']),
    )
    const { members } = await client.conversations.members({ channel: 'C0GENERAL' })
    expect(members).toEqual(expect.arrayContaining(['U0ANA', 'U0FINN']))
  })

  test('knows user groups and who is in them', async () => {
    const { usergroups } = await client.usergroups.list()
    expect(usergroups?.map((group) => group.handle)).toEqual(['release-managers', 'engineers'])
    expect((await client.usergroups.users.list({ usergroup: 'S0RELMGRS' })).users).toEqual(['U0DANA', 'U0ELI'])
    await expect(client.usergroups.users.list({ usergroup: 'S0NOBODY' })).rejects.toThrow('no_such_subteam')
  })

  test('posts, lists, updates and deletes messages, with metadata on request', async () => {
    const metadata = { event_type: 'approval', event_payload: { subject: 'one' } }
    const posted = await client.chat.postMessage({
      channel: 'C0RELEASES',
      text: 'Release?',
      blocks: [section('Release?')],
      metadata,
    })
    expect(posted.message).toMatchObject({ bot_id: 'B0GREENLIGHT', app_id: 'A0GREENLIGHT' })
    const history = { channel: 'C0RELEASES' }
    const [plain] = (await client.conversations.history(history)).messages ?? []
    expect(plain).toMatchObject({ text: 'Release?', ts: posted.ts })
    expect(plain).not.toHaveProperty('metadata')
    const [whole] = (await client.conversations.history({ ...history, include_all_metadata: true })).messages ?? []
    expect(whole?.metadata).toEqual(metadata)

    await client.chat.update({ channel: 'C0RELEASES', ts: posted.ts ?? '', text: 'Released' })
    const [updated] = (await client.conversations.history({ ...history, include_all_metadata: true })).messages ?? []
    expect(updated).toMatchObject({ text: 'Released', metadata })
    expect(updated).not.toHaveProperty('blocks')

    await client.chat.delete({ channel: 'C0RELEASES', ts: posted.ts ?? '' })
    expect((await client.conversations.history(history)).messages).toEqual([])
    await expect(client.chat.update({ channel: 'C0RELEASES', ts: posted.ts ?? '', text: 'x' })).rejects.toThrow(
      'message_not_found',
    )
  })

  test('stamps messages with the workspace’s time, and lists those since then', async () => {
    const before = await client.chat.postMessage({ channel: 'C0RELEASES', text: 'today' })
    await workspace.clock.moveAhead(7 * 86_400_000)
    const since = Math.floor(workspace.clock.now() / 1000) - 60
    const after = await client.chat.postMessage({ channel: 'C0RELEASES', text: 'in a week' })
    expect(Number(after.ts) - Number(before.ts)).toBeGreaterThanOrEqual(7 * 86_400 - 1)
    const { messages } = await client.conversations.history({ channel: 'C0RELEASES', oldest: String(since) })
    expect(messages?.map(({ text }) => text)).toEqual(['in a week'])
    await client.chat.update({ channel: 'C0RELEASES', ts: after.ts ?? '', text: 'found by its stamp' })
    const reply = { channel: 'C0RELEASES', thread_ts: before.ts ?? '', text: 'reply' }
    await client.chat.postMessage(reply)
    const thread = await client.conversations.replies({ channel: 'C0RELEASES', ts: before.ts ?? '' })
    expect(thread.messages?.map(({ text }) => text)).toEqual(['today', 'reply'])
    await client.chat.delete({ channel: 'C0RELEASES', ts: before.ts ?? '' })
    const { message } = await client.chat.postMessage({ ...reply, text: 'too late' })
    expect([message?.text, message?.thread_ts]).toEqual(['too late', undefined])
  })

  test('shows an ephemeral message to its person only', async () => {
    await client.chat.postEphemeral({ channel: 'C0GENERAL', user: 'U0FINN', text: 'You can’t approve this one' })
    expect((await client.conversations.history({ channel: 'C0GENERAL' })).messages).toEqual([])
    const shown = workspace.slack.transcript.channels().find(({ id }) => id === 'C0GENERAL')?.messages
    expect(shown).toMatchObject([{ text: 'You can’t approve this one', onlyFor: 'U0FINN', isApp: true }])
  })

  test('takes arguments as JSON as well as in a form', async () => {
    const answer = await fetch(`${workspace.url}/slack/api/chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ channel: 'C0RELEASES', text: 'as JSON', blocks: [section('as JSON')] }),
    })
    expect(await answer.json()).toMatchObject({ ok: true, channel: 'C0RELEASES', message: { text: 'as JSON' } })
  })

  test('refuses a wrong token, no token, and a method it does not have', async () => {
    const stranger = new WebClient(botToken('wrong'), { slackApiUrl: `${workspace.url}/slack/api/` })
    await expect(stranger.auth.test()).rejects.toThrow('invalid_auth')
    const anonymous = new WebClient(undefined, { slackApiUrl: `${workspace.url}/slack/api/` })
    await expect(anonymous.auth.test()).rejects.toThrow('not_authed')
    await expect(client.apiCall('calls.add')).rejects.toThrow('unknown_method')
  })

  test('refuses blocks that Slack refuses, saying where', async () => {
    const post = (blocks: object[]) =>
      client.chat.postMessage({ channel: 'C0RELEASES', text: 'x', blocks: blocks as never })
    await expect(post([section('x'.repeat(3001))])).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        response_metadata: {
          messages: ['[ERROR] must be no more than 3000 characters [json-pointer:/blocks/0/text]'],
        },
      },
    })
    await expect(post(Array.from({ length: 51 }, () => ({ type: 'divider' })))).rejects.toThrow('invalid_blocks')
    await expect(post([{ type: 'header', text: { type: 'plain_text', text: '' } }])).rejects.toThrow('invalid_blocks')
    await expect(post([{ type: 'sections' }])).rejects.toThrow('invalid_blocks')
    expect((await client.conversations.history({ channel: 'C0RELEASES' })).messages).toEqual([])
  })

  test('is busy when that was ordered', async () => {
    workspace.slack.disturbances.order({
      operation: 'chat.postMessage',
      times: 1,
      answer: { status: 429, headers: { 'retry-after': '7' }, body: { ok: false, error: 'ratelimited' } },
    })
    const post = () => client.chat.postMessage({ channel: 'C0RELEASES', text: 'x' })
    await expect(post()).rejects.toMatchObject({ retryAfter: 7 })
    await expect(post()).resolves.toMatchObject({ ok: true })
  })

  test('opens a direct conversation by posting to a person', async () => {
    const { channel } = await client.chat.postMessage({ channel: 'U0ANA', text: 'psst' })
    expect(channel).toMatch(/^D/)
    expect(workspace.slack.transcript.channels().find(({ id }) => id === channel)).toMatchObject({
      name: 'Greenlight',
      messages: [{ text: 'psst' }],
    })
  })
})
