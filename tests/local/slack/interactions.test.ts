import type { WebClient } from '@slack/web-api'
import { sign } from '../../../local/slack/interactions.ts'
import { openSlackWorkspace, SIGNING_SECRET } from './slack-workspace.ts'

let workspace: Awaited<ReturnType<typeof openSlackWorkspace>>
let client: WebClient
beforeEach(async () => {
  workspace = await openSlackWorkspace()
  client = workspace.client
})
afterEach(() => workspace.close())

const approve = {
  type: 'button' as const,
  action_id: 'approve',
  text: { type: 'plain_text' as const, text: 'Approve' },
  style: 'primary' as const,
  value: 'one',
}
const actions = { type: 'actions' as const, block_id: 'decide', elements: [approve] }
const modal = (title: string) => ({
  type: 'modal' as const,
  callback_id: 'reject',
  private_metadata: 'one',
  title: { type: 'plain_text' as const, text: title },
  submit: { type: 'plain_text' as const, text: 'Reject' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'reason',
      label: { type: 'plain_text' as const, text: 'Reason' },
      element: { type: 'plain_text_input' as const, action_id: 'text' },
    },
  ],
})
const values = { reason: { text: { type: 'plain_text_input', value: 'not today' } } }

const ask = async () => {
  const { ts } = await client.chat.postMessage({ channel: 'C0RELEASES', text: 'Release?', blocks: [actions] })
  return { userId: 'U0DANA', channelId: 'C0RELEASES', ts: ts ?? '', blockId: 'decide', actionId: 'approve' }
}

/** A bot that opens a modal on the first click. */
const openModalOnClick = () => {
  workspace.bot.answer = async ({ payload }) => {
    if (payload.type === 'block_actions')
      await client.views.open({ trigger_id: String(payload.trigger_id), view: modal('Reject the release') })
    return new Response(null)
  }
}

const openViews = () => workspace.slack.modals.all()
const titles = () => openViews().map(({ view }) => (view as unknown as { title: { text: string } }).title.text)

