import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readRights } from '../../../cli/doctor/before/installer-rights.ts'
import { AT_ONCE, rolesFor } from '../../../cli/doctor/before/room.ts'
import { readSettings } from '../../../cli/doctor/before/settings.ts'
import { readManifest } from '../../../cli/setup/manifest.ts'
import { type QueryResult, queryAnswer, queryError } from '../../../local/aws/query-protocol.ts'
import { AwsError } from '../../../local/aws/aws-error.ts'
import { listen } from '../../../local/http-server.ts'
import { renderTemplate } from '../../../local/aws/template/template.ts'
import { directoryWith, removeDirectories } from '../../support/order.ts'
import { packageService } from '../../support/package-service.ts'
import { shippedService } from '../../support/service-copy.ts'
import { at, ofType, text, type Template } from '../../support/template.ts'
import { runGreenlight } from '../scripted-terminal.ts'
import { botToken } from '../../support/secret.ts'

/*
 * `greenlight doctor --before` against an account over HTTP, in the protocols of the services. tests/deploy runs it in moto.
 */

const ACCOUNT = '111122223333'
const STACK = 'greenlight-prod'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/eu-west-1/Installer`
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/Installer/dana`

/** What the account is like. Each part that a test leaves out is as it should be. */
interface World {
  arn?: string
  /** Regions whose STS accepts the credentials; all if left out. */
  regions?: string[]
  /** Action → how IAM decides. */
  decisions?: Record<string, 'implicitDeny' | 'explicitDeny' | 'organization' | 'boundary'>
  atOnce?: number
  roles?: number
  stacks?: number
  stackStatus?: string
  functions?: string[]
  rules?: string[]
  logGroups?: string[]
  scopes?: string[]
  /** The state of the key that serverless.yml names, if it names one; null if there is no such key. */
  key?: { state: string; policy: object } | null
}

let world: World = {}
let simulated: { actions: string[]; principal: string; resources: string[]; context: Record<string, string> }[] = []
let scopes: string[]
let aws: Awaited<ReturnType<typeof listen>>

const members = (form: URLSearchParams, name: string): string[] =>
  [...form].filter(([key]) => new RegExp(`^${name}\\.member\\.\\d+$`).test(key)).map(([, value]) => value)

const simulate = (form: URLSearchParams): QueryResult => {
  const actions = members(form, 'ActionNames')
  const resources = members(form, 'ResourceArns')
  const context = Object.fromEntries(
    [...form]
      .filter(([key]) => key.endsWith('.ContextKeyName'))
      .map(([key, name]) => [name, form.get(key.replace('ContextKeyName', 'ContextKeyValues.member.1')) ?? '']),
  )
  simulated.push({ actions, principal: form.get('PolicySourceArn') ?? '', resources, context })
  return {
    IsTruncated: 'false',
    EvaluationResults: {
      member: actions.map((action) => {
        const decision = world.decisions?.[action]
        return {
          EvalActionName: action,
          EvalResourceName: resources[0] ?? '*',
          EvalDecision: decision === undefined ? 'allowed' : decision === 'implicitDeny' ? decision : 'explicitDeny',
          OrganizationsDecisionDetail: { AllowedByOrganizations: String(decision !== 'organization') },
          PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: String(decision !== 'boundary') },
        }
      }),
    },
  }
}

const stackList = (count: number): QueryResult => ({
  StackSummaries: {
    member: Array.from({ length: count }, (_, index) => ({
      StackName: `s${index}`,
      CreationTime: '2026-01-01T00:00:00Z',
      StackStatus: 'CREATE_COMPLETE',
    })),
  },
})

const QUERIES: Record<string, (form: URLSearchParams, region: string) => QueryResult | AwsError> = {
  GetCallerIdentity: (_, region) =>
    (world.regions?.includes(region) ?? true)
      ? { Account: ACCOUNT, Arn: world.arn ?? SESSION, UserId: 'A' }
      : new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid', 403),
  GetRole: () => ({
    Role: {
      Path: '/',
      RoleName: 'Installer',
      RoleId: 'R',
      Arn: ROLE,
      CreateDate: '2026-01-01T00:00:00Z',
    },
  }),
  SimulatePrincipalPolicy: simulate,
  GetAccountSummary: () => ({
    SummaryMap: {
      entry: [
        { key: 'Roles', value: String(world.roles ?? 12) },
        { key: 'RolesQuota', value: '1000' },
      ],
    },
  }),
  DescribeAccountLimits: () => ({ AccountLimits: { member: [{ Name: 'StackLimit', Value: '2000' }] } }),
  ListStacks: () => stackList(world.stacks ?? 3),
  DescribeStacks: () =>
    world.stackStatus
      ? {
          Stacks: {
            member: [{ StackName: STACK, CreationTime: '2026-01-01T00:00:00Z', StackStatus: world.stackStatus }],
          },
        }
      : new AwsError('ValidationError', `Stack with id ${STACK} does not exist`),
  ListStackResources: () => ({ StackResourceSummaries: { member: [] } }),
}

