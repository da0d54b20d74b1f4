import type { Measures } from '../../functions/domain/delivery-measures.ts'
import type { Place } from '../../functions/domain/showing.ts'
import type { Card, NoticeCard } from '../../functions/ports/cards.ts'
import type { Log } from '../../functions/ports/log.ts'
import type { Secrets } from '../../functions/ports/secrets.ts'
import { slackChannel } from '../../functions/slack/slack-channel.ts'
import { listen } from '../../local/http-server.ts'
import type { HttpServer } from '../../local/http-server.ts'
import { DAY, START, approval, execution } from '../support/records.ts'
import { ROUTE, cardOf, frozen } from '../support/cards.ts'
import { botToken, signingSecret } from '../support/secret.ts'

interface Call {
  method: string
  token: string
  form: Record<string, string>
}
type Answer = { status?: number; headers?: Record<string, string>; body: object | string }

const OK = { ok: true }
const POSTED: Answer = { body: { ok: true, channel: 'C0RELEASES', ts: '1.1' } }
const LINKED: Answer = { body: { ok: true, permalink: 'https://slack.example/archives/C0RELEASES/p11' } }

const CARD: Card = cardOf(approval())
const STATUS: Card = {
  kind: 'execution',
  execution: execution(),
  accountName: 'shop-prod',
  consoleUrl: 'https://console.example/shop-web',
  approvalPlaces: new Map(),
}
const NOTICE: NoticeCard = {
  kind: 'notice',
  notice: { kind: 'reminder', key: 'reminder-1', dueAt: START, channel: null },
  approval: approval(),
  route: ROUTE,
  consoleUrl: 'https://console.example/shop-web',
  mention: ['U0DANA'],
}
const MEASURES: Measures = { deployments: 2, failed: 0, failureRate: 0, leadTime: null, waiting: null, restore: null }
const DIGEST: Card = {
  kind: 'digest',
  notice: { kind: 'digest', key: 'digest', dueAt: START, channel: null },
  id: 'C0RELEASES/daily',
  every: 'daily',
  only: {},
  range: { from: START - DAY, to: START },
  all: MEASURES,
  before: MEASURES,
  rows: [{ name: 'shop-web', measures: MEASURES }],
  mention: [],
}
const GONE = { isParentGone: true }
const PLACE = { channel: 'C0RELEASES', ts: '1.1', link: null }
const FORGETFUL: Log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }

/** The Web API, with these answers for each method in turn; the last one repeats. */
let server: HttpServer
let calls: Call[]
let answers: Record<string, Answer[]>

beforeAll(async () => {
  server = await listen(async (request) => {
    const method = new URL(request.url).pathname.split('/').at(-1)!
    const form = Object.fromEntries(new URLSearchParams(await request.text()))
    calls.push({ method, form, token: request.headers.get('authorization') ?? '' })
    const queue: Answer[] = answers[method] ?? [{ body: { ok: false, error: 'unknown_method' } }]
    const { status = 200, headers = {}, body } = queue.length > 1 ? queue.shift()! : queue[0]!
    return typeof body === 'string' ? new Response(body, { status, headers }) : Response.json(body, { status, headers })
  }, 0)
})
beforeEach(() => {
  calls = []
  answers = { 'chat.getPermalink': [LINKED], 'chat.update': [{ body: OK }] }
})
afterAll(() => server.close())

const secrets = (current: string, renewed = current): Secrets => ({
  current: async () => ({ botToken: current, signingSecret: signingSecret() }),
  renewed: async () => ({ botToken: renewed, signingSecret: signingSecret() }),
})
const slack = (from = secrets(botToken('1'))) => slackChannel(from, `${server.url}/api/`, FORGETFUL)
const methods = () => calls.map(({ method }) => method)

