import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import {
  type CallLimits,
  HOOK_REPORT,
  PIPELINE_READ,
  QUICK_CALL,
  VERDICT,
  longest,
} from '../functions/aws/call-limits.ts'
import { SET_ABSENCE } from '../functions/domain/absence.ts'
import { SEND_VERDICT, SLACK_CALL } from '../functions/domain/lease.ts'
import { STEERING_CALL } from '../functions/domain/steering.ts'
import { readAppspec } from '../local/aws/codedeploy/codedeploy.ts'
import { SLACK_PATIENCE_MS } from '../local/slack/interactions.ts'
import { readTemplate } from './infra/read-template.ts'
import { at } from './support/template.ts'

/* Every time limit of Greenlight, read from its source, beside the limit around it. docs/time-limits.md shows them. */

export interface Limit {
  what: string
  seconds: number
  /** Null where the limit is AWS's or Slack's own. */
  where: string | null
}

/** Something that must be over before the part that waits for it gives up. */
export interface Nested {
  inner: Limit
  outer: Limit
  /** If AWS requires this much and no more. */
  mayBeEqual?: true
}

const text = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

/** A number in a source: the first group of the pattern. */
const numberIn = (path: string, pattern: RegExp): number => {
  const [, found] = pattern.exec(text(path)) ?? []
  if (found === undefined) throw new Error(`${path} has nothing like ${pattern}`)
  return Number(found.replaceAll('_', ''))
}

const limit = (what: string, seconds: number, where: string | null): Limit => ({ what, seconds, where })

/** The constants that stand in a row, as `path NAME`. */
export const IN_A_ROW = new Set<string>()

/** A constant in milliseconds. */
const constant = (what: string, path: string, name: string): Limit => {
  IN_A_ROW.add(`${path} ${name}`)
  return limit(what, numberIn(path, new RegExp(`\\b${name} = ([\\d_]+)`)) / 1000, path)
}

const call = (what: string, limits: CallLimits): Limit =>
  limit(what, longest(limits) / 1000, 'functions/aws/call-limits.ts')

const slackCall = constant('a call of Slack', 'functions/slack/slack-client.ts', 'SLACK_ANSWERS_WITHIN_MS')
const quick = call('a quick call', QUICK_CALL)
const read = call('a question to CodePipeline', PIPELINE_READ)
const verdict = call('PutApprovalResult', VERDICT)
const report = call('the report to CodeDeploy', HOOK_REPORT)
const signature = constant('a signature by KMS', 'functions/aws/kms.ts', 'SIGNING_MS')
const verifying = constant('verifying a verdict', 'functions/flows/effects/settle-approval.ts', 'VERIFYING_MS')
const verified = constant(
  'the time for which a verification counts',
  'functions/flows/effects/settle-approval.ts',
  'VERIFIED_FOR_MS',
)
const sending = limit('the time kept for sending a verdict', SEND_VERDICT.work / 1000, 'functions/domain/lease.ts')
const steering = limit(
  'the time kept for an act on a pipeline',
  STEERING_CALL.work / 1000,
  'functions/domain/steering.ts',
)
const assumeRole = constant('assuming a role', 'functions/aws/assume-role.ts', 'TIMEOUT_MS')

const service = parse(text('serverless.yml'), { logLevel: 'silent' }) as {
  functions: Record<string, { timeout: number }>
}
const functionLimit = (name: string): Limit =>
  limit(`the function ${name}`, service.functions[name]!.timeout, 'serverless.yml')

const click = functionLimit('button-clicked')
const due = functionLimit('effect-due')
const shifting = functionLimit('traffic-shifting')
const patience = constant('asking Slack about a person', 'functions/flows/approval/act-on-approval.ts', 'PATIENCE_MS')
const open = constant('opening a form', 'functions/slack/bolt-app.ts', 'OPEN_MS')
const budget = (name: string) => constant(`what ${name} does at once`, `functions/${name}.ts`, 'BUDGET_MS')
const trigger = limit('Slack, for the answer to a click', 3, null)

