import { pipelineFromTemplate } from '../../local/workspace/pipeline-from-template.ts'
import { type RenderedTemplate, renderTemplate } from '../../local/aws/template/template.ts'
import { contentOf } from './read-template.ts'

/*
 * Every deployment waits for an approval: in each pipeline that these templates can become, and by each build. The test
 * judges the templates with their parameters filled in.
 */

const TOPIC = { ApprovalTopicArn: 'arn:aws:sns:eu-west-1:111122223333:approvals' }
const CONNECTION = {
  ...TOPIC,
  ConnectionArn: 'arn:aws:codeconnections:eu-west-1:111122223333:connection/1',
  RepositoryId: 'shop/web',
}
const ROLE = 'arn:aws:iam::111122223333:role/task'
const TARGETS = {
  ec2: {},
  lambda: { LambdaFunctionName: 'hello', LambdaStackName: 'hello' },
  ecs: { ImageRepositoryName: 'shop', EcsStackName: 'shop' },
  'ecs by CodeDeploy': {
    Target: 'ecs',
    EcsController: 'codedeploy',
    ImageRepositoryName: 'shop',
    TaskRoleArn: ROLE,
    TaskExecutionRoleArn: ROLE,
  },
}

const render = (file: string, parameters: Record<string, string>) =>
  renderTemplate(contentOf(file), { accountId: '111122223333', region: 'eu-west-1', parameters })

const pipelines: [string, RenderedTemplate][] = [
  ...Object.entries(TARGETS).flatMap(([Target, parameters]) =>
    ['on', 'off'].map((RollBackStage): [string, RenderedTemplate] => [
      `pipeline.yml to ${Target}, stage rollback ${RollBackStage}`,
      render('pipeline.yml', { ...CONNECTION, Target, ...parameters, RollBackStage }),
    ]),
  ),
  [
    'pipeline.yml from CodeCommit',
    render('pipeline.yml', { ...TOPIC, SourceProvider: 'codecommit', RepositoryId: 'web' }),
  ],
  [
    'pipeline.yml from S3',
    render('pipeline.yml', { ...TOPIC, SourceProvider: 's3', SourceBucketName: 'source', SourceObjectKey: 'a.zip' }),
  ],
  ['self.yml', render('self.yml', CONNECTION)],
]

describe.each(pipelines)('%s', (_, template) => {
  test('requests approval before it deploys, and the workspace’s engine accepts its structure', () => {
    const actions = pipelineFromTemplate(template).stages.flatMap((stage) =>
      [...stage.actions].sort((one, other) => one.runOrder - other.runOrder),
    )
    const kinds = actions.map(({ actionTypeId }) => actionTypeId.category)
    expect(kinds.filter((kind) => kind === 'Approval')).toHaveLength(1)
    expect(kinds.indexOf('Deploy')).toBeGreaterThan(kinds.indexOf('Approval'))
    expect(kinds.slice(kinds.indexOf('Approval') + 1)).toEqual(['Deploy'])
    for (const { configuration } of actions)
      for (const value of Object.values(configuration)) expect(value.length).toBeLessThanOrEqual(1000)
  })

  test('has no build that could deploy, or replace the approved artifact', () => {
    const builders = rolesOfBuilds(template)
    expect(builders.length).toBeGreaterThan(0)
    for (const { actions, resources } of builders.flatMap(({ statements }) => statements)) {
      expect(actions.filter((action) => !MAY_BUILD.test(action))).toEqual([])
      if (actions.includes('s3:PutObject')) expect(resources).toEqual([expect.stringMatching(/\/Bundle\/\*$/)])
      if (actions.includes('ecr:PutImage')) expect(resources).toEqual([expect.stringMatching(/:repository\/shop$/)])
    }
  })
})

/** The permissions that a build or a test needs: read the source, write a log, its bundle, an image, a report. */
const MAY_BUILD = new RegExp(
  `^(${[
    's3:GetObject|s3:GetObjectVersion|s3:PutObject',
    'logs:CreateLogStream|logs:PutLogEvents',
    'ecr:(BatchCheckLayerAvailability|BatchGetImage|CompleteLayerUpload|GetAuthorizationToken)',
    'ecr:(GetDownloadUrlForLayer|InitiateLayerUpload|PutImage|UploadLayerPart)',
    'codebuild:(BatchPutCodeCoverages|BatchPutTestCases|CreateReport|CreateReportGroup|UpdateReport)',
  ].join('|')})$`,
)

interface Role {
  AssumeRolePolicyDocument: { Statement: { Principal: { Service?: string } }[] }
  Policies?: { PolicyDocument: { Statement: { Action: string | string[]; Resource: string | string[] }[] } }[]
  ManagedPolicyArns?: string[]
}

/** Every role that CodeBuild can assume, by inline policies; attached managed policies fail the test. */
const rolesOfBuilds = (template: RenderedTemplate) => {
  const roles = Object.entries(template.resources('AWS::IAM::Role')) as unknown as [string, Role][]
  const builders = roles.filter(([, { AssumeRolePolicyDocument }]) =>
    AssumeRolePolicyDocument.Statement.some(({ Principal }) => Principal.Service === 'codebuild.amazonaws.com'),
  )
  const attached = Object.values(template.resources('AWS::IAM::RolePolicy')).map(({ RoleName }) => RoleName)
  for (const [id] of builders) expect(attached).not.toContain(`workspace-${id.toLowerCase()}`)
  return builders.map(([id, { Policies = [], ManagedPolicyArns }]) => {
    expect(ManagedPolicyArns).toBeUndefined()
    const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    return {
      id,
      statements: statements.map(({ Action, Resource }) => ({
        actions: [Action].flat(),
        resources: [Resource].flat(),
      })),
    }
  })
}

test('the stage is rolled back only if the approval has a stage of its own, which a rejection does not roll back', () => {
  const stages = (RollBackStage: string) =>
    pipelineFromTemplate(render('pipeline.yml', { ...CONNECTION, RollBackStage })).stages.map((stage) => [
      stage.name,
      stage.actions.map(({ name }) => name).join(' '),
      stage.onFailure,
    ])
  expect(stages('off').slice(3)).toEqual([['Production', 'Approve Deploy', undefined]])
  expect(stages('on').slice(3)).toEqual([
    ['Approval', 'Approve', undefined],
    ['Production', 'Deploy', { result: 'ROLLBACK' }],
  ])
})

test('approvers without Slack get mail about each approval of their pipeline, and of no other', () => {
  const mail = render('approval-mail.yml', { PipelineName: 'shop', ApproverEmail1: 'a@b.example' })
  expect(mail.resources('AWS::Events::Rule').ApprovalWaits).toMatchObject({
    EventPattern: { detail: { pipeline: ['shop'], state: ['STARTED'], type: { category: ['Approval'] } } },
  })
  expect(Object.values(mail.resources('AWS::SNS::Subscription'))).toMatchObject([
    { Protocol: 'email', Endpoint: 'a@b.example' },
  ])
})
