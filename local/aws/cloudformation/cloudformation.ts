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

/** What happened to a resource of a stack, as CloudFormation shows it. */
export interface StackEvent {
  resource: string
  type: string
  status: string
  reason?: string
  /** Epoch milliseconds. */
  at: number
}

interface Place {
  accountId: string
  region: string
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
  const happened = new Map<string, StackEvent[]>()
  const eventsOf = ({ accountId, region }: Place, name: string) => {
    const key = JSON.stringify([accountId, region, name])
    const events = happened.get(key) ?? []
    happened.set(key, events)
    return events
  }
  return {
    changeSets: createChangeSets(now),
    /** Adds an event of a stack's update. */
    addEvent: (place: Place, stack: string, event: StackEvent): void => void eventsOf(place, stack).unshift(event),
    /** CloudFormation API reference, DescribeStackEvents. */
    describeStackEvents: (form: URLSearchParams, place: Place): QueryResult => {
      const name = form.get('StackName') ?? ''
      const events = eventsOf(place, name)
      if (events.length === 0) throw new AwsError('ValidationError', `Stack [${name}] does not exist`)
      return {
        StackEvents: {
          member: events.map(({ resource, type, status, reason, at }, index) => ({
            StackName: name,
            EventId: `${resource}-${events.length - index}`,
            LogicalResourceId: resource,
            PhysicalResourceId: resource,
            ResourceType: type,
            Timestamp: new Date(at).toISOString(),
            ResourceStatus: status,
            ...(reason !== undefined && { ResourceStatusReason: reason }),
          })),
        },
      }
    },
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