const json = (body: object, status = 200) =>
  Response.json(body, { status, headers: { 'content-type': 'application/x-amz-json-1.1' } })
const gone = () => json({ __type: 'ResourceNotFoundException', Message: 'gone', message: 'gone' }, 404)

const answer = async (request: Request): Promise<Response> => {
  const { pathname } = new URL(request.url)
  const target = request.headers.get('x-amz-target')?.split('.').at(-1)
  if (pathname === '/slack/auth.test')
    return Response.json({ ok: true }, { headers: { 'x-oauth-scopes': (world.scopes ?? scopes).join(',') } })
  if (target) {
    const input = (await request.json()) as Record<string, string>
    switch (target) {
      case 'DescribeRule':
        return world.rules?.includes(input['Name'] ?? '') ? json({ Name: input['Name'] }) : gone()
      case 'DescribeLogGroups':
        return json({
          logGroups: (world.logGroups ?? [])
            .filter((name) => name.startsWith(input['logGroupNamePrefix'] ?? ''))
            .map((logGroupName) => ({ logGroupName })),
        })
      case 'DescribeKey':
        return world.key
          ? json({ KeyMetadata: { KeyId: input['KeyId'], KeyState: world.key.state } })
          : json({ __type: 'NotFoundException', message: 'gone' }, 400)
      case 'GetKeyPolicy':
        return json({ Policy: JSON.stringify(world.key?.policy), PolicyName: 'default' })
      default:
        return json({ Parameters: [], InvalidParameters: [] })
    }
  }
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)$/.exec(pathname) ?? []
  if (name) return world.functions?.includes(name) ? json({ Configuration: { FunctionName: name } }) : gone()
  if (pathname.endsWith('/account-settings'))
    return json({ AccountLimit: { UnreservedConcurrentExecutions: world.atOnce ?? 1000 } })
  const form = new URLSearchParams(await request.text())
  const action = form.get('Action') ?? ''
  const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.get('authorization') ?? '') ?? []
  const said = QUERIES[action]?.(form, region)
  if (!said) return new Response('', { status: request.method === 'POST' ? 400 : 200 })
  return said instanceof AwsError ? queryError(said) : queryAnswer(action, 'https://aws.example/', said)
}

/** The service without the params of a company. */
let service: string

beforeAll(async () => {
  service = await directoryWith({
    'serverless.yml': await shippedService(),
    'infra/installer.yml': await readFile('infra/installer.yml', 'utf8'),
    'docs/slack-app-manifest.yml': await readFile('docs/slack-app-manifest.yml', 'utf8'),
  })
  scopes = (await readManifest(process.cwd())).scopes
  aws = await listen(answer, 0)
})
afterAll(async () => {
  await aws.close()
  await removeDirectories()
})

const before = async (given: World, environment: Record<string, string> = {}, directory = service) => {
  world = given
  simulated = []
  const { out, err, exitCode } = await runGreenlight(
    ['doctor', '--before', '--json', '--region', 'eu-west-1', '--config', resolve('local/greenlight.yml')],
    {
      directory,
      environment: {
        AWS_ENDPOINT_URL: aws.url,
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        SLACK_API_URL: `${aws.url}/slack/`,
        ...environment,
      },
    },
  )
  expect(err).toBe('')
  const { checks } = JSON.parse(out) as {
    checks: { title: string; kind: string; findings?: { what: string; fix: string }[] }[]
  }
  const wrong = checks.filter(({ kind }) => kind !== 'ok')
  return {
    exitCode,
    titles: checks.map(({ title }) => title),
    wrong,
    findings: wrong.flatMap((one) => one.findings ?? []),
  }
}

test('an account that is ready has nothing in the way', async () => {
  const { wrong, titles, exitCode } = await before({})
  expect(wrong).toEqual([])
  expect(exitCode).toBe(0)
  expect(titles).toContain('Rights of these credentials')
  // There is no Slack app before the first deploy.
  expect(titles).not.toContain('Slack scopes')
})

