import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { approvalDecided, attestationServices } from '../../functions/approval-decided.ts'
import { approvalRequested } from '../../functions/approval-requested.ts'
import { handler as buttonClickedHandler, buttonClicked } from '../../functions/button-clicked.ts'
import { systemClock } from '../../functions/clock.ts'
import { loadConfiguration } from '../../functions/config/load.ts'
import { leavesName } from '../../functions/record/log-files.ts'
import { addressReader } from '../../functions/aws/read-addresses.ts'
import { openTable } from '../../functions/aws/table.ts'
import { checkpointServices, dayPassed } from '../../functions/day-passed.ts'
import { dynamoAbsences } from '../../functions/aws/absences.ts'
import { dynamoFreezes } from '../../functions/aws/freezes.ts'
import { dynamoEntries } from '../../functions/aws/entries.ts'
import { hashOf } from '../../functions/domain/journal.ts'
import { settled } from '../../functions/domain/approval.ts'
import { handler as effectDueHandler, effectDue } from '../../functions/effect-due.ts'
import { actOnApproval } from '../../functions/flows/approval/act-on-approval.ts'
import { closeApproval } from '../../functions/flows/approval/close-approval.ts'
import { settleApproval } from '../../functions/flows/effects/settle-approval.ts'
import { lambdaLog } from '../../functions/log.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import type { Log } from '../../functions/ports/log.ts'
import { openServices } from '../../functions/services.ts'
import { shiftingServices, trafficShifting } from '../../functions/traffic-shifting.ts'
import { createLambda } from '../../local/aws/lambda/lambda.ts'
import { createSqs } from '../../local/aws/sqs/sqs.ts'
import { type WorkspaceClock, createWorkspaceClock } from '../../local/clock.ts'
import { signedHeaders } from '../../local/slack/interactions.ts'
import { openAws, REGION } from '../support/aws-endpoint.ts'
import { botInMemory } from '../support/bot-in-memory.ts'
import { type Datum, httpApiMetrics, lambdaMetrics, metricsIn, queueMetrics } from '../support/cloudwatch.ts'
import { linesOf } from '../support/log-lines.ts'
import { DAY, MINUTE, START, WHERE, actor, approval } from '../support/records.ts'
import { form, pressed } from '../support/slack-payload.ts'
import { at, resource } from '../support/template.ts'
import type { Installed } from './installed-template.ts'
import { accessKeySecret, botToken, signingSecret } from '../support/secret.ts'

/**
 * Brings about what an alarm is for, with the real functions, and returns what CloudWatch receives then: the metrics in
 * their logs, and those of the services that call them.
 */
export type Cause = (installation: Installed, now: number) => Promise<Datum[]>

const REFUSES_CONNECTIONS = {
  ACCOUNT_ID: WHERE.accountId,
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: accessKeySecret(),
  TABLE_NAME: 'table',
  QUEUE_URL: 'http://127.0.0.1:9/queue',
}
const SLACK = { SLACK_BOT_TOKEN: botToken(), SLACK_SIGNING_SECRET: signingSecret() }
const CHECKPOINTS = {
  SIGNING_KEY: 'arn:aws:kms:eu-west-1:111122223333:key/first',
  CHECKPOINT_BUCKET: 'log',
  CHECKPOINT_KEY: 'arn:aws:kms:eu-west-1:111122223333:key/second',
  CHECKPOINT_ORIGIN: 'shop',
}
const ATTESTATIONS = { SIGNING_KEY: CHECKPOINTS.SIGNING_KEY, ATTESTATION_KEY: CHECKPOINTS.CHECKPOINT_KEY }
const DECIDED_EVENT = { detail: { approval: approval().id } } as never
const sqsWith = (clock: WorkspaceClock) =>
  createSqs({ clock, accountId: WHERE.accountId, region: WHERE.region, baseUrl: () => 'http://127.0.0.1:9' })

const QUIET: Log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }

const open = () => ({
  ...botInMemory().services,
  log: QUIET,
  allowedAccounts: {
    all: [],
    require: ({ accountId }: { accountId: string }) => {
      if (accountId !== WHERE.accountId) throw new Error(`${accountId} is not registered`)
    },
  } as never,
})

/** A message that may be an approval, in a form that is not documented. */
const UNREADABLE = { Sns: { TopicArn: 'arn:aws:sns:eu-west-1:111122223333:t', Message: '{"approval":{"token":"?"}}' } }
const FROM_ELSEWHERE = {
  account: '999988887777',
  region: 'eu-west-1',
  time: '2026-11-23T09:30:00Z',
  'detail-type': 'CodePipeline Pipeline Execution State Change',
  source: 'aws.codepipeline',
  detail: {
    pipeline: 'shop-web',
    'execution-id': '01234567-0123-0123-0123-012345678901',
    state: 'STARTED',
    version: 1,
  },
}

