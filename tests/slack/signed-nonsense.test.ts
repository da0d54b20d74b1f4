import fc from 'fast-check'
import { createHmac } from 'node:crypto'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Log } from '../../functions/ports/log.ts'
import type { Actor } from '../../functions/domain/act.ts'
import { OPEN_CONSOLE } from '../../functions/slack/approval-buttons.ts'
import { boltReceiver } from '../../functions/slack/bolt-app.ts'
import { readSlackRequest } from '../../functions/slack/slack-request.ts'
import { decided, form, pressed } from '../support/slack-payload.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'
import { botToken, signingSecret } from '../support/secret.ts'

/* A payload with a genuine signature whose content Slack never sends: by mistake, or by the holder of a leaked secret. */

const NOW = Date.UTC(2026, 10, 23, 9, 30)
const ID = 'a'.repeat(32)
const secrets = async () => ({ botToken: botToken(), signingSecret: signingSecret() })

interface Handled {
  status: number
  lines: string[]
  /** The ids that the flows were called with. */
  asked: { approvalId: string; who: Actor }[]
}

/** The button handler's answer to a payload, without the flows: stand-ins take their calls, and know no approval. */
const handle = async (payload: unknown): Promise<Handled> => {
  const lines: string[] = []
  const asked: Handled['asked'] = []
  const write = (message: string, about: object = {}) => lines.push(JSON.stringify({ message, ...about }))
  const log: Log = { info: write, warn: write, error: write, count: () => {} }
  const body = form(payload as object)
  const timestamp = String(NOW / 1000)
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${createHmac('sha256', signingSecret()).update(`v0:${timestamp}:${body}`).digest('hex')}`,
  }
  const event = { headers, body, isBase64Encoded: false, rawPath: '/slack/events' } as unknown as APIGatewayProxyEventV2
  const request = await readSlackRequest(event, { current: secrets, renewed: secrets }, NOW)
  if (request.kind === 'refused') return { status: request.status, lines: [request.because], asked }
  if (request.kind !== 'genuine') return { status: 200, lines, asked }
  const receiver = boltReceiver(
    () => ({
      consider: async (approvalId, who) => (asked.push({ approvalId, who }), { kind: 'unknown' }),
      act: async ({ approvalId, who }) => (asked.push({ approvalId, who }), { kind: 'unknown' }),
      considerSteering: async () => 'not known',
      findLastGood: async () => null,
      steer: async () => {},
      isOwnOffer: async () => false,
      judgeOffered: async () => [],
      awaited: async () => [],
      answerSeveral: async () => {},
      comeBack: async () => {},
      unmute: async () => {},
      watch: async () => ({ kind: 'unknown', pipeline: null }),
      left: () => 0,
    }),
    { current: secrets, renewed: secrets },
    { slackApiUrl: 'http://127.0.0.1:9/', log },
  )
  const { statusCode } = await receiver.toHandler()(request.event, undefined)
  return { status: statusCode, lines, asked }
}

const GENUINE = [
  ...['approve', 'reject', 'break-glass', 'withdraw', 'take-newer', OPEN_CONSOLE].map((name) =>
    pressed(name, ID, { userId: 'U0DANA' }),
  ),
  ...(['approve', 'reject', 'break-glass'] as const).map((decision) => decided(decision, ID, 'so', 'U0DANA')),
]

const NONSENSE = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  0,
  -1,
  true,
  [],
  {},
  [null],
  'x'.repeat(3_000),
  '<!channel>',
  '__proto__',
  '{"approval":"*"}',
  { id: 5 },
  { id: '' },
  [[]],
)

/** The path of every value in it. */
const pathsIn = (value: unknown, path: string[] = []): string[][] =>
  typeof value === 'object' && value !== null
    ? [
        ...(path.length > 0 ? [path] : []),
        ...Object.entries(value).flatMap(([key, one]) => pathsIn(one, [...path, key])),
      ]
    : [path]

const replaced = (value: unknown, [key, ...rest]: string[], by: unknown): unknown => {
  if (key === undefined) return by
  const copy = structuredClone(value) as Record<string, unknown>
  copy[key] = replaced(copy[key], rest, by)
  return copy
}

const altered = fc.constantFrom(...GENUINE).chain((payload) =>
  fc.array(fc.tuple(fc.constantFrom(...pathsIn(payload)), NONSENSE), { minLength: 1, maxLength: 2 }).map((changes) =>
    changes.reduce<unknown>((so, [path, by]) => {
      try {
        return replaced(so, path, by)
      } catch {
        return so
      }
    }, payload),
  ),
)

test('every payload of Slack’s own shape is handled', async () => {
  for (const payload of GENUINE) expect(await handle(payload)).toMatchObject({ status: 200 })
})

test('any other is refused with 400 or answered, never a failure, and its ids are whole', async () => {
  await fc.assert(
    fc.asyncProperty(altered, async (payload) => {
      const { status, lines, asked } = await handle(payload)
      expect([200, 400, 404]).toContain(status)
      expect(lines.filter((line) => /"Bolt|TypeError/.test(line))).toEqual([])
      for (const { approvalId, who } of asked) {
        expect(approvalId).toMatch(/^[0-9a-f]{32}$/)
        expect(who.userId).toMatch(/^[A-Z][A-Z0-9]+$/)
      }
    }),
    { numRuns: wholeInCi(600, 150) },
  )
})
