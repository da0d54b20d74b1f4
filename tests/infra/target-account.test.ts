import { allows, policyDocument, type PolicyDocument } from '../../local/aws/iam/iam.ts'
import { renderTemplate } from '../../local/aws/template/template.ts'
import { pipelineFromTemplate } from '../../local/workspace/pipeline-from-template.ts'
import { DATA_KEY } from '../support/package-service.ts'
import { contentOf } from './read-template.ts'

/*
 * A pipeline whose target is in another account: infra/pipeline.yml and data-key.yml in its own, target-account.yml and
 * target-ec2.yml in the other. An access across accounts needs both sides: the policy of the bucket or the key, and that of
 * the role.
 */

const OWN = '111122223333'
const TARGET = '444455556666'
const DEPLOY_ROLE = `arn:aws:iam::${TARGET}:role/shop-deploy`
const INSTANCE_ROLE = `arn:aws:iam::${TARGET}:role/shop-production-InstanceRole-1A2B`
const BUCKET = 'arn:aws:s3:::shop-artifacts'
const BUNDLE = `${BUCKET}/shop/Bundle/a1b2c3`

const render = (file: string, accountId: string, parameters: Record<string, string>) =>
  renderTemplate(contentOf(file), { accountId, region: 'eu-west-1', parameters })

const pipeline = (parameters: Record<string, string> = {}) =>
  render('pipeline.yml', OWN, {
    PipelineName: 'shop',
    ApprovalTopicArn: `arn:aws:sns:eu-west-1:${OWN}:approvals`,
    ConnectionArn: `arn:aws:codeconnections:eu-west-1:${OWN}:connection/1`,
    RepositoryId: 'shop/web',
    DataKeyArn: DATA_KEY,
    ...parameters,
  })
const THERE = { TargetAccountId: TARGET, Ec2StackName: 'shop-production' }

/** The bucket has the name that the policy of the target's account is written for. */
const policyOfBucket = (parameters?: Record<string, string>): PolicyDocument => {
  const { ArtifactBucketPolicy } = pipeline(parameters).resources('AWS::S3::BucketPolicy')
  const arns = JSON.stringify(ArtifactBucketPolicy!.PolicyDocument).replaceAll(/arn:aws:s3:::[a-z0-9-]+/g, BUCKET)
  return policyDocument.parse(JSON.parse(arns))
}

const policiesOfRole = (file: string, id: string, parameters: Record<string, string>): PolicyDocument[] => {
  const { Policies } = render(file, TARGET, parameters).resources('AWS::IAM::Role')[id] as {
    Policies: { PolicyDocument: unknown }[]
  }
  return Policies.map(({ PolicyDocument }) => policyDocument.parse(PolicyDocument))
}

const deployRole = () =>
  policiesOfRole('target-account.yml', 'DeployRole', {
    PipelineName: 'shop',
    PipelineRoleArn: `arn:aws:iam::${OWN}:role/pipeline`,
    ArtifactBucketName: 'shop-artifacts',
    ArtifactKeyArn: DATA_KEY,
  })
const instanceRole = (parameters: Record<string, string> = {}) =>
  policiesOfRole('target-ec2.yml', 'InstanceRole', {
    ArtifactBucketName: 'shop-artifacts',
    ArtifactKeyArn: DATA_KEY,
    VpcId: 'vpc-1',
    InstanceSubnetIds: 'subnet-1,subnet-2',
    LoadBalancerSubnetIds: 'subnet-3,subnet-4',
    AllowedCidr: '10.0.0.0/8',
    ...parameters,
  })

const letsIn = (policy: PolicyDocument, role: string, action: string, resource: string): boolean =>
  allows([policy], {
    action,
    resource,
    principal: role.split(':')[4]!,
    context: { 'aws:PrincipalArn': role, 'aws:SecureTransport': 'true' },
  })

describe.each([
  ['the role that deploys', DEPLOY_ROLE, deployRole],
  ['the role of the instances', INSTANCE_ROLE, instanceRole],
])('%s', (_, role, own) => {
  test('reads what was built, by both policies', () => {
    for (const action of ['s3:GetObject', 's3:GetObjectVersion']) {
      expect([action, letsIn(policyOfBucket(THERE), role, action, BUNDLE)]).toEqual([action, true])
      expect([action, allows(own(), { action, resource: BUNDLE })]).toEqual([action, true])
    }
    expect(allows(own(), { action: 'kms:Decrypt', resource: DATA_KEY })).toBe(true)
  })

  test('reads no source, and replaces nothing that was approved', () => {
    expect(letsIn(policyOfBucket(THERE), role, 's3:GetObject', `${BUCKET}/shop/Source/a1b2c3`)).toBe(false)
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:PutBucketPolicy'])
      for (const resource of [BUNDLE, BUCKET])
        expect([action, letsIn(policyOfBucket(THERE), role, action, resource)]).toEqual([action, false])
  })

  test('reads nothing without TargetAccountId', () => {
    expect(letsIn(policyOfBucket(), role, 's3:GetObject', BUNDLE)).toBe(false)
  })
})

