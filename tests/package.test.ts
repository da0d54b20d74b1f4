import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { CompiledConfiguration } from '../functions/config/read-compiled.ts'
import { readConfiguration } from '../functions/config/read-configuration.ts'
import { LAMBDA_FLAGS } from './support/lambda-flags.ts'
import { packageWithArchives, SECOND_INSTALLATION, type WithArchives } from './support/package-service.ts'
import { SHIPPED_POLICY } from './support/service-copy.ts'
import {
  alarmsOn,
  allowedTo,
  at,
  functionOf,
  functionsOf,
  ofType,
  only,
  resource,
  statementsOf,
  text,
} from './support/template.ts'
import { VERSION } from '../cli/version.ts'

const DOORS = [
  'approval-decided',
  'approval-requested',
  'button-clicked',
  'day-passed',
  'effect-due',
  'minute-passed',
  'pipeline-changed',
  'traffic-shifting',
]
/** The functions that load functions/domain/visible-text.ts as they start. */
const SHOWS_TEXTS = ['approval-requested', 'button-clicked', 'effect-due', 'minute-passed', 'pipeline-changed']
const CALLED_WITHOUT_WAITING = [
  'approval-decided',
  'approval-requested',
  'day-passed',
  'minute-passed',
  'pipeline-changed',
]

/** Actions for which IAM knows no resource. */
const ACTIONS_WITHOUT_RESOURCE: Record<string, string[]> = {
  'effect-due': [
    'codedeploy:BatchGetDeploymentTargets',
    'codedeploy:ListDeploymentTargets',
    'codepipeline:ListPipelines',
  ],
  'traffic-shifting': ['codedeploy:BatchGetDeploymentTargets', 'codedeploy:ListDeploymentTargets'],
}

/**
 * Bytes, minified, before compression. `init`: what Node reads and compiles before the function can take its first event.
 * `all`: with the parts that are loaded when they are needed (infra/load-later.cjs). Each is at most 5 kB more than the
 * function has.
 */
const BUDGET: Record<string, { init: number; all: number }> = {
  'approval-decided': { init: 62_000, all: 427_000 },
  'approval-requested': { init: 147_000, all: 639_000 },
  'button-clicked': { init: 329_000, all: 735_000 },
  'day-passed': { init: 97_000, all: 433_000 },
  // It does what people type and ask, and what follows from that; no other function has the code.
  'effect-due': { init: 170_000, all: 773_000 },
  'minute-passed': { init: 129_000, all: 627_000 },
  'pipeline-changed': { init: 176_000, all: 654_000 },
  'traffic-shifting': { init: 25_000, all: 231_000 },
}

/** The functions that see what people click. */
const SIGN = ['button-clicked', 'effect-due']

/** The functions that sign something else, and the key of each. */
const OWN_KEY: Record<string, string> = {
  'approval-decided': 'AttestationKey.Arn',
  'day-passed': 'CheckpointKey.Arn',
}

/** The functions that have a permission which IAM grants only as a whole: to decide any approval. */
const DECIDE = ['button-clicked', 'effect-due']

/** The functions that read alarms: of composite ones, only with a permission for all. */
const READ_ALARMS = ['button-clicked', 'effect-due', 'pipeline-changed']

const HERE = '${AWS::Region}:${AWS::AccountId}'