describe('posting', () => {
  test('returns the message’s place, with its link', async () => {
    answers['chat.postMessage'] = [POSTED]
    expect(await slack().post('C0RELEASES', CARD)).toEqual({
      kind: 'posted',
      place: { channel: 'C0RELEASES', ts: '1.1', link: 'https://slack.example/archives/C0RELEASES/p11' },
    })
    const [post] = calls
    expect(post).toMatchObject({ token: `Bearer ${botToken('1')}` })
    expect(post!.form).toMatchObject({ channel: 'C0RELEASES', unfurl_links: 'false', unfurl_media: 'false' })
    expect(post!.form['text']).toMatch(/^Approve shop-web to Production\?/)
    expect(JSON.parse(post!.form['metadata']!)).toEqual({
      event_type: 'greenlight',
      event_payload: { subject: `approval/${approval().id}` },
    })
    expect(JSON.stringify(calls)).not.toContain(approval().token)
  })

  test('falls back to older blocks if Slack refuses newer ones, and only then', async () => {
    const refused = { body: { ok: false, error: 'invalid_blocks' } }
    answers['chat.postMessage'] = [refused, POSTED]
    expect(await slack().post('C0RELEASES', DIGEST)).toMatchObject({ kind: 'posted' })
    const written = calls.filter(({ method }) => method === 'chat.postMessage').map(({ form }) => form)
    const types = written.map(({ blocks }) => (JSON.parse(blocks!) as { type: string }[]).map(({ type }) => type))
    expect(types).toEqual([['rich_text', 'data_table'], ['rich_text']])
    expect(new Set(written.map(({ text, metadata }) => `${text} ${metadata}`)).size).toBe(1)
    expect(written.some((form) => 'plainer' in form)).toBe(false)

    answers['chat.postMessage'] = [refused]
    expect(await slack().post('C0RELEASES', DIGEST)).toMatchObject({ kind: 'refused', because: 'invalid_blocks' })
    calls = []
    expect(await slack().post('C0RELEASES', CARD)).toMatchObject({ kind: 'refused', because: 'invalid_blocks' })
    answers['chat.postMessage'] = [{ body: { ok: false, error: 'is_archived' } }]
    expect(await slack().post('C0RELEASES', DIGEST)).toMatchObject({ kind: 'refused', because: 'is_archived' })
    expect(methods()).toEqual(['chat.postMessage', 'chat.postMessage'])
  })

  test.each<[string, object, object]>([
    ['its message in the thread', { ts: '1.2', message: { thread_ts: '1.1' } }, {}],
    ['its message outside the thread, because the first one was deleted', { ts: '1.2', message: {} }, GONE],
    ['no message', { ts: '1.2' }, {}],
  ])('in a thread is told by Slack with %s', async (_, answer, told) => {
    answers['chat.postMessage'] = [{ body: { ok: true, channel: 'C0RELEASES', ...answer } }]
    const { place, ...outcome } = (await slack().post('C0RELEASES', STATUS, PLACE)) as { place: Place }
    expect(place.ts).toBe('1.2')
    expect(outcome).toEqual({ kind: 'posted', ...told })
  })

  test('in a thread that Slack does not find says so', async () => {
    answers['chat.postMessage'] = [{ body: { ok: false, error: 'thread_not_found' } }]
    const refused = { kind: 'refused', because: 'thread_not_found', isFinal: true }
    expect(await slack().post('C0RELEASES', STATUS, PLACE)).toEqual({ ...refused, ...GONE })
    expect(await slack().post('C0RELEASES', STATUS)).toEqual(refused)
  })

  test('works without the link if Slack does not give one', async () => {
    answers['chat.postMessage'] = [POSTED]
    answers['chat.getPermalink'] = [{ body: { ok: false, error: 'message_not_found' } }]
    expect(await slack().post('C0RELEASES', STATUS)).toMatchObject({ kind: 'posted', place: { link: null } })
  })

  test.each<[string, Answer, object]>([
    [
      'is asked to wait',
      { status: 429, headers: { 'retry-after': '17' }, body: {} },
      { kind: 'busy', afterSeconds: 17 },
    ],
    ['is asked to wait in words', { body: { ok: false, error: 'ratelimited' } }, { kind: 'busy', afterSeconds: 30 }],
    [
      'is asked to wait in other words',
      { body: { ok: false, error: 'rate_limited' } },
      { kind: 'busy', afterSeconds: 30 },
    ],
    [
      'is not in the channel',
      { body: { ok: false, error: 'not_in_channel' } },
      { kind: 'refused', because: 'not_in_channel', isFinal: false },
    ],
    [
      'is not let into a private channel',
      { body: { ok: false, error: 'channel_not_found' } },
      { kind: 'refused', because: 'channel_not_found', isFinal: false },
    ],
    [
      'finds the thread deleted',
      { body: { ok: false, error: 'thread_not_found' } },
      { kind: 'refused', because: 'thread_not_found', isFinal: true },
    ],
    [
      'is not allowed to',
      { body: { ok: false, error: 'missing_scope' } },
      { kind: 'refused', because: 'missing_scope', isFinal: false },
    ],
    [
      'meets Slack’s own trouble',
      { body: { ok: false, error: 'internal_error' } },
      { kind: 'unclear', because: 'internal_error' },
    ],
    ['gets a server’s error', { status: 503, body: 'try later' }, { kind: 'unclear', because: 'HTTP 503' }],
  ])('that %s says so, after one try', async (_, answer, outcome) => {
    answers['chat.postMessage'] = [answer]
    answers['chat.update'] = [answer]
    expect(await slack().post('C0RELEASES', CARD)).toEqual(outcome)
    expect(await slack().update(PLACE, CARD)).toEqual(outcome)
    expect(methods()).toEqual(['chat.postMessage', 'chat.update'])
  })

  test('with an answer that makes no sense is unclear: the message may be in the channel', async () => {
    answers['chat.postMessage'] = [{ body: '<html>' }]
    expect(await slack().post('C0RELEASES', CARD)).toMatchObject({ kind: 'unclear' })
    const nowhere = slackChannel(secrets(botToken('1')), 'http://127.0.0.1:1/api/', FORGETFUL)
    expect(await nowhere.post('C0RELEASES', CARD)).toMatchObject({ kind: 'unclear' })
  })
})

