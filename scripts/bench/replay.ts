import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpServer } from '../../local/http-server.ts'

/** What was answered to each call: by `X-Amz-Target` for AWS, and by path for Slack. */
export type Answers = ReadonlyMap<string, { status: number; body: Buffer }>

export const callOf = (target: string | null | undefined, url: string): string =>
  target || new URL(url, 'http://any').pathname

export interface Replay extends HttpServer {
  /** The calls since the last time this was asked, by name. */
  calls(): Record<string, number>
}

/** AWS and Slack, which answer as they did while they were recorded. They do no work that a function would wait for. */
export const replay = async (answers: Answers): Promise<Replay> => {
  let counted = new Map<string, number>()
  const server = createServer((request, response) => {
    const call = callOf(request.headers['x-amz-target'] as string | undefined, request.url!)
    counted.set(call, (counted.get(call) ?? 0) + 1)
    request.resume().on('end', () => {
      const answer = answers.get(call)
      response.writeHead(answer?.status ?? 404, { 'content-type': 'application/json' }).end(answer?.body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => {
      const calls = counted
      counted = new Map()
      return Object.fromEntries([...calls].sort())
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
