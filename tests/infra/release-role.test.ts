import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { allows, policyDocument, type Access, type PolicyDocument } from '../../local/aws/iam/iam.ts'
import { renderTemplate } from '../../local/aws/template/template.ts'
import { DATA_KEY, packageService, ROLES_BOUNDARY, SECOND_INSTALLATION } from '../support/package-service.ts'
import { contentOf } from './read-template.ts'
import { permissionsFor } from './release-exceptions.ts'
import { text, type Resource, type Template } from '../support/template.ts'

/*
 * ReleaseRole of infra/self.yml compared with the stack that it updates: the role allows the actions that
 * CloudFormation needs for each resource, by the schema of its type, or omits them for a reason, and allows no others.
 */

const HERE = 'eu-west-1:111122223333'
const arn = (service: string, rest: string) => `arn:aws:${service}:${HERE}:${rest}`
const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`

const HANDLER_PERMISSIONS = z
  .record(z.string(), z.array(z.string()))
  .parse(JSON.parse(readFileSync(new URL('../fixtures/handler-permissions.json', import.meta.url), 'utf8')))

const PARAMETERS = {
  BotStage: 'eu-test',
  ApprovalTopicArn: arn('sns', 'approvals'),
  ConnectionArn: arn('codeconnections', 'connection/1'),
  RepositoryId: 'shop/greenlight',
}

const rendered = (parameters: Record<string, string> = {}) =>
  renderTemplate(contentOf('self.yml'), {
    accountId: '111122223333',
    region: 'eu-west-1',
    parameters: { ...PARAMETERS, ...parameters },
  })

/** The permissions of ReleaseRole, with these parameters. */
const releaseRole = (parameters: Record<string, string> = {}): PolicyDocument[] => {
  const role = z.object({ Policies: z.array(z.object({ PolicyDocument: policyDocument })) })
  return role
    .parse(rendered(parameters).resources('AWS::IAM::Role').ReleaseRole)
    .Policies.map(({ PolicyDocument: document }) => document)
}

type Resources = Template['Resources']
/** Of resources that a key of your own encrypts, and of functions in a VPC. */
const KEY_PROPERTIES = ['SSESpecification', 'KmsKeyArn', 'KmsKeyId', 'SourceKMSKeyArn', 'VpcConfig']
const without = (properties: object): object =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => !KEY_PROPERTIES.includes(name)))
const withoutKey = ([id, { Properties, ...resource }]: [string, Resource]): [string, Resource] => {
  const { Code } = Properties as { Code?: object }
  return [id, { ...resource, Properties: { ...without(Properties), ...(Code && { Code: without(Code) }) } }]
}

let withKey: Resources
let withSpokes: Resources
let alone: Resources
beforeAll(async () => {
  const packaged = await packageService(...SECOND_INSTALLATION)
  withKey = packaged.template.Resources
  withSpokes = Object.fromEntries(Object.entries(withKey).map(withoutKey))
  // infra/spokes.cjs names its resources after the joined accounts.
  alone = Object.fromEntries(Object.entries(withSpokes).filter(([id]) => !/^Spoke|InSpokes$/.test(id)))
}, 120_000)

/** CloudFormation's name for a resource without one: its stack and id, with random characters. */
const nameOf = (id: string): string => `greenlight-eu-test-${id}-1A2B3C4D5E6F`
const named = (id: string, { Properties }: Resource): string =>
  text(Properties.FunctionName ?? Properties.LogGroupName ?? Properties.Name ?? nameOf(id))
const topicArn = (value: unknown): string => {
  const said = text(value)
  if (!said.startsWith('arn:')) return arn('sns', nameOf(said))
  return said.replace('${AWS::Partition}', 'aws').replace('${AWS::AccountId}', '111122223333')
}
const all = (value: unknown): string[] => (value as unknown[]).map(text)
const functionArn = () => [arn('lambda', 'function:greenlight-eu-test-approval-requested')]
const inApi = (...paths: string[]) => paths.map((path) => `arn:aws:apigateway:eu-west-1::${path}`)

/** The resources in AWS that CloudFormation uses for a resource of that type. */
const PLACES: Record<string, (id: string, resource: Resource) => string[]> = {
  'AWS::ApiGatewayV2::Api': () =>
    inApi('/apis', '/apis/a1', '/tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Fapis%2Fa1'),
  'AWS::ApiGatewayV2::Integration': () => inApi('/apis/a1/integrations', '/apis/a1/integrations/i1'),
  'AWS::ApiGatewayV2::Route': () => inApi('/apis/a1/routes', '/apis/a1/routes/r1'),
  'AWS::ApiGatewayV2::Stage': () => inApi('/apis/a1/stages', '/apis/a1/stages/$default'),
  'AWS::CloudWatch::Alarm': (id) => [arn('cloudwatch', `alarm:${nameOf(id)}`)],
  'AWS::DynamoDB::Table': (id) => [arn('dynamodb', `table/${nameOf(id)}`)],
  'AWS::Events::EventBusPolicy': () => [arn('events', 'event-bus/default')],
  'AWS::Events::Rule': (id, resource) => [arn('events', `rule/${named(id, resource)}`)],
  'AWS::IAM::Policy': (_, { Properties }) => all(Properties.Roles).map((role) => roleArn(nameOf(role))),
  'AWS::IAM::Role': (id) => [roleArn(nameOf(id))],
  'AWS::KMS::Key': () => [arn('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab')],
  'AWS::Lambda::EventInvokeConfig': functionArn,
  'AWS::Lambda::EventSourceMapping': () => [arn('lambda', 'event-source-mapping:91eaeb7e-c976-1234-9451-8709db01f137')],
  'AWS::Lambda::Function': (id, resource) => [arn('lambda', `function:${named(id, resource)}`)],
  'AWS::Lambda::Permission': functionArn,
  // Some of its actions apply to the group, some to all of its streams.
  'AWS::Logs::LogGroup': (id, resource) =>
    ['', ':*'].map((streams) => arn('logs', `log-group:${named(id, resource)}${streams}`)),
  'AWS::SNS::Subscription': (_, { Properties }) => [topicArn(Properties.TopicArn)],
  'AWS::SNS::Topic': (id) => [arn('sns', nameOf(id))],
  'AWS::SNS::TopicPolicy': (_, { Properties }) => (Properties.Topics as unknown[]).map(topicArn),
  'AWS::SQS::Queue': (id) => [arn('sqs', nameOf(id))],
  'AWS::SQS::QueuePolicy': (_, { Properties }) => all(Properties.Queues).map((queue) => arn('sqs', nameOf(queue))),
}

/** Actions that apply to another resource (Service Authorization Reference). */
const ELSEWHERE: Record<string, string> = {
  'cloudwatch:DescribeAlarms': arn('cloudwatch', 'alarm:*'),
  'ec2:DescribeNetworkInterfaces': '*',
  'ec2:DescribeSecurityGroups': '*',
  'ec2:DescribeSubnets': '*',
  'ec2:DescribeVpcs': '*',
  'events:PutPermission': '*',
  'events:RemovePermission': '*',
  'iam:PassRole': roleArn(nameOf('EffectDueRole')),
  'kms:ListAliases': '*',
  'lambda:CreateEventSourceMapping': '*',
  'logs:CreateLogDelivery': '*',
  'logs:DeleteLogDelivery': '*',
  'logs:DescribeIndexPolicies': '*',
  'logs:DescribeLogGroups': '*',
  'logs:DescribeResourcePolicies': '*',
  'logs:GetLogDelivery': '*',
  'logs:ListLogDeliveries': '*',
  'logs:PutResourcePolicy': '*',
  'logs:UpdateLogDelivery': '*',
  's3:GetObject': 'arn:aws:s3:::workspace-artifactbucket/greenlight/Bundle/a1B2c3D',
  's3:GetObjectVersion': 'arn:aws:s3:::workspace-artifactbucket/greenlight/Bundle/a1B2c3D',
}

/** AWS's decision on these requests. */
const CONTEXT = {
  'aws:ResourceTag/service': 'greenlight',
  'aws:ResourceTag/stage': 'eu-test',
  'iam:PassedToService': 'lambda.amazonaws.com',
  'kms:GrantIsForAWSResource': 'true',
  'lambda:FunctionArn': arn('lambda', 'function:greenlight-eu-test-effect-due'),
}

interface Need extends Access {
  for: string
}

const accessFor = (action: string, resource: string): Access => ({
  action,
  resource: ELSEWHERE[action] ?? resource,
  context: CONTEXT,
})

/** All actions that CloudFormation may need for the resources, or only those that it must never be able to perform. */
const requests = (resources: Resources, kind: 'needed' | 'refused'): Need[] =>
  Object.entries(resources).flatMap(([id, resource]) => {
    const { [kind]: actions } = permissionsFor(resource, HANDLER_PERMISSIONS[resource.Type])
    const places = actions.length > 0 ? PLACES[resource.Type]!(id, resource) : []
    const placesOf = (action: string) =>
      action.startsWith('kms:') && resource.Type !== 'AWS::KMS::Key' ? [DATA_KEY] : places
    return actions.flatMap((action) =>
      placesOf(action).map((place) => ({ for: `${id} (${resource.Type})`, ...accessFor(action, place) })),
    )
  })

/** The requests that a role with these policies is allowed. */
const allowed = (policies: PolicyDocument[], needs: Need[]): string[] =>
  needs.filter((need) => allows(policies, need)).map(brief)

const brief = ({ for: what, action, resource }: Need) => `${what}: ${action} on ${resource}`

describe.each([
  ['without spokes', () => alone, {}],
  ['with spokes', () => withSpokes, { HasSpokes: 'yes' }],
  ['with spokes, a key of its own and a VPC', () => withKey, { HasSpokes: 'yes', DataKeyArn: DATA_KEY, InVpc: 'yes' }],
] as [string, () => Resources, Record<string, string>][])('a release of the bot %s', (_, resources, parameters) => {
  test('is allowed all that CloudFormation needs', () => {
    const needed = requests(resources(), 'needed')
    expect(needed.length).toBeGreaterThan(300)
    const may = new Set(allowed(releaseRole(parameters), needed))
    expect(needed.map(brief).filter((need) => !may.has(need))).toEqual([])
  })

  test('is refused what no release may do', () => {
    const refused = requests(resources(), 'refused')
    expect(refused.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['dynamodb:DeleteTable', 'dynamodb:PutItem', 'iam:AttachRolePolicy', 'sqs:DeleteQueue']),
    )
    expect(allowed(releaseRole(parameters), refused)).toEqual([])
  })

  test('is allowed nothing that no resource needs', () => {
    const needed = new Set(requests(resources(), 'needed').map(({ action }) => action))
    const actions = releaseRole(parameters)
      .flatMap(({ Statement }) => Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action)
    expect(actions.filter((action) => !needed.has(action))).toEqual([])
  })
})

test('a release reaches no other stack’s resources', () => {
  const others = (place: string) => place.replaceAll('greenlight-eu-test-', 'payroll-')
  const foreign = requests(withSpokes, 'needed')
    .filter(({ resource = '' }) => others(resource) !== resource)
    .map((need) => ({ ...need, resource: others(need.resource ?? '') }))
  expect(foreign.length).toBeGreaterThan(200)
  expect(allowed(releaseRole({ HasSpokes: 'yes' }), foreign)).toEqual([])
})

test('a key of another installation is out of reach', () => {
  const read = accessFor('kms:GetKeyPolicy', arn('kms', 'key/1'))
  expect(allows(releaseRole(), read)).toBe(true)
  expect(allows(releaseRole(), { ...read, context: { ...CONTEXT, 'aws:ResourceTag/stage': 'test' } })).toBe(false)
})

test('a mapping of another function, and a role for another service, are out of reach', () => {
  const may = (action: string, context: Record<string, string>) =>
    allows(releaseRole(), { ...accessFor(action, '*'), context: { ...CONTEXT, ...context } })
  expect(may('lambda:CreateEventSourceMapping', {})).toBe(true)
  expect(may('lambda:CreateEventSourceMapping', { 'lambda:FunctionArn': arn('lambda', 'function:payroll') })).toBe(
    false,
  )
  expect(may('iam:PassRole', {})).toBe(true)
  expect(may('iam:PassRole', { 'iam:PassedToService': 'ec2.amazonaws.com' })).toBe(false)
})

test('a release cannot change the roles that release it, whatever their stack is called', () => {
  const template = contentOf('self.yml')
  const { Roles, PolicyDocument: document } = rendered().resources('AWS::IAM::Policy').ReleaseRoleBounds ?? {}
  expect(Roles).toEqual(['workspace-releaserole'])
  const roles = [...template.matchAll(/^  (\w+):\n    Type: AWS::IAM::Role$/gm)].map(([, id = '']) => id.toLowerCase())
  expect(roles).toContain('releaserole')
  expect(document).toMatchObject({
    Statement: [
      {
        Effect: 'Deny',
        Action: 'iam:*',
        Resource: expect.arrayContaining(roles.map((role) => `arn:aws:iam::111122223333:role/workspace-${role}`)),
      },
    ],
  })
})

test('every role of the bot takes a permissions boundary', () => {
  const roles = Object.values(alone).filter(({ Type }) => Type === 'AWS::IAM::Role')
  expect(roles.length).toBeGreaterThan(0)
  for (const { Properties } of roles) expect(Properties.PermissionsBoundary).toBe(ROLES_BOUNDARY)
})

test('with a permissions boundary, a release gives rights only to roles within it', () => {
  const may = (action: string, context: Record<string, string>) =>
    allows(releaseRole({ RolesBoundaryArn: ROLES_BOUNDARY }), {
      action,
      resource: roleArn(nameOf('EffectDueRole')),
      context,
    })
  for (const action of ['iam:CreateRole', 'iam:PutRolePolicy']) {
    expect(may(action, {})).toBe(false)
    expect(may(action, { 'iam:PermissionsBoundary': `${ROLES_BOUNDARY}-2` })).toBe(false)
    expect(may(action, { 'iam:PermissionsBoundary': ROLES_BOUNDARY })).toBe(true)
  }
})
