import { fixedSecrets, secretsFromParameters } from '../../functions/aws/secrets.ts'
import type { Clock } from '../../functions/clock.ts'
import { START } from '../support/records.ts'
import { openJsonService } from '../support/json-service.ts'
import { botToken, signingSecret } from '../support/secret.ts'

const SECOND = 1_000

let ssm: Awaited<ReturnType<typeof openJsonService>>
let stored: Record<string, string>
let now: number
const clock: Clock = {
  now: () => now,
  sleep: () => Promise.reject(new Error('This test does not sleep')),
  newId: () => 'id',
}

beforeAll(async () => {
  ssm = await openJsonService()
})
afterAll(() => ssm.close())
beforeEach(() => {
  now = START
  ssm.asked.length = 0
  stored = { '/greenlight/bot-token': botToken('1'), '/greenlight/signing-secret': signingSecret() }
  ssm.answersBy(({ input }) => ({
    status: 200,
    body: {
      Parameters: (input['Names'] as string[]).flatMap((Name) => (stored[Name] ? { Name, Value: stored[Name] } : [])),
    },
  }))
})

const open = (path = '/greenlight') => secretsFromParameters(ssm.connection, path, clock, { withSigningSecret: true })
const FIRST = { botToken: botToken('1'), signingSecret: signingSecret() }
const ROTATED = { botToken: botToken('2'), signingSecret: signingSecret() }

test('both are read at once, decrypted, on first use', async () => {
  const secrets = open()
  expect(ssm.asked).toEqual([])
  expect(await secrets.current()).toEqual(FIRST)
  expect(ssm.asked).toEqual([
    {
      operation: 'GetParameters',
      input: { Names: ['/greenlight/bot-token', '/greenlight/signing-secret'], WithDecryption: true },
    },
  ])
})

test('a function that sees no clicks reads the token alone', async () => {
  const secrets = secretsFromParameters(ssm.connection, '/greenlight', clock, { withSigningSecret: false })
  expect(await secrets.current()).toEqual({ botToken: botToken('1'), signingSecret: null })
  expect(ssm.asked).toMatchObject([{ input: { Names: ['/greenlight/bot-token'] } }])
})

test('they are kept for five minutes; then a rotated one is noticed', async () => {
  const secrets = open()
  await secrets.current()
  stored['/greenlight/bot-token'] = botToken('2')
  now = START + 300 * SECOND - 1
  expect(await secrets.current()).toEqual(FIRST)
  now = START + 300 * SECOND
  expect(await secrets.current()).toEqual(ROTATED)
  expect(ssm.asked).toHaveLength(2)
})

test('a secret that Slack refused is read again, at most once in half a minute', async () => {
  const secrets = open()
  await secrets.current()
  stored['/greenlight/bot-token'] = botToken('2')
  now = START + 30 * SECOND - 1
  expect(await secrets.renewed()).toEqual(FIRST)
  now = START + 30 * SECOND
  expect(await secrets.renewed()).toEqual(ROTATED)
  for (let again = 0; again < 20; again++) await secrets.renewed()
  expect(ssm.asked).toHaveLength(2)
})

test('a missing one is named, without any value', async () => {
  delete stored['/greenlight/signing-secret']
  const failure = open().current()
  await expect(failure).rejects.toThrow('The parameter /greenlight/signing-secret is missing')
  await expect(failure).rejects.not.toThrow(botToken('1'))
})

test('a failed read is repeated on the next use', async () => {
  const secrets = open()
  ssm.refuses('AccessDeniedException', 'not allowed')
  await expect(secrets.current()).rejects.toThrow('not allowed')
  ssm.answers({ Parameters: Object.entries(stored).map(([Name, Value]) => ({ Name, Value })) })
  expect(await secrets.current()).toEqual(FIRST)
})

test('secrets from the environment are used as they are', async () => {
  const secrets = fixedSecrets(FIRST)
  expect([await secrets.current(), await secrets.renewed()]).toEqual([FIRST, FIRST])
})
