import { QueryCommand, paginateQuery } from '@aws-sdk/lib-dynamodb'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import type { Approval, Tombstone } from '../domain/approval.ts'
import { isOpen } from '../domain/approval.ts'
import { attentionAt } from '../domain/attention.ts'
import type { SentDigest } from '../domain/digest.ts'
import type { Execution } from '../domain/execution.ts'
import { executionAttentionAt } from '../domain/execution-attention.ts'
import type { Mutes } from '../domain/mute.ts'
import { endOfMutes } from '../domain/mute.ts'
import { restoredMutes } from './stored-mutes.ts'
import type { OpenHomes } from '../domain/open-homes.ts'
import type { OutsideHistory, OutsideProject } from '../domain/outside-history.ts'
import type { ExecutionKey } from '../domain/pipeline.ts'
import { executionId, pipelineId } from '../domain/pipeline.ts'
import type { SteeringRecord } from '../domain/steering.ts'
import type { Attention, DueRecord } from '../ports/attention.ts'
import type { Log } from '../ports/log.ts'
import type { Services } from '../ports/services.ts'
import type { AwsConnection } from './connection.ts'
import type { RecordForm } from './deflated-record.ts'
import { documentClient } from './document-client.ts'
import { dynamoEntries } from './entries.ts'
import type { StoredApproval } from './stored-approval.ts'
import { restoredApproval, storedApproval } from './stored-approval.ts'
import { restoredExecution, storedExecution } from './stored-execution.ts'
import type { Kept } from './records.ts'
import { DUE_SHARDS, approvalKey, dated, dynamoRecords, inSeconds } from './records.ts'
import { DAY } from '../domain/time-units.ts'

/**
 * A tombstone is kept longer than any delivery takes; a status card as long as people look at it. Approvals are kept as
 * long as their audit record.
 */
const KEEP = { tombstone: 2 * DAY, execution: 90 * DAY }

const KEPT_APPROVAL: Kept<Approval | Tombstone, string> = {
  keyOf: (id) => approvalKey(id).pk,
  idOf: ({ id }) => id,
  stored: (record) => (record.kind === 'approval' ? storedApproval(record) : record),
  restored: (data: StoredApproval | Tombstone) => (data.kind === 'approval' ? restoredApproval(data) : data),
  // The audit looks for a missing entry in the index by them. A large policy is compressed already.
  beside: (data: StoredApproval | Tombstone) =>
    data.kind === 'approval' && !(data.standing && 'packed' in data.standing) ? ['kind', 'requestedAt'] : null,
  indexed: (record) => {
    if (record.kind === 'tombstone') return { expireAt: inSeconds(record.closedAt + KEEP.tombstone) }
    const dueAt = attentionAt(record)
    return {
      expireAt: inSeconds(record.journal.keptUntil),
      at: record.requestedAt,
      ...(dueAt !== null && { dueAt }),
      ...(isOpen(record) && { openIn: pipelineId(record.where) }),
    }
  },
}

/** Their list in the index `record`, where no reader of the audit record looks. */
const EXECUTIONS = 'executions'

const KEPT_EXECUTION: Kept<Execution, ExecutionKey> = {
  keyOf: (key) => `EXECUTION#${executionId(key)}`,
  idOf: ({ key }) => key,
  stored: storedExecution,
  restored: restoredExecution,
  beside: () => ['kind'],
  indexed: (execution) => {
    const dueAt = executionAttentionAt(execution)
    return {
      expireAt: inSeconds(execution.lastEventAt + KEEP.execution),
      ...(dueAt !== null && { dueAt }),
      ...(!execution.outside && { at: execution.firstEventAt, list: EXECUTIONS }),
    }
  },
}

const KEPT_DIGEST: Kept<SentDigest, string> = {
  keyOf: (id) => `DIGEST#${id}`,
  idOf: ({ id }) => id,
  stored: (digest) => digest,
  restored: (digest: SentDigest) => digest,
  indexed: ({ to }) => ({ expireAt: inSeconds(to + KEEP.execution) }),
}

/** The key has fewer parts than that of an execution. */
const KEPT_HISTORY: Kept<OutsideHistory, OutsideProject> = {
  keyOf: (project) => `EXECUTION#${pipelineId(project)}/${project.group ?? ''}`,
  idOf: (history) => history,
  stored: (history) => history,
  restored: (history: OutsideHistory) => history,
  indexed: ({ succeededAt, failingSince }) => ({
    expireAt: inSeconds(Math.max(succeededAt, failingSince ?? 0) + KEEP.execution),
  }),
}

/** Under the executions, so that no role needs another permission. It is not in an index: the queue has what is to do. */
const KEPT_STEERING: Kept<SteeringRecord, string> = {
  keyOf: (id) => `EXECUTION#${id}`,
  idOf: ({ id }) => id,
  stored: (steering) => steering,
  restored: (steering: SteeringRecord) => steering,
  indexed: ({ request }) => ({ expireAt: inSeconds(request.at + KEEP.execution) }),
}

/** Under the executions too, and in no index. */
const KEPT_HOMES: Kept<OpenHomes, 'homes'> = {
  keyOf: (id) => `EXECUTION#${id}`,
  idOf: () => 'homes',
  stored: (homes) => homes,
  restored: (homes: OpenHomes) => homes,
  indexed: ({ at }) => ({ expireAt: inSeconds(at + DAY) }),
}

