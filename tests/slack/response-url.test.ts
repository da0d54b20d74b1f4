import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { answerAt } from '../../functions/slack/response-url.ts'

const MESSAGE = { text: 'Frozen', blocks: [] }

/** What is made of Slack's answer, and what Slack was sent. */
const answering = async (status: number, headers: Record<string, string> = {}) => {
  const sent: string[] = []
  const server = createServer((request, response) => {
    request.on('data', (part: Buffer) => sent.push(part.toString()))
    request.on('end', () => response.writeHead(status, headers).end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    return { outcome: await answerAt(`http://127.0.0.1:${port}/commands/1`, MESSAGE), sent }
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
  expect((await answering(status, headers)).outcome).toEqual(outcome)
})

test('it is unclear whether Slack has an answer if the connection breaks', async () => {
  expect(await answerAt('http://127.0.0.1:9/commands/1', MESSAGE)).toMatchObject({ kind: 'unclear' })
})

test('nothing is sent to an address that is not Slack’s', async () => {
  expect(await answerAt('https://hooks.slack.com.example/1', MESSAGE)).toMatchObject({ kind: 'refused', isFinal: true })
})