/** Every resource with a wildcard, with the reason. `prod` is the installation that is packaged. */
const WILDCARDS: Record<string, string> = {
  [`arn:\${AWS::Partition}:codepipeline:${HERE}:*`]: 'pipelines, which the param `pipelines` narrows',
  [`arn:\${AWS::Partition}:codepipeline:${HERE}:*/*/*`]: 'their approval actions',
  [`arn:\${AWS::Partition}:codepipeline:${HERE}:*/*`]: 'their stages, which people may retry, roll back and hold',
  [`arn:\${AWS::Partition}:codebuild:*:\${AWS::AccountId}:project/*`]:
    'the builds of any pipeline, which names the projects itself and may build in other Regions',
  [`arn:\${AWS::Partition}:codebuild:*:\${AWS::AccountId}:report-group/*`]: 'their test reports',
  ['arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stack/*']:
    'change sets and events of any stack, whose pipelines name them themselves and may act in other Regions',
  [`arn:\${AWS::Partition}:kms:${HERE}:key/*`]: 'any key, but only through Parameter Store for the two secrets',
  [`arn:\${AWS::Partition}:s3:::/greenlight-prod/\${AWS::AccountId}/\${AWS::Region}/*`]: 'the objects of its own log',
  [`arn:\${AWS::Partition}:s3:::/*`]: 'artifacts, in the buckets that the param `attestedBuckets` names',
  [`arn:\${AWS::Partition}:s3:::/attestations/*`]: 'attestations beside them',
  [`arn:\${AWS::Partition}:kms:*:\${AWS::AccountId}:key/*`]:
    'the keys of these buckets in any Region, but only through S3',
  [`arn:\${AWS::Partition}:lambda:${HERE}:function:hello-lambda:*`]: 'versions and aliases of one function',
  [`arn:\${AWS::Partition}:codedeploy:${HERE}:deploymentgroup:*`]:
    'hooks of any deployment: a report needs the id that only CodeDeploy’s event carries',
  [`arn:\${AWS::Partition}:logs:*:\${AWS::AccountId}:log-group:/aws/codebuild/*`]: 'the logs of the builds that fail',
  [`arn:\${AWS::Partition}:logs:*:\${AWS::AccountId}:log-group:/aws/codepipeline/*`]:
    'the logs of actions that CodePipeline computes',
  [`arn:\${AWS::Partition}:logs:*:\${AWS::AccountId}:log-group:/aws/lambda/*`]:
    'the logs of the functions that pipelines invoke',
  [`arn:\${AWS::Partition}:ecs:*:\${AWS::AccountId}:service/*`]: 'the services that pipelines update',
  [`arn:\${AWS::Partition}:codedeploy:*:\${AWS::AccountId}:deploymentgroup:*`]: 'the deployments that pipelines make',
  '*': 'reading a deployment’s targets, for which CodeDeploy knows no resource, and composite alarms',
  ...Object.fromEntries(
    DOORS.map((door) => [
      `arn:\${AWS::Partition}:logs:${HERE}:log-group:/aws/lambda/greenlight-prod-${door}:*`,
      'the streams of one log group',
    ]),
  ),
}

let packaged: WithArchives
let template: WithArchives['template']
/** Empty, and far from node_modules. */
let empty: string
beforeAll(async () => {
  packaged = await packageWithArchives()
  template = packaged.template
  empty = await mkdtemp(join(tmpdir(), 'greenlight-bundles-'))
}, 120_000)
afterAll(() => rm(empty, { recursive: true, force: true }))

test('every handler of functions/ is deployed, under its own name', () => {
  const doors = globSync('functions/*.ts')
    .filter((path) => readFileSync(path, 'utf8').includes('export const handler'))
    .map((path) => path.slice('functions/'.length, -'.ts'.length))
  expect(doors.sort()).toEqual(DOORS)
  expect(Object.keys(functionsOf(template)).sort()).toEqual(DOORS)
})

// A deploy with other params may then take the archives as they are.
test('params of the stack change no archive', async () => {
  const { archives } = await packageWithArchives(...SECOND_INSTALLATION)
  expect(archives).toEqual(packaged.archives)
})

