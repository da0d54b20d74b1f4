import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { bundlePage } from '../../../local/web/bundle-page.ts'
import type { Snapshot } from '../../../local/page/contract.ts'
import type { Answer } from '../../../local/page/requests.ts'

export interface Asked {
  path: string
  body: unknown
}

let bundled: ReturnType<typeof bundlePage> | undefined

/**
 * The page on a random port of 127.0.0.1, with the snapshots of a test. Answers every request with `answer`, which may
 * also show the next snapshot, as the workspace would.
 */
export const startFixtureServer = async (first: Snapshot) => {
  bundled ??= bundlePage()
  const page = await bundled
  const streams = new Set<ServerResponse>()
  const asked: Asked[] = []
  const arrivals = new EventEmitter()
  let snapshot = first
  let answer: (asked: Asked) => Answer | Promise<Answer> = () => ({ ok: true })
  let logs: Record<string, string> = {}

  const sendState = (stream: ServerResponse) => stream.write(`event: state\ndata: ${JSON.stringify(snapshot)}\n\n`)
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/'
    if (request.method === 'POST') {
      const one = { path, body: JSON.parse(await text(request)) as unknown }
      asked.push(one)
      arrivals.emit('asked')
      response.end(JSON.stringify(await answer(one)))
    } else if (path === '/local/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      streams.add(response)
      sendState(response)
    } else if (path.startsWith('/local/logs/')) {
      const log = logs[path.slice('/local/logs/'.length)]
      response.writeHead(log === undefined ? 404 : 200).end(log)
    } else {
      const asset = path === '/' ? { type: 'text/html; charset=utf-8', body: page.html } : page.assets[path]
      response.writeHead(asset ? 200 : 404, { 'content-type': asset?.type ?? 'text/plain' }).end(asset?.body)
    }
  }

  const server = createServer((request, response) => void serve(request, response))
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const goAway = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    streams.clear()
    await closed
  }
  const port = await listen(0)
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    /** All requests so far, once there are `count` of them. */
    async askedFor(count: number): Promise<Asked[]> {
      while (asked.length < count) await once(arrivals, 'asked')
      return asked
    },
    show(next: Snapshot) {
      snapshot = next
      streams.forEach(sendState)
    },
    snapshot: () => snapshot,
    answerWith(next: typeof answer) {
      answer = next
    },
    serveLogs(next: typeof logs) {
      logs = next
    },
    goAway,
    comeBack: () => listen(port),
    close: () => (server.listening ? goAway() : Promise.resolve()),
  }
}
