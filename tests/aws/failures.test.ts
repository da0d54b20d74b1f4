import type { AccountRegion } from '../../functions/domain/pipeline.ts'
import { AccountNotAllowed } from '../../functions/aws/allowed-accounts.ts'
import { RoleRefused } from '../../functions/aws/assume-role.ts'
import { awsFailures } from '../../functions/aws/failures/read-failure.ts'
import type { ActionRun } from '../../functions/ports/pipelines.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { openJsonService } from '../support/json-service.ts'
import { actionRun } from '../support/pipeline-answers.ts'
import { START, WHERE } from '../support/records.ts'

const clock = { now: () => START }
const UNKNOWN = { what: null, lines: [], log: null, unread: [] }

let service: Awaited<ReturnType<typeof openJsonService>>
beforeEach(async () => {
  service = await openJsonService()
})
afterEach(() => service.close())

const read = (more: Partial<ActionRun>) =>
  awsFailures(async () => service.connection, clock).read(
    WHERE,
    actionRun({ status: 'Failed', category: 'Build', ...more }),
  )

/** By operation; an answer with `__type` is an error. */
const answers = (by: Record<string, object>) =>
  service.answersBy(({ operation }) => {
    const body = by[operation] ?? { __type: 'UnknownOperationException' }
    return { status: '__type' in body ? 400 : 200, body }
  })

const BUILD = { provider: 'CodeBuild', externalId: 'shop:1' }
const PHASES = [
  { phaseType: 'INSTALL', phaseStatus: 'SUCCEEDED' },
  {
    phaseType: 'BUILD',
    phaseStatus: 'FAILED',
    contexts: [
      {
        statusCode: 'COMMAND_EXECUTION_ERROR',
        message: 'Error while executing command: npm test. Reason: exit status 1',
      },
    ],
  },
  { phaseType: 'POST_BUILD', phaseStatus: 'FAILED', contexts: [{ message: 'no reports' }] },
  { phaseType: 'COMPLETED' },
]
const LOGS = { groupName: '/aws/codebuild/shop', streamName: '1', deepLink: 'https://console.example/log' }
const lines = (...messages: string[]) => ({
  events: messages.map((message) => ({ message })),
  nextBackwardToken: 'b/1',
})

describe('a build that failed', () => {
  test('says its phase with the context, and the last lines before the phase ended', async () => {
    answers({
      BatchGetBuilds: {
        builds: [{ phases: PHASES, logs: LOGS, environment: { environmentVariables: [{ name: 'KEY', value: 'v' }] } }],
      },
      GetLogEvents: lines(
        '[Container] 2026/11/23 09:30:00.1 Running command npm test\n',
        '1 of 12 tests failed\n',
        '[Container] 2026/11/23 09:30:01.1 Phase complete: BUILD State: FAILED\n',
        'no reports here\n',
      ),
    })
    expect(await read(BUILD)).toEqual({
      what: 'BUILD: npm test: exit status 1',
      lines: ['1 of 12 tests failed'],
      log: LOGS.deepLink,
      unread: [],
    })
    expect(service.asked).toMatchObject([
      { operation: 'BatchGetBuilds', input: { ids: ['shop:1'] } },
      { operation: 'GetLogEvents', input: { logGroupName: '/aws/codebuild/shop', logStreamName: '1' } },
    ])
  })

  test('whose log has an empty page at its end is read on', async () => {
    let page = 0
    service.answersBy(({ operation }) => {
      if (operation === 'BatchGetBuilds') return { status: 200, body: { builds: [{ logs: LOGS }] } }
      page += 1
      return { status: 200, body: page === 1 ? { events: [], nextBackwardToken: 'b/2' } : lines('exit 1') }
    })
    expect(await read(BUILD)).toMatchObject({ lines: ['exit 1'] })
    expect(service.asked.at(-1)).toMatchObject({ input: { nextToken: 'b/2' } })
  })

  test.each([
    ['the right to its log', { __type: 'AccessDeniedException' }, { because: 'denied', of: 'logs:GetLogEvents' }],
    [
      'its log group',
      { __type: 'ResourceNotFoundException', message: 'The specified log group does not exist.' },
      { because: 'no-group', of: '/aws/codebuild/shop' },
    ],
    [
      'its log stream',
      { __type: 'ResourceNotFoundException', message: 'The specified log stream does not exist.' },
      { because: 'no-stream', of: '1' },
    ],
    ['lines', { events: [] }, { because: 'no-lines', of: '/aws/codebuild/shop' }],
  ])('without %s says so, and what its phase says', async (_, log, unread) => {
    answers({ BatchGetBuilds: { builds: [{ phases: PHASES, logs: LOGS }] }, GetLogEvents: log })
    expect(await read(BUILD)).toMatchObject({ what: 'BUILD: npm test: exit status 1', lines: [], unread: [unread] })
  })

  test.each([
    ['the role may not read builds', { __type: 'AccessDeniedException' }, 'denied', 'codebuild:BatchGetBuilds'],
    ['CodeBuild has it no longer', { builds: [] }, 'gone', 'CodeBuild'],
    ['it keeps no log', { builds: [{ phases: PHASES, logs: {} }] }, 'no-log', 'CodeBuild'],
  ])('says that %s', async (_, BatchGetBuilds, because, of) => {
    answers({ BatchGetBuilds })
    expect((await read(BUILD)).unread).toEqual([{ because, of }])
  })

  test('throws for a fault', async () => {
    service.refuses('InternalFailure')
    await expect(read(BUILD)).rejects.toThrow('InternalFailure')
  })
})