/** Under the executions too, and in no index. */
const KEPT_MUTES: Kept<Mutes, 'mutes'> = {
  keyOf: (id) => `EXECUTION#${id}`,
  idOf: () => 'mutes',
  stored: (mutes) => mutes,
  restored: restoredMutes,
  indexed: (mutes) => ({ expireAt: inSeconds(endOfMutes(mutes) + DAY) }),
}

export interface TableSettings {
  clock?: Clock
  log?: Pick<Log, 'count'>
  /** How approvals, executions and the entries of the audit record are written. Both forms are read. */
  form?: RecordForm
}

/** The bot's table: one partition a record, and three sparse indexes. infra/bot.yml declares it. */
export const openTable = (
  connection: AwsConnection,
  TableName: string,
  { clock = systemClock, log = { count: () => undefined }, form = 'plain' }: TableSettings = {},
): Pick<
  Services,
  'approvals' | 'executions' | 'digests' | 'histories' | 'steerings' | 'homes' | 'mutes' | 'attention' | 'entries'
> => {
  const table = documentClient(connection)

  const keysWhere = async (query: {
    IndexName: string
    KeyConditionExpression: string
    ExpressionAttributeValues: Record<string, string | number>
  }): Promise<string[]> => {
    const { Items } = await table.send(new QueryCommand({ TableName, ...query, Limit: MOST_AT_ONCE }))
    return (Items ?? []).map(({ pk }) => String(pk))
  }

  const watchedIn = async (shard: string): Promise<DueRecord[]> => {
    const pages = paginateQuery(
      { client: table },
      {
        TableName,
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :shard',
        ExpressionAttributeValues: { ':shard': shard },
      },
    )
    const keys: string[] = []
    for await (const { Items = [] } of pages) keys.push(...Items.map(({ pk }) => String(pk)))
    return keys.flatMap(recordOf)
  }
  const watched = async (): Promise<DueRecord[]> => (await Promise.all(DUE_SHARDS.map(watchedIn))).flat()

  /** Those of one day, newest first, with the time of each. `most` in a page. */
  const executionsOf = async function* (
    day: string,
    since: number,
    most: number | undefined,
  ): AsyncGenerator<{ pk: string; at: number }> {
    const pages = paginateQuery(
      { client: table },
      {
        TableName,
        IndexName: 'record',
        KeyConditionExpression: '#day = :day AND #at >= :since',
        ExpressionAttributeNames: { '#day': 'day', '#at': 'at' },
        ExpressionAttributeValues: { ':day': day, ':since': since },
        ScanIndexForward: false,
        ...(most !== undefined && { Limit: most }),
      },
    )
    for await (const { Items = [] } of pages) for (const { pk, at } of Items) yield { pk: String(pk), at: Number(at) }
  }

  const attention: Attention = {
    newestExecutions: async (since, isWanted, most = Infinity) => {
      const keys: ExecutionKey[] = []
      let looked = 0
      for (let day = clock.now(); ; day -= DAY) {
        // Of those that are not all wanted, a page holds as many as it can.
        const inPage = isWanted === null && most < Infinity ? most - keys.length : undefined
        for await (const { pk, at } of executionsOf(dated(day, EXECUTIONS).day, since, inPage)) {
          const [record] = recordOf(pk)
          if (record && 'execution' in record && (isWanted?.(record.execution) ?? true)) keys.push(record.execution)
          if (++looked >= MOST_LOOKED_THROUGH || keys.length >= most) return { keys, since: at }
        }
        if (dated(day).day <= dated(since).day) return { keys, since }
      }
    },
    watched,
    waitingApprovals: async () => (await watched()).flatMap((record) => ('approval' in record ? record.approval : [])),
    due: async (now) => {
      const shards = await Promise.all(
        DUE_SHARDS.map((shard) =>
          keysWhere({
            IndexName: 'due',
            KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
            ExpressionAttributeValues: { ':shard': shard, ':now': now },
          }),
        ),
      )
      return shards.flat().flatMap(recordOf)
    },
    openApprovals: async (pipeline) => {
      const keys = await keysWhere({
        IndexName: 'open',
        KeyConditionExpression: 'openIn = :pipeline',
        ExpressionAttributeValues: { ':pipeline': pipelineId(pipeline) },
      })
      return keys.flatMap(recordOf).flatMap((record) => ('approval' in record ? record.approval : []))
    },
  }

  return {
    approvals: dynamoRecords(table, TableName, KEPT_APPROVAL, clock, form),
    executions: dynamoRecords(table, TableName, KEPT_EXECUTION, clock, form),
    digests: dynamoRecords(table, TableName, KEPT_DIGEST, clock),
    histories: dynamoRecords(table, TableName, KEPT_HISTORY, clock),
    steerings: dynamoRecords(table, TableName, KEPT_STEERING, clock),
    homes: dynamoRecords(table, TableName, KEPT_HOMES, clock),
    mutes: dynamoRecords(table, TableName, KEPT_MUTES, clock),
    attention,
    entries: dynamoEntries(table, TableName, log, form),
  }
}

/** A sweep takes as many as it can in its minute; the next one takes the rest. */
const MOST_AT_ONCE = 250

/** So many keys are read within a second. */
const MOST_LOOKED_THROUGH = 20_000

const recordOf = (pk: string): DueRecord[] => {
  const [kind, ...rest] = pk.split('#')
  if (kind === 'APPROVAL') return [{ approval: rest[0]! }]
  const [accountId, region, pipeline, executionId] = rest
  return kind === 'EXECUTION' && executionId
    ? [{ execution: { accountId: accountId!, region: region!, pipeline: pipeline!, executionId } }]
    : []
}
