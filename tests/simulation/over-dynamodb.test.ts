import { RECORD_FORMS } from '../../functions/aws/deflated-record.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { dynamoTables } from './dynamo-tables.ts'
import { letHappen } from './history.ts'
import { violations } from './invariants.ts'
import type { Requests, Tables } from '../support/memory/table.ts'
import { report } from './report.ts'
import { firstSeeds } from './seeds.ts'

/**
 * The bot's own table. Each of its operations may fail, and virtual time waits for each: otherwise a function would run out
 * of time while a request is on its way.
 */
const throughRequests =
  ({ entriesOf, ...tables }: Tables) =>
  ({ read }: Requests): Tables => {
    const through = <T extends object>(name: string, port: T): T =>
      new Proxy(port, {
        get: (_, method) => {
          const call = port[method as keyof T] as (...given: unknown[]) => unknown
          return (...given: unknown[]) => read(`${String(method)} ${name}`, () => call(...given))
        },
      })
    const ports = Object.entries(tables).map(([name, port]) => [name, through(name, port)])
    return { ...(Object.fromEntries(ports) as typeof tables), entriesOf }
  }

/** Each sweep asks every shard of the index over HTTP, so there are fewer of them. I10 judges the last hour: before it, all settles. */
const CALM_MS = 80 * 60_000

test.each(firstSeeds(2, 1).map((seed, index) => [seed, RECORD_FORMS[index % 2]!] as const))(
  'every invariant holds over a real DynamoDB too (seed %d, %s)',
  async (seed, form) => {
    const aws = await openAws()
    try {
      const history = await letHappen(seed, {
        tables: throughRequests(dynamoTables(aws.client, 'greenlight', form)),
        thenCalm: CALM_MS,
      })
      const found = await violations(history)
      if (found.length > 0) throw new Error(report(history, found))
    } finally {
      await aws.close()
    }
  },
  60_000,
)