describe('a batch of builds that failed', () => {
  const BATCH = { ...BUILD, externalId: 'build-batch/shop:b', configuration: { BatchEnabled: 'true' } }
  const group = (identifier: string, buildStatus: string, more: object = {}) => ({
    identifier,
    currentBuildSummary: { arn: `arn:aws:codebuild:eu-west-1:111122223333:build/shop:${identifier}`, buildStatus },
    ...more,
  })
  const batch = (more: object) => ({ BatchGetBuildBatches: { buildBatches: [more] } })

  test('says the first build that failed, how many others did, and what its phase and its log say', async () => {
    answers({
      ...batch({
        buildGroups: [
          group('lint', 'FAILED', { ignoreFailure: true }),
          group('linux', 'SUCCEEDED'),
          group('docs', 'STOPPED'),
          group('mac', 'FAILED'),
          group('windows', 'TIMED_OUT'),
        ],
        phases: [{ phaseType: 'IN_PROGRESS', phaseStatus: 'FAILED' }],
      }),
      BatchGetBuilds: { builds: [{ phases: PHASES, logs: LOGS }] },
      GetLogEvents: lines('1 of 12 tests failed'),
    })
    expect(await read(BATCH)).toEqual({
      what: 'mac and 1 more: BUILD: npm test: exit status 1',
      lines: ['1 of 12 tests failed'],
      log: LOGS.deepLink,
      unread: [],
    })
    expect(service.asked.slice(0, 2)).toEqual([
      { operation: 'BatchGetBuildBatches', input: { ids: ['shop:b'] } },
      { operation: 'BatchGetBuilds', input: { ids: ['shop:mac'] } },
    ])
  })

  test('in which no build did says its own phase', async () => {
    const contexts = [{ statusCode: 'YAML_FILE_ERROR', message: 'no batch section in buildspec' }]
    const phases = [
      { phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED' },
      { phaseType: 'DOWNLOAD_BATCHSPEC', phaseStatus: 'FAILED', contexts },
    ]
    answers(batch({ phases, buildGroups: [group('lint', 'FAILED', { ignoreFailure: true })] }))
    expect(await read(BATCH)).toEqual({ ...UNKNOWN, what: 'DOWNLOAD_BATCHSPEC: no batch section in buildspec' })
    expect(service.asked).toHaveLength(1)
  })

  test('names the build that failed, although CodeBuild has it no longer', async () => {
    answers({ ...batch({ buildGroups: [group('mac', 'FAULT')] }), BatchGetBuilds: { builds: [] } })
    expect(await read(BATCH)).toEqual({ ...UNKNOWN, what: 'mac', unread: [{ because: 'gone', of: 'CodeBuild' }] })
  })

  test.each([
    ['the role may not read it', { __type: 'AccessDeniedException' }, 'denied', 'codebuild:BatchGetBuildBatches'],
    ['CodeBuild has it no longer', { buildBatches: [] }, 'gone', 'CodeBuild'],
  ])('says that %s', async (_, BatchGetBuildBatches, because, of) => {
    answers({ BatchGetBuildBatches })
    expect((await read(BATCH)).unread).toEqual([{ because, of }])
  })
})

describe('a deployment that failed', () => {
  const DEPLOYMENT = { category: 'Deploy', provider: 'CodeDeploy', externalId: 'd-ABC' }
  const diagnostics = {
    errorCode: 'ScriptFailed',
    scriptName: 'scripts/validate.sh',
    message: 'Script at specified location: scripts/validate.sh failed with exit code 1',
    logTail:
      'LifecycleEvent - ValidateService\nScript - scripts/validate.sh\n[stdout]asking\n[stderr]curl: (7) refused',
  }
  const overall = { deploymentInfo: { errorInformation: { code: 'HEALTH_CONSTRAINTS', message: 'Too few.' } } }

  test('says the event, script and error of the first target, and how many others failed', async () => {
    answers({
      GetDeployment: overall,
      ListDeploymentTargets: { targetIds: ['i-1', 'i-2', 'i-3'] },
      BatchGetDeploymentTargets: {
        deploymentTargets: [
          {
            deploymentTargetType: 'InstanceTarget',
            instanceTarget: {
              targetId: 'i-1',
              lifecycleEvents: [
                { lifecycleEventName: 'Install', status: 'Succeeded' },
                { lifecycleEventName: 'ValidateService', status: 'Failed', diagnostics },
              ],
            },
          },
        ],
      },
    })
    expect(await read(DEPLOYMENT)).toEqual({
      ...UNKNOWN,
      what: `ValidateService on i-1 and 2 more: ScriptFailed: ${diagnostics.message}`,
      lines: ['asking', 'curl: (7) refused'],
    })
    expect(service.asked.find(({ operation }) => operation === 'ListDeploymentTargets')?.input).toEqual({
      deploymentId: 'd-ABC',
      targetFilters: { TargetStatus: ['Failed'] },
    })
  })

  test('without a target says what CodeDeploy says of the whole', async () => {
    answers({ GetDeployment: overall, ListDeploymentTargets: { targetIds: [] } })
    expect(await read(DEPLOYMENT)).toEqual({ ...UNKNOWN, what: 'HEALTH_CONSTRAINTS: Too few.' })
  })

  test('says which right the role lacks, and the rest', async () => {
    answers({ GetDeployment: overall, ListDeploymentTargets: { __type: 'AccessDeniedException' } })
    expect(await read(DEPLOYMENT)).toEqual({
      ...UNKNOWN,
      what: 'HEALTH_CONSTRAINTS: Too few.',
      unread: [{ because: 'denied', of: 'codedeploy:ListDeploymentTargets' }],
    })
  })

  test('that is gone', async () => {
    const gone = { __type: 'DeploymentDoesNotExistException' }
    answers({ GetDeployment: gone, ListDeploymentTargets: gone })
    expect((await read(DEPLOYMENT)).unread).toEqual([{ because: 'gone', of: 'CodeDeploy' }])
  })
})

describe('an action of Amazon ECS that failed', () => {
  test('says the deployment’s reason, and the service’s events since it began, oldest first', async () => {
    answers({
      DescribeServices: {
        services: [
          {
            deployments: [
              { rolloutState: 'FAILED', rolloutStateReason: 'ECS deployment circuit breaker: tasks failed' },
            ],
            events: [
              { createdAt: START / 1_000 + 60, message: '(service web) is unable to place a task' },
              { createdAt: START / 1_000 + 30, message: '(service web) has started 1 tasks' },
              { createdAt: START / 1_000 - 900, message: 'of an earlier deployment' },
            ],
          },
        ],
      },
    })
    const run = { category: 'Deploy', provider: 'ECS', configuration: { ClusterName: 'shop', ServiceName: 'web' } }
    expect(await read({ ...run, startedAt: START })).toEqual({
      ...UNKNOWN,
      what: 'ECS deployment circuit breaker: tasks failed',
      lines: ['(service web) has started 1 tasks', '(service web) is unable to place a task'],
    })
    expect(service.asked[0]!.input).toEqual({ cluster: 'shop', services: ['web'] })
  })

  test.each([
    ['services', { services: [] }],
    ['a cluster', { __type: 'ClusterNotFoundException' }],
  ])('without %s', async (_, DescribeServices) => {
    answers({ DescribeServices })
    const asked = read({ category: 'Deploy', provider: 'ECS', configuration: { ServiceName: 'web' } })
    expect((await asked).unread).toEqual([{ because: 'gone', of: 'Amazon ECS' }])
  })
})

describe('an action with a log', () => {
  test('of its own, such as Commands, says its last lines', async () => {
    answers({ GetLogEvents: lines('$ make', 'make: *** [all] Error 2') })
    const logStreamArn = 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/codepipeline/shop:log-stream:a/b'
    const { log, ...rest } = await read({ category: 'Compute', provider: 'Commands', logStreamArn })
    expect(rest).toEqual({ what: null, lines: ['$ make', 'make: *** [all] Error 2'], unread: [] })
    expect(log).toContain('logsV2:log-groups/log-group/$252Faws$252Fcodepipeline$252Fshop/log-events/a$252Fb')
    expect(service.asked[0]!.input).toMatchObject({ logGroupName: '/aws/codepipeline/shop', logStreamName: 'a/b' })
  })

  test('that CodePipeline does not name says so', async () => {
    expect((await read({ category: 'Compute', provider: 'Commands' })).unread).toEqual([
      { because: 'no-log', of: 'Commands' },
    ])
  })

  test('of an invoked function says the lines of every page, of which any may be empty', async () => {
    const pages: Record<string, object> = {
      first: { events: [], nextToken: 'second' },
      second: { events: [{ message: 'r-1 began' }], nextToken: 'third' },
      third: { events: [{ message: 'r-1 Task timed out' }] },
    }
    service.answersBy(({ input: { nextToken = 'first' } }) => ({ status: 200, body: pages[nextToken as string]! }))
    const run = { category: 'Invoke', provider: 'Lambda', configuration: { FunctionName: 'smoke' }, externalId: 'r-1' }
    expect(await read(run)).toMatchObject({ lines: ['r-1 began', 'r-1 Task timed out'], unread: [] })
    expect(service.asked).toHaveLength(3)
  })

  test('of an invoked function whose log has no end is read for five pages', async () => {
    service.answers({ events: [], nextToken: 'next' })
    const run = { category: 'Invoke', provider: 'Lambda', configuration: { FunctionName: 'smoke' }, externalId: 'r-1' }
    expect(await read(run)).toMatchObject({ unread: [{ because: 'no-lines' }] })
    expect(service.asked).toHaveLength(5)
  })

  test('of an invoked function says the lines that name the request', async () => {
    answers({ FilterLogEvents: lines('START RequestId: r-1', 'r-1 Task timed out') })
    const run = { category: 'Invoke', provider: 'Lambda', configuration: { FunctionName: 'smoke' }, externalId: 'r-1' }
    expect(await read({ ...run, startedAt: START, updatedAt: START + 1_000 })).toMatchObject({
      lines: ['START RequestId: r-1', 'r-1 Task timed out'],
    })
    expect(service.asked[0]!.input).toMatchObject({
      logGroupName: '/aws/lambda/smoke',
      filterPattern: '"r-1"',
      startTime: START,
      endTime: START + 61_000,
    })
    expect((await read({ ...run, externalId: null })).unread).toEqual([{ because: 'no-log', of: 'smoke' }])
  })
})

test.each([
  ['sts:AssumeRole', 'denied', new RoleRefused('arn:aws:iam::444455556666:role/x', 'AccessDenied')],
  [WHERE.region, 'not-joined', new AccountNotAllowed(WHERE as AccountRegion)],
])('without a role there: %s', async (of, because, error) => {
  const failures = awsFailures(() => Promise.reject(error), clock)
  expect(await failures.read(WHERE, actionRun(BUILD))).toEqual({ ...UNKNOWN, unread: [{ because, of }] })
})

describe('a stack whose update failed, over the workspace’s CloudFormation', () => {
  let aws: Awaited<ReturnType<typeof openAws>>
  beforeEach(async () => {
    aws = await openAws()
  })
  afterEach(() => aws.close())

  const event = (resource: string, status: string, second: number, reason?: string, type = 'AWS::Lambda::Alias') =>
    aws.cloudFormation.addEvent(WHERE, 'shop', {
      resource,
      type,
      status,
      at: START + second * 1_000,
      ...(reason !== undefined && { reason }),
    })
  const why = (StackName = 'shop') =>
    awsFailures(async () => aws.client, clock).read(
      WHERE,
      actionRun({ category: 'Deploy', provider: 'CloudFormation', startedAt: START, configuration: { StackName } }),
    )

  test('says the first resource that failed in this update, with its reason', async () => {
    event('Old', 'UPDATE_FAILED', -600, 'an earlier update')
    event('shop', 'UPDATE_IN_PROGRESS', 0, 'User Initiated', 'AWS::CloudFormation::Stack')
    event('Queue', 'UPDATE_FAILED', 1, 'Resource update cancelled', 'AWS::SQS::Queue')
    event('Alias', 'UPDATE_FAILED', 2, 'Version 3 <b>&amp; "4"</b> failed')
    event('Table', 'UPDATE_FAILED', 3, 'another one', 'AWS::DynamoDB::Table')
    event('shop', 'UPDATE_ROLLBACK_COMPLETE', 4, undefined, 'AWS::CloudFormation::Stack')
    expect(await why()).toEqual({
      ...UNKNOWN,
      what: 'Alias (AWS::Lambda::Alias): Version 3 <b>&amp; "4"</b> failed',
    })
  })

  test('says nothing if no resource failed, and that it is gone if it is', async () => {
    event('shop', 'UPDATE_IN_PROGRESS', 0, 'User Initiated', 'AWS::CloudFormation::Stack')
    expect(await why()).toEqual(UNKNOWN)
    expect((await why('other')).unread).toEqual([{ because: 'gone', of: 'CloudFormation' }])
  })

  test('the workspace’s CloudWatch Logs answers the bot', async () => {
    const place = { accountId: WHERE.accountId, region: WHERE.region, group: '/aws/codepipeline/shop', stream: 's' }
    aws.logs.put(place, 'one')
    aws.logs.put(place, 'two r-1')
    const failures = awsFailures(async () => aws.client, clock)
    const logStreamArn = 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/codepipeline/shop:log-stream:'
    const commands = (stream: string) =>
      failures.read(WHERE, actionRun({ provider: 'Commands', logStreamArn: `${logStreamArn}${stream}` }))
    expect((await commands('s')).lines).toEqual(['one', 'two r-1'])
    expect((await commands('t')).unread).toEqual([{ because: 'no-stream', of: 't' }])
    const smoke = {
      provider: 'Lambda',
      category: 'Invoke',
      configuration: { FunctionName: 'smoke' },
      externalId: 'r-1',
    }
    expect((await failures.read(WHERE, actionRun(smoke))).unread).toEqual([
      { because: 'no-group', of: '/aws/lambda/smoke' },
    ])
  })
})
