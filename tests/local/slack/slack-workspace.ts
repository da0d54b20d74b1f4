import { type Logger, LogLevel, WebClient } from '@slack/web-api'
import { Hono } from 'hono'
import { createWorkspaceClock } from '../../../local/clock.ts'
import { listen } from '../../../local/http-server.ts'
import { openSlack } from '../../../local/slack/open-slack.ts'
import { botToken, signingSecret } from '../../support/secret.ts'

export const TOKEN = botToken()
export const SIGNING_SECRET = signingSecret()

/** Many tests are about refusals: the output would be full of them. */
const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
}

/** The requests that the bot of a test got. */
export interface Received {
  headers: Headers
  body: string
  payload: Record<string, unknown>
}

/** Slack by itself, over HTTP, and a bot that keeps its requests and answers as the test says. */
export const openSlackWorkspace = async () => {
  const clock = createWorkspaceClock()
  const received: Received[] = []
  const bot: { answer: (received: Received) => Response | Promise<Response> } = { answer: () => new Response(null) }
  const address = { url: '' }
  const slack = await openSlack({
    token: TOKEN,
    signingSecret: SIGNING_SECRET,
    clock,
    url: () => address.url,
    changed: () => {},
  })
  const app = new Hono()
    .all('/slack/api/:method', (c) => slack.answerApi(c.req.param('method'), c.req.raw))
    .post('/slack/response/:id', async (c) => slack.answerResponseUrl(c.req.param('id'), await c.req.text()))
    .post('/slack/events', async (c) => {
      const body = await c.req.text()
      const payload = JSON.parse(new URLSearchParams(body).get('payload') ?? '{}') as Record<string, unknown>
      const request = { headers: c.req.raw.headers, body, payload }
      received.push(request)
      return bot.answer(request)
    })
  const server = await listen(app.fetch, 0)
  address.url = server.url
  return {
    slack,
    clock,
    bot,
    received,
    url: server.url,
    client: new WebClient(TOKEN, {
      slackApiUrl: `${server.url}/slack/api/`,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: silent,
    }),
    close: async () => {
      clock.stop()
      await server.close()
      await slack.close()
    },
  }
}
