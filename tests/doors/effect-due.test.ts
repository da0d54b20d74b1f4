import type { SQSRecord } from 'aws-lambda'
import type { Effect } from '../../functions/domain/effect.ts'
import { effectDue } from '../../functions/effect-due.ts'
import { lambdaLog } from '../../functions/log.ts'
import type { About } from '../../functions/ports/log.ts'
import { botInMemory } from '../support/bot-in-memory.ts'
import { linesOf } from '../support/log-lines.ts'
import { TOKEN, notification } from '../support/records.ts'

const message = (messageId: string, body: string) => ({ messageId, body }) as SQSRecord
/** The last try: PAUSES has eleven pauses. */
const due = (effect: Effect) => JSON.stringify({ effect, attempt: 11 })
const NOTIFICATION = notification()

test('an effect that failed for good is an error line that names the message, the effect and the reason', async () => {
  const { services } = botInMemory()
  const door = effectDue({ ...services, log: lambdaLog() })
  const Records = [
    message('m1', due({ do: 'request-approval', notification: NOTIFICATION })),
    message('m2', '{ "effect": 1 }'),
    message('m3', due({ do: 'show-approval', approval: 'unknown' })),
  ]
  let answer: unknown
  const lines = await linesOf(async () => (answer = await door({ Records })))

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] })
  const errors = lines.filter(({ level }) => level === 'ERROR')
  const message1 = { messageId: 'm1', effect: { do: 'request-approval', approval: 'a1' } }
  expect(errors).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        message: 'A queued effect failed',
        ...message1,
        error: 'Error: CodePipeline is not asked here',
      }),
      expect.objectContaining({
        message: 'A queued effect failed',
        messageId: 'm2',
        error: expect.stringContaining('not in the documented shape') as string,
      }),
    ]),
  )
  expect(errors).toHaveLength(2)
  expect(JSON.stringify(lines)).not.toContain(TOKEN)
  expect(JSON.stringify(lines)).not.toContain('reserved')
})

test('each effect of a message is performed, also beside one that fails; the message returns to the queue', async () => {
  const { services } = botInMemory()
  const read: string[] = []
  const { approvals } = services
  const door = effectDue({
    ...services,
    approvals: {
      ...approvals,
      read: async (id) => {
        read.push(id)
        return approvals.read(id)
      },
    },
  })
  const beside = ['a1', 'a2'].map((approval) => ({ do: 'check-approval', approval }))
  const failing = { do: 'request-approval', notification: NOTIFICATION }
  const answer = await door({
    Records: [message('m1', JSON.stringify({ effect: failing, attempt: 11, beside }))],
  })
  expect(read).toEqual(expect.arrayContaining(['a1', 'a2']))
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] })
})

test('an effect that hangs takes no other of its batch with it: the function ends by itself, and it is tried again', async () => {
  const { services, pass, queued } = botInMemory()
  const { approvals } = services
  const read: typeof approvals.read = (id) => (id === 'hangs' ? new Promise(() => {}) : approvals.read(id))
  const check = (approval: string) => JSON.stringify({ effect: { do: 'check-approval', approval }, attempt: 1 })
  const answer = effectDue({ ...services, approvals: { ...approvals, read } })({
    Records: [message('m1', check('hangs')), message('m2', check('a1'))],
  })
  await new Promise((resolve) => setImmediate(resolve))
  pass(28_000)
  expect(await answer).toEqual({ batchItemFailures: [] })
  expect(queued.map(({ due }) => due)).toEqual([{ effect: { do: 'check-approval', approval: 'hangs' }, attempt: 2 }])
})

const RESERVED = ['level', 'message', 'sampling_rate', 'service', 'timestamp'] as const

test('a key that the logger writes itself does not compile', () => {
  // @ts-expect-error The text of the line is the first argument.
  const wrong: About = { message: 'm1' }
  expect(RESERVED).toContain(Object.keys(wrong)[0])
})

test('the logger drops the reserved keys, and writes every other key', async () => {
  const keys = ['messageId', 'effect', 'approval', 'error', 'because', 'name', 'status', 'account', 'type', 'user']
  const about = Object.fromEntries([...RESERVED, ...keys].map((key) => [key, 'ours']))
  const lines = await linesOf(() => Promise.resolve(lambdaLog().info('A line', about as About)))
  const last = lines.at(-1)!
  expect(Object.keys(last).filter((key) => last[key] === 'ours')).toEqual(keys)
})

test.each([
  ['an error', new RangeError('too far'), 'RangeError: too far'],
  ['a text', 'ratelimited', 'ratelimited'],
  ['an object, of which nothing is quoted', { token: TOKEN }, '[object Object]'],
])('the line describes what was thrown: %s', async (_, error, text) => {
  const [line] = await linesOf(() => Promise.resolve(lambdaLog().error('A line', { error })))
  expect(line).toMatchObject({ message: 'A line', error: text })
})

test('each line has the version that wrote it', async () => {
  process.env['GREENLIGHT_VERSION'] = '1.2.3'
  try {
    const [line] = await linesOf(() => Promise.resolve(lambdaLog().info('A line')))
    expect(line).toMatchObject({ message: 'A line', version: '1.2.3' })
  } finally {
    delete process.env['GREENLIGHT_VERSION']
  }
})

test('the first line says whether the function started with V8’s code cache, and no other does', async () => {
  globalThis.codeCache = 'used'
  try {
    const lines = await linesOf(async () => {
      const log = lambdaLog()
      log.info('A line')
      log.warn('Another')
    })
    expect(lines.map(({ message, codeCache }) => [message, codeCache])).toEqual([
      ['A line', 'used'],
      ['Another', undefined],
    ])
  } finally {
    globalThis.codeCache = undefined
  }
})
