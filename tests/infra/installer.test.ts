import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { allows, policyDocument, type PolicyDocument } from '../../local/aws/iam/iam.ts'
import { isLike } from '../../local/aws/wildcard.ts'
import { renderTemplate } from '../../local/aws/template/template.ts'
import { packageService, ROLES_BOUNDARY, SECOND_INSTALLATION } from '../support/package-service.ts'
import type { Resource } from '../support/template.ts'
import { contentOf, readTemplate, WHOLE_TEMPLATES } from './read-template.ts'
import { omittedFor, unusedFor } from './unused-permissions.ts'

/*
 * The policies of infra/installer.yml compared with the stacks that they are for: they allow the actions that
 * CloudFormation needs for each resource, by the schema of its type, on a resource of that kind, and no other actions
 * except those that the commands of the guides call themselves.
 */

const HANDLERS = z
  .record(z.string(), z.array(z.string()))
  .parse(JSON.parse(readFileSync(new URL('../fixtures/handler-permissions.json', import.meta.url), 'utf8')))

const BOT = ['BotStack', 'BotResources']
const TARGETS = ['TargetStacks', 'TargetResources']

/** Stack → the policies that its installer has. */
const POLICIES_FOR: Record<string, string[]> = {
  bot: BOT,
  'spoke.yml': BOT,
  'data-key.yml': BOT,
  'custom-domain.yml': BOT,
  'pipeline.yml': ['Pipelines'],
  'approval-mail.yml': ['Pipelines'],
  'self.yml': ['Pipelines'],
  'target-account.yml': TARGETS,
  'target-ec2.yml': TARGETS,
  'target-ecs.yml': TARGETS,
  'target-lambda.yml': TARGETS,
}

/** Stacks that others deploy, with rights of their own. */
const OF_OTHERS = {
  'budget.yml': 'who looks after the bill of the account',
  'installer.yml': 'an administrator, who decides what an installer may do',
  'spoke-stack-set.yml': 'who looks after the organization, in its management account',
}

const installer = (parameters: Record<string, string> = {}, region = 'eu-west-1') =>
  renderTemplate(contentOf('installer.yml'), { accountId: '111122223333', region, parameters })

const installerPolicies = (parameters?: Record<string, string>, region?: string) =>
  installer(parameters, region).resources('AWS::IAM::ManagedPolicy')

const documentOf = (policy: Record<string, unknown> | undefined): PolicyDocument =>
  policyDocument.parse(policy?.PolicyDocument)

const rights = (names: string[], parameters?: Record<string, string>): PolicyDocument[] => {
  const policies = installerPolicies(parameters)
  return names.map((name) => documentOf(policies[name]))
}

let stacks: Record<string, Record<string, Resource>>
beforeAll(async () => {
  const { template } = await packageService(...SECOND_INSTALLATION)
  stacks = {
    bot: template.Resources,
    ...Object.fromEntries(WHOLE_TEMPLATES.map((file) => [file, readTemplate(file).Resources])),
  }
}, 120_000)

/** The type has no schema with handlers; its API has these calls. */
const WITHOUT_SCHEMA: Record<string, string[]> = {
  'AWS::CodeBuild::Project': [
    'codebuild:BatchGetProjects',
    'codebuild:CreateProject',
    'codebuild:DeleteProject',
    'codebuild:UpdateProject',
    'iam:PassRole',
  ],
}

/** What the schemas omit. */
const OMITTED: Record<string, string[]> = {
  // CodePipeline User Guide, "Permissions for CodeConnections": both prefixes, for old and new connections.
  'AWS::CodePipeline::Pipeline': ['codeconnections:PassConnection'],
  // Elastic Load Balancing User Guide, "Service-linked role": the first load balancer of an account makes it.
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['iam:CreateServiceLinkedRole'],
  // Its code may be in a bucket.
  'AWS::Lambda::Function': ['s3:GetObject'],
}