describe('the rights', () => {
  test('are those of infra/installer.yml, of the role behind the session', async () => {
    await before({})
    expect(new Set(simulated.map(({ principal }) => principal))).toEqual(new Set([ROLE]))
    const asked = new Set(simulated.flatMap(({ actions }) => actions))
    for (const action of [
      'cloudformation:ExecuteChangeSet',
      'dynamodb:CreateTable',
      'iam:PassRole',
      'ssm:PutParameter',
    ])
      expect(asked).toContain(action)
    const passed = simulated.find(
      ({ actions, context }) => actions.includes('iam:PassRole') && context['iam:PassedToService'],
    )
    expect(passed?.resources).toEqual([`arn:aws:iam::${ACCOUNT}:role/${STACK}-x`])
    // No data key and no joined account is set up in serverless.yml.
    expect(asked).not.toContain('kms:CreateGrant')
    expect(asked).not.toContain('events:PutPermission')
  })

  test('of a user are asked by its own name, and the root user has all', async () => {
    const user = `arn:aws:iam::${ACCOUNT}:user/dana`
    await before({ arn: user })
    expect(new Set(simulated.map(({ principal }) => principal))).toEqual(new Set([user]))
    const { wrong } = await before({ arn: `arn:aws:iam::${ACCOUNT}:root` })
    expect(wrong).toEqual([])
    expect(simulated).toEqual([])
  })

  test('that are missing are named by service, with the policies that have them', async () => {
    const { findings, exitCode } = await before({
      decisions: {
        'sqs:CreateQueue': 'implicitDeny',
        'sqs:DeleteQueue': 'implicitDeny',
        'iam:CreateRole': 'boundary',
        'kms:CreateKey': 'organization',
        'lambda:CreateFunction': 'explicitDeny',
      },
    })
    expect(exitCode).toBe(1)
    expect(findings.map(({ what }) => what).sort()).toEqual([
      'A policy of the organization denies kms: CreateKey.',
      'A policy of these credentials denies lambda: CreateFunction.',
      'The permissions boundary of these credentials denies iam: CreateRole.',
      'These credentials lack sqs: CreateQueue, DeleteQueue.',
    ])
    expect(findings.find(({ what }) => what.includes('lack'))?.fix).toContain('infra/installer.yml')
  })

  test('cannot be simulated for other credentials', async () => {
    const { wrong } = await before({ arn: `arn:aws:sts::${ACCOUNT}:federated-user/dana` })
    expect(wrong).toMatchObject([
      { kind: 'not checked', because: expect.stringContaining('IAM cannot simulate the policies of') as string },
    ])
  })

  test('have no wildcard inside an ARN', async () => {
    const rights = await readRights(service, { account: ACCOUNT, region: 'cn-north-1', stackName: STACK })
    const resources = rights.flatMap((right) => right.resources)
    expect(
      resources.filter((resource) => resource !== '*' && !/^arn:aws-cn:[a-z0-9]+:[^*${}]+$/.test(resource)),
    ).toEqual([])
    expect(rights.flatMap(({ context }) => Object.values(context)).filter((value) => /[*${}]/.test(value))).toEqual([])
  })
})

describe('a key of your own', () => {
  const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e'
  let directory: string
  let policy: { Statement: { Sid: string }[] }
  beforeAll(async () => {
    const serverless = await shippedService()
    directory = await directoryWith({
      'serverless.yml': serverless.replace("dataKeyArn: ''", `dataKeyArn: ${KEY}`),
      'infra/installer.yml': await readFile('infra/installer.yml', 'utf8'),
    })
    const place = { accountId: ACCOUNT, region: 'eu-west-1', parameters: {} }
    const keys = renderTemplate(await readFile('infra/data-key.yml', 'utf8'), place).resources('AWS::KMS::Key')
    policy = keys['Key']!['KeyPolicy'] as typeof policy
  })
  const withKey = (state: string, without?: string) =>
    before(
      { key: { state, policy: { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== without) } } },
      {},
      directory,
    )

  test('that infra/data-key.yml has made is in no one’s way', async () => {
    const { wrong, titles } = await withKey('Enabled')
    expect(wrong).toEqual([])
    expect(titles).toContain('Your own key')
    expect(simulated.flatMap(({ actions }) => actions)).toContain('kms:CreateGrant')
  })

  test.each([
    ['Deliver', 'cloudwatch.amazonaws.com, events.amazonaws.com, sns.amazonaws.com'],
    ['KeepLogs', 'logs.eu-west-1.amazonaws.com'],
    ['KeepPackages', 'lambda.amazonaws.com'],
  ])('whose policy lacks the statement %s does not let %s use it', async (sid, services) => {
    const { findings } = await withKey('Enabled', sid)
    expect(findings).toEqual([
      {
        what: `The policy of the key ${KEY} does not let ${services} use it.`,
        fix: expect.stringContaining('Deploy infra/data-key.yml again') as string,
      },
    ])
  })

  test('that is disabled, or not there, is named', async () => {
    expect((await withKey('Disabled')).findings).toEqual([
      { what: `The key ${KEY} is Disabled.`, fix: `aws kms enable-key --region eu-west-1 --key-id ${KEY}` },
    ])
    expect((await before({ key: null }, {}, directory)).findings[0]?.what).toBe(
      `dataKeyArn is ${KEY}, and there is no such key in eu-west-1.`,
    )
  })
})