/** One after the other. */
const then = (...[first, ...more]: [Limit, ...Limit[]]): Limit => ({
  ...first,
  what: [first, ...more].map(({ what }) => what).join(', then '),
  seconds: more.reduce((sum, { seconds }) => sum + seconds, first.seconds),
})
const times = (count: number, one: Limit): Limit => ({
  ...one,
  what: `${one.what}, ${count} times`,
  seconds: count * one.seconds,
})

const inSlack: Nested[] = [
  { inner: patience, outer: budget('button-clicked') },
  {
    inner: constant(
      'storing a click while others write',
      'functions/flows/approval/act-on-approval.ts',
      'PATIENCE_WITH_OTHERS_MS',
    ),
    outer: budget('button-clicked'),
  },
  { inner: then(patience, open), outer: trigger },
  {
    inner: then(constant('judging whose form it is', 'functions/button-clicked.ts', 'CONSIDER_MS'), open),
    outer: trigger,
  },
  { inner: budget('button-clicked'), outer: trigger },
  { inner: then(budget('button-clicked'), quick), outer: click },
  { inner: slackCall, outer: click },
  // Beside the question to Slack, and no longer waited for than that.
  { inner: signature, outer: click },
  { inner: constant('a question to Parameter Store', 'functions/aws/secrets.ts', 'SSM_MS'), outer: click },
  { inner: click, outer: limit('API Gateway', 30, null) },
]

const causing = constant(
  'asking CodePipeline what failed',
  'functions/flows/execution/cause-of-failure.ts',
  'CAUSE_WITHIN_MS',
)
const explaining = constant(
  'asking a service why an action failed',
  'functions/flows/execution/explain-failure.ts',
  'EXPLAINING_MS',
)

const looking = constant(
  'looking into pipelines',
  'functions/flows/gates/manual-approval/look-for-approvals.ts',
  'LOOKING_MS',
)
/** The function's own limit is for all messages of a batch, which it performs at once. */
const atOnce = constant('what effect-due does at once', 'functions/flows/effects/perform-effect.ts', 'DUE_WITHIN_MS')