describe('a new message', () => {
  const blocksOf = (call: Call | undefined) => call?.form['blocks'] ?? ''

  test('mentions no one at first: an update names the people', async () => {
    answers['chat.postMessage'] = [POSTED]
    await slack().post('C0RELEASES', CARD)
    expect(methods()).toEqual(['chat.postMessage', 'chat.getPermalink', 'chat.update'])
    expect(blocksOf(calls[0])).not.toContain('U0DANA')
    expect(blocksOf(calls[2])).toContain('{"type":"user","user_id":"U0DANA"}')
    expect(calls[2]!.form).toMatchObject({ channel: 'C0RELEASES', ts: '1.1' })
  })

  test('mentions the people at once if it is to notify them', async () => {
    answers['chat.postMessage'] = [POSTED]
    await slack().post('C0RELEASES', { ...CARD, notifies: true })
    expect(methods()).toEqual(['chat.postMessage', 'chat.getPermalink'])
    expect(blocksOf(calls[0])).toContain('{"type":"user","user_id":"U0DANA"}')
  })

  test('counts as posted, though Slack did not take the update', async () => {
    answers['chat.postMessage'] = [POSTED]
    answers['chat.update'] = [{ body: { ok: false, error: 'internal_error' } }]
    expect(await slack().post('C0RELEASES', CARD)).toMatchObject({ kind: 'posted', place: { ts: '1.1' } })
  })

  test('that names no one needs no update', async () => {
    answers['chat.postMessage'] = [POSTED]
    await slack().post('C0RELEASES', STATUS)
    await slack().post('C0RELEASES', cardOf(approval({ resolvedPolicy: null })))
    expect(methods()).not.toContain('chat.update')
  })
})