describe.each(DOORS)('%s', (door) => {
  const archive = () => packaged.archives.get(door) ?? new Map<string, Buffer>()

  /** The archive on a disk, and the function's file there. */
  const unpacked = async () => {
    const directory = join(empty, door)
    for (const [path, content] of archive()) {
      await mkdir(dirname(join(directory, path)), { recursive: true })
      await writeFile(join(directory, path), content)
    }
    return { directory, bundle: join(directory, 'functions', `${door}.mjs`) }
  }

  /** What the script prints, which Node runs as Lambda does. */
  const run = async (directory: string, script: string): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...LAMBDA_FLAGS, '--input-type=module', '--eval', script],
      {
        cwd: directory,
        env: {
          AWS_REGION: 'eu-west-1',
          TABLE_NAME: 'table',
          QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/effects',
          SLACK_SECRETS_PATH: '/greenlight/test/slack',
          GREENLIGHT_CONFIG: join(directory, 'greenlight.json'),
        },
      },
    )
    return stdout.trim()
  }

  test('carries its bundle, its parts and the configuration, and nothing else', () => {
    // On arm64, with V8's code cache: tests/infra/code-cache.test.ts.
    const isPart = (path: string) => path.startsWith(`functions/${door}.parts/`) && /\.cjs(?:\.cache)?$/.test(path)
    const others = [...archive().keys()].filter((path) => !isPart(path))
    expect(others.sort()).toEqual([`functions/${door}.mjs`, 'greenlight.json'])
    const read = readConfiguration(readFileSync(SHIPPED_POLICY, 'utf8'))
    const { configuration } = JSON.parse(String(archive().get('greenlight.json'))) as CompiledConfiguration
    expect(read).toMatchObject({ kind: 'valid', configuration })
  })

  test('starts on its own, on the Node that Lambda runs, and keeps its size', async () => {
    const { directory, bundle } = await unpacked()
    const script = `import { createRequire } from 'node:module'
      const ofSets = []
      const construct = (RegExp, [pattern, flags]) => {
        if (flags?.includes('v')) ofSets.push(pattern)
        return new RegExp(pattern, flags)
      }
      globalThis.RegExp = new Proxy(RegExp, { construct })
      const { handler } = await import(${JSON.stringify(pathToFileURL(bundle).href)})
      const require = createRequire(${JSON.stringify(`${directory}/`)})
      // With V8's code cache, Node's own list of what it has loaded would be empty.
      require('./functions/${door}.parts/${door}.cjs')
      const loaded = Object.keys(require.cache)
      const started = [process.version.split('.')[0], typeof handler, handler.length < 3]
      console.log(JSON.stringify({ started, loaded, ofSets }))`
    const { started, loaded, ofSets } = JSON.parse(await run(directory, script)) as Record<string, string[]> & {
      loaded: string[]
    }
    // nodejs24.x refuses a handler with three parameters: callbacks are gone.
    expect(started).toEqual(['v24', 'function', true])
    // Each file more is opened and compiled by itself; one script that is too long takes more memory.
    expect(loaded.length > 1).toBe(BUDGET[door]!.init > 200_000)
    const bytes = (paths: Iterable<string>) => [...paths].reduce((sum, path) => sum + archive().get(path)!.length, 0)
    const inArchive = [bundle, ...loaded].map((path) => relative(directory, path))
    expect(bytes(inArchive)).toBeLessThan(BUDGET[door]!.init)
    const sources = [...archive().keys()].filter((path) => path.startsWith('functions/') && !path.endsWith('.cache'))
    expect(bytes(sources)).toBeLessThan(BUDGET[door]!.all)
    // The expression with all emoji took a third of the start (functions/domain/visible-text.ts). The bundles make
    // expressions of sets with `new RegExp`, so that this sees them.
    expect(ofSets?.filter((pattern) => pattern.includes('Emoji'))).toEqual([])
    if (SHOWS_TEXTS.includes(door)) expect(ofSets).not.toEqual([])
  })

  test('can load each of its parts', async () => {
    const { directory } = await unpacked()
    const parts = [...archive().keys()].filter((path) => path.endsWith('.cjs'))
    const script = `import { createRequire } from 'node:module'
      const require = createRequire(${JSON.stringify(`${directory}/`)})
      console.log(JSON.stringify(${JSON.stringify(parts)}.map((part) => typeof require('./' + part))))`
    expect(JSON.parse(await run(directory, script))).toEqual(parts.map(() => 'object'))
  })

  test('has a role of its own, assumed by Lambda alone', () => {
    const { role } = functionOf(template, door)
    expect(Object.values(functionsOf(template)).filter((other) => other.role === role)).toHaveLength(1)
    const trusted = statementsOf(resource(template, role).Properties.AssumeRolePolicyDocument)
    expect(trusted.map(({ Action, Principal }) => [Action, Principal])).toEqual([
      [['sts:AssumeRole'], { Service: 'lambda.amazonaws.com' }],
    ])
  })

  test('may do the listed actions, and an action on every resource only for a reason', () => {
    const statements = allowedTo(template, door)
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([])
    const wide = statements.flatMap(({ Resource }) => Resource).filter((name) => name.includes('*'))
    expect(wide.filter((name) => !(name in WILDCARDS))).toEqual([])
  })

  test('has a wildcard only if AWS allows nothing narrower', () => {
    const everything = allowedTo(template, door).filter(({ Resource }) => Resource.includes('*'))
    const alarms = READ_ALARMS.includes(door) ? ['cloudwatch:DescribeAlarms'] : []
    expect(everything.flatMap(({ Action }) => Action).sort()).toEqual(
      [...(ACTIONS_WITHOUT_RESOURCE[door] ?? []), ...alarms].sort(),
    )
  })

  test('may decide an approval only if it sends verdicts, and only as a session that names who decided', () => {
    const allowed = allowedTo(template, door)
    expect(allowed.flatMap(({ Action }) => Action)).not.toContain('codepipeline:PutApprovalResult')
    const assumed = allowed.filter(({ Action }) => Action.includes('sts:AssumeRole'))
    expect(assumed.flatMap(({ Resource }) => Resource)).toEqual(DECIDE.includes(door) ? ['DeciderRole.Arn'] : [])
  })

  test('may sign only if it sees what people click', () => {
    const signing = allowedTo(template, door).filter(({ Action }) => Action.includes('kms:Sign'))
    expect(signing.flatMap(({ Resource }) => Resource)).toEqual(
      SIGN.includes(door) ? ['SigningKey.Arn'] : door in OWN_KEY ? [OWN_KEY[door]] : [],
    )
  })

  test('may read the signing secret, with which clicks can be forged, only if it sees clicks', () => {
    const read = allowedTo(template, door).flatMap(({ Action, Resource, Condition }) =>
      Action.some((action) => /^(?:ssm|secretsmanager|kms:Decrypt)/.test(action))
        ? [...Resource, JSON.stringify(Condition ?? '')]
        : [],
    )
    const reaches = read.some((name) => /slack\/(?:signing-secret|\*)/.test(name))
    expect(reaches).toBe(SIGN.includes(door))
  })

  test('runs on Node 24 and arm64, with a log that ends', () => {
    expect(functionOf(template, door).properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] })
    const logs = ofType(template, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties)
    expect(logs).toContainEqual(
      expect.objectContaining({ LogGroupName: `/aws/lambda/greenlight-prod-${door}`, RetentionInDays: 90 }),
    )
  })

  test('finds no secret in its environment', () => {
    const variables = at(functionOf(template, door).properties, 'Environment.Variables') as Record<string, unknown>
    // An address of Slack that a company sets, as docs/install.md says for GovSlack, is no secret.
    expect({ ...variables, SLACK_API_URL: undefined }).toEqual({
      GREENLIGHT_VERSION: VERSION,
      TABLE_NAME: { Ref: 'Table' },
      STORED_RECORDS: 'plain',
      QUEUE_URL: { Ref: 'Effects' },
      SIGNING_KEY: { 'Fn::GetAtt': ['SigningKey', 'Arn'] },
      SIGNING_KEY_SPEC: 'ECC_NIST_P256',
      VERIFYING_KEYS: '',
      OBJECTIONS_TABLE: { Ref: 'Objections' },
      SLACK_SECRETS_PATH: '/greenlight/prod/slack',
      ...(SIGN.includes(door) && { SEES_CLICKS: 'true' }),
      GREENLIGHT_CONFIG: '/var/task/greenlight.json',
      ACCOUNT_ID: { Ref: 'AWS::AccountId' },
      SPOKES: '',
      SPOKE_ROLE: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::{account}:role/greenlight-prod-{region}-{role}' },
      SPOKE_EXTERNAL_ID: '',
      POWERTOOLS_SERVICE_NAME: 'greenlight-prod',
      POWERTOOLS_METRICS_NAMESPACE: 'Greenlight',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      ...([...DECIDE, 'approval-requested', 'pipeline-changed'].includes(door) && {
        DECIDER_ROLE: { 'Fn::GetAtt': ['DeciderRole', 'Arn'] },
      }),
      ...(door === 'approval-decided' && {
        ATTESTATION_KEY: { 'Fn::If': ['AttestsDeployments', { 'Fn::GetAtt': ['AttestationKey', 'Arn'] }, ''] },
      }),
      ...(door === 'day-passed' && {
        CHECKPOINT_BUCKET: '',
        CHECKPOINT_CHANNEL: '',
        CHECKPOINT_ENTRIES: '',
        CHECKPOINT_KEY: { 'Fn::If': ['KeepsCheckpoints', { 'Fn::GetAtt': ['CheckpointKey', 'Arn'] }, ''] },
        CHECKPOINT_ORIGIN: { 'Fn::Sub': 'greenlight-prod/${AWS::AccountId}/${AWS::Region}' },
      }),
    })
  })

  test('has an alarm for its errors', () => {
    expect(alarmsOn(template, 'Errors')).toHaveProperty(functionOf(template, door).id)
  })
})

