import { CloudFormationClient, DescribeStacksCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation'
import type { AwsConnection } from '../functions/aws/connection.ts'

/** A stack that is deployed. */
export interface DeployedStack {
  name: string
  /** Its ID, with the account and the Region. */
  arn: string
  status: string
  outputs: Readonly<Record<string, string>>
  resources: readonly { id: string; type: string; name: string }[]
}

/** Reads a stack; null if no stack has that name. */
export const readStack = async (connection: AwsConnection, name: string): Promise<DeployedStack | null> => {
  const client = new CloudFormationClient(connection)
  const described = await client.send(new DescribeStacksCommand({ StackName: name })).catch(absent)
  const stack = described?.Stacks?.[0]
  if (!stack) return null
  const resources: DeployedStack['resources'][number][] = []
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: name }))
    for (const { LogicalResourceId, ResourceType, PhysicalResourceId } of StackResourceSummaries)
      resources.push({ id: LogicalResourceId ?? '', type: ResourceType ?? '', name: PhysicalResourceId ?? '' })
  return {
    name,
    arn: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
    ),
    resources,
  }
}

/** CloudFormation has no error name of its own for a stack that does not exist ("DescribeStacks", API reference). */
const absent = (error: unknown): null => {
  if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist'))
    return null
  throw error
}
