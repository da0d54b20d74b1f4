import { Hono } from 'hono'
import { SOURCE } from '../../functions/aws/announcements.ts'
import type { WorkspaceClock } from '../clock.ts'
import type { CodePipelines } from '../workspace/codepipelines.ts'
import { consolePages } from './console-pages.ts'
import type { Deliveries } from '../workspace/deliveries.ts'
import type { Lambda } from '../aws/lambda/open-lambda.ts'
import type { LiveUpdates } from './live-updates.ts'
import { loopbackOnly } from './loopback-only.ts'
import type { Aws } from '../workspace/open-aws.ts'
import type { PageBundle } from '../page/bundle.ts'
import type { Snapshot } from '../page/contract.ts'
import { pageApi } from './page-api.ts'
import { recordExport } from './record-export.ts'
import type { Slack } from '../slack/open-slack.ts'

interface Parts {
  page: PageBundle
  aws: Aws
  slack: Slack
  lambda: Lambda
  pipelines: CodePipelines
  deliveries: Deliveries
  clock: WorkspaceClock
  updates: LiveUpdates
  snapshot: () => Snapshot
}

/** Everything that the workspace answers, by path. */
export const routes = ({ page, aws, slack, lambda, pipelines, deliveries, clock, updates, snapshot }: Parts): Hono => {
  const began = clock.now()
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
        pipelines,
        interactions: slack.interactions,
        clock,
        deadLetters: lambda.deadLetters,
        announcements: () => aws.eventBus.events.filter(({ source }) => source === SOURCE),
        record: () => recordExport(aws.sqs.baseUrl, { from: began, now: clock.now() }),
        push: (person, request) => deliveries.push(pipelines, request, person),
      }),
    )
    .route('/console', consolePages(pipelines))
    .notFound((c) => c.text(`The workspace has nothing at ${c.req.path}.\n`, 404))
  for (const { pages } of deliveries.all) app.route('/git', pages)
  for (const [path, { type, body }] of Object.entries(page.assets))
    app.get(path, (c) => c.body(body, 200, { 'content-type': type, 'cache-control': 'no-cache' }))
  return app
}