describe('nothing is lost', () => {
  test.each(CALLED_WITHOUT_WAITING)('each event that fails in %s is kept, and the role may keep it', (door) => {
    const configuration = ofType(template, 'AWS::Lambda::EventInvokeConfig')
      .map(([, { Properties }]) => Properties)
      .find(({ FunctionName }) => text(FunctionName) === functionOf(template, door).id)
    const queue = text(at(configuration, 'DestinationConfig.OnFailure.Destination'))
    expect(queue).toMatch(/Dead\.Arn$/)
    const sends = allowedTo(template, door).filter(({ Action }) => Action.includes('sqs:SendMessage'))
    expect(sends.flatMap(({ Resource }) => Resource)).toContain(queue)
  })

  test('the subscription, the rule and the queue have a dead-letter queue each', () => {
    const subscription = only(template, 'AWS::SNS::Subscription')
    expect(text(at(subscription, 'RedrivePolicy.deadLetterTargetArn'))).toBe('ApprovalRequestedDead.Arn')
    const rules = ofType(template, 'AWS::Events::Rule').map(([, { Properties }]) => Properties)
    const events = rules.find(({ EventPattern }) => EventPattern)
    expect(text(at(events, 'Targets.0.DeadLetterConfig.Arn'))).toBe('PipelineChangedDead.Arn')
    const effects = resource(template, 'Effects').Properties
    expect(text(at(effects, 'RedrivePolicy.deadLetterTargetArn'))).toBe('EffectDueDead.Arn')
    expect(at(effects, 'RedrivePolicy.maxReceiveCount')).toBe(10)
  })

  test('the services that fill a dead-letter queue may do so, from their own source only', () => {
    const policies = ofType(template, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => {
      const [statement, ...more] = statementsOf(Properties.PolicyDocument)
      expect(more).toEqual([])
      const source = at(statement, 'Condition.ArnEquals')
      return [text(at(Properties, 'Queues.0')), statement?.Principal.Service, text(at(source, 'aws:SourceArn'))]
    })
    const rule = (name: string) => `arn:\${AWS::Partition}:events:${HERE}:rule/greenlight-prod-${name}`
    expect(policies).toHaveLength(3)
    expect(policies).toContainEqual(['ApprovalRequestedDead', 'sns.amazonaws.com', 'ApprovalTopic'])
    expect(policies).toContainEqual(['PipelineChangedDead', 'events.amazonaws.com', rule('pipeline-changed')])
    expect(policies).toContainEqual(['ApprovalDecidedDead', 'events.amazonaws.com', rule('approval-decided')])
  })

  test.each([
    'ApprovalDecidedDead',
    'ApprovalRequestedDead',
    'DayPassedDead',
    'EffectDueDead',
    'PipelineChangedDead',
    'MinutePassedDead',
  ])('%s keeps its messages for two weeks, outlives the stack, and has an alarm', (name) => {
    const queue = resource(template, name)
    expect(queue.Properties.MessageRetentionPeriod).toBe(1_209_600)
    expect(queue.DeletionPolicy).toBe('RetainExceptOnCreate')
    const alarm = alarmsOn(template, 'ApproximateNumberOfMessagesVisible')[`${name}.QueueName`]
    expect(alarm?.Properties).toMatchObject({ Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' })
  })

  test('an effect is not delivered again while it is being performed', () => {
    const timeout = functionOf(template, 'effect-due').properties.Timeout as number
    expect(resource(template, 'Effects').Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeout)
    const mapping = only(template, 'AWS::Lambda::EventSourceMapping')
    expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures'])
  })

  test('only a function that sends to its own queue may invoke itself through it, again and again', () => {
    const [{ EventSourceArn, FunctionName }] = [only(template, 'AWS::Lambda::EventSourceMapping')]
    const sendsToItself = DOORS.filter(
      (door) =>
        functionOf(template, door).id === text(FunctionName).replace(/\.Arn$/, '') &&
        allowedTo(template, door).some(
          ({ Action, Resource }) => Action.includes('sqs:SendMessage') && Resource.includes(text(EventSourceArn)),
        ),
    )
    expect(sendsToItself).toEqual(['effect-due'])
    for (const door of DOORS)
      expect([door, functionOf(template, door).properties.RecursiveLoop]).toEqual([
        door,
        sendsToItself.includes(door) ? 'Allow' : undefined,
      ])
  })

  test('no two sweeps overlap', () => {
    expect(functionOf(template, 'minute-passed').properties.Timeout).toBeLessThan(60)
  })

  test('the table survives a deletion of the stack', () => {
    const table = resource(template, 'Table')
    expect(table.DeletionPolicy).toBe('Retain')
    expect(table.Properties).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expireAt', Enabled: true },
    })
  })
})

