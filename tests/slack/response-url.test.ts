import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { answerAt } from '../../functions/slack/response-url.ts'

const MESSAGE = { text: 'Frozen', blocks: [] }

interface Answering {
  headers?: Record<string, string>
  message?: typeof MESSAGE
  /** Where the bot finds Slack's Web API; by default at the same address. */
  slackApiUrl?: (port: number) => string | undefined
}

/** What is made of Slack's answer, and what Slack was sent. */
const answering = async (
  status: number,
  { headers = {}, message = MESSAGE, slackApiUrl = (port) => `http://127.0.0.1:${port}/api/` }: Answering = {},
) => {
  const sent: string[] = []
  const server = createServer((request, response) => {
    request.on('data', (part: Buffer) => sent.push(part.toString()))
    request.on('end', () => response.writeHead(status, headers).end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    return { outcome: await answerAt(`http://127.0.0.1:${port}/commands/1`, message, slackApiUrl(port)), sent }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('an answer is for the person alone, and leaves the message as it is', async () => {
  const { outcome, sent } = await answering(200)
  expect(outcome).toEqual({ kind: 'posted' })
  expect(JSON.parse(sent.join(''))).toEqual({ response_type: 'ephemeral', replace_original: false, ...MESSAGE })
})

test.each<[number, Record<string, string>, object]>([
  [429, { 'retry-after': '7' }, { kind: 'busy', afterSeconds: 7 }],
  [429, {}, { kind: 'busy', afterSeconds: 30 }],
  [404, {}, { kind: 'refused', because: 'HTTP 404', isFinal: true }],
  [500, {}, { kind: 'unclear', because: 'HTTP 500' }],
  [503, {}, { kind: 'unclear', because: 'HTTP 503' }],
])('Slack’s answer %d %j is %j', async (status, headers, outcome) => {
  expect((await answering(status, { headers })).outcome).toEqual(outcome)
})

test('it is unclear whether Slack has an answer if the connection breaks', async () => {
  expect(await answerAt('http://127.0.0.1:9/commands/1', MESSAGE, 'http://127.0.0.1:9/')).toMatchObject({
    kind: 'unclear',
  })
})

test('nothing in the message makes others see it, or replaces or deletes another', async () => {
  const message = { ...MESSAGE, response_type: 'in_channel', replace_original: true, delete_original: true }
  const { sent } = await answering(200, { message })
  expect(JSON.parse(sent.join(''))).toEqual({ response_type: 'ephemeral', replace_original: false, ...MESSAGE })
})

const REFUSED = { kind: 'refused', because: 'not an address of Slack', isFinal: true }

test.each([
  'https://hooks.slack.com.example/1',
  'https://hooks.slack.com@shop.example/1',
  'http://hooks.slack.com/1',
  'http://127.0.0.1:1@shop.example/1',
  'no address',
])('nothing is sent to %s, which is not Slack’s', async (url) => {
  expect(await answerAt(url, MESSAGE, 'http://127.0.0.1:1/')).toEqual(REFUSED)
})

test.each<[string, Required<Answering>['slackApiUrl']]>([
  ['Slack', () => undefined],
  ['another address', () => 'https://slack.example/api/'],
  ['another port of this machine', (port) => `http://127.0.0.1:${port === 9 ? 10 : 9}/api/`],
])('nothing is sent to this machine if the Web API is at %s', async (_, slackApiUrl) => {
  expect(await answering(200, { slackApiUrl })).toEqual({ outcome: REFUSED, sent: [] })
})
