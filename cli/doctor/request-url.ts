import { createHmac } from 'node:crypto'
import { optionsOf } from '../installation.ts'
import type { Check } from './check.ts'
import { NotChecked } from './not-checked.ts'

/**
 * button-clicked answers a request that is signed in the way of Slack. The signature proves that the function can read
 * the secrets. Slack itself sends `ssl_check` from time to time; it changes nothing.
 */
export const requestUrl: Check = {
  title: 'Request URL',
  run: async ({ stack, parameters, terminal, installation }) => {
    const deployed = await stack()
    const url = deployed.outputs.SlackRequestUrl
    const { 'signing-secret': secret } = await parameters()
    if (!url) throw new NotChecked(`${deployed.name} has no output SlackRequestUrl`)
    if (!secret) throw new NotChecked('The signing secret is missing')
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
        what: `${url} answers ${status} to a correctly signed request.`,
        fix:
          status === 401
            ? 'The function may still have an older signing secret. It reads a new one within five minutes; check again then.'
            : `Read why in its log: npx serverless logs -f button-clicked ${optionsOf(installation).serverless}`,
      },
    ]
  },
}