test.each([
  'cloudformation:DescribeStackEvents',
  'codebuild:BatchGetBuildBatches',
  'codebuild:BatchGetBuilds',
  'codedeploy:GetDeployment',
  'ecs:DescribeServices',
  'logs:FilterLogEvents',
  'logs:GetLogEvents',
])('%s, which says why an action failed, is allowed in every Region in which an action may act', (action) => {
  const [service] = action.split(':')
  const resources = allowedTo(template, 'effect-due')
    .filter(({ Action }) => Action.includes(action))
    .flatMap(({ Resource }) => Resource)
  expect(resources).toContainEqual(expect.stringContaining(`:${service}:*:\${AWS::AccountId}:`))
})

describe('to retry, to roll back, to hold, to stop and to start', () => {
  const STEERS =
    /^codepipeline:(?:(?:RetryStage|StopPipeline|StartPipeline)Execution|RollbackStage|(?:Dis|En)ableStageTransition)$/
  const identities = (condition: unknown) => at(condition, 'StringLike.sts:SourceIdentity') as string[]

  test('is allowed to no function, and to the decider only in a session of its own kind, in every Region', () => {
    expect(DOORS.flatMap((door) => allowedTo(template, door).flatMap(({ Action }) => Action))).not.toContainEqual(
      expect.stringMatching(STEERS),
    )
    const own = resource(template, 'DeciderRole').Properties.Policies as unknown[]
    const steering = own
      .flatMap((policy) => statementsOf(at(policy, 'PolicyDocument')))
      .filter(({ Action }) => Action.some((action) => STEERS.test(action)))
    expect(steering.flatMap(({ Action }) => Action)).toHaveLength(6)
    for (const { Condition } of steering) expect(Condition).toEqual({ StringLike: { 'aws:SourceIdentity': 'steer-*' } })
  })

  test('such a session is opened by effect-due alone', () => {
    const trusted = statementsOf(resource(template, 'DeciderRole').Properties.AssumeRolePolicyDocument)
    const opens = trusted.filter(({ Condition }) => identities(Condition).some((one) => one.startsWith('steer-')))
    expect(opens.map(({ Condition }) => at(Condition, 'ArnEquals.aws:PrincipalArn'))).toEqual([
      { 'Fn::GetAtt': ['EffectDueRole', 'Arn'] },
    ])
    const others = trusted.filter((one) => !opens.includes(one)).flatMap(({ Condition }) => identities(Condition))
    expect(others).toEqual(['U*', 'W*', 'greenlight-automatic'])
    // A role in a joined account trusts every function that decides.
    const denied = ofType(template, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
      statementsOf(Properties.PolicyDocument)
        .filter(({ Effect }) => Effect === 'Deny')
        .map(({ Action, Resource, Condition }) => ({ Roles: Properties.Roles, Action, Resource, Condition })),
    )
    expect(denied).toEqual([
      {
        Roles: DECIDE.filter((door) => door !== 'effect-due').map((door) => ({ Ref: functionOf(template, door).role })),
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Resource: ['*'],
        Condition: { StringLike: { 'sts:SourceIdentity': 'steer-*' } },
      },
    ])
  })
})

