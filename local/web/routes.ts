import { Hono } from 'hono'
import { consolePages } from './console-pages.ts'
import { gitPages } from './git-pages.ts'
import { notHerePage } from './html-page.ts'
import { loopbackOnly } from './loopback-only.ts'
import { pageApi } from './page-api.ts'
import { recordPages } from './record-pages.ts'
import type { Parts } from './parts.ts'

/** All routes of the workspace, by path. */
export const routes = (parts: Parts): Hono => {
  const { page, slack, accounts } = parts
  const app = new Hono()
    .use(loopbackOnly)
    .get('/', (c) => c.html(page.html))
    .all('/aws', (c) => parts.answerAws(c.req.raw))
    .all('/aws/*', (c) => parts.answerAws(c.req.raw))
    .all('/slack/api/:method', (c) => slack.answerApi(c.req.param('method'), c.req.raw))
    .post('/slack/response/:id', async (c) => slack.answerResponseUrl(c.req.param('id'), await c.req.text()))
    .get('/slack/archives/*', (c) => c.redirect('/'))
    .post('/slack/events', (c) => parts.answerSlackEvent(c.req.raw))
    .route('/local', pageApi(parts))
    .route('/console', consolePages(parts))
    .route('/record', recordPages(parts.record))
    .notFound((c) =>
      c.req.header('accept')?.includes('text/html')
        ? c.html(notHerePage(c.req.path), 404)
        : c.text(`The workspace has nothing at ${c.req.path}.\n`, 404),
    )
  for (const { delivery } of accounts) if (delivery) app.route('/git', gitPages(delivery.source, delivery.pipelineName))
  for (const [path, { type, body }] of Object.entries(page.assets))
    app.get(path, (c) => c.body(body, 200, { 'content-type': type, 'cache-control': 'no-cache' }))
  return app
}
