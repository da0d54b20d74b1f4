import { createWorkspaceClock } from '../../local/clock.ts'
import { listen } from '../../local/http-server.ts'
import { openSlack } from '../../local/slack/open-slack.ts'
import { botToken, signingSecret } from '../support/secret.ts'

export const BOT_TOKEN = botToken('0123456789')
export const SIGNING_SECRET = signingSecret()

/** The workspace's Slack over HTTP, which also names the scopes of the token, as Slack does in a header. */
export const openInstalledSlack = async (scopes: string[]) => {
  const clock = createWorkspaceClock()
  const address = { url: '' }
  /** The workspace's Slack has the app in no channel, and no deactivated member: both are added here. */
  const invitedTo = new Set(['C0RELEASES', 'C0DEPLOYS'])
  const left = new Set<string>()
  const slack = await openSlack({
    token: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    clock,
    url: () => address.url,
    changed: () => {},
  })
  const server = await listen(async (request) => {
    const method = new URL(request.url).pathname.split('/').at(-1) ?? ''
    const asked = new URLSearchParams(await request.clone().text())
    const answer = await slack.answerApi(method, request)
    const body = (await answer.json()) as Record<string, object>
    if (body.channel && method === 'conversations.info')
      body.channel = { ...body.channel, is_member: invitedTo.has(asked.get('channel') ?? '') }
    if (body.user && method === 'users.info') body.user = { ...body.user, deleted: left.has(asked.get('user') ?? '') }
    return Response.json(body, { headers: { 'x-oauth-scopes': scopes.join(',') } })
  }, 0)
  address.url = server.url
  return {
    url: `${server.url}/api/`,
    scopes,
    invitedTo,
    left,
    close: async () => {
      clock.stop()
      await server.close()
      await slack.close()
    },
  }
}

export type InstalledSlack = Awaited<ReturnType<typeof openInstalledSlack>>