test('rejections and withdrawals are written by the functions that see clicks, and by no one else', () => {
  const writers = DOORS.filter((door) =>
    allowedTo(template, door).some(
      ({ Action, Resource }) => Action.includes('dynamodb:PutItem') && Resource.includes('Objections.Arn'),
    ),
  )
  expect(writers).toEqual([...SIGN, 'minute-passed'])
  const readings = allowedTo(template, 'minute-passed').filter(({ Resource }) => Resource.includes('Objections.Arn'))
  expect(readings).toMatchObject([
    {
      Action: ['dynamodb:PutItem'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['CALENDAR#*'] } },
    },
    {
      Action: ['dynamodb:Query'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['FREEZES', 'ABSENCES'] } },
    },
  ])
  const [statement] = statementsOf(at(resource(template, 'Objections').Properties, 'ResourcePolicy.PolicyDocument'))
  expect(statement).toMatchObject({
    Effect: 'Deny',
    Principal: '*',
    Condition: {
      ArnNotEquals: {
        'aws:PrincipalArn': [
          { 'Fn::GetAtt': ['ButtonClickedRole', 'Arn'] },
          { 'Fn::GetAtt': ['EffectDueRole', 'Arn'] },
          { 'Fn::GetAtt': ['MinutePassedRole', 'Arn'] },
        ],
      },
    },
  })
})

