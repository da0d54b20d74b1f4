import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { verifySignature } from '../../functions/slack/signature.ts'

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5'
const NOW = 1_531_420_618_000

const sign = (body: Buffer, timestamp: string, secret = SECRET) =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`

const verify = (more: Partial<Parameters<typeof verifySignature>[0]> = {}) => {
  const body = more.body ?? Buffer.from('payload=%7B%7D')
  const timestamp = 'timestamp' in more ? more.timestamp : String(NOW / 1000)
  const signature = 'signature' in more ? more.signature : sign(body, timestamp ?? '')
  return verifySignature({ signingSecret: SECRET, now: NOW, ...more, body, timestamp, signature })
}

test('the example of Slack’s documentation is genuine', () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&' +
    'channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&' +
    'response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&' +
    'trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
  const verification = verify({
    body: Buffer.from(body),
    timestamp: '1531420618',
    signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  })
  expect(verification).toEqual({ kind: 'genuine' })
})

test.each([
  ['five minutes ago', -300, 'genuine'],
  ['a second more ago', -301, 'refused'],
  ['in five minutes', 300, 'genuine'],
  ['a second later', 301, 'refused'],
  ['in another century', 3_000_000_000, 'refused'],
])('a request signed %s is %s', (_, seconds, kind) => {
  const verification = verify({ timestamp: String(NOW / 1000 + seconds) })
  expect(verification.kind).toBe(kind)
  if (verification.kind === 'refused') expect(verification.because).toBe('stale')
})

test.each([undefined, '', 'yesterday', '1e9', '-1', '+1531420618', '0x5b47a3ca', ' 1531420618', '1531420618.5', 'NaN'])(
  'a timestamp of %j is invalid',
  (timestamp) => expect(verify({ timestamp })).toEqual({ kind: 'refused', because: 'unsigned' }),
)

test.each([undefined, ''])('a signature of %j is invalid', (signature) => {
  expect(verify({ signature })).toEqual({ kind: 'refused', because: 'unsigned' })
})

const genuine = sign(Buffer.from('payload=%7B%7D'), String(NOW / 1000))
test.each([
  ['half', genuine.slice(0, 35)],
  ['too long', `${genuine}00`],
  ['of another version', genuine.replace('v0=', 'v1=')],
  ['bare', genuine.slice(3)],
  ['in capitals', `v0=${genuine.slice(3).toUpperCase()}`],
  ['no hexadecimal', `v0=${'z'.repeat(64)}`],
  ['of wider characters', `v0=${'ä'.repeat(64)}`],
  ['followed by a line', `${genuine}\n`],
  ['of another secret', sign(Buffer.from('payload=%7B%7D'), String(NOW / 1000), 'other')],
  ['of another time', sign(Buffer.from('payload=%7B%7D'), String(NOW / 1000 - 1))],
  ['of another body', sign(Buffer.from('payload=%7B%7D '), String(NOW / 1000))],
])('a signature that is %s is forged, and does not throw', (_, signature) => {
  expect(verify({ signature })).toEqual({ kind: 'refused', because: 'forged' })
})

test('the exact bytes are signed, whether they are text or not; one more bit is a forgery', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (bytes, at) => {
      const body = Buffer.from(bytes)
      const signature = sign(body, String(NOW / 1000))
      expect(verify({ body, signature })).toEqual({ kind: 'genuine' })
      const changed = Buffer.from(body)
      changed[at % changed.length]! ^= 1 << (at % 8)
      expect(verify({ body: changed, signature })).toEqual({ kind: 'refused', because: 'forged' })
    }),
  )
})