/** Actions that an installer must not be able to perform, though the schemas list them. */
const REFUSED = {
  'an administrator decides which boundary a role leaves': ['iam:DeleteRolePermissionsBoundary'],
}
const refused = Object.values(REFUSED).flat()

const spelled = (action: string): string => action.replace(/^EC2:/, 'ec2:').replace('getObject', 'GetObject')

const neededBy = (resource: Resource): string[] => {
  const { Type } = resource
  const listed = HANDLERS[Type] ?? WITHOUT_SCHEMA[Type]
  if (!listed) throw new Error(`${Type} is new: add what its schema lists to tests/fixtures/handler-permissions.json`)
  const unused = unusedFor({ ...resource, Properties: resource.Properties ?? {} }, listed)
  return [
    ...listed.filter((action) => !unused.includes(action)),
    ...(OMITTED[Type] ?? []),
    ...omittedFor(resource),
  ].map(spelled)
}

/** What the commands of the guides call, besides what CloudFormation calls for them. */
const CALLED_BY_COMMANDS: Record<string, string[]> = {
  'serverless deploy, info and remove; aws cloudformation deploy, create-change-set, wait and delete-stack': [
    'cloudformation:CreateChangeSet',
    'cloudformation:CreateStack',
    'cloudformation:DeleteChangeSet',
    'cloudformation:DeleteStack',
    'cloudformation:DescribeChangeSet',
    'cloudformation:DescribeStackEvents',
    'cloudformation:DescribeStackResource',
    'cloudformation:DescribeStackResources',
    'cloudformation:DescribeStacks',
    'cloudformation:ExecuteChangeSet',
    'cloudformation:GetTemplate',
    'cloudformation:GetTemplateSummary',
    'cloudformation:ListChangeSets',
    'cloudformation:ListStackResources',
    'cloudformation:UpdateStack',
    'cloudformation:ValidateTemplate',
  ],
  'the packages of serverless deploy': ['s3:DeleteObject', 's3:PutObject'],
  'greenlight init': ['ssm:GetParameters', 'ssm:PutParameter'],
  'greenlight doctor --before': [
    'cloudformation:DescribeAccountLimits',
    'cloudformation:ListStacks',
    'iam:GetAccountSummary',
    'iam:SimulatePrincipalPolicy',
    'lambda:GetAccountSettings',
  ],
}

/** Types of parameters, which CloudFormation resolves and checks in the name of the caller. */
const CALLED_FOR_PARAMETERS = ['ec2:DescribeSubnets', 'ec2:DescribeVpcs', 'ssm:GetParameters']

const calledFor = (stack: string): string[] => {
  const called = Object.values(CALLED_BY_COMMANDS).flat()
  if (POLICIES_FOR[stack] === BOT) return called
  const ofStacks = called.filter(
    (action) => /^cloudformation:.*(?:Stack|ChangeSet|Template)/.test(action) && action !== 'cloudformation:ListStacks',
  )
  return stack.startsWith('target-') && stack !== 'target-lambda.yml'
    ? [...ofStacks, ...CALLED_FOR_PARAMETERS]
    : ofStacks
}

/** Type → the services that get a role with it. */
const ROLES_OF: Record<string, string | string[]> = {
  'AWS::Lambda::Function': 'lambda.amazonaws.com',
  'AWS::CodePipeline::Pipeline': 'codepipeline.amazonaws.com',
  'AWS::CodeBuild::Project': 'codebuild.amazonaws.com',
  'AWS::CodeDeploy::DeploymentGroup': ['codedeploy.amazonaws.com', 'codedeploy.eu-west-1.amazonaws.com'],
  'AWS::AutoScaling::AutoScalingGroup': 'ec2.amazonaws.com',
  'AWS::IAM::InstanceProfile': 'ec2.amazonaws.com',
  'AWS::ECS::TaskDefinition': 'ecs-tasks.amazonaws.com',
  'AWS::ECS::Service': 'ecs.amazonaws.com',
  'AWS::Events::Rule': 'events.amazonaws.com',
}