const inTheBot: Nested[] = [
  ...['approval-requested', 'pipeline-changed'].map((name) => ({
    inner: then(budget(name), quick),
    outer: functionLimit(name),
  })),
  { inner: looking, outer: atOnce },
  { inner: atOnce, outer: due },
  { inner: then(assumeRole, read), outer: functionLimit('pipeline-changed') },
  { inner: then(assumeRole, read), outer: atOnce },
  {
    inner: then(read, explaining),
    outer: atOnce,
  },
  {
    inner: constant('one question about a failure', 'functions/aws/failures/asked.ts', 'FAILURE_MS'),
    outer: explaining,
  },
  { inner: causing, outer: atOnce },
  {
    inner: constant('a question to CodeBuild', 'functions/aws/codebuild.ts', 'CODEBUILD_MS'),
    outer: constant('reading the tests', 'functions/flows/gates/manual-approval/read-tests.ts', 'READING_MS'),
  },
  {
    inner: constant('a question to CloudFormation', 'functions/aws/cloudformation.ts', 'CLOUDFORMATION_MS'),
    outer: constant(
      'reading the change sets',
      'functions/flows/gates/manual-approval/read-change-sets.ts',
      'READING_CHANGE_SETS_MS',
    ),
  },
  {
    inner: constant(
      'asking Slack about the person of a deferred click',
      'functions/flows/approval/act-on-approval.ts',
      'QUEUED_PATIENCE_MS',
    ),
    outer: atOnce,
  },
  { inner: constant('a private answer', 'functions/slack/response-url.ts', 'ANSWER_AT_MOST_MS'), outer: atOnce },
  { inner: constant('an event for EventBridge', 'functions/aws/announcements.ts', 'EVENTBRIDGE_MS'), outer: atOnce },
  { inner: constant('a question about alarms', 'functions/aws/alarms.ts', 'ALARMS_MS'), outer: atOnce },
  { inner: then(times(2, assumeRole), verdict), outer: atOnce },
  { inner: slackCall, outer: atOnce },
  { inner: then(verifying, signature), outer: verified },
  { inner: then(verified, sending), outer: atOnce },
  {
    mayBeEqual: true,
    inner: times(6, due),
    outer: limit(
      'the queue’s visibility timeout',
      Number(at(readTemplate('bot.yml'), 'Resources.Effects.Properties.VisibilityTimeout')),
      'infra/bot.yml',
    ),
  },
  { inner: quick, outer: functionLimit('minute-passed') },
  {
    inner: constant('a question to Change Calendar', 'functions/aws/change-calendars.ts', 'CALENDAR_MS'),
    outer: functionLimit('minute-passed'),
  },
  {
    inner: constant('reading a calendar at an address', 'functions/aws/read-addresses.ts', 'ANSWER_WITHIN_MS'),
    outer: functionLimit('minute-passed'),
  },
  { inner: functionLimit('minute-passed'), outer: limit('the next minute', 60, 'serverless.yml') },
  {
    inner: quick,
    outer: limit('the time kept to name a stand-in', SET_ABSENCE.work / 1000, 'functions/domain/absence.ts'),
  },
  {
    inner: limit('the time kept to name a stand-in', SET_ABSENCE.work / 1000, 'functions/domain/absence.ts'),
    outer: limit('the turn to name a stand-in', SET_ABSENCE.lasts / 1000, 'functions/domain/absence.ts'),
  },
  {
    inner: slackCall,
    outer: limit('the time kept for one write of a message', SLACK_CALL.work / 1000, 'functions/domain/lease.ts'),
  },
  {
    inner: limit('the time kept for one write of a message', SLACK_CALL.work / 1000, 'functions/domain/lease.ts'),
    outer: limit('the lease on a message', SLACK_CALL.lasts / 1000, 'functions/domain/lease.ts'),
  },
  {
    // Twice where the role is of an earlier infra/spoke.yml (functions/aws/role-credentials.ts).
    inner: then(times(2, assumeRole), verdict),
    outer: sending,
  },
  {
    inner: sending,
    outer: limit('the lease on a verdict', SEND_VERDICT.lasts / 1000, 'functions/domain/lease.ts'),
  },
  {
    inner: then(
      constant('judging an act on a pipeline', 'functions/flows/steer/steer-pipeline.ts', 'JUDGING_MS'),
      signature,
      steering,
    ),
    outer: atOnce,
  },
  // With the client that sends verdicts (functions/aws/codepipeline-clients.ts).
  { inner: then(times(2, assumeRole), call('an act on a pipeline', VERDICT)), outer: steering },
  {
    inner: steering,
    outer: limit('the lease on an act on a pipeline', STEERING_CALL.lasts / 1000, 'functions/domain/steering.ts'),
  },
]

const VALIDATE = 'functions/hook/validate-version.ts'
const tries = numberIn(VALIDATE, /\bTRIES = (\d+)/)
const beforeReport = limit(
  'the time kept for the report',
  longest(HOOK_REPORT) / 1000 + 1,
  'functions/traffic-shifting.ts',
)

const inHooksOfLambda: Nested[] = [
  { inner: report, outer: beforeReport },
  {
    inner: then(
      times(
        tries,
        constant('a health check of the new version', 'functions/hook/new-version.ts', 'ADDRESS_ANSWERS_WITHIN_MS'),
      ),
      times(tries - 1, constant('a pause', VALIDATE, 'CHECK_PAUSE_MS')),
      beforeReport,
    ),
    outer: shifting,
  },
  {
    // Lambda calls an asynchronous function three times, with one and two minutes between (Lambda Developer Guide).
    inner: then(times(3, shifting), limit('the pauses between', 180, null)),
    outer: limit('CodeDeploy, for a report', 3600, null),
  },
]

