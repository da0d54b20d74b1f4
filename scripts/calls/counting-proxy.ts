import { type HttpServer, listen } from '../../local/http-server.ts'
import { itemUnits, keptBytes, keptFor, readUnits, writeUnits } from './capacity.ts'
import { type Item, itemSize } from './item-size.ts'
import type { Due } from '../../functions/domain/effect.ts'
import { COMPARISONS } from './counts.ts'
import { SERVICES } from './services.ts'
import type { Tally } from './tally.ts'

/** The counts of a call, from its operation, its input and its answer. */
type Meter = (tally: Tally, sent: Sent, answered: Answered) => void
type Sent = { Item?: Item; ConsistentRead?: boolean; MessageBody?: string }
type Answered = { Item?: Item; Items?: Item[] }

const TURN: [part: string, units: number] = ['turns to call Slack', 1]

/**
 * Stands between the bot and the workspace's services, passes everything on and counts: each call by service and
 * operation, and DynamoDB's request units and bytes.
 */
export const openCountingProxy = async (workspace: () => string, tally: Tally): Promise<HttpServer> => {
  const kept = new Map<string, Item>()
  const keyOf = (item: Item): string => JSON.stringify([item['pk'], item['sk']])

  const write = ([part, units]: [part: string, units: number]): void => {
    tally.add('DynamoDB write request units', units)
    tally.add(`DynamoDB write units for ${part}`, units)
  }

  const METERS: Record<string, Meter> = {
    PutItem: (counts, { Item: item }) => {
      if (!item) return
      const before = kept.get(keyOf(item))
      for (const part of writeUnits(item, before)) write(part)
      counts.add(keptFor(item), keptBytes(item) - (before ? keptBytes(before) : 0))
      kept.set(keyOf(item), item)
    },
    SendMessage: (counts, { MessageBody = '{}' }) => {
      const { effect, beside = [] } = JSON.parse(MessageBody) as Partial<Due>
      const compared = [effect, ...beside].filter((one) => one && 'unlessLookedAt' in one).length
      if (compared > 0) counts.add(COMPARISONS, compared)
    },
    // Only turns are updated: items of some bytes, in no index. A failed condition costs the same.
    UpdateItem: () => write(TURN),
    GetItem: (counts, { ConsistentRead }, { Item: item }) =>
      counts.add('DynamoDB read request units', readUnits(item ? itemSize(item) : 0, ConsistentRead === true)),
    Query: (counts, { ConsistentRead }, { Items: items = [] }) => {
      const bytes = items.reduce((sum, item) => sum + itemSize(item), 0)
      counts.add('DynamoDB read request units', readUnits(bytes, ConsistentRead === true))
    },
  }

  /** A failed condition costs a write of the item's size all the same, but none of the indexes. */
  const chargeRefused = ({ Item: item }: Sent): void => {
    if (item) write(itemUnits(item, kept.get(keyOf(item))))
    tally.add('DynamoDB PutItem refused')
  }

  return listen(async (request) => {
    const { pathname, search } = new URL(request.url)
    const headers = new Headers(request.headers)
    for (const name of ['host', 'connection', 'content-length', 'expect', 'transfer-encoding']) headers.delete(name)
    const body = await request.arrayBuffer()
    const response = await fetch(workspace() + pathname + search, { method: request.method, headers, body })
    const answer = await response.arrayBuffer()
    const [service = '', operation = ''] = request.headers.get('x-amz-target')?.split('.') ?? []
    if (pathname.startsWith('/slack/api/')) tally.add(`Slack ${pathname.slice('/slack/api/'.length)}`)
    else if (operation) {
      tally.add(`${SERVICES[service] ?? service} ${operation}`)
      if (response.ok) METERS[operation]?.(tally, read(body), read(answer))
      else if (operation === 'PutItem') chargeRefused(read<Sent>(body))
      else if (operation === 'UpdateItem') write(TURN)
    }
    const type = response.headers.get('content-type') ?? 'application/json'
    return new Response(answer, { status: response.status, headers: { 'content-type': type } })
  }, 0)
}

const read = <T>(body: ArrayBuffer): T => JSON.parse(Buffer.from(body).toString() || '{}') as T