/** Each function, in trouble. */
export const FAILING: Record<string, () => Promise<unknown>> = {
  'approval-requested': () => approvalRequested(open())({ Records: [UNREADABLE] } as never),
  // Without its environment variables, as after a deploy of a broken template.
  'button-clicked': async () => buttonClickedHandler({} as never),
  'approval-decided': () =>
    approvalDecided(attestationServices({ ...REFUSES_CONNECTIONS, ...ATTESTATIONS }, systemClock, QUIET))(
      DECIDED_EVENT,
    ),
  'day-passed': () =>
    dayPassed(checkpointServices({ ...REFUSES_CONNECTIONS, ...SLACK, ...CHECKPOINTS }, systemClock, QUIET))(),
  'effect-due': async () => effectDueHandler({ Records: [] }),
  'pipeline-changed': () => pipelineChanged(open())(FROM_ELSEWHERE as never),
  'minute-passed': () => minutePassed(openServices({ ...REFUSES_CONNECTIONS, ...SLACK }, systemClock, QUIET))(),
  'traffic-shifting': () =>
    trafficShifting(shiftingServices(REFUSES_CONNECTIONS, systemClock, QUIET))(
      { DeploymentId: 'd-SHIFTING1', LifecycleEventHookExecutionId: 'hook-1' },
      { getRemainingTimeInMillis: () => 60_000 },
    ),
}

const threw =
  (door: string): Cause =>
  async ({ functionName }, now) => {
    const outcome = await FAILING[door]!().then(
      () => 'answered' as const,
      () => 'threw' as const,
    )
    return lambdaMetrics(functionName(door), outcome, now)
  }

const throttled =
  (door: string): Cause =>
  ({ functionName }, now) =>
    Promise.resolve(lambdaMetrics(functionName(door), 'throttled', now))

/** Lambda's retries, then the on-failure destination. */
const gaveUp =
  (door: string): Cause =>
  async ({ onFailure, queueName }, now) => {
    const clock = createWorkspaceClock()
    const { queue: id, retries } = onFailure(door)
    const dead = sqsWith(clock).createQueue({ name: id, visibilityTimeoutSeconds: 30 })
    const invocation = createLambda(clock).asynchronous({
      handle: FAILING[door]!,
      retries,
      gaveUp: (event) => void dead.send(JSON.stringify(event)),
    })
    invocation.invoke({})
    await clock.moveAhead(10 * MINUTE)
    const messages = dead.messages().map(() => ({ sentAt: now, visibleAt: now }))
    clock.stop()
    return queueMetrics(queueName(id), messages, now)
  }

const effectGivenUp: Cause = async ({ template, queueName }, now) => {
  const clock = createWorkspaceClock()
  const { Properties } = resource(template, 'Effects')
  const sqs = sqsWith(clock)
  const dead = sqs.createQueue({ name: 'dead', visibilityTimeoutSeconds: 30 })
  const queue = sqs.createQueue({
    name: 'effects',
    visibilityTimeoutSeconds: Number(Properties.VisibilityTimeout),
    redrive: { maxReceiveCount: Number(at(Properties, 'RedrivePolicy.maxReceiveCount')), deadLetterQueue: dead },
  })
  const mapping = createLambda(clock).eventSourceMapping({
    queue,
    batchSize: 5,
    maximumConcurrency: 5,
    handle: effectDue(open()),
    failed: () => {},
  })
  queue.send('{ "effect": "of another version" }')
  await clock.moveAhead(60 * MINUTE)
  await mapping.stop()
  const messages = dead.messages().map(() => ({ sentAt: now, visibleAt: now }))
  clock.stop()
  return queueMetrics(queueName('EffectDueDead'), messages, now)
}

/** @param minutes how long the queue has not been read */
export const effectsWaited =
  (minutes: number, delaySeconds = 0): Cause =>
  async ({ queueName }, now) => {
    const clock = createWorkspaceClock()
    const queue = sqsWith(clock).createQueue({ name: 'effects', visibilityTimeoutSeconds: 180 })
    queue.send('{}', { delaySeconds })
    await clock.moveAhead(minutes * MINUTE)
    const ahead = clock.now() - now
    const messages = queue
      .messages()
      .map(({ sentAt, visibleAt }) => ({ sentAt: sentAt - ahead, visibleAt: visibleAt - ahead }))
    clock.stop()
    return queueMetrics(queueName('Effects'), messages, now)
  }