const appspec = readAppspec(text('appspec/ec2/appspec.yml'))
const hookOf = (event: 'ApplicationStop' | 'BeforeInstall' | 'AfterInstall' | 'ApplicationStart' | 'ValidateService') =>
  limit(event, appspec.hooks[event]![0]!.timeout, 'appspec/ec2/appspec.yml')
const SCRIPTS = 'appspec/ec2/scripts'
const stopping = [hookOf('ApplicationStop'), hookOf('BeforeInstall'), hookOf('ApplicationStart')]
const [shortest] = [...stopping].sort((one, other) => one.seconds - other.seconds) as [Limit, ...Limit[]]

/** A share of a hook's time, as a script says it: `shortest * 2 / 3`. */
const shareOf = (what: string, hook: Limit, script: string, pattern: RegExp): Limit => {
  const [, times = '1', by] = pattern.exec(text(`${SCRIPTS}/${script}`)) ?? []
  if (by === undefined) throw new Error(`${script} has nothing like ${pattern}`)
  return limit(what, Math.floor((hook.seconds * Number(times || '1')) / Number(by)), `${SCRIPTS}/${script}`)
}

const SYSTEMD = 'supervisor-systemd.sh'
const workers = shareOf(
  'a request that gunicorn still answers',
  shortest,
  SYSTEMD,
  /--graceful-timeout \$\(\(shortest(?: \* (\d+))? \/ (\d+)\)\)/,
)
const unit = shareOf(
  'systemd’s TimeoutStopSec',
  shortest,
  SYSTEMD,
  /TimeoutStopSec=\$\(\(shortest \* (\d+) \/ (\d+)\)\)/,
)
const kill = shareOf(
  'the hook, before it kills the application',
  shortest,
  SYSTEMD,
  /stopped_by \$\(\(seconds \* (3) \/ (4)\)\) && return/,
)
const giveUp = shareOf(
  'the hook, until the killed application has ended',
  shortest,
  SYSTEMD,
  /stopped_by \$\(\(seconds \* (\d+) \/ (\d+)\)\) \|\| fail/,
)
const asking = shareOf(
  'asking /healthz again and again',
  hookOf('ValidateService'),
  'validate-service.sh',
  /\* (\d+) \/ (\d+)\)\)/,
)
const process = (what: string, name: string) =>
  limit(
    what,
    numberIn(`${SCRIPTS}/supervisor-process.sh`, new RegExp(`^${name}=(\\d+)`, 'm')),
    `${SCRIPTS}/supervisor-process.sh`,
  )
const health = limit(
  'GREENLIGHT_HEALTH_SECONDS',
  numberIn(`${SCRIPTS}/settings.sh`, /HEALTH_SECONDS:-(\d+)/),
  `${SCRIPTS}/settings.sh`,
)
const ask = limit(
  'one more question',
  numberIn(`${SCRIPTS}/ask-health.py`, /^SECONDS = (\d+)/m),
  `${SCRIPTS}/ask-health.py`,
)

const inHooksOfEc2: Nested[] = [
  { inner: workers, outer: unit },
  { inner: unit, outer: kill },
  { inner: kill, outer: giveUp },
  ...stopping.map((hook) => ({ inner: giveUp, outer: hook })),
  {
    inner: process('the same without systemd', 'WORKER_SECONDS'),
    outer: process('stopping without systemd', 'STOP_SECONDS'),
  },
  { inner: process('stopping without systemd', 'STOP_SECONDS'), outer: shortest },
  {
    inner: shareOf('pip', hookOf('AfterInstall'), 'after-install.sh', /\* (\d+) \/ (\d+)\)\)/),
    outer: hookOf('AfterInstall'),
  },
  { inner: health, outer: asking },
  { inner: then(asking, ask), outer: hookOf('ValidateService') },
]

