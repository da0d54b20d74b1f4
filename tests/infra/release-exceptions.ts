import type { Resource } from '../support/template.ts'
import { omittedFor, unusedFor } from './unused-permissions.ts'

/*
 * Actions that CloudFormation's schemas list for a type and ReleaseRole of infra/self.yml does not have, with the
 * reason: nothing calls them, or no release may.
 */

/** Actions that a release must not be able to perform, with the reason. */
const REFUSED: Record<string, Record<string, string[]>> = {
  'AWS::DynamoDB::Table': {
    'the record of decisions outlives every release, and no release begins another': [
      'dynamodb:CreateTable',
      'dynamodb:DeleteTable',
    ],
    'no release decides who may write': ['dynamodb:DeleteResourcePolicy', 'dynamodb:PutResourcePolicy'],
    'no release reads or writes what is kept; CloudFormation does for replicas, of which there are none': [
      'dynamodb:AssociateTableReplica',
      'dynamodb:BatchWriteItem',
      'dynamodb:CreateTableReplica',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
      'iam:CreateServiceLinkedRole',
    ],
  },
  'AWS::IAM::Role': {
    'a role of the bot has the policies in its template and no other, AdministratorAccess least of all': [
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
    ],
    'a boundary is put around a role by hand, so that no release can take it away': [
      'iam:DeleteRolePermissionsBoundary',
      'iam:PutRolePermissionsBoundary',
    ],
  },
  'AWS::KMS::Key': {
    'no release decides who may sign, or begins another key': [
      'kms:CreateKey',
      'kms:DisableKey',
      'kms:EnableKey',
      'kms:PutKeyPolicy',
      'kms:ScheduleKeyDeletion',
    ],
    'the tags say which keys the role reaches': ['kms:TagResource', 'kms:UntagResource'],
  },
  'AWS::SQS::Queue': { 'what waits in a queue was accepted, and may be a decision': ['sqs:DeleteQueue'] },
}

/** The bucket belongs to `serverless deploy` alone: a change of it is deployed by hand. */
const LEFT_TO_A_DEPLOY_BY_HAND = ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy']

/**
 * Of the actions that its type lists: those that a release needs for the resource, and those that it must not be able
 * to perform.
 */
export const permissionsFor = (
  resource: Resource,
  listed: string[] | undefined,
): { needed: string[]; refused: string[] } => {
  const { Type } = resource
  if (LEFT_TO_A_DEPLOY_BY_HAND.includes(Type)) return { needed: [], refused: [] }
  if (!listed) throw new Error(`${Type} is new: add what its schema lists to tests/fixtures/handler-permissions.json`)
  const unused = unusedFor(resource, listed)
  const refused = Object.values(REFUSED[Type] ?? {}).flat()
  return {
    needed: [...listed.filter((action) => ![...unused, ...refused].includes(action)), ...omittedFor(resource)],
    refused,
  }
}