const OWN = ['greenlight-prod', 'flask-app']
const arn = (service: string, rest: string, place = 'eu-west-1:111122223333') => `arn:aws:${service}:${place}:${rest}`
const named = (make: (name: string) => string[]): string[] => OWN.flatMap(make)

/** Service prefix → resources of every kind that the stacks have, by ARN. */
const KINDS: Record<string, string[]> = {
  apigateway: ['/apis', '/apis/a1/routes/r1', '/domainnames/x.example/apimappings', '/tags/x'].map((path) =>
    arn('apigateway', path, 'eu-west-1:'),
  ),
  autoscaling: [arn('autoscaling', 'autoScalingGroup:1a2b:autoScalingGroupName/flask-app-production-Group-1A2B')],
  cloudwatch: named((name) => [
    arn('cloudwatch', `alarm:${name}-Errors-1A2B`),
    arn('cloudwatch', `alarm:TargetTracking-${name}-production-Group-1A2B-AlarmHigh-1`),
  ]),
  cloudformation: named((name) => [arn('cloudformation', `stack/${name}/1a2b`)]),
  codebuild: named((name) => [arn('codebuild', `project/${name}`)]),
  codeconnections: [arn('codeconnections', 'connection/1')],
  'codestar-connections': [arn('codestar-connections', 'connection/1')],
  codedeploy: [
    ...['application:flask-app', 'deploymentgroup:flask-app/live'].map((rest) => arn('codedeploy', rest)),
    arn('codedeploy', 'deploymentconfig:CodeDeployDefault.LambdaAllAtOnce'),
  ],
  codepipeline: named((name) => [arn('codepipeline', name)]),
  dynamodb: [arn('dynamodb', 'table/greenlight-prod-Table-1A2B')],
  ec2: ['launch-template/lt-1', 'prefix-list/pl-1', 'security-group/sg-1', 'vpc/vpc-1'].map((rest) => arn('ec2', rest)),
  ecr: [arn('ecr', 'repository/flask-app-production-images-1a2b')],
  ecs: [
    'cluster/flask-app',
    'service/flask-app/flask-app',
    'service-deployment/flask-app/flask-app/1',
    'task-definition/flask-app:1',
  ].map((rest) => arn('ecs', rest)),
  elasticloadbalancing: [
    'listener/app/flask-LoadB-1/2/3',
    'listener-rule/app/flask-LoadB-1/2/3/4',
    'loadbalancer/app/flask-LoadB-1/2',
    'targetgroup/flask-Insta-1/2',
  ].map((rest) => arn('elasticloadbalancing', rest)),
  events: ['event-bus/default', 'rule/greenlight-prod-pipeline-changed', 'rule/flask-app-pipeline-SourceChanged-1'].map(
    (rest) => arn('events', rest),
  ),
  iam: [
    ...named((name) => [`role/${name}-FunctionRole-1A2B`, `instance-profile/${name}-Profile-1`]),
    'role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
  ].map((rest) => arn('iam', rest, ':111122223333')),
  kms: [arn('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab')],
  lambda: [
    ...named((name) => [`function:${name}-effect-due`, `function:${name}:live`]),
    'event-source-mapping:91eaeb7e',
  ].map((rest) => arn('lambda', rest)),
  logs: named((name) => ['lambda', 'codebuild'].map((service) => `/aws/${service}/${name}-x`))
    .concat('/ec2/flask-app', '/ecs/flask-app')
    .flatMap((group) => ['', ':*'].map((streams) => arn('logs', `log-group:${group}${streams}`))),
  s3: named((name) => [`${name}-artifactbucket-1a2b`, `${name}-artifactbucket-1a2b/x.zip`]).map((rest) =>
    arn('s3', rest, ':'),
  ),
  sns: named((name) => [arn('sns', `${name}-ApprovalTopic-1A2B`)]),
  ssm: [
    arn('ssm', 'parameter/greenlight/prod/slack/bot-token'),
    arn('ssm', 'parameter/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64', 'eu-west-1:'),
  ],
  sqs: [arn('sqs', 'greenlight-prod-Effects-1A2B')],
}