const target = (name: string) => (path: string) => Number(at(readTemplate(name), `Resources.${path}`))
const healthCheck = (name: string, group: string): Nested => ({
  inner: limit(
    `the load balancer’s health check (${group})`,
    target(name)(`${group}.Properties.HealthCheckTimeoutSeconds`),
    `infra/${name}`,
  ),
  outer: limit('the next one', target(name)(`${group}.Properties.HealthCheckIntervalSeconds`), `infra/${name}`),
})
const wget = text('infra/target-ec2.yml')
const [, wgetSeconds, wgetTries] = /--timeout=(\d+) --tries=(\d+)/.exec(wget) ?? []
const [, creation] = /ResourceSignal: \{.*Timeout: PT(\d+)M/.exec(wget) ?? []

const inTargets: Nested[] = [
  healthCheck('target-ec2.yml', 'Instances'),
  healthCheck('target-ecs.yml', 'Blue'),
  healthCheck('target-ecs.yml', 'Green'),
  {
    inner: limit('fetching CodeDeploy’s agent', Number(wgetSeconds) * Number(wgetTries), 'infra/target-ec2.yml'),
    outer: limit('CloudFormation, for an instance', Number(creation) * 60, 'infra/target-ec2.yml'),
  },
]

const inTheWorkspace: Nested[] = [
  {
    inner: then(
      constant('ending what a hook or a build runs', 'local/process/process-group.ts', 'KILL_AFTER_MS'),
      constant('stopping the application', 'local/aws/codedeploy/served-application.ts', 'STOPS_WITHIN_MS'),
      constant('killing it', 'local/aws/codedeploy/served-application.ts', 'ENDS_ONCE_KILLED_WITHIN_MS'),
    ),
    outer: constant('the workspace, after Ctrl-C', 'local/workspace/start.ts', 'CLOSE_WITHIN_MS'),
  },
]

export const NESTED: Record<string, Nested[]> = {
  'A click in Slack': inSlack,
  'The bot’s functions': inTheBot,
  'Hooks on Lambda and ECS': inHooksOfLambda,
  'Hooks on EC2': inHooksOfEc2,
  Targets: inTargets,
  'The workspace': inTheWorkspace,
}

/** Limits that several places have, with one value. */
export const SAME: Limit[][] = [
  [trigger, limit('the workspace’s Slack', SLACK_PATIENCE_MS / 1000, 'local/slack/interactions.ts')],
  [
    shifting,
    limit(
      'the copy for target-lambda',
      target('target-lambda.yml')('Hook.Properties.Timeout'),
      'infra/target-lambda.yml',
    ),
    limit('the copy for target-ecs', target('target-ecs.yml')('Hook.Properties.Timeout'), 'infra/target-ecs.yml'),
    constant('the workspace’s', 'local/aws/codedeploy/ask-hook.ts', 'FUNCTION_TIMEOUT_MS'),
  ],
  [
    limit(
      'the queue’s',
      Number(at(readTemplate('bot.yml'), 'Resources.Effects.Properties.VisibilityTimeout')),
      'infra/bot.yml',
    ),
    limit(
      'the workspace’s',
      numberIn('local/workspace/open-aws.ts', /VISIBILITY_TIMEOUT_SECONDS = (\d+)/),
      'local/workspace/open-aws.ts',
    ),
  ],
]

/** The rows of docs/time-limits.md. */
export const rowsOf = (nested: readonly Nested[]): string[] =>
  nested.map(({ inner, outer }) => `|${inner.what}|${words(inner)}|${outer.what}|${words(outer)}|`)

const words = ({ seconds }: Limit): string =>
  seconds % 60 === 0 && seconds >= 120 ? `${seconds / 60} min` : `${Math.round(seconds * 10) / 10} s`
