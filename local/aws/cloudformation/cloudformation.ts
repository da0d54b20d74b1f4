import { AwsError } from '../aws-error.ts'
import type { QueryResult } from '../query-protocol.ts'
import { createChangeSets } from './change-sets.ts'

export { changeSetAction } from './deploy-action.ts'

/** A stack of the account, as CloudFormation shows it. */
export interface Stack {
  name: string
  arn: string
  /** ISO 8601. */
  createdAt: string
  outputs: Readonly<Record<string, string>>
  resources: readonly { id: string; type: string; name: string }[]
}

export type CloudFormation = ReturnType<typeof createCloudFormation>

/**
 * CloudFormation with stacks that are there already, and those that change sets make. Throws AwsError for one that is
 * not.
 */
export const createCloudFormation = (stacks: readonly Stack[], now: () => number = Date.now) => {
  const find = (name: string | null): Stack => {
    const found = stacks.find((stack) => stack.name === name || stack.arn === name)
    if (!found) throw new AwsError('ValidationError', `Stack with id ${name} does not exist`)
    return found
  }
  return {
    changeSets: createChangeSets(now),
    /** CloudFormation API reference, DescribeStacks. */
    describeStacks: (form: URLSearchParams): QueryResult => {
      const { name, arn, createdAt, outputs } = find(form.get('StackName'))
      const Outputs = {
        member: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
      }
      return {
        Stacks: {
          member: [{ StackName: name, StackId: arn, StackStatus: 'CREATE_COMPLETE', CreationTime: createdAt, Outputs }],
        },
      }
    },
    /** CloudFormation API reference, ListStackResources. */
    listStackResources: (form: URLSearchParams): QueryResult => {
      const { resources, createdAt } = find(form.get('StackName'))
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
    },
  }
}
