import { packageService, SECOND_INSTALLATION } from '../support/package-service.ts'
import type { Resource, Template } from '../support/template.ts'
import { WHOLE_TEMPLATES, readTemplate } from './read-template.ts'

/*
 * CloudFormation creates resources in parallel, unless one names the other. So a resource that starts work when it is
 * created, such as a pipeline, could work before a separate policy gives it its permissions. The test finds these
 * policies in every template, and holds that the resource waits for each of them.
 */

/** The types that start work at their creation, and the service that then acts with a policy of the resource it uses. */
const STARTS: Record<string, string | null> = {
  'AWS::AutoScaling::AutoScalingGroup': null,
  'AWS::CodeDeploy::DeploymentGroup': null,
  'AWS::CodePipeline::Pipeline': null,
  'AWS::ECS::Service': null,
  'AWS::Events::Rule': 'events.amazonaws.com',
  'AWS::Lambda::Alias': null,
  'AWS::Lambda::EventSourceMapping': null,
  'AWS::SNS::Subscription': 'sns.amazonaws.com',
}

/** Policies that name the resource itself, which therefore cannot wait for them. */
const CANNOT_WAIT: Record<string, string> = {
  'serverless.yml MinuteDashpassedEventsRuleSchedule1 MinuteDashpassedLambdaPermissionEventsRuleSchedule1':
    'the next minute starts the function',
  'approval-mail.yml ApprovalWaits ApprovalMailPolicy': 'a person who deploys it for later approvals loses no mail',
}

interface Policy {
  id: string
  /** Logical IDs of the roles, functions, queues or topics that it opens. */
  opens: string[]
  /** The service that it lets in; null for the role itself. */
  to: string | null
  /** What the service must act for, if the policy says so by its ARN. */
  source?: unknown
}

const namesIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, argument]) => {
    if (key === 'Ref') return [String(argument)]
    if (key === 'Fn::GetAtt') return [Array.isArray(argument) ? String(argument[0]) : String(argument).split('.')[0]!]
    if (key === 'Fn::Sub') {
      const [text, ...values] = [argument].flat() as unknown[]
      return [...String(text).matchAll(/\$\{([\w:]+)/g)].map(([, name = '']) => name).concat(namesIn(values))
    }
    return namesIn(argument)
  })
}

/** The resource and everything that CloudFormation creates before it. */
const createdBefore = ({ Resources }: Template, id: string, found = new Set<string>()): Set<string> => {
  const resource = Resources[id] as (Resource & { DependsOn?: string | string[] }) | undefined
  if (!resource || found.has(id)) return found
  found.add(id)
  for (const name of [...namesIn(resource.Properties), ...[resource.DependsOn ?? []].flat()])
    createdBefore({ Resources }, name, found)
  return found
}

const policiesOf = ({ Resources }: Template): Policy[] =>
  Object.entries(Resources).flatMap(([id, { Type, Properties }]): Policy[] => {
    const statements = ((Properties.PolicyDocument as { Statement?: unknown[] } | undefined)?.Statement ?? []) as {
      Effect: string
      Principal?: { Service?: string }
      Condition?: { ArnEquals?: Record<string, unknown> }
    }[]
    switch (Type) {
      case 'AWS::IAM::ManagedPolicy':
      case 'AWS::IAM::Policy':
        return [{ id, opens: namesIn(Properties.Roles), to: null }]
      case 'AWS::IAM::RolePolicy':
        return [{ id, opens: namesIn(Properties.RoleName), to: null }]
      case 'AWS::Lambda::Permission': {
        const { FunctionName, Principal, SourceArn } = Properties
        return [{ id, opens: namesIn(FunctionName), to: String(Principal), source: SourceArn }]
      }
      case 'AWS::SNS::TopicPolicy':
      case 'AWS::SQS::QueuePolicy':
        return statements
          .filter(({ Effect, Principal }) => Effect === 'Allow' && Principal?.Service)
          .map(({ Principal, Condition }) => ({
            id,
            opens: namesIn(Properties.Topics ?? Properties.Queues),
            to: Principal!.Service!,
            source: Condition?.ArnEquals?.['aws:SourceArn'],
          }))
      default:
        return []
    }
  })

/** A function or queue may be open to several topics and rules. Each needs the policy for its own. */
const isForAnother = ({ source }: Policy, { Type, Properties }: Resource): boolean => {
  if (source === undefined) return false
  if (Type === 'AWS::SNS::Subscription') return JSON.stringify(source) !== JSON.stringify(Properties.TopicArn)
  const [, rule] = /:rule\/([\w-]+)"/.exec(JSON.stringify(source)) ?? []
  return Type === 'AWS::Events::Rule' && rule !== undefined && rule !== Properties.Name
}

/** `file starter policy` for every resource that may start before its policy is there. */
const racesIn = (file: string, template: Template): { race: string; circular: boolean }[] => {
  const policies = policiesOf(template)
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type in STARTS)
    .flatMap(([id, resource]) => {
      const before = createdBefore(template, id)
      return policies
        .filter(
          ({ opens, to }) => opens.some((one) => before.has(one)) && (to === null || to === STARTS[resource.Type]),
        )
        .filter((policy) => !before.has(policy.id) && !isForAnother(policy, resource))
        .map((policy) => ({
          race: `${file} ${id} ${policy.id}`,
          circular: createdBefore(template, policy.id).has(id),
        }))
    })
}

let templates: [string, Template][]
beforeAll(async () => {
  const packaged = await packageService(...SECOND_INSTALLATION)
  templates = [
    ...WHOLE_TEMPLATES.map((file): [string, Template] => [file, readTemplate(file) as unknown as Template]),
    ['serverless.yml', packaged.template],
  ]
}, 120_000)

test('the templates have resources that start work, and policies apart from their roles', () => {
  const starters = templates.flatMap(([, { Resources }]) =>
    Object.values(Resources).flatMap(({ Type }) => (Type in STARTS ? [Type] : [])),
  )
  expect([...new Set(starters)].sort()).toEqual(Object.keys(STARTS).sort())
  expect(templates.flatMap(([, template]) => policiesOf(template)).length).toBeGreaterThan(10)
})

test('a resource that starts work at its creation waits for every permission that it needs', () => {
  const races = templates.flatMap(([file, template]) => racesIn(file, template))
  expect(races.filter(({ circular }) => !circular).map(({ race }) => race)).toEqual([])
  expect(races.map(({ race }) => race).sort()).toEqual(Object.keys(CANNOT_WAIT).sort())
})