describe('a Region', () => {
  test('that the account has not enabled is told from credentials that AWS does not know', async () => {
    const { findings } = await before({ regions: ['us-east-1'] })
    expect(findings[0]?.what).toContain('AWS accepts these credentials in us-east-1, and not in eu-west-1')
    const { wrong } = await before({ regions: [] })
    expect(wrong[0]).toMatchObject({
      title: 'Region',
      because: 'AWS does not know these credentials. Check that they are valid, and belong to the right account.',
    })
  })
})

describe('quotas that leave no room are named, with what to ask for', () => {
  test.each<[World, string, string]>([
    [{ atOnce: 9 }, 'Lambda may run 9 functions at once here', 'Service Quotas, Lambda, “Concurrent executions”'],
    [
      { roles: 995 },
      'The account has 995 of 1000 roles; Greenlight needs 9.',
      'Service Quotas, IAM, “Roles per account”',
    ],
    [
      { stacks: 2000 },
      'The account has 2000 of 2000 stacks in eu-west-1.',
      'Service Quotas, CloudFormation, “Stack count”',
    ],
  ])('%p', async (given, what, fix) => {
    const { findings } = await before(given)
    expect(findings).toHaveLength(1)
    expect(findings[0]?.what).toContain(what)
    expect(findings[0]?.fix).toContain(fix)
  })
})

describe('names', () => {
  test('that are taken are named, with the command that frees them', async () => {
    const { findings } = await before({
      functions: [`${STACK}-effect-due`],
      rules: [`${STACK}-minute-passed`],
      logGroups: [`/aws/lambda/${STACK}-button-clicked`, `/aws/lambda/${STACK}-of-another`],
    })
    expect(findings.map(({ what }) => what)).toEqual([
      `There is a function ${STACK}-effect-due already, so CloudFormation could not make it.`,
      `There is a rule ${STACK}-minute-passed already, so CloudFormation could not make it.`,
      `There is a log group /aws/lambda/${STACK}-button-clicked already, so CloudFormation could not make it.`,
    ])
    expect(findings[2]?.fix).toContain(
      `aws logs delete-log-group --region eu-west-1 --log-group-name /aws/lambda/${STACK}-button-clicked`,
    )
  })

  test('of a stack that is there belong to it', async () => {
    const { findings } = await before({ stackStatus: 'UPDATE_COMPLETE', functions: [`${STACK}-effect-due`] })
    expect(findings).toHaveLength(1)
    expect(findings[0]?.what).toBe(`There is a stack ${STACK} in eu-west-1 already: UPDATE_COMPLETE.`)
  })
})

test('a Slack app whose token is at hand is checked for its scopes', async () => {
  const { titles, findings } = await before({ scopes: ['chat:write'] }, { SLACK_BOT_TOKEN: botToken() })
  expect(titles).toEqual(expect.arrayContaining(['Slack bot token', 'Slack scopes']))
  expect(findings).toHaveLength(1)
  expect(findings[0]?.what).toBe(`The bot lacks ${scopes.filter((scope) => scope !== 'chat:write').join(', ')}.`)
})

describe('what a deploy makes', () => {
  let template: Template
  beforeAll(async () => {
    template = (await packageService()).template
  }, 120_000)

  test('has no fixed names but those that are looked for', async () => {
    const { functions } = await readSettings(service)
    const fixed = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
      ['FunctionName', 'LogGroupName', 'RoleName', 'QueueName', 'TopicName', 'TableName', 'AlarmName', 'BucketName']
        .flatMap((property) => (typeof Properties[property] === 'string' ? [Properties[property]] : []))
        .concat(Type === 'AWS::Events::Rule' ? [text(Properties['Name'])] : []),
    )
    const own = functions.map((name) => `${STACK}-${name}`)
    const looked = [...own, ...own.map((name) => `/aws/lambda/${name}`), `/aws/http-api/${STACK}`]
    expect(fixed.length).toBeGreaterThan(own.length)
    expect(fixed.filter((name) => !looked.includes(name))).toEqual([])
  })

  test('fits into the room that is looked for', async () => {
    expect(ofType(template, 'AWS::IAM::Role')).toHaveLength(rolesFor((await readSettings(service)).functions))
    const [[, { Properties }] = ['', { Properties: {} }]] = ofType(template, 'AWS::Lambda::EventSourceMapping')
    expect(Number(at(Properties, 'ScalingConfig.MaximumConcurrency'))).toBeLessThan(AT_ONCE)
  })
})
