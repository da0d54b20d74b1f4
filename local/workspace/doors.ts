import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyResultV2,
  EventBridgeEvent,
  ScheduledEvent,
  SNSEvent,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda'
import type { NeededAt, WorkspaceClock } from '../clock.ts'

/** The bot's functions, as Lambda would call them. */
export interface Doors {
  approvalRequested(event: SNSEvent): Promise<unknown>
  pipelineChanged(event: EventBridgeEvent<string, unknown>): Promise<unknown>
  buttonClicked(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2>
  effectDue(event: SQSEvent): Promise<SQSBatchResponse | void>
  minutePassed(event: ScheduledEvent): Promise<unknown>
  dayPassed(event: ScheduledEvent): Promise<unknown>
  approvalDecided(event: EventBridgeEvent<string, unknown>): Promise<unknown>
  /** Which minute matters next, so that a moving clock may leave out those before it; without it, each one comes. */
  minuteNeededAt?: NeededAt
}

export interface DoorsSettings {
  clock: WorkspaceClock
  /** The workspace's address. */
  url: string
  /** A directory to write to, removed when the workspace closes. */
  directory: string
  /** Prints a line in the terminal of the workspace. */
  report: (line: string) => void
}