describe('a notice', () => {
  test('goes into the thread, and mentions the people whom it is for', async () => {
    answers['chat.postMessage'] = [POSTED]
    expect(await slack().post('C0RELEASES', NOTICE, { ...PLACE, ts: '7.7' })).toMatchObject({ kind: 'posted' })
    expect(methods()).toEqual(['chat.postMessage', 'chat.getPermalink'])
    expect(calls[0]!.form).toMatchObject({ channel: 'C0RELEASES', thread_ts: '7.7' })
    expect(calls[0]!.form['blocks']).toContain('{"type":"user","user_id":"U0DANA"}')
    expect(JSON.parse(calls[0]!.form['metadata']!)).toMatchObject({
      event_payload: { subject: `approval/${approval().id}/reminder-1` },
    })
  })

  test('for another channel goes there, and into no thread', async () => {
    answers['chat.postMessage'] = [POSTED]
    await slack().post('C0LEADS', NOTICE, null)
    expect(calls[0]!.form).toMatchObject({ channel: 'C0LEADS' })
    expect(calls[0]!.form).not.toHaveProperty('thread_ts')
  })
})

describe('a whisper', () => {
  const refusal = {
    kind: 'refusal',
    act: { do: 'vote', verdict: 'Approved', comment: '' },
    refusal: { because: 'not-an-approver' },
    approval: approval(),
    route: ROUTE,
  } as const

  test('is seen by one person only', async () => {
    answers['chat.postEphemeral'] = [{ body: { ok: true, message_ts: '1.2' } }]
    await slack().whisper('C0RELEASES', 'U0FINN', { ...refusal, approval: frozen() })
    expect(calls).toHaveLength(1)
    expect(calls[0]!.form).toMatchObject({ channel: 'C0RELEASES', user: 'U0FINN' })
    expect(calls[0]!.form['text']).toMatch(
      /^Not counted: your approval, shop-web to Production\. You are not an approver of this deployment\./,
    )
    expect(calls[0]!.form['blocks']).toContain('rich_text')
  })

  test('to a person who is not in the channel is a direct message', async () => {
    answers['chat.postEphemeral'] = [{ body: { ok: false, error: 'user_not_in_channel' } }]
    answers['chat.postMessage'] = [POSTED]
    await slack().whisper('C0RELEASES', 'U0FINN', refusal)
    expect(calls.map(({ form }) => form['channel'])).toEqual(['C0RELEASES', 'U0FINN'])
    expect(calls[1]!.form['text']).toContain('You are not an approver of this deployment.')
  })

  test('about a click in the Home tab is a direct message', async () => {
    answers['chat.postMessage'] = [POSTED]
    await slack().whisper(null, 'U0FINN', refusal)
    expect(calls.map(({ form }) => form['channel'])).toEqual(['U0FINN'])
  })

  test('that Slack does not take is reported to the caller, and sent nowhere else', async () => {
    answers['chat.postEphemeral'] = [{ body: { ok: false, error: 'internal_error' } }]
    await expect(slack().whisper('C0RELEASES', 'U0FINN', refusal)).rejects.toThrow(/internal_error/)
    expect(calls).toHaveLength(1)
  })
})

describe('a token that Slack no longer takes', () => {
  const REVOKED: Answer = { body: { ok: false, error: 'token_revoked' } }

  test('is read again, and the call made once more', async () => {
    answers['chat.update'] = [REVOKED, { body: OK }]
    expect(await slack(secrets(botToken('1'), botToken('2'))).update(PLACE, CARD)).toEqual({ kind: 'updated' })
    expect(calls.map(({ token }) => token)).toEqual([`Bearer ${botToken('1')}`, `Bearer ${botToken('2')}`])
  })

  test('that is still the same is a refusal, after one try', async () => {
    answers['chat.update'] = [REVOKED]
    expect(await slack().update(PLACE, CARD)).toEqual({ kind: 'refused', because: 'token_revoked', isFinal: false })
    expect(calls).toHaveLength(1)
  })
})

test('a message that was deleted is lost', async () => {
  answers['chat.update'] = [{ body: { ok: false, error: 'message_not_found' } }]
  expect(await slack().update(PLACE, CARD)).toEqual({ kind: 'lost', isThere: false })
})