test('no other role of that account, and no role of a third one, reads anything', () => {
  for (const role of [
    `arn:aws:iam::${TARGET}:role/admin`,
    `arn:aws:iam::${TARGET}:role/shop-deploy-2`,
    'arn:aws:iam::777788889999:role/shop-deploy',
  ])
    expect([role, letsIn(policyOfBucket(THERE), role, 's3:GetObject', BUNDLE)]).toEqual([role, false])
})

test('the pipeline deploys with the role of the other account, which it alone may assume', () => {
  const deploy = pipelineFromTemplate(pipeline(THERE)).stages.at(-1)!.actions.at(-1)!
  expect(deploy.roleArn).toBe(DEPLOY_ROLE)
  const { PipelineRole } = pipeline(THERE).resources('AWS::IAM::Role') as unknown as Record<
    string,
    { Policies: { PolicyDocument: unknown }[] }
  >
  const rights = PipelineRole!.Policies.map(({ PolicyDocument }) => policyDocument.parse(PolicyDocument))
  expect(allows(rights, { action: 'sts:AssumeRole', resource: DEPLOY_ROLE })).toBe(true)
  expect(allows(rights, { action: 'sts:AssumeRole', resource: `${DEPLOY_ROLE}-2` })).toBe(false)
  const there = `arn:aws:codedeploy:eu-west-1:${TARGET}:deploymentgroup:flask-app/production`
  expect(allows(rights, { action: 'codedeploy:CreateDeployment', resource: there })).toBe(false)
  expect(allows(deployRole(), { action: 'codedeploy:CreateDeployment', resource: there })).toBe(true)
  const { DeployRole } = render('target-account.yml', TARGET, {
    PipelineName: 'shop',
    PipelineRoleArn: `arn:aws:iam::${OWN}:role/pipeline`,
    ArtifactBucketName: 'shop-artifacts',
    ArtifactKeyArn: DATA_KEY,
  }).resources('AWS::IAM::Role')
  expect(DeployRole).toMatchObject({
    RoleName: DEPLOY_ROLE.split('/')[1],
    AssumeRolePolicyDocument: {
      Statement: [{ Principal: { AWS: `arn:aws:iam::${OWN}:role/pipeline` }, Action: 'sts:AssumeRole' }],
    },
  })
})

test('without TargetAccountId the pipeline deploys in its own account, with its own role', () => {
  const deploy = pipelineFromTemplate(pipeline()).stages.at(-1)!.actions.at(-1)!
  expect(deploy.roleArn).toBeUndefined()
})

test('the key’s policy lets the target’s account use the key, and no account by default', () => {
  const policy = (parameters: Record<string, string>): PolicyDocument =>
    policyDocument.parse(render('data-key.yml', OWN, parameters).resources('AWS::KMS::Key').Key!.KeyPolicy)
  const decrypts = (parameters: Record<string, string>, principal: string) =>
    allows([policy(parameters)], { action: 'kms:Decrypt', resource: DATA_KEY, principal })
  expect(decrypts({ TargetAccountId: TARGET }, TARGET)).toBe(true)
  expect(decrypts({ TargetAccountId: TARGET }, '777788889999')).toBe(false)
  expect(decrypts({}, TARGET)).toBe(false)
  const administers = { action: 'kms:PutKeyPolicy', resource: DATA_KEY, principal: TARGET }
  expect(allows([policy({ TargetAccountId: TARGET })], administers)).toBe(false)
})

test('Auto Scaling may encrypt volumes where the template is told so', () => {
  const document = (EncryptsVolumes: string) =>
    JSON.stringify(render('data-key.yml', OWN, { EncryptsVolumes }).resources('AWS::KMS::Key').Key!.KeyPolicy)
  const role = 'role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'
  expect(document('yes').split(role)).toHaveLength(3)
  expect(document('no')).not.toContain(role)
})

test('instances use the key of the bucket for artifacts, and the account’s own for what they keep', () => {
  const own = `arn:aws:kms:eu-west-1:${TARGET}:key/own`
  const uses = (resource: string) => allows(instanceRole({ DataKeyArn: own }), { action: 'kms:Decrypt', resource })
  expect([uses(DATA_KEY), uses(own)]).toEqual([true, false])
})
