import type { Due } from '../../../functions/domain/effect.ts'
import type { Records } from '../../../functions/ports/records.ts'
import { pipelineChanged } from '../../../functions/pipeline-changed.ts'
import { stillWorld } from '../../simulation/still-world.ts'
import { shop } from '../../support/virtual-codepipeline.ts'

type Event = Parameters<ReturnType<typeof pipelineChanged>>[0]

/** The port, with the name of each call added to `calls`. */
const counted = <Port extends object>(port: Port, name: string, calls: string[]): Port =>
  new Proxy(port, {
    get: (of, key) => {
      const member = Reflect.get(of, key) as unknown
      if (typeof member !== 'function') return member
      return (...given: unknown[]) => {
        calls.push(`${name}.${String(key)}`)
        return (member as (...args: unknown[]) => unknown).apply(of, given)
      }
    },
  })

/** A step that changes its record writes it once. */
const withWrites = <T, Id>(records: Records<T, Id>, writes: string[]): Records<T, Id> => ({
  read: (id) => records.read(id),
  create: (record) => {
    writes.push('create')
    return records.create(record)
  },
  change: (id, step, start) =>
    records.change(
      id,
      (record) => {
        const [next, result] = step(record)
        if (next !== record) writes.push('change')
        return [next, result]
      },
      start,
    ),
})

/** The bot beside a pipeline whose execution waits for approval, and what each of its events costs. Time stands still. */
const followed = async () => {
  const { codePipeline, services } = stillWorld()
  const calls: string[] = []
  const writes: string[] = []
  const queued: Due[] = []
  const hear = pipelineChanged({
    ...services,
    allowedAccounts: { require: () => {} } as never,
    executions: { ...services.executions, ...withWrites(services.executions, writes) },
    approvals: { ...services.approvals, ...withWrites(services.approvals, writes) },
    slack: counted(services.slack, 'slack', calls),
    queue: { send: async (due) => void queued.push(due) },
  })
  await codePipeline.create(shop())
  await codePipeline.start()
  const events = codePipeline.events as unknown as Event[]
  return {
    events,
    queued,
    /** What one event costs. */
    costOf: async (event: Event) => {
      calls.length = writes.length = 0
      await hear(event)
      return { writes: writes.length, slack: calls.filter((call) => call.startsWith('slack.')) }
    },
  }
}

test('an event writes at most once, and calls Slack not at all while an update of its card is pending', async () => {
  const { events, costOf, queued } = await followed()
  const [first, ...others] = events
  expect(others.length).toBeGreaterThan(8)
  expect((await costOf(first!)).slack).toEqual(['slack.post'])
  for (const event of others) expect(await costOf(event)).toEqual({ writes: 1, slack: [] })
  expect(queued.filter(({ effect }) => effect.do === 'show-execution')).toHaveLength(1)
})

test('an event that changes nothing writes nothing, and calls Slack not at all', async () => {
  const { events, costOf } = await followed()
  for (const event of events) await costOf(event)
  for (const event of events) expect(await costOf(event)).toEqual({ writes: 0, slack: [] })
})