/** SQS holds a message back for 15 minutes at most. */
export const LONGEST_DELAY = effectsWaited(15, 900)

/** A person clicks while the table does not answer: Bolt answers with a 500, and the function does not throw. */
const clickFailed: Cause = async ({ apiId, functionName }, now) => {
  const services = openServices({ ...REFUSES_CONNECTIONS, ...SLACK }, systemClock, QUIET)
  const body = form(pressed('approve', approval().id, { userId: 'U0DANA' }))
  const { statusCode = 200 } = await buttonClicked(services)({
    version: '2.0',
    headers: signedHeaders(SLACK.SLACK_SIGNING_SECRET, Date.now(), body),
    body,
    isBase64Encoded: false,
  } as never)
  return [...httpApiMetrics(apiId, statusCode, now), ...lambdaMetrics(functionName('button-clicked'), 'answered', now)]
}

/** Runs with the log of a function of this installation, and returns the metrics in it. */
const counting =
  (door: string, run: (log: Log) => Promise<unknown>): Cause =>
  async ({ environment }, now) => {
    const names = ['POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_METRICS_NAMESPACE']
    const before = names.map((name) => process.env[name])
    for (const name of names) process.env[name] = String(environment(door)[name])
    try {
      const lines = await linesOf(async () => {
        await run(lambdaLog())
        await pause(1)
      })
      return metricsIn(lines, now)
    } finally {
      names.forEach((name, index) => {
        const value = before[index]
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      })
    }
  }

const effectFailed = counting('effect-due', (log) =>
  effectDue({ ...open(), log })({ Records: [{ messageId: 'm1', body: '{ "effect": 1 }' }] as never }),
)

/** A record that cannot be read does not stop the sweep, so only the metric says that it is left. */
export const recordNotSwept = counting('minute-passed', (log) =>
  minutePassed({
    ...open(),
    log,
    attention: { ...open().attention, due: () => Promise.resolve([{ approval: approval().id }]) },
    approvals: { ...open().approvals, change: () => Promise.reject(new Error('unreadable')) } as never,
  })(),
)

const glassBroken = counting('button-clicked', async (log) => {
  const allDay = { name: 'f', zone: 'UTC', span: { every: 'day', from: 0, to: 0 } } as const
  const { services } = botInMemory({ freezes: [allDay] })
  await services.approvals.create(approval())
  await actOnApproval(
    { ...services, log },
    { approvalId: approval().id, who: actor('U0ELI'), act: { do: 'break-glass', reason: 'the shop is down' } },
  )
})

const pastPolicy = counting('pipeline-changed', async (log) => {
  const { services } = botInMemory()
  await services.approvals.create(approval())
  await closeApproval({ ...services, log }, approval().id, (one, now) =>
    settled(one, { how: 'console', verdict: 'Approved', by: 'finn', summary: null, past: 'not-an-approver' }, now),
  )
})

/** The table has another entry under the number. */
const recordConflict = counting('effect-due', async (log) => {
  const [entry] = approval().journal.unfiled
  const there = { ...entry!, at: 1 }
  const refused = Object.assign(new Error('The conditional request failed'), {
    name: 'ConditionalCheckFailedException',
  })
  const table = {
    send: ({ input }: { input: object }) =>
      'Item' in input
        ? Promise.reject(refused)
        : Promise.resolve({ Item: { entry: { ...there, hash: hashOf(there) } } }),
  }
  await dynamoEntries(table as never, 'greenlight', log)
    .file([{ entry: entry!, where: WHERE, keptUntil: START }])
    .catch(() => undefined)
})

/** A verdict that was written into the table. */
const forgedVerdict = counting('effect-due', async (log) => {
  const services = { ...botInMemory().services, log }
  const state = { name: 'deciding', verdict: 'Approved', since: START } as const
  await services.approvals.create(approval({ state }))
  await settleApproval(services, approval().id)
})

/** An approval is gone that the log has. */
const checkpointRefused = counting('day-passed', async (log) => {
  const aws = await openAws()
  const environment = { ...CHECKPOINTS, ...SLACK, AWS_REGION: REGION, TABLE_NAME: 'greenlight' }
  const credentials = {
    AWS_ENDPOINT_URL: aws.client.endpoint,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: accessKeySecret(),
  }
  const services = checkpointServices({ ...environment, ...credentials }, systemClock, log)!
  const gone = { hash: 'f'.repeat(64), approval: 'f'.repeat(32), number: 1, keptUntil: START + 2 * DAY }
  await services.files.create(leavesName(0), `${JSON.stringify(gone)}\n`)
  await openTable(aws.client, 'greenlight').approvals.create(approval())
  await dayPassed({ ...services, clock: { ...systemClock, now: () => START + DAY } })()
  await aws.close()
})

