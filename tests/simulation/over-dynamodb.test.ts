import { openAws } from '../support/aws-endpoint.ts'
import { dynamoTables } from './dynamo-tables.ts'
import { letHappen } from './history.ts'
import { violations } from './invariants.ts'
import type { Requests, Tables } from '../support/memory/table.ts'
import { report } from './report.ts'
import { firstSeeds } from './seeds.ts'

/** The bot's own table; each of its operations may fail. */
const throughRequests =
  (tables: Tables) =>
  ({ read }: Requests): Tables => ({
    approvals: {
      read: (id) => read('read approval', () => tables.approvals.read(id)),
      create: (record) => read('create approval', () => tables.approvals.create(record)),
      change: (id, step, start) => read('change approval', () => tables.approvals.change(id, step, start)),
    },
    executions: {
      read: (key) => read('read execution', () => tables.executions.read(key)),
      create: (record) => read('create execution', () => tables.executions.create(record)),
      change: (key, step, start) => read('change execution', () => tables.executions.change(key, step, start)),
    },
    digests: tables.digests,
    histories: tables.histories,
    steerings: tables.steerings,
    homes: tables.homes,
    mutes: tables.mutes,
    entries: { file: (all) => read('file entries', () => tables.entries.file(all)) },
    entriesOf: tables.entriesOf,
    attention: {
      waitingApprovals: () => read('query waiting', () => tables.attention.waitingApprovals()),
      newestExecutions: (...asked) => read('query newest', () => tables.attention.newestExecutions(...asked)),
      due: (now) => read('query due', () => tables.attention.due(now)),
      openApprovals: (pipeline) => read('query open', () => tables.attention.openApprovals(pipeline)),
    },
  })

/** Each sweep asks every shard of the index over HTTP, so there are fewer of them. */
const AN_HOUR = 3_600_000

test.each(firstSeeds(2, 1))(
  'every invariant holds over a real DynamoDB too (seed %d)',
  async (seed) => {
    const aws = await openAws()
    try {
      const history = await letHappen(seed, {
        tables: throughRequests(dynamoTables(aws.client, 'greenlight')),
        thenCalm: AN_HOUR,
      })
      const found = await violations(history)
      if (found.length > 0) throw new Error(report(history, found))
    } finally {
      await aws.close()
    }
  },
  60_000,
)
