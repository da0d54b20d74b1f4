import { text } from '../support/template.ts'
import { TEMPLATES, readTemplate } from './read-template.ts'

/*
 * Who may assume each role. A condition that the service does not send denies every call, and the first execution or
 * deployment fails. So a trust has the conditions that the service's guide documents, and no others. A service cannot be
 * given a role of another account (IAM User Guide, "iam:PassRole"), so a trust without a condition lets no one else in.
 */

const SOURCE_ACCOUNT = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }

/** Service → the condition, and the page that documents it. */
const DOCUMENTED: Record<string, { condition?: object; page: string }> = {
  'cloudformation.amazonaws.com': { page: 'CloudFormation User Guide, "CloudFormation service role"' },
  'codebuild.amazonaws.com': {
    condition: SOURCE_ACCOUNT,
    page: 'CodeBuild User Guide, "Cross-service confused deputy prevention"',
  },
  'codedeploy.${AWS::Region}.${AWS::URLSuffix}': {
    condition: SOURCE_ACCOUNT,
    page: 'CodeDeploy User Guide, "Step 2: Create a service role for CodeDeploy" and "Cross-service confused deputy prevention"',
  },
  'codepipeline.amazonaws.com': { page: 'CodePipeline User Guide, "Create the CodePipeline service role (CLI)"' },
  'ec2.${AWS::URLSuffix}': { page: 'EC2 User Guide, "IAM roles for Amazon EC2"' },
  'ecs-tasks.amazonaws.com': { condition: SOURCE_ACCOUNT, page: 'ECS Developer Guide, "Amazon ECS task IAM role"' },
  'ecs.amazonaws.com': { page: 'ECS Developer Guide, "Amazon ECS infrastructure IAM role for load balancers"' },
  'events.amazonaws.com': {
    condition: SOURCE_ACCOUNT,
    page: 'EventBridge User Guide, "Cross-service confused deputy prevention"',
  },
  'lambda.amazonaws.com': {
    page: 'Lambda Developer Guide, "Defining Lambda function permissions with an execution role"',
  },
}

interface Trust {
  Principal: { Service?: unknown }
  Condition?: Record<string, object>
}

const trusts = TEMPLATES.flatMap((file) =>
  Object.entries(readTemplate(file).Resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .flatMap(([id, { Properties }]) =>
      (Properties.AssumeRolePolicyDocument as { Statement: Trust[] }).Statement.filter(
        ({ Principal }) => Principal.Service,
      ).map(({ Principal, Condition }) => ({ name: `${file} ${id}`, service: text(Principal.Service), Condition })),
    ),
)

test('every service that has a role is listed', () => {
  expect([...new Set(trusts.map(({ service }) => service))].sort()).toEqual(Object.keys(DOCUMENTED).sort())
})

test.each(trusts)('$name trusts $service as its guide documents', ({ service, Condition }) => {
  const { condition } = DOCUMENTED[service]!
  if (condition === undefined) expect(Condition).toBeUndefined()
  else expect(Condition).toMatchObject(condition)
})
