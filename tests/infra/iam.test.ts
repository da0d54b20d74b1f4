import { at, text } from '../support/template.ts'
import { TEMPLATES, readTemplate } from './read-template.ts'

/*
 * Every statement of every policy in every template: no action is a wildcard, and a resource is one only if AWS defines
 * none for the action (Service Authorization Reference), which is listed here once for each.
 */

interface Statement {
  Sid?: string
  Effect: string
  Principal?: unknown
  Action?: string | string[]
  Resource?: unknown
  Condition?: unknown
}

const COMPOSITE_ALARMS = 'DescribeAlarms tells of composite alarms only with a permission for all alarms'
const NO_RESOURCE = 'these actions have no resource type'

/** `template Sid` → why it may name every resource. */
const EVERY_RESOURCE: Record<string, string> = {
  'attestations.yml Administer': 'in a key’s policy, every resource is the key',
  'attestations.yml Sign': 'in a key’s policy, every resource is the key',
  'bot-roles.yml FindPipelines': NO_RESOURCE,
  'bot-roles.yml ReadAlarms': COMPOSITE_ALARMS,
  'bot-roles.yml ReadTargets': NO_RESOURCE,
  'checkpoints.yml Administer': 'in a key’s policy, every resource is the key',
  'checkpoints.yml Sign': 'in a key’s policy, every resource is the key',
  'data-key.yml Administer': 'in a key’s policy, every resource is the key',
  'data-key.yml AttachVolumes': 'in a key’s policy, every resource is the key',
  'data-key.yml Deliver': 'in a key’s policy, every resource is the key',
  'data-key.yml EncryptStorageOfTasks': 'in a key’s policy, every resource is the key',
  'data-key.yml EncryptVolumes': 'in a key’s policy, every resource is the key',
  'data-key.yml KeepLogs': 'in a key’s policy, every resource is the key',
  'data-key.yml KeepPackages': 'in a key’s policy, every resource is the key',
  'data-key.yml LetTasksReadTheirStorage': 'in a key’s policy, every resource is the key',
  'data-key.yml ReadArtifactsInTheTargetAccount': 'in a key’s policy, every resource is the key',
  'installer.yml DeliverAccessLog': NO_RESOURCE,
  'installer.yml EventSources': 'a mapping has an ID of its own; the condition names the functions instead',
  'installer.yml FindKeys': NO_RESOURCE,
  'installer.yml FindLogs': NO_RESOURCE,
  'installer.yml Instances':
    'starting an instance touches image, subnet, interface and volume; the condition requires a launch template',
  'installer.yml LookAtTheVpc': NO_RESOURCE,
  'installer.yml Look': NO_RESOURCE,
  'installer.yml LookBefore': 'the caller may be any user or role; the other actions have no resource type',
  'installer.yml NewKeys': NO_RESOURCE,
  'installer.yml StopDeployments': NO_RESOURCE,
  'installer.yml TaskDefinitions': NO_RESOURCE,
  'installer.yml Templates': NO_RESOURCE,
  'installer.yml WhoseEventsTheBusTakes': NO_RESOURCE,
  'pipeline.yml CheckTemplate': NO_RESOURCE,
  'pipeline.yml Look': NO_RESOURCE,
  'pipeline.yml RegisterTaskDefinition':
    'CodePipeline User Guide, "Service role permissions: ECS blue-green": a definition that is being made has no ARN yet',
  'pipeline.yml SignInToRegistry': NO_RESOURCE,
  'pipeline.yml StopShift': NO_RESOURCE,
  'self.yml CheckTemplate': NO_RESOURCE,
  'self.yml DeliverAccessLog': NO_RESOURCE,
  'self.yml EventSources': 'a mapping has an ID of its own; the condition names the functions instead',
  'self.yml FindKeys': NO_RESOURCE,
  'self.yml FindLogGroups': NO_RESOURCE,
  'self.yml LookAtTheVpc': NO_RESOURCE,
  'self.yml WhoseEventsTheBusTakes': NO_RESOURCE,
  'spoke.yml FindPipelines': NO_RESOURCE,
  'spoke.yml ReadAlarms': COMPOSITE_ALARMS,
  'target-ec2.yml Look': NO_RESOURCE,
  'target-ec2.yml SessionManager': 'an instance has no name before it exists; a session needs rights of its own',
  'target-ec2.yml StartInstances':
    'starting an instance touches image, subnet, interface and volume; the condition allows the one launch template',
  'target-ecs.yml JoinTheVpc': 'Lambda makes its network interfaces before any can be named (Lambda Developer Guide)',
  'target-ecs.yml Look': NO_RESOURCE,
  'target-ecs.yml LookAtTargets': NO_RESOURCE,
  'target-ecs.yml ReadTargets': NO_RESOURCE,
  'target-ecs.yml SignInToRegistry': NO_RESOURCE,
  'target-lambda.yml ReadTargets': NO_RESOURCE,
}

const statementsBelow = (tree: unknown): Statement[] => {
  if (typeof tree !== 'object' || tree === null) return []
  if ('Effect' in tree && ('Action' in tree || 'NotAction' in tree)) return [tree as Statement]
  return Object.values(tree).flatMap(statementsBelow)
}

const statements = TEMPLATES.flatMap((file) =>
  statementsBelow(readTemplate(file)).map((statement) => ({ file, name: `${file} ${statement.Sid ?? ''}`, statement })),
)
const allowing = statements.filter(({ statement }) => statement.Effect === 'Allow')

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

test('each template with roles has statements', () => {
  const walked = new Set(allowing.map(({ file }) => file))
  const roles = TEMPLATES.filter((file) =>
    Object.values(readTemplate(file).Resources).some(({ Type }) => Type === 'AWS::IAM::Role'),
  )
  expect(roles).toEqual(expect.arrayContaining(['bot-roles.yml', 'pipeline.yml', 'self.yml', 'target-ec2.yml']))
  expect(roles.filter((file) => !walked.has(file))).toEqual([])
})

test('no action is everything, or all of a service', () => {
  const wide = allowing.filter(({ statement }) =>
    list(statement.Action).some((action) => typeof action !== 'string' || /^\*$|:\*$/.test(action)),
  )
  expect(wide).toEqual([])
})

test('no statement allows by naming exceptions', () => {
  const inverted = statements.filter(({ statement }) =>
    /"Not(Action|Resource|Principal)"/.test(JSON.stringify(statement)),
  )
  expect(inverted).toEqual([])
})

test('only a denial has every principal', () => {
  const open = allowing.filter(({ statement }) => /^("\*"|\{"AWS":"\*"\})$/.test(JSON.stringify(statement.Principal)))
  expect(open.filter(({ statement }) => statement.Condition === undefined)).toEqual([])
})

test('every resource is named, with the listed exceptions, each of which is needed', () => {
  const everything = allowing.filter(({ statement }) => list(statement.Resource).includes('*'))
  expect([...new Set(everything.map(({ name }) => name))].sort()).toEqual(Object.keys(EVERY_RESOURCE).sort())
})

test('a role is passed to one service only', () => {
  const passing = allowing.filter(({ statement }) => list(statement.Action).includes('iam:PassRole'))
  expect(passing.length).toBeGreaterThan(0)
  for (const { name, statement } of passing) {
    const { Condition } = statement
    const service: unknown =
      at(Condition, 'StringEquals.iam:PassedToService') ?? at(Condition, 'StringLike.iam:PassedToService')
    expect([name, text(service)]).toEqual([
      name,
      expect.stringMatching(/^[a-z0-9-]+\.(?:amazonaws\.com|\*?\$\{AWS::URLSuffix\})$/),
    ])
  }
})