describe('a look for a message whose place is not stored', () => {
  const history = (...messages: object[]): Answer[] => [{ body: { ok: true, messages } }]
  const metadata = (subject: string, event_type = 'greenlight') => ({ event_type, event_payload: { subject } })
  const ours = `approval/${approval().id}`

  test('finds the one with the same subject, since then', async () => {
    answers['conversations.history'] = history(
      { ts: '5.5', text: 'hello' },
      { ts: '4.4', metadata: metadata(ours, 'another-app') },
      { ts: '3.3', metadata: metadata(`approval/${'0'.repeat(32)}`) },
      { ts: '2.2', metadata: metadata(ours) },
    )
    expect(await slack().find('C0RELEASES', CARD, START)).toMatchObject({ channel: 'C0RELEASES', ts: '2.2' })
    expect(calls[0]!.form).toMatchObject({ include_all_metadata: 'true', oldest: String(START / 1000 - 60) })
  })

  test('finds nothing if it is not there, among other messages', async () => {
    answers['conversations.history'] = history({ ts: '1.1', metadata: metadata('approval/x') }, { ts: '1.0' })
    expect(await slack().find('C0RELEASES', CARD, START)).toBeNull()
  })

  test('reads the pages of a busy channel', async () => {
    const next = { ok: true, messages: [{ ts: '9.9' }], response_metadata: { next_cursor: 'page-2' } }
    answers['conversations.history'] = [{ body: next }, ...history({ ts: '2.2', metadata: metadata(ours) })]
    expect(await slack().find('C0RELEASES', CARD, START)).toMatchObject({ ts: '2.2' })
    expect(calls.map(({ form }) => form['cursor']).slice(0, 2)).toEqual([undefined, 'page-2'])
  })

  test('reads the channel for a notice whose thread is gone: Slack has posted it there', async () => {
    answers['conversations.replies'] = [{ body: { ok: false, error: 'thread_not_found' } }]
    const ours = { event_type: 'greenlight', event_payload: { subject: `approval/${approval().id}/reminder-1` } }
    answers['conversations.history'] = [{ body: { ok: true, messages: [{ ts: '9.9', metadata: ours }] } }]
    expect(await slack().find('C0RELEASES', NOTICE, START, PLACE)).toMatchObject({ ts: '9.9' })
  })

  test('reads a thread for a notice, page by page, and ignores other notices', async () => {
    const other = { ts: '8.8', metadata: metadata(`${ours}/reminder-2`) }
    answers['conversations.replies'] = [
      {
        body: {
          ok: true,
          messages: [{ ts: '7.7', metadata: metadata(ours) }, other],
          response_metadata: { next_cursor: '2' },
        },
      },
      ...history({ ts: '9.9', metadata: metadata(`${ours}/reminder-1`) }),
    ]
    expect(await slack().find('C0RELEASES', NOTICE, START, { ...PLACE, ts: '7.7' })).toMatchObject({ ts: '9.9' })
    expect(methods()).toEqual(['conversations.replies', 'conversations.replies', 'chat.getPermalink'])
    expect(calls[0]!.form).toMatchObject({ ts: '7.7', include_all_metadata: 'true' })
    expect(calls[1]!.form).toMatchObject({ ts: '7.7', cursor: '2' })
  })

  test('fails when Slack does not answer, so that nothing is posted twice', async () => {
    answers['conversations.history'] = [{ body: { ok: false, error: 'internal_error' } }]
    await expect(slack().find('C0RELEASES', CARD, START)).rejects.toThrow(/internal_error/)
  })

  test.each(['missing_scope', 'not_in_channel', 'channel_not_found'])(
    'finds nothing if it may not look (%s): a second message is better than none',
    async (error) => {
      answers['conversations.history'] = [{ body: { ok: false, error } }]
      expect(await slack().find('C0RELEASES', CARD, START)).toBeNull()
    },
  )
})