/** What the requests of CloudFormation carry; `iam:PassedToService` has a test of its own. */
const CONTEXT = {
  'ec2:LaunchTemplate': arn('ec2', 'launch-template/lt-1'),
  'iam:AWSServiceName': 'ecs.amazonaws.com',
  'kms:GrantIsForAWSResource': 'true',
  'lambda:FunctionArn': arn('lambda', 'function:greenlight-prod-effect-due'),
}

const may = (documents: PolicyDocument[], action: string, context: Record<string, string> = {}): boolean =>
  [...(KINDS[action.split(':')[0]!] ?? []), '*'].some((resource) =>
    allows(documents, { action, resource, context: { ...CONTEXT, ...context } }),
  )

test('each template is for an installer, or is deployed by others', () => {
  expect([...Object.keys(POLICIES_FOR), ...Object.keys(OF_OTHERS)].sort()).toEqual(Object.keys(stacks).sort())
})

describe.each(Object.entries(POLICIES_FOR))('an installer of %s', (stack, names) => {
  test('may do all that CloudFormation does for its resources', () => {
    const documents = rights(names)
    const needed = Object.entries(stacks[stack]!).flatMap(([id, resource]) =>
      neededBy(resource).map((action) => ({ action, for: `${id} (${resource.Type})` })),
    )
    expect(needed.length).toBeGreaterThan(10)
    const lacking = needed.filter(
      ({ action }) => action !== 'iam:PassRole' && !refused.includes(action) && !may(documents, action),
    )
    expect(lacking.map(({ action, for: what }) => `${what}: ${action}`)).toEqual([])
  })

  test('may do what the commands call', () => {
    const documents = rights(names)
    expect(calledFor(stack).filter((action) => !may(documents, action))).toEqual([])
  })

  test('may give each role to the service that uses it, and to no other', () => {
    const documents = rights(names)
    const givers = Object.values(stacks[stack]!).filter((resource) => neededBy(resource).includes('iam:PassRole'))
    expect(givers.map(({ Type }) => Type).filter((type) => !(type in ROLES_OF))).toEqual([])
    const wanted = new Set(Object.values(stacks[stack]!).flatMap(({ Type }) => [ROLES_OF[Type] ?? []].flat()))
    const [role = ''] = KINDS.iam!.filter((place) => place.includes(names === BOT ? 'greenlight' : 'flask-app'))
    const passes = (service: string) =>
      allows(documents, { action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': service } })
    expect([...wanted].filter((service) => !passes(service))).toEqual([])
    expect(passes('glue.amazonaws.com')).toBe(false)
  })
})

describe.each(Object.keys(installerPolicies()))('the policy %s', (name) => {
  const own = () => Object.entries(POLICIES_FOR).filter(([, names]) => names.includes(name))
  const allowed = () =>
    documentOf(installerPolicies()[name])
      .Statement.filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action)

  test('allows nothing that no installer needs', () => {
    const needed = own().flatMap(([stack]) => [...Object.values(stacks[stack]!).flatMap(neededBy), ...calledFor(stack)])
    const unused = allowed().filter((action) => !needed.some((one) => isLike(action, one) || isLike(one, action)))
    expect(unused).toEqual([])
  })

  test('refuses what an administrator keeps', () => {
    expect(allowed().filter((action) => refused.includes(action))).toEqual([])
  })

  test('fits into a managed policy, wherever it is deployed', () => {
    const parameters = {
      PolicyNames: 'x'.repeat(56),
      BotNames: `greenlight${'x'.repeat(10)}`,
      AppNames: 'x'.repeat(16),
      RolesBoundaryArn: ROLES_BOUNDARY,
    }
    const { PolicyDocument: document } = installerPolicies(parameters, 'us-gov-west-1')[name]!
    // Without white space ("IAM and AWS STS quotas").
    expect(JSON.stringify(document).replaceAll(/\s/g, '').length).toBeLessThanOrEqual(6_144)
  })
})

/** Role that CloudFormation gets in a deploy by hand → the policies of the installers who may pass it. */
const BY_HAND = { BotByHandRole: BOT, TargetsByHandRole: TARGETS }

describe.each(Object.entries(BY_HAND))('%s, for a deploy by hand', (id, names) => {
  const role = () => installer().resources('AWS::IAM::Role')[id]!
  const roleArn = () => arn('iam', `role${String(role().Path)}${String(role().RoleName)}`, ':111122223333')
  const passes = (documents: PolicyDocument[], service = 'cloudformation.amazonaws.com') =>
    allows(documents, {
      action: 'iam:PassRole',
      resource: roleArn(),
      context: { 'iam:PassedToService': service },
    })

  test('has the policies of its installers and no right besides', () => {
    const { Policies, ManagedPolicyArns } = readTemplate('installer.yml').Resources[id]!.Properties
    expect(ManagedPolicyArns).toEqual(names.map((name) => ({ Ref: name })))
    expect(Policies).toBeUndefined()
  })

  test('can be passed by these installers alone, to CloudFormation alone', () => {
    expect(passes(rights(names))).toBe(true)
    expect(passes(rights(names), 'lambda.amazonaws.com')).toBe(false)
    const others = Object.keys(installerPolicies()).filter((name) => !names.includes(name))
    expect(passes(rights(others))).toBe(false)
    // Who uploads the code of a hook has BotStack, and not the rest of what the bot's installer has.
    expect(passes(rights(['BotStack', 'TargetStacks']))).toBe(false)
  })

  test.each([undefined, 'deploy-by-hand'])('cannot be changed by an installer (AppNames: %s)', (AppNames) => {
    const all = rights(Object.keys(installerPolicies()), AppNames ? { AppNames } : {})
    const changes = all
      .flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action ?? []))
      .filter((action) => action.startsWith('iam:') && !/:(?:Get|List|Pass|Simulate)/.test(action))
    expect(changes).toContain('iam:UpdateAssumeRolePolicy')
    expect(changes.filter((action) => allows(all, { action, resource: roleArn(), context: CONTEXT }))).toEqual([])
  })
})

