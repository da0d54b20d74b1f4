import type { BusEvent } from '../aws/eventbridge/eventbridge.ts'
import type { Slack } from '../slack/open-slack.ts'
import type { PageBundle } from './bundle-page.ts'
import type { LiveUpdates } from './live-updates.ts'
import type { RecordDesk } from './record-desk.ts'
import type { Shown } from './snapshot.ts'

/** What the workspace serves. */
export interface Parts extends Shown {
  page: PageBundle
  slack: Slack
  updates: LiveUpdates
  answerAws(request: Request): Response | Promise<Response>
  /** The bot's own request URL. */
  answerSlackEvent(request: Request): Response | Promise<Response>
  /** The events that the bot could not handle. */
  deadLetters: readonly object[]
  /** The log of a build that no action ran, by the name of its stream; undefined if no stream has the name. */
  buildLog(stream: string): string | undefined
  /** The bot's own events, as they passed EventBridge. */
  announcements(): readonly BusEvent[]
  /** The audit record since the workspace began, as JSON Lines. */
  auditRecord(): Promise<string>
  /** The same record, for a thief and an auditor. */
  record: RecordDesk
}