describe('the key that signs', () => {
  const policy = () => statementsOf(resource(template, 'SigningKey').Properties.KeyPolicy)

  test('signs for two roles, and the account cannot let another one sign without a change of the policy', () => {
    const signing = policy().filter(({ Action }) => Action.includes('kms:Sign'))
    expect(signing.map(({ Principal, Condition }) => ({ Principal, Condition }))).toEqual([
      {
        Principal: {
          AWS: [{ 'Fn::GetAtt': ['ButtonClickedRole', 'Arn'] }, { 'Fn::GetAtt': ['EffectDueRole', 'Arn'] }],
        },
        Condition: { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } },
      },
    ])
    const all = policy().flatMap(({ Action }) => Action)
    expect(all.filter((action) => action.includes('*') || action === 'kms:CreateGrant')).toEqual([])
  })

  test('outlives the stack, because the signatures do', () => {
    const { DeletionPolicy, Properties } = resource(template, 'SigningKey')
    expect(DeletionPolicy).toBe('RetainExceptOnCreate')
    expect(Properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  })
})

describe('the audit record', () => {
  /** Handlers whose roles may put items under these keys. */
  const writersOf = (keys: string) =>
    DOORS.filter((door) =>
      allowedTo(template, door).some(
        ({ Action, Condition }) => Action.includes('dynamodb:PutItem') && JSON.stringify(Condition).includes(keys),
      ),
    )

  test('gets entries from functions that receive events, and none from those that only sweep', () => {
    expect(writersOf('"RECORD#*"')).toEqual(['approval-requested', 'button-clicked', 'effect-due', 'pipeline-changed'])
    expect(writersOf('"APPROVAL#*"')).toEqual([...writersOf('"RECORD#*"'), 'minute-passed'].sort())
  })

  test('cannot be updated or deleted by any function', () => {
    const actions = DOORS.flatMap((door) => allowedTo(template, door).flatMap(({ Action }) => Action))
    const onTable = new Set(actions.filter((action) => action.startsWith('dynamodb:')))
    expect([...onTable].sort()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ])
    const updates = DOORS.flatMap((door) => allowedTo(template, door)).filter(({ Action }) =>
      Action.includes('dynamodb:UpdateItem'),
    )
    for (const { Condition } of updates)
      expect(Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TURNS#*'] } })
  })

  test('is sent with each verdict, as an event of greenlight alone', () => {
    const announcers = DOORS.filter((door) => {
      const statement = allowedTo(template, door).find(({ Action }) => Action.includes('events:PutEvents'))
      if (statement) expect(statement.Condition).toEqual({ StringEquals: { 'events:source': 'greenlight' } })
      return statement !== undefined
    })
    expect(announcers).toEqual(['button-clicked', 'effect-due', 'pipeline-changed'])
  })

  test.each(['GlassBroken', 'VerdictPastPolicy', 'VerdictNotProven', 'RecordConflict'])(
    'has an alarm for each %s',
    (metric) => {
      const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties)
      expect(alarms.find(({ MetricName }) => MetricName === metric)).toMatchObject({
        Namespace: 'Greenlight',
        Dimensions: [{ Name: 'service', Value: 'greenlight-prod' }],
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: [{ Ref: 'AlarmTopic' }],
      })
    },
  )
})

describe('what may call the functions', () => {
  test('Slack, at a limited rate', () => {
    expect(only(template, 'AWS::ApiGatewayV2::Route').RouteKey).toBe('POST /slack/events')
    const stage = only(template, 'AWS::ApiGatewayV2::Stage')
    expect(at(stage, 'DefaultRouteSettings.ThrottlingRateLimit')).toBe(50)
  })

  test('roles of this account publish notifications, if their own policy allows it', () => {
    const statements = statementsOf(resource(template, 'ApprovalTopicPolicy').Properties.PolicyDocument)
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow')
    expect(allowed.map(({ Principal }) => text(Principal.AWS))).toEqual([
      'arn:${AWS::Partition}:iam::${AWS::AccountId}:root',
    ])
  })

  test('no service without a source in its permission', () => {
    const permissions = ofType(template, 'AWS::Lambda::Permission')
    expect(permissions).toHaveLength(6)
    expect(permissions.filter(([, { Properties }]) => !Properties.SourceArn)).toEqual([])
  })
})
