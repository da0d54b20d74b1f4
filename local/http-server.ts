import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { ownEntry } from '../functions/own-entry.ts'

export type Answer = (request: Request) => Response | Promise<Response>

export interface HttpServer {
  /** `http://127.0.0.1:4600`, with the port that is really in use. */
  url: string
  /** Ends open connections too, event streams among them. */
  close(): Promise<void>
}

/** Serves on 127.0.0.1 only; port 0 takes any free one. Rejects with a sentence if the port is taken. */
export const listen = async (answer: Answer, port: number): Promise<HttpServer> => {
  const server = createAdaptorServer({ fetch: answer, overrideGlobalObjects: false }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(readable(error, port)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const readable = (error: NodeJS.ErrnoException, port: number): Error => {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is taken by another program. Stop that one, or choose another port: PORT=4601 npm start`,
    EACCES: `This user may not listen on port ${port}. Choose one above 1023: PORT=4600 npm start`,
  }
  return new Error(ownEntry(reasons, error.code ?? '') ?? `Cannot listen on port ${port}: ${error.message}`, {
    cause: error,
  })
}
