import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import type { Execution, StateChange } from '../../../functions/domain/execution.ts'
import { freezeSet } from '../../../functions/domain/freeze.ts'
import { homePipelines } from '../../../functions/flows/home/home-pipelines.ts'
import { UnreadableRecord } from '../../../functions/ports/records.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { stageState } from '../../support/pipeline-answers.ts'
import { DAY, KEY, MINUTE, START, actor, execution, pipelineChange, stageChange } from '../../support/records.ts'

const STAGES = ['Source', 'Production']
const HELD = { reason: 'incident', since: null, userId: null, name: null }
const OVER: StateChange[] = [pipelineChange('succeeded', START)]
const FAILED: StateChange[] = [stageChange('Production', 'failed', START), pipelineChange('failed', START)]
const released = (at: number): StateChange[] => [stageChange('Production', 'succeeded', at), ...OVER]

/** An execution of a pipeline that began so many minutes ago. */
const began = (
  pipeline: string,
  minutes: number,
  changes: StateChange[] = [],
  more: Partial<Execution> = {},
): Execution => ({
  ...execution(changes),
  key: { ...KEY, pipeline, executionId: `${pipeline}-${minutes}` },
  firstEventAt: START - minutes * MINUTE,
  stageOrder: STAGES,
  ...more,
})

const route = (pipeline: string, more: string) => `
  - match: { pipeline: '${pipeline}', stage: Production }
    approvers: [{ name: engineers, people: [U0ANA] }]
    ${more}`

const world = async (executions: Execution[], routes = '') => {
  const bot = botInMemory()
  const read = readConfiguration(`defaults: { approvals: C0RELEASES }\nroutes:${routes || ' []'}\n`)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const asked: string[] = []
  const services = {
    ...bot.services,
    configuration: configurationFrom(read.configuration),
    pipelines: {
      ...bot.services.pipelines,
      stages: async ({ pipeline }: { pipeline: string }) => {
        asked.push(pipeline)
        return [stageState('Source'), stageState('Production', { held: HELD })]
      },
    },
  }
  for (const one of executions) await services.executions.create(one)
  const ids = (all: readonly Execution[]) => all.map(({ key }) => key.executionId)
  return { ...bot, services, asked, ids, look: () => homePipelines(services) }
}

test('the executions of the last seven days are shown', async () => {
  const { look, ids } = await world([
    began('edge', 0, [], { firstEventAt: START - 7 * DAY }),
    began('before', 0, [], { firstEventAt: START - 7 * DAY - 1 }),
  ])
  expect(ids((await look()).running)).toEqual(['edge-0'])
})

test('the sixty newest executions are read', async () => {
  const { look, ids } = await world(Array.from({ length: 61 }, (_, index) => began('shop', index)))
  expect(ids((await look()).running)).toEqual(Array.from({ length: 60 }, (_, index) => `shop-${index}`))
})

test('what runs and what failed comes in the order of its beginning, a release in that of its end, the newest first', async () => {
  const { look, ids } = await world([
    began('a', 1),
    began('a', 9, FAILED),
    began('a', 10, released(START - 5 * MINUTE)),
    began('a', 20),
    began('b', 5),
    began('b', 6, FAILED),
    began('b', 8, released(START - 3 * MINUTE)),
  ])
  const { running, failed, releases } = await look()
  expect(ids(running)).toEqual(['a-1', 'b-5', 'a-20'])
  expect(ids(failed)).toEqual(['b-6', 'a-9'])
  expect(ids(releases.map((one) => one.execution))).toEqual(['b-8', 'a-10'])
})

test('CodePipeline is asked what is held in six pipelines at most, where people may hold stages or one was held', async () => {
  const may = 'may: { hold: { people: [U0DANA], groups: [S0ENGINEERS] } }'
  const { look, asked } = await world(
    [
      began('never', 0),
      began('was-held', 1, [], { held: { stage: 'Production', ...HELD } }),
      ...Array.from({ length: 6 }, (_, index) => began(`shop-${index}`, 2 + index)),
    ],
    route('never', '') + route('was-held', '') + route('shop-*', may) + route('shop-0', may),
  )
  expect((await look()).held.map(({ execution }) => execution.key.pipeline)).toEqual([
    'was-held',
    ...[0, 1, 2, 3, 4].map((index) => `shop-${index}`),
  ])
  expect(asked).toHaveLength(6)
})

test('where one stage may be held and another may not, CodePipeline is asked', async () => {
  const canary = `
  - match: { pipeline: shop, stage: Canary }
    approvers: [{ name: engineers, people: [U0ANA] }]`
  const { look, asked } = await world(
    [began('shop', 0, [], { stageOrder: ['Source', 'Canary', 'Production'] })],
    canary + route('shop', 'may: { hold: { people: [U0DANA] } }'),
  )
  await look()
  expect(asked).toEqual(['shop'])
})

test('a freeze that was set in Slack is shown while it holds, and not with those of greenlight.yml', async () => {
  const { look, services, pass } = await world([began('shop', 0)], route('shop', ''))
  const until = START + MINUTE
  const act = { what: 'freeze-set', patterns: ['shop'], reason: 'incident', from: START, until } as const
  const signed = await services.signatures.sign('freeze')
  await services.freezes.create(
    freezeSet(
      'freeze-0123456789ab',
      { act, who: actor('U0DANA'), at: START, signed },
      { channels: [], retention: DAY },
    ),
  )
  expect(await look()).toMatchObject({ freezes: [{ kind: 'freeze' }], configured: [] })
  pass(MINUTE)
  expect(await look()).toMatchObject({ freezes: [], configured: [] })
  services.freezes = { ...services.freezes, all: async () => [{ kind: 'unreadable', because: 'no answer' }] }
  expect(await look()).toMatchObject({ freezes: [{ kind: 'unreadable' }], configured: [] })
})

test('a freeze of greenlight.yml is shown once, with its pipelines by name', async () => {
  const freeze = (name: string) => `freeze: [{ name: ${name}, from: Mon 00:00, to: Sun 23:59 }]`
  const { look } = await world(
    [began('b', 0), began('a', 1), began('c', 2), began('a', 3)],
    route('c', freeze('audit')) + route('*', freeze('stocktaking')),
  )
  expect((await look()).configured.map(({ frozen, pipelines }) => [frozen.name, pipelines])).toEqual([
    ['stocktaking', ['a', 'b']],
    ['audit', ['c']],
  ])
})

test('an execution that cannot be read stops no other, and an alarm rings', async () => {
  const { services, look, ids, counted, logged } = await world([began('shop', 1), began('lab', 2)])
  const { read } = services.executions
  services.executions.read = async (key) => {
    if (key.pipeline === 'lab') throw new UnreadableRecord('it is not binary')
    return read(key)
  }
  expect(ids((await look()).running)).toEqual(['shop-1'])
  expect(counted).toEqual(['EffectFailed'])
  expect(logged).toMatchObject([{ level: 'error', about: { execution: { pipeline: 'lab' } } }])
})
