import { createHmac } from 'node:crypto'
import { NotChecked, type Check } from './check.ts'

/**
 * button-clicked answers, as Slack would find it. Signed with the stored secret it proves that the function can read
 * the secrets too; `ssl_check` is what Slack itself asks from time to time, and changes nothing.
 */
export const requestUrl: Check = {
  title: 'Request URL',
  run: async ({ stack, parameters, terminal, stage, region }) => {
    const url = (await stack()).outputs.SlackRequestUrl
    const { 'signing-secret': secret } = await parameters()
    if (!url) throw new NotChecked('the stack has no SlackRequestUrl')
    if (!secret) throw new NotChecked('there is no signing secret')
    const body = 'ssl_check=1'
    const timestamp = String(Math.floor(terminal.now() / 1000))
    const signature = createHmac('sha256', secret.value).update(`v0:${timestamp}:${body}`).digest('hex')
    const { status } = await terminal.fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
      },
      body,
    })
    if (status === 200) return []
    return [
      {
        what: `${url} answers ${status} to a request that is signed as Slack's are.`,
        fix:
          status === 401
            ? 'The function still has an older signing secret: it reads a new one within five minutes. Ask again then.'
            : `npx serverless logs -f button-clicked --stage ${stage} --region ${region}`,
      },
    ]
  },
}