/** An approval whose votes do not have signatures. */
const attestationLeftOut = counting('approval-decided', async (log) => {
  const aws = await openAws()
  const environment = {
    ...REFUSES_CONNECTIONS,
    ...ATTESTATIONS,
    AWS_ENDPOINT_URL: aws.client.endpoint,
    TABLE_NAME: 'greenlight',
  }
  const services = attestationServices(environment, { ...systemClock, now: () => START + DAY }, log)
  await openTable(aws.client, 'greenlight').approvals.create(approval())
  await approvalDecided(services)(DECIDED_EVENT)
  await aws.close()
})

const unreadable = counting('approval-requested', (log) => {
  loadConfiguration(join('tests', 'infra', 'no-such-greenlight.yml'), log, Date.now())
  return Promise.resolve()
})

/** A server that refuses connections, tried again after a minute each time. */
const calendarUnread = counting('minute-passed', async (log) => {
  let now = START
  const calendar = { name: 'company freezes', zone: 'UTC', source: 'http://127.0.0.1:9/freezes.ics' }
  const clock = { now: () => now }
  const read = addressReader({ calendarAddresses: [calendar] }, { keep: () => Promise.resolve() }, { clock, log })
  for (; now < START + 3 * MINUTE; now += MINUTE) await read()
})

/** A table that is not there, asked by three clicks. */
const freezeUnread = counting('button-clicked', async (log) => {
  const aws = await openAws()
  const freezes = dynamoFreezes(aws.client, 'gone', { clock: systemClock, log })
  for (let click = 0; click < 3; click++) await freezes.all()
  await aws.close()
})

/** The same of those who are away. */
const absenceUnread = counting('button-clicked', async (log) => {
  const aws = await openAws()
  const absences = dynamoAbsences(aws.client, 'gone', { clock: systemClock, log })
  for (let click = 0; click < 3; click++) await absences.endingFrom(0)
  await aws.close()
})

/** Alarm → what it is for. */
export const CAUSES: Record<string, Cause> = {
  ApprovalRequestedDeadAlarm: gaveUp('approval-requested'),
  EffectDueDeadAlarm: effectGivenUp,
  PipelineChangedDeadAlarm: gaveUp('pipeline-changed'),
  MinutePassedDeadAlarm: gaveUp('minute-passed'),
  DayPassedDeadAlarm: gaveUp('day-passed'),
  ApprovalDecidedDeadAlarm: gaveUp('approval-decided'),
  EffectsWaitingAlarm: effectsWaited(21),
  ApprovalRequestedErrorsAlarm: threw('approval-requested'),
  ButtonClickedErrorsAlarm: threw('button-clicked'),
  EffectDueErrorsAlarm: threw('effect-due'),
  PipelineChangedErrorsAlarm: threw('pipeline-changed'),
  MinutePassedErrorsAlarm: threw('minute-passed'),
  DayPassedErrorsAlarm: threw('day-passed'),
  ApprovalDecidedErrorsAlarm: threw('approval-decided'),
  TrafficShiftingErrorsAlarm: threw('traffic-shifting'),
  ApprovalRequestedThrottlesAlarm: throttled('approval-requested'),
  ButtonClickedThrottlesAlarm: throttled('button-clicked'),
  EffectDueThrottlesAlarm: throttled('effect-due'),
  PipelineChangedThrottlesAlarm: throttled('pipeline-changed'),
  MinutePassedThrottlesAlarm: throttled('minute-passed'),
  DayPassedThrottlesAlarm: throttled('day-passed'),
  ApprovalDecidedThrottlesAlarm: throttled('approval-decided'),
  TrafficShiftingThrottlesAlarm: throttled('traffic-shifting'),
  SlackRequestsFailedAlarm: clickFailed,
  // The schedule's rule is disabled: nothing is counted.
  SweepStoppedAlarm: () => Promise.resolve([]),
  CheckpointsStoppedAlarm: () => Promise.resolve([]),
  GlassBrokenAlarm: glassBroken,
  EffectFailedAlarm: effectFailed,
  ConfigurationUnreadableAlarm: unreadable,
  CalendarUnreadAlarm: calendarUnread,
  FreezeUnreadAlarm: freezeUnread,
  AbsenceUnreadAlarm: absenceUnread,
  VerdictPastPolicyAlarm: pastPolicy,
  VerdictNotProvenAlarm: forgedVerdict,
  RecordConflictAlarm: recordConflict,
  CheckpointRefusedAlarm: checkpointRefused,
  AttestationLeftOutAlarm: attestationLeftOut,
}
