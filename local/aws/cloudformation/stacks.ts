import { AwsError } from '../aws-error.ts'
import type { QueryResult } from '../query-protocol.ts'

/** A stack of the account, as CloudFormation shows it. */
export interface Stack {
  name: string
  arn: string
  /** ISO 8601. */
  createdAt: string
  outputs: Readonly<Record<string, string>>
  resources: readonly { id: string; type: string; name: string }[]
}

const find = (stacks: readonly Stack[], name: string | null): Stack => {
  const found = stacks.find((stack) => stack.name === name || stack.arn === name)
  if (!found) throw new AwsError('ValidationError', `Stack with id ${name} does not exist`)
  return found
}

/** CloudFormation API reference, DescribeStacks. Throws AwsError if there is no such stack. */
export const describeStacks = (stacks: readonly Stack[], form: URLSearchParams): QueryResult => {
  const { name, arn, createdAt, outputs } = find(stacks, form.get('StackName'))
  const Outputs = {
    member: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  }
  return {
    Stacks: {
      member: [{ StackName: name, StackId: arn, StackStatus: 'CREATE_COMPLETE', CreationTime: createdAt, Outputs }],
    },
  }
}

/** CloudFormation API reference, ListStackResources. Throws AwsError if there is no such stack. */
export const listStackResources = (stacks: readonly Stack[], form: URLSearchParams): QueryResult => {
  const { resources, createdAt } = find(stacks, form.get('StackName'))
  return {
    StackResourceSummaries: {
      member: resources.map(({ id, type, name }) => ({
        LogicalResourceId: id,
        ResourceType: type,
        PhysicalResourceId: name,
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: createdAt,
      })),
    },
  }
}
