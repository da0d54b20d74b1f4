import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { logOf } from './account.ts'
import { PAGE_REQUESTS } from './page-requests.ts'
import { refusalOf } from './refusal.ts'
import type { Parts } from './parts.ts'
import { snapshotOf } from './snapshot.ts'

const HEARTBEAT_MS = 15_000

/** The routes under `/local`; contract.ts describes the input and answer of each. */
export const pageApi = (parts: Parts): Hono => {
  const app = new Hono()
    .get('/state', (c) => c.json(snapshotOf(parts)))
    .get('/events', (c) =>
      streamSSE(c, async (stream) => {
        const send = () => void stream.writeSSE({ event: 'state', data: JSON.stringify(snapshotOf(parts)) })
        const unsubscribe = parts.updates.subscribe(send)
        const heartbeat = setInterval(() => void stream.writeSSE({ event: 'alive', data: '' }), HEARTBEAT_MS)
        send()
        await new Promise<void>((resolve) => stream.onAbort(resolve))
        clearInterval(heartbeat)
        unsubscribe()
      }),
    )
    .get('/logs/:id', (c) => {
      const log = logOf(parts.accounts, c.req.param('id'))
      return log === undefined ? c.text('There is no such log.\n', 404) : c.text(log)
    })
    .get('/dead-letters', (c) => c.json(parts.deadLetters))
    .get('/announcements', (c) => c.json(parts.announcements()))
    .get('/audit', async (c) =>
      c.body(await parts.auditRecord(), 200, {
        'content-type': 'application/jsonl',
        'content-disposition': 'attachment; filename="record.jsonl"',
      }),
    )
  for (const [path, perform] of Object.entries(PAGE_REQUESTS))
    app.post(`/${path}`, async (c) => {
      try {
        const error = await perform(parts, await c.req.json())
        return c.json(error === null ? { ok: true } : { ok: false, error })
      } catch (error) {
        const sentence = refusalOf(error)
        if (sentence === undefined) throw error
        return c.json({ ok: false, error: sentence }, 400)
      }
    })
  return app
}
