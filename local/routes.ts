import { Hono } from 'hono'
import { ACCOUNT } from './account.ts'
import type { WorkspaceClock } from './clock.ts'
import type { CodePipeline } from './codepipeline/engine.ts'
import { consolePages } from './console-pages.ts'
import type { Delivery } from './delivery.ts'
import type { Lambda } from './lambda/open-lambda.ts'
import type { LiveUpdates } from './live-updates.ts'
import { loopbackOnly } from './loopback-only.ts'
import type { Aws } from './open-aws.ts'
import type { PageBundle } from './page/bundle.ts'
import type { Snapshot } from './page/contract.ts'
import { pageApi } from './page-api.ts'
import type { Slack } from './slack/open-slack.ts'

interface Parts {
  page: PageBundle
  aws: Aws
  slack: Slack
  lambda: Lambda
  engine: CodePipeline
  delivery: Delivery
  clock: WorkspaceClock
  updates: LiveUpdates
  snapshot: () => Snapshot
}

/** How CodePipeline hears of a push through a connection. */
const CONNECTION_WEBHOOK = {
  triggerType: 'WebhookV2',
  triggerDetail: `arn:aws:codeconnections:${ACCOUNT.region}:${ACCOUNT.accountId}:connection/workspace`,
} as const

/** Everything that the workspace answers, by path. */
export function routes({ page, aws, slack, lambda, engine, delivery, clock, updates, snapshot }: Parts): Hono {
  const push: Delivery['push'] = async (person, kind, message) => {
    const trouble = await delivery.push(person, kind, message)
    if (trouble === null) engine.sourceChanged(delivery.pipeline.name, CONNECTION_WEBHOOK)
    return trouble
  }
  const app = new Hono()
    .use(loopbackOnly)
    .get('/', (c) => c.html(page.html))
    .all('/aws', (c) => aws.answer(c.req.raw))
    .all('/aws/*', (c) => aws.answer(c.req.raw))
    .all('/slack/api/:method', (c) => slack.answerApi(c.req.param('method'), c.req.raw))
    .post('/slack/response/:id', async (c) => slack.answerResponseUrl(c.req.param('id'), await c.req.text()))
    .get('/slack/archives/*', (c) => c.redirect('/'))
    .post('/slack/events', (c) => lambda.answerSlack(c.req.raw))
    .route(
      '/local',
      pageApi({
        snapshot,
        updates,
        engine,
        interactions: slack.interactions,
        clock,
        deadLetters: lambda.deadLetters,
        accountId: ACCOUNT.accountId,
        push,
      }),
    )
    .route('/console', consolePages(engine))
    .route('/git', delivery.pages)
    .notFound((c) => c.text(`The workspace has nothing at ${c.req.path}.\n`, 404))
  for (const [path, { type, body }] of Object.entries(page.assets))
    app.get(path, (c) => c.body(body, 200, { 'content-type': type, 'cache-control': 'no-cache' }))
  return app
}
