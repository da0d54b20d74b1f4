import { parameterValues, renderTemplate } from '../../local/aws/template/template.ts'
import { DATA_KEY } from '../support/package-service.ts'
import { WHOLE_TEMPLATES, contentOf, readTemplate } from './read-template.ts'

/*
 * CloudFormation refuses values that a template's patterns, allowed values and rules forbid, before it makes any
 * resource. The test applies those of the templates.
 */

const parametersOf = (file: string) => Object.entries(readTemplate(file).Parameters)
const every = WHOLE_TEMPLATES.flatMap((file) =>
  parametersOf(file).map(([name, parameter]) => ({ file, name, parameter })),
)

/** CloudFormation itself knows the possible values of these. */
const KNOWN_TO_AWS = /^(List<)?AWS::EC2::(VPC|Subnet)::Id>?$/

test('every parameter describes its values in words', () => {
  const silent = every.filter(
    ({ parameter }) => !KNOWN_TO_AWS.test(parameter.Type) && (parameter.ConstraintDescription ?? '').length < 10,
  )
  expect(silent.map(({ file, name }) => `${file} ${name}`)).toEqual([])
})

test.each(every.filter(({ parameter }) => !KNOWN_TO_AWS.test(parameter.Type)))(
  '$file $name refuses values that could inject code where it is used, and accepts its own default',
  ({ name, parameter }) => {
    const problems = (value: string) => parameterValues({ [name]: parameter }, { [name]: value }).problems
    for (const value of ['two\nlines', 'a\u0000b']) expect(problems(value)).toHaveLength(1)
    if (parameter.Default !== undefined) expect(problems(String(parameter.Default))).toEqual([])
  },
)

test.each([
  ['pipeline.yml', 'PipelineName', 'my pipeline', '1 to 20 letters'],
  ['pipeline.yml', 'PipelineName', 'a-name-that-is-far-too-long', 'parameter PipelineName is'],
  ['pipeline.yml', 'RepositoryId', 'https://github.com/shop/web', 'no address'],
  ['pipeline.yml', 'BranchName', '/main', 'without refs/heads/'],
  ['pipeline.yml', 'ApprovalTopicArn', 'greenlight-approvals', 'is an ARN such as arn:aws:sns:'],
  ['pipeline.yml', 'ApprovalTopicKeyArn', 'alias/aws/sns', 'not of an alias'],
  ['pipeline.yml', 'ApprovalTimeoutMinutes', '4', 'is 5 to 86400 minutes'],
  ['pipeline.yml', 'ApprovalTimeoutMinutes', 'a week', 'is 5 to 86400 minutes'],
  ['approval-mail.yml', 'ApproverEmail1', 'ana@shop.example, ben@shop.example', 'one address'],
  ['pipeline.yml', 'ReviewLink', 'staging.shop.example', 'begins with https://'],
  ['pipeline.yml', 'ExecutionMode', 'queued', 'is SUPERSEDED, QUEUED or PARALLEL'],
  ['pipeline.yml', 'Target', 'eks', 'is ec2, lambda or ecs'],
  ['pipeline.yml', 'SourceObjectKey', 'source.tar.gz', 'the key of a zip file'],
  ['target-ec2.yml', 'AllowedCidr', '10.0.0.0', 'is a range such as 10.0.0.0/8'],
  ['target-ec2.yml', 'InstanceType', 't3.small', 'is an arm64 type'],
  ['target-ec2.yml', 'ArtifactBucketName', 's3://bucket', 'without s3://'],
  ['target-ec2.yml', 'DeploymentType', 'rolling', 'is in-place or blue-green'],
  ['target-lambda.yml', 'HookCodeKey', 'greenlight/traffic-shifting.zip', 'ends in the hash of the code'],
  ['target-ecs.yml', 'HookCodeKey', 'greenlight/traffic-shifting.zip', 'ends in the hash of the code'],
  ['target-lambda.yml', 'Handler', 'app', 'a dot, and a function'],
  ['target-lambda.yml', 'DeploymentConfigName', 'CodeDeployDefault.ECSAllAtOnce', "one of CodeDeploy's nine"],
  ['target-ecs.yml', 'TestCidr', 'anywhere', 'the addresses of the NAT gateways'],
  ['target-ecs.yml', 'TestCidr', '203.0.113.7/32, 203.0.113.8/32', 'without spaces'],
  ['target-ecs.yml', 'TestCidr', Array(7).fill('203.0.113.7/32').join(), 'one to six ranges'],
  ['target-ecs.yml', 'LiveAddress', 'http://shop.example', 'https://'],
  ['self.yml', 'BotStage', 'Prod', 'such as prod'],
])('%s refuses %s=%s: %s', (file, name, value, words) => {
  const parameters = readTemplate(file).Parameters
  const { problems } = parameterValues({ [name]: parameters[name]! }, { [name]: value })
  expect(problems).toEqual([expect.stringContaining(words)])
})

