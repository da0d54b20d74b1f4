import { randomUUID } from 'node:crypto'
import type { EventBridgeEvent } from 'aws-lambda'
import { messagesIn, pageClient } from '../../tests/support/page-client.ts'
import { type Recorded, recordScene } from './recorded-workspace.ts'

/** Approvals have a message, and executions have none: Slack has no part in the event. */
export const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: flask-app }
    approvers: [{ name: release managers, people: [U0DANA, U0ELI], count: 2 }]
`
const CHANNEL = 'C0RELEASES'

interface Detail {
  stage: string
  action: string
  state: string
}
export type ActionEvent = EventBridgeEvent<string, Detail & Record<string, unknown>>

/** An event that a build has begun beside another one, and what AWS answered to the bot meanwhile. */
export interface RecordedEvent extends Recorded {
  event: ActionEvent
}

/** The calls of so many events of one process, by name. */
export const callsOf = (events: number): Record<string, number> => ({
  'DynamoDB_20120810.GetItem': events,
  'DynamoDB_20120810.PutItem': events,
})

export const callsOfWrite = (events: number): Record<string, number> => ({ 'DynamoDB_20120810.PutItem': events })

const isBuildBegun = ({ 'detail-type': type, detail }: ActionEvent): boolean =>
  type === 'CodePipeline Action Execution State Change' && detail.action === 'Build' && detail.state === 'STARTED'

/**
 * Runs a workspace until an approval waits and the bot has handled all events of the execution. Then comes one more, as the
 * event of its build was, of another action: alone, because the calls of events that come together would mix.
 */
export const recordEvent = async (): Promise<RecordedEvent> => {
  let begun: ActionEvent | undefined
  let pipelineChanged: ((event: ActionEvent) => Promise<unknown>) | undefined
  const next = (): ActionEvent => ({
    ...begun!,
    id: randomUUID(),
    detail: { ...begun!.detail, action: 'Scan', 'action-execution-id': randomUUID() },
  })
  let event: ActionEvent | undefined
  const recorded = await recordScene({
    configuration: CONFIGURATION,
    watched: (doors) => {
      pipelineChanged = doors.pipelineChanged
      return {
        ...doors,
        pipelineChanged: (received) => {
          if (isBuildBegun(received as ActionEvent)) begun = received as ActionEvent
          return doors.pipelineChanged(received)
        },
      }
    },
    play: async (workspace, record) => {
      const { seen } = pageClient(workspace.url)
      await seen((snapshot) => JSON.stringify(messagesIn(snapshot, CHANNEL)).includes('"approve"'))
      await workspace.settled()
      event = next()
      await record(() => pipelineChanged!(event!))
    },
  })
  return { ...recorded, event: event! }
}

/** Options of Node that leave out the function's random wait. */
export const WITHOUT_WAITS: readonly string[] = ['--import', new URL('without-waits.mjs', import.meta.url).href]
