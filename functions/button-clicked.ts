import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { performNow } from './flows/perform-effect.ts'
import { considerVote, recordVote } from './flows/record-vote.ts'
import { boltReceiver } from './slack/bolt-app.ts'
import { readSlackRequest } from './slack/slack-request.ts'
import type { OpenServices } from './services.ts'
import { asHandler } from './services.ts'

/** Slack gives up after three seconds; a cold start and the way there and back need the rest. */
const BUDGET_MS = 2_000

/** HTTP API: somebody has clicked in Slack. Checked against the signature first, then routed by Bolt. */
export const buttonClicked = (services: OpenServices) => {
  const { secrets, slackApiUrl, clock, log } = services
  const receiver = boltReceiver(
    {
      consider: (approvalId, userId) => considerVote(services, approvalId, userId),
      record: async (request) => {
        const recorded = await recordVote(services, request)
        if (recorded.kind === 'counted') await performNow(services, recorded.effects, BUDGET_MS)
        return recorded
      },
    },
    secrets,
    { slackApiUrl },
  )
  const route = receiver.toHandler()

  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const request = await readSlackRequest(event, secrets, clock.now())
    if (request.kind === 'refused') {
      log.warn('A request was refused', { because: request.because, status: request.status })
      log.count('RequestRejected')
      return { statusCode: request.status, body: '' }
    }
    return await route(request.event, undefined)
  }
}

export const handler = asHandler(buttonClicked)
