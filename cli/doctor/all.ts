import { alarms } from './alarms.ts'
import { approvalTopic, topicKey } from './approval-topic.ts'
import type { Check } from './check.ts'
import { clock } from './clock.ts'
import { configuration } from './configuration.ts'
import { deadLetterQueues } from './dead-letter-queues.ts'
import { events } from './events.ts'
import { functions, roles } from './functions.ts'
import { identity } from './identity.ts'
import { objectionsTable } from './objections-table.ts'
import { metrics } from './metrics.ts'
import { parameters } from './parameters.ts'
import { pipelines } from './pipelines.ts'
import { requestUrl } from './request-url.ts'
import { retryQueue } from './retry-queue.ts'
import { signingKey } from './signing-key.ts'
import { slackScopes, slackToken } from './slack-app.ts'
import { approvers, channels } from './slack-names.ts'
import { spokes } from './spokes.ts'
import { stack } from './stack.ts'
import { table } from './table.ts'

/** What `greenlight doctor` checks, in the order in which an approval meets it. */
export const CHECKS: readonly Check[] = [
  clock,
  identity,
  stack,
  configuration,
  pipelines,
  approvalTopic,
  topicKey,
  events,
  retryQueue,
  functions,
  roles,
  spokes,
  table,
  objectionsTable,
  signingKey,
  deadLetterQueues,
  alarms,
  metrics,
  parameters,
  requestUrl,
  slackToken,
  slackScopes,
  channels,
  approvers,
]
