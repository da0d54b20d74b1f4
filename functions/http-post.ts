import type { Agent, IncomingMessage, RequestOptions } from 'node:http'
import { systemClock } from './clock.ts'

/** What is read of an answer: the part of fetch's `Response` that AWS's and Slack's answers need. */
export interface HttpAnswer {
  ok: boolean
  status: number
  statusText: string
  url: string
  headers: { get: (name: string) => string | null; entries: () => IterableIterator<[string, string]> }
  text: () => Promise<string>
  json: () => Promise<unknown>
  arrayBuffer: () => Promise<ArrayBuffer>
}

interface HttpPost {
  headers: Record<string, string>
  body: string
  /** Ends the request, and the reading of its answer. */
  signal: AbortSignal
}

/**
 * Sends a POST, and reads its whole answer. It follows no redirect.
 *
 * Node's fetch took half of the CPU time of a warm click (docs/decisions/0039-requests-are-sent-without-fetch.md).
 *
 * @throws as fetch does: a TypeError with a cause if the connection fails, and the signal's reason once it is aborted.
 */
export const httpPost = async (address: string | URL, { headers, body, signal }: HttpPost): Promise<HttpAnswer> => {
  const url = new URL(address)
  try {
    signal.throwIfAborted()
    const answer = await sent(url, { method: 'POST', headers, signal }, body)
    return httpAnswer(url, answer, await contentOf(answer))
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw new TypeError('fetch failed', { cause: error })
  }
}

const sent = (url: URL, options: RequestOptions, body: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    // Loaded with the first request: Node takes some milliseconds for it.
    const { globalAgent, request } = process.getBuiltinModule(url.protocol === 'http:' ? 'node:http' : 'node:https')
    closeIdle(globalAgent)
    request(url, options).on('response', resolve).on('error', reject).end(body)
  })

const IDLE_AT_MOST_MS = 4_000

/** When each agent, one for each protocol, was last used. */
const lastAskedAt = new WeakMap<Agent, number>()

/**
 * Lambda freezes a function between two events, and no timer runs meanwhile: the other side may have closed a connection
 * that Node takes for open. A request on it would fail. Connections live in the machine's time, also where a test or the
 * workspace has another.
 */
const closeIdle = (agent: Agent): void => {
  const now = systemClock.now()
  if (now - (lastAskedAt.get(agent) ?? now) > IDLE_AT_MOST_MS)
    for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) socket.destroy()
  lastAskedAt.set(agent, now)
}

const contentOf = (answer: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    answer
      .on('data', (part: Buffer) => parts.push(part))
      .on('end', () => resolve(Buffer.concat(parts)))
      .on('error', reject)
  })

const httpAnswer = (url: URL, { headers, statusCode, statusMessage }: IncomingMessage, content: Buffer): HttpAnswer => {
  const status = statusCode ?? 0
  const values = new Map(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText: statusMessage ?? '',
    url: url.href,
    headers: { get: (name) => values.get(name.toLowerCase()) ?? null, entries: () => values.entries() },
    text: async () => content.toString(),
    json: async () => JSON.parse(content.toString()) as unknown,
    arrayBuffer: async () => new Uint8Array(content).buffer,
  }
}
