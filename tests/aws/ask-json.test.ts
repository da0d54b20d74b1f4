import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import * as z from 'zod/mini'
import { askPatiently } from '../../functions/aws/ask-json.ts'
import type { AwsConnection } from '../../functions/aws/connection.ts'
import { START } from '../support/records.ts'
import { openJsonService } from '../support/json-service.ts'

let ssm: Awaited<ReturnType<typeof openJsonService>>
let paused: number[]
beforeAll(async () => {
  ssm = await openJsonService()
})
afterAll(() => ssm.close())
beforeEach(() => {
  ssm.asked.length = 0
  paused = []
})

const clock = {
  now: () => START,
  sleep: async (ms: number) => void paused.push(ms),
  /** Half of every pause. */
  newId: () => '80000000-0000-4000-8000-000000000000',
}
const CALL = { service: 'ssm', target: 'AmazonSSM', operation: 'GetParameters', input: {}, timeoutMs: 2_500 }
const SHAPE = z.object({ Parameters: z.array(z.string()) })
const ask = (connection: AwsConnection = ssm.connection, more: Partial<typeof CALL> = {}) =>
  askPatiently(connection, clock, { ...CALL, ...more }, SHAPE)

describe('a call that a person waits for', () => {
  test.each([
    ['has a fault', 'InternalServerError', 500],
    ['asks to slow down', 'ThrottlingException', 400],
  ])('is made three times if the service %s, with a pause before each further time', async (_, code, status) => {
    ssm.refuses(code, 'later', status)
    await expect(ask()).rejects.toMatchObject({ name: code })
    expect(ssm.asked).toHaveLength(3)
    expect(paused).toEqual([50, 100])
  })

  test('has the answer that a further attempt got', async () => {
    ssm.answersBy(() =>
      ssm.asked.length < 3 ? { status: 503, body: {} } : { status: 200, body: { Parameters: ['a'] } },
    )
    expect(await ask()).toEqual({ Parameters: ['a'] })
    expect(paused).toHaveLength(2)
  })

  test('is made three times if the service does not answer in time', async () => {
    const connected: Socket[] = []
    const silent = createServer((socket) => void connected.push(socket))
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    try {
      await expect(ask({ ...ssm.connection, endpoint }, { timeoutMs: 100 })).rejects.toMatchObject({
        name: 'TimeoutError',
      })
    } finally {
      for (const socket of connected) socket.destroy()
      silent.close()
    }
    expect([connected.length, paused]).toEqual([3, [50, 100]])
  })

  test('is made three times if the network fails', async () => {
    await expect(ask({ ...ssm.connection, endpoint: 'http://127.0.0.1:9' })).rejects.toThrow('fetch failed')
    expect(paused).toHaveLength(2)
  })

  test('is made once if the service refuses', async () => {
    ssm.refuses('AccessDeniedException')
    await expect(ask()).rejects.toMatchObject({ name: 'AccessDeniedException' })
    expect([ssm.asked.length, paused]).toEqual([1, []])
  })

  test('is made once if the answer is in another shape', async () => {
    ssm.answers({ Parameters: 'a' })
    await expect(ask()).rejects.toMatchObject({ name: 'Malformed' })
    expect([ssm.asked.length, paused]).toEqual([1, []])
  })

  test('is not made without credentials', async () => {
    const { region, endpoint } = ssm.connection
    await expect(ask({ region, endpoint: endpoint! })).rejects.toThrow('no credentials')
    expect([ssm.asked.length, paused]).toEqual([0, []])
  })
})
