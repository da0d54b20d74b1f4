import type { SQSEvent } from 'aws-lambda'
import { allowedAccountsFrom } from '../../../functions/aws/allowed-accounts.ts'
import type { configurationFrom } from '../../../functions/config/configuration.ts'
import { effectDue } from '../../../functions/effect-due.ts'
import { minutePassed } from '../../../functions/minute-passed.ts'
import type { DueServices, Services } from '../../../functions/ports/services.ts'
import type { EnginePipelines } from '../../support/engine-pipelines.ts'
import { memoryObjections } from '../../support/memory/objections.ts'
import { MemoryTable, memoryTables } from '../../support/memory/table.ts'
import { memoryTurns } from '../../support/memory/turns.ts'
import type { Chance } from '../chance.ts'
import { CALM } from '../climate.ts'
import { invokeAsynchronously } from '../deliveries.ts'
import type { Ended } from '../invocation.ts'
import { Invocation } from '../invocation.ts'
import { ACCOUNT, Ledger } from '../ledger.ts'
import { Outages } from '../outages.ts'
import type { World } from '../services-under-fire.ts'
import { servicesUnderFire } from '../services-under-fire.ts'
import type { QueuedMessage } from '../virtual-queue.ts'
import { VirtualQueue } from '../virtual-queue.ts'
import type { VirtualTime } from '../virtual-time.ts'
import { LimitedSlack } from './limited-slack.ts'

const MINUTE = 60_000
/** As serverless.yml limits effect-due. */
const AT_ONCE = 5

/** The only account of this bot. */
export const allowedAccounts = allowedAccountsFrom({ ACCOUNT_ID: ACCOUNT.accountId, AWS_REGION: ACCOUNT.region })

/** What surrounds the bot. */
export interface Load {
  time: VirtualTime
  chance: Chance
  ledger?: Ledger
  pipelines: EnginePipelines
  configuration: ReturnType<typeof configurationFrom>
  /** Changes the services of one run of a function. */
  services?: ((services: Services) => Services) | undefined
}

/**
 * The bot's functions without faults, at a Slack that enforces its limits. `effect-due` runs at most five times at once, as
 * deployed.
 */
export const botUnderLoad = ({ time, chance, ledger = new Ledger(), pipelines, configuration, services }: Load) => {
  const slack = new LimitedSlack(time.now)
  const table = new MemoryTable()
  let given = 0
  let running = 0
  const waiting: (() => void)[] = []
  const queue = new VirtualQueue(
    time,
    chance,
    () => 0,
    async (batch) => {
      if (running >= AT_ONCE) await new Promise<void>((go) => void waiting.push(go))
      running += 1
      const ended = await run('effect-due', (given) => effectDue(given)(sqsEvent(batch)))
      running -= 1
      waiting.shift()?.()
      if (ended.kind !== 'answered') return null
      const failures = new Set(ended.value.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      return batch.filter(({ id }) => failures.has(String(id)))
    },
  )
  const world: World = {
    chance,
    climate: () => CALM,
    outages: new Outages(time.now, chance, 0, time.now()),
    ledger,
    pipelines,
    slack,
    turns: memoryTurns(time.now),
    queue,
    objections: memoryObjections(),
    freezes: new MemoryTable(),
    absences: new MemoryTable(),
    tables: (requests) => memoryTables(table, requests),
    operations: () => {
      throw new Error('No person steers a pipeline')
    },
    sends: (input) => input,
    configuration,
  }
  let ids = 0
  const newId = () =>
    `${chance
      .between(0, 2 ** 32)
      .toString(16)
      .padStart(8, '0')}-${++ids}`
  const run = <T>(name: string, door: (services: DueServices) => Promise<T>): Promise<Ended<T>> => {
    const invocation = new Invocation(name, { time, chance, climate: world.climate, newId, trace: () => {} })
    const found = servicesUnderFire(world, invocation)
    return invocation.run(30_000, () => door({ ...found, ...services?.(found) }))
  }
  /** As Lambda invokes a function for SNS and EventBridge. */
  const invoke = (name: string, door: (services: Services) => Promise<void>): void =>
    void invokeAsynchronously(
      time,
      () => run(name, door),
      () => void (given += 1),
    )
  const everyMinute = (): void => {
    time.in(MINUTE, everyMinute)
    void run('minute-passed', (found) => minutePassed({ ...found, allowedAccounts })())
  }
  everyMinute()
  return {
    slack,
    run,
    invoke,
    tables: memoryTables(table),
    /** Effects, events and messages that were given up. */
    givenUp: () => queue.dead.length + given + slack.refused.size,
  }
}

/** Of an SQS event only what the door reads. */
const sqsEvent = (batch: QueuedMessage[]): SQSEvent =>
  ({ Records: batch.map(({ id, body }) => ({ messageId: String(id), body })) }) as SQSEvent
