import { cloudWatchAlarms } from './aws/alarms.ts'
import { eventBridgeAnnouncements } from './aws/announcements.ts'
import { cloudFormation } from './aws/cloudformation.ts'
import { codeBuild } from './aws/codebuild.ts'
import { dynamoCalendarReadings } from './aws/calendar-readings.ts'
import { calendarsFrom } from './aws/calendars.ts'
import { changeCalendars } from './aws/change-calendars.ts'
import { codePipeline } from './aws/codepipeline.ts'
import type { ClientFor } from './aws/codepipeline-clients.ts'
import { codePipelineClients } from './aws/codepipeline-clients.ts'
import type { AwsConnection } from './aws/connection.ts'
import { connectionFrom } from './aws/connection.ts'
import { dynamoAbsences } from './aws/absences.ts'
import { dynamoFreezes } from './aws/freezes.ts'
import { kmsSignatures } from './aws/kms.ts'
import { effectQueue } from './aws/queue.ts'
import type { AllowedAccounts } from './aws/allowed-accounts.ts'
import { allowedAccountsFrom } from './aws/allowed-accounts.ts'
import type { ReaderConnection } from './aws/reader-connection.ts'
import { anyRegionConnection } from './aws/reader-connection.ts'
import { roleCredentials } from './aws/role-credentials.ts'
import { dynamoObjections } from './aws/objections.ts'
import { steeredFor } from './aws/steering-session.ts'
import { openTable } from './aws/table.ts'
import { dynamoTurns } from './aws/turns.ts'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { loadConfiguration } from './config/load.ts'
import { GATES } from './flows/gates/gates.ts'
import type { Log } from './ports/log.ts'
import type { Secrets } from './ports/secrets.ts'
import type { Services } from './ports/services.ts'
import { keysIn, recordFormIn, required, secretsIn } from './environment.ts'
import { lambdaLog } from './log.ts'
import { clickSeals } from './slack/click-seals.ts'
import { slackChannel } from './slack/slack-channel.ts'
import { slackDirectory } from './slack/slack-directory.ts'

export interface OpenServices extends Services {
  allowedAccounts: AllowedAccounts
  /** With which the functions read what an action of a pipeline made, in whichever Region. */
  readers: ReaderConnection
  pipelineClients: ClientFor
  connection: AwsConnection
  tableName: string
  secrets: Secrets
  slackApiUrl: string | undefined
}

/**
 * Connects the flows to AWS and Slack, as the environment says: TABLE_NAME, QUEUE_URL, GREENLIGHT_CONFIG,
 * SIGNING_KEY, SIGNING_KEY_SPEC, VERIFYING_KEYS and OBJECTIONS_TABLE, ACCOUNT_ID and what reachFrom reads with it, SLACK_SECRETS_PATH and SEES_CLICKS (or, on one's own machine, SLACK_BOT_TOKEN and
 * SLACK_SIGNING_SECRET), GREENLIGHT_VERSION, and the standard variables AWS_REGION, AWS_ENDPOINT_URL and SLACK_API_URL.
 */
export const openServices = (
  environment: Record<string, string | undefined>,
  clock: Clock,
  log: Log = lambdaLog(),
): OpenServices => {
  const connection = connectionFrom(environment)
  const allowedAccounts = allowedAccountsFrom(environment)
  const credentialsOf = roleCredentials(connection, environment['AWS_LAMBDA_FUNCTION_NAME'] ?? 'greenlight', {
    clock,
    log,
  })
  const pipelineClients = codePipelineClients(connection, allowedAccounts, credentialsOf)
  const readers = anyRegionConnection(connection, allowedAccounts, credentialsOf)
  const { SLACK_API_URL: slackApiUrl } = environment
  const secrets = secretsIn(environment, connection, clock)
  const configuration = loadConfiguration(environment['GREENLIGHT_CONFIG'] ?? 'greenlight.yml', log, clock.now())
  const calendarReadings = dynamoCalendarReadings(connection, environment['OBJECTIONS_TABLE'] ?? '')
  return {
    clock,
    log,
    allowedAccounts,
    secrets,
    slackApiUrl,
    configuration,
    ...openTable(connection, required(environment, 'TABLE_NAME'), { clock, log, form: recordFormIn(environment) }),
    gates: GATES,
    pipelines: codePipeline(pipelineClients, steeredFor(allowedAccounts)),
    pipelineClients,
    builds: codeBuild(readers, clock),
    changeSets: cloudFormation(readers, { clock, log }),
    connection,
    tableName: required(environment, 'TABLE_NAME'),
    readers,
    queue: effectQueue(connection, required(environment, 'QUEUE_URL')),
    announcements: eventBridgeAnnouncements(connection, clock),
    signatures: kmsSignatures(connection, keysIn(environment), clock),
    seals: clickSeals(secrets),
    objections: dynamoObjections(connection, environment['OBJECTIONS_TABLE'] ?? ''),
    slack: slackChannel(secrets, slackApiUrl, log, environment['GREENLIGHT_VERSION']),
    turns: dynamoTurns(connection, required(environment, 'TABLE_NAME'), clock),
    directory: slackDirectory(secrets, slackApiUrl, clock, log),
    alarms: cloudWatchAlarms(connection, { allowedAccounts, credentialsOf, clock, log }),
    calendarReadings,
    freezes: dynamoFreezes(connection, environment['OBJECTIONS_TABLE'] ?? '', { clock, log }),
    absences: dynamoAbsences(connection, environment['OBJECTIONS_TABLE'] ?? '', { clock, log }),
    calendars: calendarsFrom({
      configuration,
      readings: calendarReadings,
      changeCalendars: changeCalendars(connection, { clock, log }),
      clock,
      log,
    }),
  }
}

/** A handler as Lambda calls it: its services are connected at the first event and kept for the next ones. */
export const asHandler = <Event, Answer>(door: (services: OpenServices) => (event: Event) => Promise<Answer>) => {
  let open: ((event: Event) => Promise<Answer>) | undefined
  return (event: Event): Promise<Answer> => (open ??= door(openServices(process.env, systemClock)))(event)
}
