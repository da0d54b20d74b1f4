import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { signedHeaders } from '../../local/slack/interactions.ts'
import { buttonClicked } from '../../functions/button-clicked.ts'
import type { OpenServices } from '../../functions/services.ts'
import type { DueServices } from '../../functions/ports/services.ts'
import { lookForSecret } from '../../local/secrets-left.ts'
import { answerProblems } from './block-kit-limits.ts'
import { botToken, secretPath, signingSecret } from './secret.ts'
import { form, pressed } from './slack-payload.ts'

const SECRET = signingSecret()

/** A signed click on a button, through the function that Slack calls. What the person is told in private, as its text. */
export const clickedIn =
  (services: DueServices) =>
  async (actionId: string, value: string, userId: string): Promise<string[]> => {
    const told: string[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        lookForSecret('a response_url', 'POST', body)
        const { text, blocks } = JSON.parse(body) as { text: string; blocks: object[] }
        const problems = answerProblems({ text, blocks })
        told.push(problems.length > 0 ? problems.join() : text)
        response.end('ok')
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const body = form(pressed(actionId, value, { userId, responseUrl: `http://127.0.0.1:${port}${secretPath()}` }))
    const click = {
      headers: signedHeaders(SECRET, services.clock.now(), body),
      body,
      isBase64Encoded: false,
      rawPath: '/slack/events',
    } as unknown as APIGatewayProxyEventV2
    const current = async () => ({ signingSecret: SECRET, botToken: botToken() })
    const secrets = { current, renewed: current }
    try {
      const { statusCode } = await buttonClicked({
        ...services,
        secrets,
        slackApiUrl: undefined,
      } as unknown as OpenServices)(click)
      if (statusCode !== 200) throw new Error(`answered ${statusCode}`)
    } finally {
      server.close()
      server.closeAllConnections()
    }
    return told
  }
