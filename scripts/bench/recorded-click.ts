import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { signedHeaders } from '../../local/slack/interactions.ts'
import { blockWith, messagesIn, pageClient } from '../../tests/support/page-client.ts'
import { type Recorded, SIGNING_SECRET, recordScene } from './recorded-workspace.ts'

/** One rule, and a form that asks for a comment. */
export const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: flask-app }
    approvers: [{ name: release managers, people: [U0DANA, U0ELI], count: 2 }]
    comment: required
`
const CHANNEL = 'C0RELEASES'

/** A press of Approve… in the workspace, which opened the form, and what AWS and Slack answered to the bot meanwhile. */
export interface RecordedClick extends Recorded {
  /** The event of the function, signed at this moment. */
  event(): APIGatewayProxyEventV2
}

/** The calls of so many clicks of one process, by name. The person and the bot's own workspace are known after the first. */
export const callsOf = (clicks: number): Record<string, number> => ({
  '/slack/api/auth.test': 1,
  '/slack/api/users.info': 1,
  '/slack/api/views.open': clicks,
  'DynamoDB_20120810.GetItem': clicks,
  'DynamoDB_20120810.Query': clicks,
})

/** Runs a workspace until Dana has pressed Approve… and sees the form. */
export const recordClick = async (): Promise<RecordedClick> => {
  let event: APIGatewayProxyEventV2 | undefined
  const recorded = await recordScene({
    configuration: CONFIGURATION,
    watched: (doors, record) => ({
      ...doors,
      buttonClicked: (clickEvent) => {
        event = clickEvent
        return record(() => doors.buttonClicked(clickEvent))
      },
    }),
    play: async (workspace) => {
      const { seen, post } = pageClient(workspace.url)
      await seen((snapshot) => JSON.stringify(messagesIn(snapshot, CHANNEL)).includes('"approve"'))
      await workspace.settled()
      const message = messagesIn(workspace.snapshot(), CHANNEL).find((one) => blockWith(one, 'approve'))
      const { block_id: blockId } = blockWith(message, 'approve')!
      await post('/local/slack/click', {
        userId: 'U0DANA',
        channelId: CHANNEL,
        ts: message!.ts,
        blockId,
        actionId: 'approve',
      })
      await seen(({ modals }) => modals.some(({ userId }) => userId === 'U0DANA'))
    },
  })
  return {
    ...recorded,
    event: () => {
      const body = Buffer.from(event!.body!, event!.isBase64Encoded ? 'base64' : 'utf8').toString()
      return { ...event!, headers: { ...event!.headers, ...signedHeaders(SIGNING_SECRET, Date.now(), body) } }
    },
  }
}