describe('a click', () => {
  test('reaches the bot as Slack sends it: a signed form with the whole payload', async () => {
    const click = await ask()
    expect(await workspace.slack.interactions.click(click)).toBeNull()
    const [{ headers, body, payload }] = workspace.received as [(typeof workspace.received)[0]]
    const timestamp = headers.get('x-slack-request-timestamp') ?? ''
    expect(headers.get('x-slack-signature')).toBe(sign(SIGNING_SECRET, timestamp, body))
    expect(payload).toMatchObject({
      type: 'block_actions',
      team: { id: 'T0SHOPTEAM' },
      user: { id: 'U0DANA', username: 'dana', team_id: 'T0SHOPTEAM' },
      api_app_id: 'A0GREENLIGHT',
      container: { type: 'message', message_ts: click.ts, channel_id: 'C0RELEASES', is_ephemeral: false },
      channel: { id: 'C0RELEASES', name: 'releases' },
      message: { text: 'Release?', blocks: [actions] },
      actions: [{ action_id: 'approve', block_id: 'decide', type: 'button', value: 'one', style: 'primary' }],
      response_url: expect.stringMatching(/\/slack\/response\//),
      trigger_id: expect.any(String),
      enterprise: null,
    })
  })

  test('is signed in the workspace’s time', async () => {
    const click = await ask()
    await workspace.clock.moveAhead(3_600_000)
    await workspace.slack.interactions.click(click)
    const sent = Number(workspace.received[0]?.headers.get('x-slack-request-timestamp'))
    expect(Math.abs(sent - workspace.clock.now() / 1000)).toBeLessThan(5)
  })

  test('finds buttons inside coloured attachments and accessories too', async () => {
    const { ts } = await client.chat.postMessage({
      channel: 'C0RELEASES',
      text: 'Release?',
      attachments: [
        {
          color: '#0a0',
          blocks: [{ type: 'section', block_id: 's', text: { type: 'mrkdwn', text: 'Release?' }, accessory: approve }],
        },
      ],
    })
    const click = { userId: 'U0ANA', channelId: 'C0RELEASES', ts: ts ?? '', blockId: 's', actionId: 'approve' }
    expect(await workspace.slack.interactions.click(click)).toBeNull()
    expect(workspace.received[0]?.payload).toMatchObject({ container: { type: 'message_attachment' } })
  })

  test('fails with a message if the button or the message is gone', async () => {
    const click = await ask()
    const { interactions } = workspace.slack
    expect(await interactions.click({ ...click, actionId: 'reject' })).toContain('button is not there any more')
    await client.chat.update({ channel: 'C0RELEASES', ts: click.ts, text: 'Released' })
    expect(await interactions.click(click)).toContain('button is not there any more')
    await client.chat.delete({ channel: 'C0RELEASES', ts: click.ts })
    expect(await interactions.click(click)).toContain('message is not there any more')
    expect(workspace.received).toHaveLength(0)
  })

  test('fails with a message if the bot fails, and if it takes longer than Slack waits', async () => {
    const click = await ask()
    workspace.bot.answer = () => new Response(null, { status: 500 })
    expect(await workspace.slack.interactions.click(click)).toContain('answered 500')
    workspace.bot.answer = () => new Promise(() => {})
    expect(await workspace.slack.interactions.click(click)).toContain('within 3 seconds')
  })

  test('can be answered at its response_url: for the person alone, in place, five times, half an hour', async () => {
    const click = await ask()
    await workspace.slack.interactions.click(click)
    const url = String(workspace.received[0]?.payload.response_url)
    const answer = (body: object) => fetch(url, { method: 'POST', body: JSON.stringify(body) })
    const messages = () => workspace.slack.transcript.channels().find(({ id }) => id === 'C0RELEASES')?.messages ?? []
    expect((await answer({ text: 'just for you' })).status).toBe(200)
    expect(messages()).toMatchObject([{ text: 'Release?' }, { text: 'just for you', onlyFor: 'U0DANA' }])
    await answer({ text: 'Released', replace_original: true })
    expect(messages()[0]).toMatchObject({ text: 'Released', blocks: [] })
    await answer({ text: 'for all', response_type: 'in_channel' })
    expect(messages()[2]).toMatchObject({ text: 'for all', onlyFor: null })
    expect((await answer({ text: 'x', blocks: [{ type: 'nonsense' }] })).status).toBe(400)
    await answer({ delete_original: true })
    expect(messages()).toHaveLength(2)
    const sixth = await answer({ text: 'once more' })
    expect([sixth.status, await sixth.json()]).toEqual([404, { ok: false, error: 'used_url' }])
  })

  test('cannot be answered after half an hour', async () => {
    await workspace.slack.interactions.click(await ask())
    await workspace.clock.moveAhead(30 * 60_000)
    const url = String(workspace.received[0]?.payload.response_url)
    expect(await (await fetch(url, { method: 'POST', body: '{"text":"late"}' })).json()).toMatchObject({
      error: 'expired_url',
    })
  })

  test('on an ephemeral message carries no message, and its response_url replaces it', async () => {
    await client.chat.postEphemeral({ channel: 'C0RELEASES', user: 'U0DANA', text: 'Sure?', blocks: [actions] })
    const [shown] = workspace.slack.transcript.channels().find(({ id }) => id === 'C0RELEASES')?.messages ?? []
    const click = {
      userId: 'U0DANA',
      channelId: 'C0RELEASES',
      ts: shown?.ts ?? '',
      blockId: 'decide',
      actionId: 'approve',
    }
    expect(await workspace.slack.interactions.click({ ...click, userId: 'U0BEN' })).toContain('not there')
    expect(await workspace.slack.interactions.click(click)).toBeNull()
    const payload = workspace.received[0]?.payload
    expect(payload).toMatchObject({ container: { is_ephemeral: true } })
    expect(payload).not.toHaveProperty('message')
    await fetch(String(payload?.response_url), { method: 'POST', body: '{"text":"Done","replace_original":true}' })
    expect(workspace.slack.transcript.find('C0RELEASES', shown?.ts ?? '')).toMatchObject({
      onlyFor: 'U0DANA',
      message: { text: 'Done' },
    })
  })
})

describe('a modal', () => {
  beforeEach(openModalOnClick)

  const open = async () => {
    await workspace.slack.interactions.click(await ask())
    return { userId: 'U0DANA', viewId: openViews()[0]?.viewId ?? '', values }
  }

  test('opens for the person who clicked, and closes when the bot accepts its submission', async () => {
    const submission = await open()
    expect(openViews()).toMatchObject([{ userId: 'U0DANA', errors: {}, view: { callback_id: 'reject' } }])
    expect(await workspace.slack.interactions.submit(submission)).toBeNull()
    expect(workspace.received[1]?.payload).toMatchObject({
      type: 'view_submission',
      user: { id: 'U0DANA' },
      view: { id: submission.viewId, callback_id: 'reject', private_metadata: 'one', state: { values } },
      response_urls: [],
    })
    expect(openViews()).toEqual([])
    expect(await workspace.slack.interactions.submit(submission)).toContain('closed already')
  })

  test('stays open with the errors that the bot answers', async () => {
    const submission = await open()
    workspace.bot.answer = () => Response.json({ response_action: 'errors', errors: { reason: 'Say why.' } })
    expect(await workspace.slack.interactions.submit(submission)).toBeNull()
    expect(openViews()).toMatchObject([{ viewId: submission.viewId, errors: { reason: 'Say why.' } }])
  })

  test('stays open when the bot fails', async () => {
    const submission = await open()
    workspace.bot.answer = () => new Response(null, { status: 502 })
    expect(await workspace.slack.interactions.submit(submission)).toContain('502')
    expect(openViews()).toHaveLength(1)
  })

  test('is replaced, covered by another, and all are closed, as the bot answers', async () => {
    const submission = await open()
    const { interactions } = workspace.slack
    workspace.bot.answer = () => Response.json({ response_action: 'update', view: modal('Really?') })
    expect(await interactions.submit(submission)).toBeNull()
    expect(titles()).toEqual(['Really?'])
    workspace.bot.answer = () => Response.json({ response_action: 'push', view: modal('Why?') })
    expect(await interactions.submit(submission)).toBeNull()
    expect(titles()).toEqual(['Really?', 'Why?'])
    const top = { ...submission, viewId: openViews()[1]?.viewId ?? '' }
    workspace.bot.answer = () => new Response(null)
    expect(await interactions.close(top)).toBeNull()
    expect(titles()).toEqual(['Really?'])
    workspace.bot.answer = () => Response.json({ response_action: 'clear' })
    expect(await interactions.submit(submission)).toBeNull()
    expect(titles()).toEqual([])
  })

  test('can be updated by the bot while it is open', async () => {
    const { viewId } = await open()
    await client.views.update({ view_id: viewId, view: modal('Loaded') })
    expect(titles()).toEqual(['Loaded'])
  })

  test('needs a trigger id that is fresh and unused, and a view that Slack accepts', async () => {
    await open()
    const used = { trigger_id: String(workspace.received[0]?.payload.trigger_id), view: modal('Again') }
    await expect(client.views.open(used)).rejects.toThrow('exchanged_trigger_id')
    await expect(client.views.open({ trigger_id: '1.2.three', view: modal('x') })).rejects.toThrow('invalid_trigger_id')
    const tooLong = { ...used, view: modal('A title that is longer than Slack takes') }
    await expect(client.views.open(tooLong)).rejects.toThrow('invalid_arguments')
  })

  test('notifies the bot of its closing only if the bot asked for that', async () => {
    await workspace.slack.interactions.close(await open())
    expect(workspace.received).toHaveLength(1)
    workspace.bot.answer = async ({ payload }) => {
      if (payload.type === 'block_actions')
        await client.views.open({
          trigger_id: String(payload.trigger_id),
          view: { ...modal('Ask'), notify_on_close: true },
        })
      return new Response(null)
    }
    await workspace.slack.interactions.close(await open())
    expect(workspace.received[2]?.payload).toMatchObject({ type: 'view_closed', view: { callback_id: 'reject' } })
  })
})
