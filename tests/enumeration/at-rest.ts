import { NO_MUTES } from '../../functions/domain/mute.ts'
import type { SQSEvent } from 'aws-lambda'
import { queueMessage } from '../../functions/aws/queue-message.ts'
import type { Approval, Tombstone } from '../../functions/domain/approval.ts'
import type { Entry, RecordedHead } from '../../functions/domain/journal.ts'
import type { Clock } from '../../functions/clock.ts'
import { minuteOf } from '../../functions/domain/comparison.ts'
import { effectDue } from '../../functions/effect-due.ts'
import { comparisonOf } from '../../functions/flows/effects/compare-by-turns.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import type { DueServices } from '../../functions/ports/services.ts'
import { CALM } from '../simulation/climate.ts'
import type { History } from '../simulation/history.ts'
import { INVARIANTS } from '../simulation/invariants.ts'
import { ACCOUNT, Ledger } from '../simulation/ledger.ts'
import { MemoryTable, memoryApprovals, memoryExecutions } from '../support/memory/table.ts'
import { MINUTE, REQUESTED_AT } from './code-pipeline.ts'
import type { Outcome } from './runs.ts'
import type { Scenario, Told } from './scenario.ts'
import { ACCOUNTS, CONFIGURED, deliver } from './scenario.ts'
import type { Retold } from './journal.ts'
import { headOf, retold } from './journal.ts'
import { clockOf } from './runs.ts'
import type { Announced, World } from './world.ts'
import { servicesIn } from './services.ts'

/** Those of the simulation that say something of one approval. */
const HELD = ['I1', 'I2', 'I3', 'I4', 'I6', 'I7', 'I9'] as const

/** By then every effect has been tried, and every sweep has found what was left. */
const MOST_MINUTES = 40
/** No later function has the identifiers of an earlier one. */
const OWNER_AT_REST = 0xff

/**
 * After the actors, one function at a time: Lambda delivers again what crashed, EventBridge delivers CodePipeline's events (or
 * loses all of them), the queue is emptied and each minute swept, until nothing is due. Then the invariants must hold.
 */
export const problemsAtRest = async (
  scenario: Scenario,
  outcomes: readonly Outcome[],
  hasEvents: boolean,
): Promise<string[]> => {
  const { world, event, actors, begins } = scenario
  const run = runner(scenario)
  world.now = Math.max(world.now, begins) + MINUTE
  if (outcomes.some(({ kind }, index) => kind === 'crashed' && actors[index]!.isDelivered))
    await run('approval-requested', (services) => deliver(services, event))
  const { events } = await world.codePipelines.after(world.codePipeline.changes)
  if (hasEvents)
    for (const one of events)
      await run('pipeline-changed', (services) => pipelineChanged({ ...services, allowedAccounts: ALLOWED })(one))
  for (let minute = 0; minute < MOST_MINUTES; minute++) {
    await emptyQueue(scenario, run)
    const minute = minuteOf(world.now)
    const isCompared = [...world.approvals.watched(), ...world.executions.watched()].some(
      (record) => comparisonOf(record, { after: minute - 1, upTo: minute }).length > 0,
    )
    const isDue = world.approvals.due(world.now).length + world.executions.due(world.now).length > 0 || isCompared
    if (isDue) await run('minute-passed', (services) => minutePassed({ ...services, allowedAccounts: ALLOWED })())
    await emptyQueue(scenario, run)
    world.now += MINUTE
  }
  const journal = journalIn(world)
  const history = await historyOf(scenario, outcomes, journal)
  const found = journal.problems.map((problem) => `I9: ${problem}`)
  for (const number of HELD)
    for (const problem of await INVARIANTS[number].check(history)) found.push(`${number}: ${problem}`)
  if (world.queue.length > 0) found.push('I10: the queue is not empty')
  return found
}

const ALLOWED = { ...ACCOUNTS, all: [ACCOUNT] } as never

type Run = (name: string, door: (services: DueServices) => Promise<unknown>) => Promise<unknown>

/** Each call lands at once. */
const runner = ({ world, differently }: Scenario): Run => {
  let runs = 0
  return async (name, door) => {
    const clock: Clock = clockOf(OWNER_AT_REST, ++runs, () => world.now)
    const services = servicesIn(world, async ({ land }) => land(), clock, CONFIGURED)
    return door(differently(services, name))
  }
}

