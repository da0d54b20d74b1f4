import { packageService, SECOND_INSTALLATION } from '../support/package-service.ts'
import { allowedTo, at, resource, type Template } from '../support/template.ts'

/* What the param attestedBuckets adds; tests/package.test.ts has the stack without it. */

let template: Template
beforeAll(async () => {
  template = (await packageService(...SECOND_INSTALLATION)).template
}, 120_000)

const rights = () => allowedTo(template, 'approval-decided')
const resourcesOf = (action: string) =>
  rights()
    .filter(({ Action }) => Action.includes(action))
    .flatMap(({ Resource }) => Resource)

test('the function may read these buckets and write attestations there, and nothing else in S3', () => {
  expect(resourcesOf('s3:GetObject')).toEqual(['arn:${AWS::Partition}:s3:::shop-artifacts-*/*'])
  expect(resourcesOf('s3:PutObject')).toEqual(['arn:${AWS::Partition}:s3:::shop-artifacts-*/attestations/*'])
  const all = rights().flatMap(({ Action }) => Action)
  expect(all.filter((action) => action.startsWith('s3:')).sort()).toEqual(['s3:GetObject', 's3:PutObject'])
})

test('it signs with a key of its own, may not write to the table, and sends no verdict', () => {
  expect(resourcesOf('kms:Sign')).toEqual(['AttestationKey.Arn'])
  const all = rights().flatMap(({ Action }) => Action)
  expect(
    all.filter((action) => /^dynamodb:(?!GetItem|Query)|PutApprovalResult|ssm:|secretsmanager:/.test(action)),
  ).toEqual([])
})

test('only its role may sign with that key, and the key outlives the stack', () => {
  const { Properties, DeletionPolicy } = resource(template, 'AttestationKey')
  expect(DeletionPolicy).toBe('RetainExceptOnCreate')
  const signers = (at(Properties, 'KeyPolicy.Statement') as { Action: string | string[]; Principal: unknown }[]).filter(
    ({ Action }) => [Action].flat().includes('kms:Sign'),
  )
  expect(signers.map(({ Principal }) => Principal)).toEqual([{ AWS: { 'Fn::GetAtt': ['ApprovalDecidedRole', 'Arn'] } }])
})

test('in joined accounts it assumes the reader role, and in other Regions it lists actions', () => {
  expect(resourcesOf('sts:AssumeRole')).toEqual([
    'arn:${AWS::Partition}:iam::444455556666:role/greenlight-eu-test-us-east-1-reader',
  ])
  expect(resourcesOf('codepipeline:ListActionExecutions')).toContain(
    'arn:${AWS::Partition}:codepipeline:us-west-2:${AWS::AccountId}:*',
  )
})

test('the rule starts it for approvals that the bot sent, and for no other end', () => {
  expect(resource(template, 'ApprovalDecidedRule').Properties.EventPattern).toMatchObject({
    source: ['greenlight'],
    'detail-type': ['Greenlight Approval Decided'],
    detail: { how: ['slack'], verdict: ['Approved'] },
  })
})