const CONNECTION = {
  ApprovalTopicArn: 'arn:aws:sns:eu-west-1:111122223333:approvals',
  ConnectionArn: 'arn:aws:codeconnections:eu-west-1:111122223333:connection/1',
  RepositoryId: 'shop/web',
}
const ROLE = 'arn:aws:iam::111122223333:role/task'
const ECS = { EcsController: 'codedeploy', ImageRepositoryName: 'shop', TaskRoleArn: ROLE, TaskExecutionRoleArn: ROLE }

const render = (parameters: Record<string, string>) =>
  renderTemplate(contentOf('pipeline.yml'), { accountId: '111122223333', region: 'eu-west-1', parameters })

test.each([
  [{ ConnectionArn: '' }, 'SourceProvider is connection, so ConnectionArn must be given'],
  [{ RepositoryId: '' }, 'SourceProvider is connection, so RepositoryId must be given, as owner/name'],
  [{ SourceProvider: 'codecommit', RepositoryId: '' }, 'SourceProvider is codecommit, so RepositoryId must be given'],
  [{ SourceProvider: 's3', SourceObjectKey: 'a.zip' }, 'SourceProvider is s3, so SourceBucketName must be given'],
  [{ Target: 'ecs', ImageRepositoryName: 'shop' }, 'Target is ecs, so EcsStackName must be given'],
  [
    { Target: 'ecs', ...ECS, TaskRoleArn: '' },
    'EcsController is codedeploy, so TaskRoleArn and TaskExecutionRoleArn must',
  ],
  [
    { Target: 'ecs', ImageRepositoryName: 'shop', EcsStackName: 'shop', ExecutionMode: 'PARALLEL' },
    'the target needs SUPERSEDED or QUEUED',
  ],
  [{ Target: 'lambda', LambdaFunctionName: 'hello' }, 'Target is lambda, so LambdaStackName must be given'],
  [{ TargetAccountId: '444455556666', Ec2StackName: 'web' }, 'so DataKeyArn must be given'],
  [{ TargetAccountId: '444455556666', DataKeyArn: DATA_KEY }, 'so Ec2StackName must be given'],
  [
    { TargetAccountId: '444455556666', Target: 'lambda', LambdaFunctionName: 'hello', LambdaStackName: 'hello' },
    'TargetAccountId is for the target ec2',
  ],
  [{ ExecutionMode: 'PARALLEL', RollBackStage: 'on' }, 'cannot roll a stage back in PARALLEL mode'],
])('pipeline.yml refuses values that contradict each other: %j', (parameters, words) => {
  expect(() => render({ ...CONNECTION, ...parameters })).toThrow(words)
})

test('all contradictions are named at once', () => {
  const wrong = () => render({ ...CONNECTION, Target: 'ecs', SourceProvider: 's3' })
  for (const name of ['SourceBucketName', 'SourceObjectKey', 'ImageRepositoryName', 'EcsStackName'])
    expect(wrong).toThrow(`${name} must be given`)
})
