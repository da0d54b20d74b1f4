import { createHmac } from 'node:crypto'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Secrets, SlackSecrets } from '../../functions/ports/secrets.ts'
import { readSlackRequest } from '../../functions/slack/slack-request.ts'
import { form, pressed } from '../support/slack-payload.ts'
import { botToken, signingSecret } from '../support/secret.ts'

const NOW = Date.UTC(2026, 10, 23, 9, 30)
const FORM = 'application/x-www-form-urlencoded'
const USER = { id: 'U0DANA', name: 'Grüße 👩‍💻' }
const PRESSED = { ...pressed('approve', 'a'.repeat(32), { userId: 'U0DANA' }), user: USER, unread: 'x' }
const CLICK = form(PRESSED)

/** The payload that Bolt gets. */
const payloadOf = (request: Awaited<ReturnType<typeof read>>): unknown => {
  if (request.kind !== 'genuine') return request
  const { body, isBase64Encoded, headers } = request.event
  return [JSON.parse(body!), isBase64Encoded, headers['content-type']]
}
const CHECKED = expect.objectContaining({ type: 'block_actions', user: USER, actions: [expect.anything()] })

const SECRET = signingSecret()

interface Sent {
  body: string | Buffer
  contentType?: string | undefined
  base64?: boolean
  secret?: string
  headers?: Record<string, string>
}

const event = ({ body, contentType = FORM, base64 = false, secret = SECRET, headers = {} }: Sent) => {
  const bytes = Buffer.from(body)
  const timestamp = String(NOW / 1000)
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(bytes).digest('hex')
  return {
    headers: {
      'Content-Type': contentType,
      'X-Slack-Request-Timestamp': timestamp,
      'X-Slack-Signature': `v0=${signature}`,
      ...headers,
    },
    body: bytes.toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  } as unknown as APIGatewayProxyEventV2
}

/** Secrets that are returned in turn; the last one repeats. */
const secrets = (...signingSecrets: string[]): Secrets & { asked: string[] } => {
  const asked: string[] = []
  const at = (index: number): SlackSecrets => ({ botToken: botToken(), signingSecret: signingSecrets.at(index)! })
  return {
    asked,
    current: async () => (asked.push('current'), at(0)),
    renewed: async () => (asked.push('renewed'), at(-1)),
  }
}

const read = (sent: Sent, from = secrets(SECRET)) => readSlackRequest(event(sent), from, NOW)

describe('a request that is Slack’s', () => {
  test.each([
    ['as it is', {}],
    ['in base64', { base64: true }],
    ['with a character set', { contentType: `${FORM}; charset=utf-8` }],
    ['in any spelling', { contentType: 'Application/X-WWW-Form-URLEncoded ;charset=UTF-8' }],
  ])('passes %s, in the one shape that the rest of the code reads', async (_, more) => {
    const passed = payloadOf(await read({ body: CLICK, ...more }))
    expect(passed).toEqual([CHECKED, false, 'application/json'])
    expect(JSON.stringify(passed)).not.toContain('unread')
  })

  test('passes with raw UTF-8 in its body', async () => {
    const body = `payload=${JSON.stringify(PRESSED)}`
    expect(payloadOf(await read({ body, base64: true }))).toEqual([CHECKED, false, 'application/json'])
  })

  test('passes as JSON', async () => {
    const contentType = 'application/json'
    expect(await read({ body: '{"type":"url_verification","challenge":"x"}', contentType })).toMatchObject({
      kind: 'genuine',
    })
  })

  test('passes with a secret that was just rotated, which is then read again', async () => {
    const rotated = secrets(signingSecret('old'), SECRET)
    expect(await read({ body: CLICK }, rotated)).toMatchObject({ kind: 'genuine' })
    expect(rotated.asked).toEqual(['current', 'renewed'])
  })
})

describe('a check of the certificate', () => {
  const unsigned = { 'X-Slack-Signature': '', 'X-Slack-Request-Timestamp': '' }

  test('is unsigned, and is recognized by its form', async () => {
    expect(await read({ body: 'ssl_check=1&token=x', headers: unsigned })).toEqual({ kind: 'certificate-check' })
  })

  test.each(['ssl_check=1&payload={}', 'ssl_check=1&command=/greenlight', 'ssl_check=0', 'token=x'])(
    'is not a request with another content: %s',
    async (body) => {
      expect(await read({ body, headers: unsigned })).toMatchObject({ kind: 'refused', status: 401 })
    },
  )
})

describe('a request is refused', () => {
  test.each([
    ['unsigned', { 'X-Slack-Signature': '' }, 'unsigned'],
    ['without a time', { 'X-Slack-Request-Timestamp': '' }, 'unsigned'],
    ['long after it was signed', { 'X-Slack-Request-Timestamp': String(NOW / 1000 - 301) }, 'stale'],
    ['with another’s signature', { 'X-Slack-Signature': `v0=${'0'.repeat(64)}` }, 'forged'],
  ])('%s, with 401', async (_, headers, because) => {
    expect(await read({ body: CLICK, headers })).toEqual({ kind: 'refused', status: 401, because })
  })

  test('if all of it is missing', async () => {
    const nothing = { headers: {}, isBase64Encoded: false } as unknown as APIGatewayProxyEventV2
    expect(await readSlackRequest(nothing, secrets(SECRET), NOW)).toMatchObject({ status: 401, because: 'unsigned' })
  })

  test('over 256 KiB, with 413, before a secret is read', async () => {
    const from = secrets(SECRET)
    expect(await read({ body: 'x'.repeat(300_000) }, from)).toEqual({
      kind: 'refused',
      status: 413,
      because: '300000 bytes are too many',
    })
    expect(from.asked).toEqual([])
    const full = { ...PRESSED, note: 'x'.repeat(256 * 1024 - form({ ...PRESSED, note: '' }).length) }
    expect(await read({ body: form(full) })).toMatchObject({ kind: 'genuine' })
  })

  test.each([
    ['payload=', FORM, 'The payload … it is not JSON'],
    ['payload=%7B', FORM, 'The payload … it is not JSON'],
    ['payload=null', FORM, 'The payload … the whole: expected object, received null'],
    ['payload=[]', FORM, 'The payload … the whole: expected object, received array'],
    ['', FORM, 'The form … it has no payload'],
    [
      'command=/x',
      FORM,
      'The command … user_id: expected string, received undefined; response_url: expected string, received undefined',
    ],
    [
      'command=/x&user_id=U0DANA&response_url=https://hooks.slack.com.evil.example/1',
      FORM,
      'The command … response_url: not an address of Slack',
    ],
    ['"x"', 'application/json', 'The body … the whole: expected object, received string'],
    ['{', 'application/json', 'The body … it is not JSON'],
    ['{}', 'text/plain', 'The request … its content type is none of Slack’s'],
    ['{}', '', 'The request … its content type is none of Slack’s'],
  ])('that is signed and useless: %s as %s, with 400', async (body, contentType, said) => {
    const because = said.replace('…', 'is not in the documented shape:')
    expect(await read({ body, contentType })).toEqual({ kind: 'refused', status: 400, because })
  })

  test('for its signature first: an unsigned request is told nothing of its form', async () => {
    expect(await read({ body: '{', contentType: 'text/plain', secret: 'other' })).toMatchObject({ status: 401 })
  })
})

test('an event of another shape, without headers, is refused as unsigned', async () => {
  const bare = { ...event({ body: CLICK }), headers: null } as unknown as APIGatewayProxyEventV2
  expect(await readSlackRequest(bare, secrets(SECRET), NOW)).toMatchObject({ kind: 'refused', status: 401 })
})