const emptyQueue = async ({ world }: Scenario, run: Run): Promise<void> => {
  for (;;) {
    const due = world.queue.find(({ visibleAt }) => visibleAt <= world.now)
    if (!due) return
    world.queue = world.queue.filter((other) => other !== due)
    const batch = { Records: [{ messageId: '1', body: queueMessage(due.due) }] } as SQSEvent
    const answer = (await run('effect-due', (services) => effectDue(services)(batch))) as {
      batchItemFailures: unknown[]
    }
    if (answer.batchItemFailures.length > 0) throw new Error(`effect-due gave up ${due.due.effect.do}`)
  }
}

/** The approval with its entries, and the events that name one of them. */
interface JournalAtRest {
  records: MemoryTable
  announced: readonly Announced[]
  entriesOf: (approval: string) => Entry[]
  problems: readonly string[]
}

/** With the entries' words, if the tables have only their numbers. */
const journalIn = ({ approvals, entries, recorded, announced, keepsEntries }: World): JournalAtRest => {
  const whole: JournalAtRest = {
    records: approvals,
    announced,
    entriesOf: (approval) => entries.entriesOf(approval),
    problems: [],
  }
  const [approval] = approvals.all() as (Approval | Tombstone)[]
  if (keepsEntries || approval?.kind !== 'approval') return whole
  const { id } = approval
  const again = retold(approval, entries.entriesOf(id), recorded)
  const records = new MemoryTable()
  records.write(`APPROVAL#${id}`, again.approval, null, { record: { approval: id }, dueAt: null, openIn: null })
  return {
    records,
    announced: announced.map(({ detail, at }) => ({
      at,
      detail: { ...detail, record: headAgain(again, detail.record) },
    })),
    entriesOf: (approval) => (approval === id ? again.filed : []),
    problems: again.problems,
  }
}

const headAgain = (again: Retold, { entries, hash }: RecordedHead): RecordedHead => ({
  entries,
  hash: hash === headOf(entries) ? (again.headOf(entries) ?? hash) : hash,
})

/** What happened, as the simulation tells it to its checks. */
const historyOf = async (
  { world, people, notification }: Scenario,
  outcomes: readonly Outcome[],
  { records, announced, entriesOf }: JournalAtRest,
): Promise<History> => {
  const { slack, codePipeline, codePipelines, queue } = world
  const { events, executionId, actionExecutionId, token } = await codePipelines.after(codePipeline.changes)
  const ledger = new Ledger()
  const { id, where } = notification
  const run = { pipelineExecutionId: executionId, actionExecutionId }
  ledger.ask({ ...where }, token, run, REQUESTED_AT, {
    trigger: 'StartPipelineExecution',
    mode: 'SUPERSEDED',
    commit: null as never,
    told: [],
  })
  ledger.involved.set(executionId, { wrote: [], started: [] })
  for (const event of events) ledger.note(event)
  ledger.sent.push(...codePipeline.sent.map((sent) => ({ token, ...sent })))
  for (const change of codePipeline.changes) if (change.by !== 'time') ledger.decisions.set(token, change)
  ledger.announced.push(...announced)
  for (const { userId, verdict, index } of people) {
    const outcome = outcomes[index]!
    if (outcome.kind === 'never-began') continue
    const told = outcome.kind === 'answered' ? (outcome.value as Told) : null
    const at = told?.at ?? REQUESTED_AT
    ledger.asking.push({ approvalId: id, userId })
    ledger.clicks.push({ approvalId: id, userId, act: { do: 'vote', verdict, comment: 'Seen' }, at })
    if (!told || told.what === 'unknown') continue
    ledger.answered.push({ approvalId: id, userId, what: told.what })
    if (told.decided) ledger.decided.push({ approvalId: id, userId, verdict: told.decided })
  }
  const tables = {
    ...world.otherTables,
    approvals: memoryApprovals(records),
    executions: memoryExecutions(world.executions),
    entriesOf: async (approval: string) => entriesOf(approval),
  }
  return {
    seed: 0,
    trace: [],
    ledger,
    slack,
    queue: { dead: [], length: queue.length } as never,
    configuration: CONFIGURED,
    routesOf: () => [CONFIGURED.routeFor(where)],
    routes: [],
    stateNow: null,
    hasChangeSets: false,
    failedRules: [],
    stagesNow: ['Source', 'Production'],
    approvalActionsOf: () => ['Approve'],
    climate: CALM,
    freezes: [],
    absences: [],
    typedAbsences: [],
    mutes: NO_MUTES,
    tables,
    roughUntil: world.now,
    endedAt: world.now,
  }
}