test('the names of the roles and of the policies fit, however long PolicyNames is', () => {
  const [, most] = /,(\d+)\}$/.exec(String(readTemplate('installer.yml').Parameters.PolicyNames!.AllowedPattern)) ?? []
  const roles = installer({ PolicyNames: 'x'.repeat(Number(most)) }).resources('AWS::IAM::Role')
  expect(Object.keys(roles)).toEqual(Object.keys(BY_HAND))
  // "IAM and AWS STS quotas".
  for (const { RoleName } of Object.values(roles)) expect(String(RoleName).length).toBeLessThanOrEqual(64)
})

/* EC2 Auto Scaling User Guide, "Control Amazon EC2 launch template usage in Auto Scaling groups". */
test('an installer may start what the launch template of target-ec2.yml tags, and tag nothing later', () => {
  const { LaunchTemplate } = stacks['target-ec2.yml']!
  const { TagSpecifications } = LaunchTemplate!.Properties.LaunchTemplateData as {
    TagSpecifications: { ResourceType: string }[]
  }
  expect(TagSpecifications).toHaveLength(1)
  const tags = (resource: string, context: Record<string, string>) =>
    allows(rights(TARGETS), { action: 'ec2:CreateTags', resource, context })
  for (const { ResourceType } of TagSpecifications) {
    const started = arn('ec2', `${ResourceType}/x-1`)
    expect(tags(started, { 'ec2:CreateAction': 'RunInstances' })).toBe(true)
    expect(tags(started, {})).toBe(false)
  }
})

