import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import type { Announcements } from '../ports/announcements.ts'
import { QUICK_CALL } from './call-limits.ts'
import type { AwsConnection } from './connection.ts'

/** The source of every event of ours. The functions' roles may put events of this source and no other. */
export const SOURCE = 'greenlight'

/** Our own events, on the account's default bus. */
export const eventBridgeAnnouncements = (connection: AwsConnection): Announcements => {
  const client = new EventBridgeClient({ ...connection, ...QUICK_CALL })
  return {
    put: async ({ detailType, detail, resources, at }) => {
      const { Entries = [] } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              Source: SOURCE,
              DetailType: detailType,
              Detail: JSON.stringify(detail),
              Resources: [...resources],
              Time: new Date(at),
            },
          ],
        }),
      )
      // The call succeeds even if the event was refused ("PutEvents", EventBridge API reference).
      const refusal = Entries.find(({ ErrorCode }) => ErrorCode)
      if (refusal) throw new Error(`EventBridge refused the event: ${refusal.ErrorCode}: ${refusal.ErrorMessage}`)
    },
  }
}
