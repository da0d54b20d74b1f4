import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { jest } from '@jest/globals'
import { httpPost } from '../functions/http-post.ts'

let answer: (request: IncomingMessage, response: ServerResponse) => unknown
let connected: Socket[]
const server = createServer((request, response) => void answer(request, response))
server.on('connection', (socket) => connected.push(socket))
let url: string
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
beforeEach(() => {
  connected = []
})
afterEach(() => jest.restoreAllMocks())
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const post = (address = url, signal = AbortSignal.timeout(30_000)) =>
  httpPost(address, { headers: { 'content-type': 'text/plain' }, body: 'Grüße', signal })

/** The signal ends after the server has the request. */
const endedMeanwhile = async (begin: (response: ServerResponse) => void) => {
  const ending = new AbortController()
  answer = (request, response) => {
    begin(response)
    request.resume().on('end', () => setImmediate(() => ending.abort(new Error('too late'))))
  }
  await expect(post(url, ending.signal)).rejects.toThrow('too late')
}

test('sends the body with its length in bytes, and has what was answered', async () => {
  let sent: unknown
  answer = async (request, response) => {
    const { method, headers } = request
    sent = [method, headers['content-type'], headers['content-length'], await text(request)]
    response.writeHead(418, 'Teapot', { 'Retry-After': '7', 'Set-Cookie': ['a=1', 'b=2'] }).end('{"ok":"ja, größer"}')
  }
  const answered = await post()
  expect(sent).toEqual(['POST', 'text/plain', '7', 'Grüße'])
  expect(answered).toMatchObject({ ok: false, status: 418, statusText: 'Teapot', url })
  expect(answered.headers.get('Retry-After')).toBe('7')
  expect(answered.headers.get('location')).toBeNull()
  expect(Object.fromEntries(answered.headers.entries())).toMatchObject({ 'retry-after': '7', 'set-cookie': 'a=1, b=2' })
  expect(await answered.text()).toBe('{"ok":"ja, größer"}')
  expect(await answered.json()).toEqual({ ok: 'ja, größer' })
  expect(new TextDecoder().decode(await answered.arrayBuffer())).toBe('{"ok":"ja, größer"}')
})

test('follows no redirect', async () => {
  answer = (_, response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end()
  expect(await post()).toMatchObject({ ok: false, status: 307 })
})

test('says what kept it from connecting', async () => {
  await expect(post('http://127.0.0.1:9/')).rejects.toMatchObject({
    name: 'TypeError',
    message: 'fetch failed',
    cause: { code: 'ECONNREFUSED' },
  })
})

test.each<[string, (response: ServerResponse) => void]>([
  ['before the answer begins', (response) => response.destroy()],
  ['in the middle of the answer', (response) => response.writeHead(200).write('{', () => response.destroy())],
])('fails if the connection ends %s', async (_, end) => {
  answer = (request, response) => request.resume().on('end', () => end(response))
  await expect(post()).rejects.toMatchObject({ name: 'TypeError', cause: { code: 'ECONNRESET' } })
})

test('ends with the reason of its signal, before it asks, while it waits, and while it reads', async () => {
  answer = () => undefined
  await expect(post(url, AbortSignal.abort(new Error('too early')))).rejects.toThrow('too early')
  expect(connected).toEqual([])
  await endedMeanwhile(() => undefined)
  await endedMeanwhile((response) => response.writeHead(200).write('{'))
})

test('uses a connection again, but none that may have been closed while the function was frozen', async () => {
  answer = (request, response) => request.resume().on('end', () => response.end())
  const began = Date.now()
  const now = jest.spyOn(Date, 'now').mockReturnValue(began)
  await post()
  const before = connected.length
  now.mockReturnValue(began + 3_000)
  await post()
  expect(connected).toHaveLength(before)
  now.mockReturnValue(began + 60_000)
  await post()
  expect(connected).toHaveLength(before + 1)
})