const GUIDE = readFileSync(new URL('../../docs/targets/ec2.md', import.meta.url), 'utf8')
const inPascalCase = (command: string): string =>
  command.replaceAll(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase())

test('an installer may call what the commands for blue/green call, also for the copies that CodeDeploy names', () => {
  const group = (name: string) => arn('autoscaling', `autoScalingGroup:1a2b:autoScalingGroupName/${name}`)
  const deploymentGroup = arn('codedeploy', 'deploymentgroup:flask-app/production')
  const resources: Record<string, string[]> = {
    'autoscaling:CreateAutoScalingGroup': [group('flask-app-production')],
    'autoscaling:DeleteAutoScalingGroup': [group('flask-app-production'), group('CodeDeploy_production_d-1A2B3C4D5')],
    'codedeploy:CreateDeploymentGroup': [deploymentGroup],
    'codedeploy:DeleteDeploymentGroup': [deploymentGroup],
    'codedeploy:GetDeploymentGroup': [deploymentGroup],
    'codedeploy:UpdateDeploymentGroup': [deploymentGroup],
  }
  const [, section = ''] = /^## Blue\/green\n([^]*?)^## /m.exec(GUIDE) ?? []
  const called = [...section.matchAll(/\baws (autoscaling|deploy) ([a-z-]+)/g)].map(
    ([, service, command = '']) => `${service === 'deploy' ? 'codedeploy' : service}:${inPascalCase(command)}`,
  )
  expect([...new Set(called)].sort()).toEqual(Object.keys(resources))
  const lacking = Object.entries(resources).flatMap(([action, named]) =>
    named
      .filter((resource) => !allows(rights(TARGETS), { action, resource }))
      .map((resource) => `${action} on ${resource}`),
  )
  expect(lacking).toEqual([])
})

test('an installer reaches nothing that is named otherwise', () => {
  const all = rights([...BOT, 'Pipelines', ...TARGETS])
  const actions = new Set(Object.keys(POLICIES_FOR).flatMap((stack) => Object.values(stacks[stack]!).flatMap(neededBy)))
  // CloudFormation finds an alarm by listing all alarms.
  const scoped = [...actions].filter(
    (action) => action !== 'cloudwatch:DescribeAlarms' && !allows(all, { action, resource: '*', context: CONTEXT }),
  )
  expect(scoped.length).toBeGreaterThan(150)
  const reached = scoped.flatMap((action) =>
    (KINDS[action.split(':')[0]!] ?? [])
      .filter((place) => OWN.some((name) => place.includes(name)))
      .map((place) => OWN.reduce((said, name) => said.replaceAll(name, 'payroll'), place))
      .filter((resource) => allows(all, { action, resource, context: CONTEXT }))
      .map((resource) => `${action} on ${resource}`),
  )
  expect(reached).toEqual([])
})

test('with a permissions boundary, an installer gives rights only to roles within it', () => {
  for (const [names, role] of [
    [BOT, 'greenlight-prod-EffectDueRole'],
    [['Pipelines'], 'flask-app-pipeline-BuildRole'],
    [TARGETS, 'flask-app-production-TaskRole'],
  ] as const) {
    const documents = rights([...names], { RolesBoundaryArn: ROLES_BOUNDARY })
    const resource = arn('iam', `role/${role}-1A2B`, ':111122223333')
    for (const action of ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:PutRolePermissionsBoundary']) {
      expect(allows(documents, { action, resource })).toBe(false)
      expect(allows(documents, { action, resource, context: { 'iam:PermissionsBoundary': ROLES_BOUNDARY } })).toBe(true)
    }
  }
})
