import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import type { StateChange } from '../../../functions/domain/execution.ts'
import type { Pipeline } from '../../../functions/domain/pipeline.ts'
import type { HomeCard, PublishOutcome } from '../../../functions/ports/home-tabs.ts'
import { showHomes } from '../../../functions/flows/home/show-homes.ts'
import { performDue } from '../../../functions/flows/effects/perform-effect.ts'
import { queuedEffects } from '../../../functions/flows/effects/queued-effects.ts'
import { sweep } from '../../../functions/flows/effects/sweep.ts'
import { asText } from '../../support/as-text.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { stageState } from '../../support/pipeline-answers.ts'
import { MINUTE, START, approval, execution, pipelineChange, stageChange } from '../../support/records.ts'

const bot = async (outcomes: PublishOutcome[] = []) => {
  const memory = botInMemory({ approvers: [{ name: 'engineers', people: ['U0DANA'], groups: [], count: 2 }] })
  const { services, slack } = memory
  const hashes: (string | null)[] = []
  const queued = queuedEffects({
    ...services,
    homeTabs: {
      ...services.homeTabs,
      publish: async (userId, card, hash) => {
        hashes.push(hash)
        return outcomes.shift() ?? services.homeTabs.publish(userId, card, hash)
      },
    },
  })
  const show = (users: string[], opened: number | null = null, attempt = 1) =>
    performDue(services, { effect: { do: 'show-homes', users, opened }, attempt }, queued)
  const open = (userId = 'U0DANA') => show([userId], services.clock.now())
  const followed = async () => {
    memory.queued.length = 0
    await sweep(services, [])
    return memory.queued.flatMap(({ due: { effect }, delaySeconds }) =>
      effect.do === 'show-homes' ? [{ users: effect.users, delaySeconds }] : [],
    )
  }
  const shown = (userId = 'U0DANA') => asText(slack.homes.get(userId)?.view as { blocks: object[] })
  return { ...memory, hashes, show, open, followed, shown }
}

test('a tab without anything says what it will show', async () => {
  const { open, shown } = await bot()
  await open()
  expect(shown()).toContain('Nothing waits, runs, failed or is frozen. Here you will see the approvals')
})

test('a tab is published again only when it shows something else, over the state that was published last', async () => {
  const { services, open, show, slack, hashes, shown } = await bot()
  await open()
  await show(['U0DANA'])
  expect(hashes).toEqual([null])
  await services.approvals.create(approval())
  await show(['U0DANA'])
  expect(hashes).toEqual([null, 'h1'])
  expect(shown()).toMatch(/Waiting for you \(1\)\nshop-web to Production · .*\n\[Approve…\] \[Reject…\]/)
  expect(slack.homes.get('U0DANA')!.times).toBe(2)
})

test('a state that another function has published is not replaced by an older one: all is read again', async () => {
  const { open, queued, show, hashes, services } = await bot([{ kind: 'published', hash: 'h1' }, { kind: 'conflict' }])
  await open()
  await services.approvals.create(approval())
  await show(['U0DANA'])
  await show(['U0DANA'])
  expect(hashes).toEqual([null, 'h1', null])
  expect(queued.map(({ due }) => due.effect.do)).toEqual(['show-homes'])
})

test('Slack’s pace is kept, and a tab that Slack does not show is followed no more', async () => {
  const { open, queued, followed } = await bot([
    { kind: 'busy', afterSeconds: 30 },
    { kind: 'refused', because: 'not_enabled', isFinal: false },
  ])
  await open()
  expect(queued).toMatchObject([{ delaySeconds: 30, due: { effect: { do: 'show-homes' } } }])
  expect(await followed()).toHaveLength(1)
  await open()
  expect(await followed()).toEqual([])
})

test('a tab is followed for a quarter of an hour, ten in a message and apart', async () => {
  const { open, followed, pass, show, hashes } = await bot()
  for (let index = 0; index < 12; index++) await open(`U0P${index}`)
  const messages = await followed()
  expect(messages.map(({ users, delaySeconds }) => [users.length, delaySeconds])).toEqual([
    [10, 0],
    [2, 5],
  ])
  pass(15 * MINUTE)
  expect(await followed()).toEqual([])
  hashes.length = 0
  await show(['U0P1'])
  expect(hashes).toEqual([])
})

test('what runs is shown by its pipeline, without the titles of its changes', async () => {
  const { services, open, shown } = await bot()
  await services.executions.create(execution())
  await open()
  expect(shown()).toMatch(/Running \(1\)\n- shop-web: /)
})

const STEERED = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: '*', stage: Production }
    approvers: [{ name: engineers, people: [U0ANA] }]
    may: { stop: { people: [U0DANA, U0ELI] }, retry: { people: [U0DANA] }, hold: { people: [U0DANA] } }
`

test('each person has the buttons of what they may do to what runs, failed and is held', async () => {
  const { services, queued: _, ...memory } = await bot()
  const read = readConfiguration(STEERED)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const asked: string[] = []
  const held = { reason: 'incident 4711', since: null, userId: 'U0DANA', name: null }
  const steered = {
    ...services,
    configuration: configurationFrom(read.configuration),
    pipelines: {
      ...services.pipelines,
      stages: async ({ pipeline }: Pipeline) => {
        asked.push(pipeline)
        return [stageState('Source'), stageState('Production', { held })]
      },
    },
  }
  const known = (more: StateChange[], pipeline: string) => ({
    ...execution(more),
    key: { ...execution().key, pipeline },
    stageOrder: ['Source', 'Production'],
  })
  await steered.executions.create(known([pipelineChange('running', START)], 'shop-web'))
  const failed = [stageChange('Production', 'failed', START), pipelineChange('failed', START)]
  await steered.executions.create(known(failed, 'shop-api'))
  const effect = { do: 'show-homes', users: ['U0DANA', 'U0ELI', 'U0BEN'], opened: services.clock.now() } as const
  await performDue(steered, { effect, attempt: 1 }, queuedEffects(steered))
  expect(asked.sort()).toEqual(['shop-api', 'shop-web'])
  expect(memory.shown('U0DANA')).toMatch(
    /Running \(1\)\n.*shop-web.*\n\[Stop…\]\n# Failed \(1\)\n.*shop-api.*\n\[Retry the failed stage…\]\n# Held stages \(2\)\n.*Production is held.*\n\[Resume…\]/,
  )
  expect(memory.shown('U0ELI')).toMatch(/\[Stop…\]/)
  expect(memory.shown('U0ELI')).not.toMatch(/\[Retry|\[Resume/)
  expect(memory.shown('U0BEN')).toMatch(/Held stages \(2\)/)
  expect(memory.shown('U0BEN')).not.toMatch(/\[(?:Stop|Retry|Resume)/)
})

test('while no tab is followed, nothing is read', async () => {
  const { services } = await bot()
  services.attention = { ...services.attention, waitingApprovals: () => Promise.reject(new Error('read')) }
  const performed = await showHomes(services, { users: ['U0DANA'], opened: null }, { isLast: false })
  expect(performed).toEqual({ kind: 'done', next: [] })
})

test('of several tabs, the one that Slack takes last says when to try again', async () => {
  const { services } = await bot()
  const publish = async (userId: string) => ({ kind: 'busy', afterSeconds: userId === 'U0DANA' ? 30 : 3 }) as const
  const homeTabs = { ...services.homeTabs, publish }
  const performed = await showHomes({ ...services, homeTabs }, { users: ['U0DANA', 'U0ELI'], opened: START }, NOT_LAST)
  expect(performed).toMatchObject({ kind: 'again', afterSeconds: 30 })
})
const NOT_LAST = { isLast: false }

test.each<[PublishOutcome, object]>([
  [{ kind: 'published', hash: 'h1' }, { kind: 'done' }],
  [{ kind: 'conflict' }, { kind: 'again', afterSeconds: 1 }],
  [
    { kind: 'busy', afterSeconds: 30 },
    { kind: 'again', afterSeconds: 30 },
  ],
  [
    { kind: 'unclear', because: 'HTTP 503' },
    { kind: 'again', afterSeconds: 2 },
  ],
  [{ kind: 'refused', because: 'not_enabled', isFinal: false }, { kind: 'done' }],
])('after %j the answer is %j, and what is known of the tab is stored', async (outcome, performed) => {
  const { services, logged } = await bot()
  services.homes = { ...services.homes, change: slowly(services.homes.change) }
  const homeTabs = { ...services.homeTabs, publish: async () => outcome }
  const users = ['U0DANA']
  expect(await showHomes({ ...services, homeTabs }, { users, opened: START }, { isLast: false })).toMatchObject(
    performed,
  )
  const { open } = (await services.homes.read('homes'))!
  const shown = expect.stringMatching(/^[0-9a-f]{32}$/) as string
  const stored = {
    published: { openedAt: START, shown, hash: 'h1' },
    conflict: { openedAt: START, shown: null, hash: null },
    busy: { openedAt: START, shown: null, hash: null },
    unclear: { openedAt: START, shown: null, hash: null },
    refused: undefined,
  }
  expect(open['U0DANA']).toEqual(stored[outcome.kind])
  expect(logged.filter(({ level }) => level === 'warn')).toHaveLength(outcome.kind === 'refused' ? 1 : 0)
})

test('of a tab that another function has published nothing is known any more when this one ends', async () => {
  const { services, open } = await bot()
  await open()
  await services.approvals.create(approval())
  const homeTabs = { ...services.homeTabs, publish: async () => ({ kind: 'conflict' }) as const }
  const homes = { ...services.homes, change: slowly(services.homes.change) }
  await showHomes({ ...services, homes, homeTabs }, { users: ['U0DANA'], opened: null }, NOT_LAST)
  expect((await services.homes.read('homes'))!.open['U0DANA']).toMatchObject({ shown: null, hash: null })
})

test('a tab that shows all of it already needs nothing more, and at the last try nothing is tried again', async () => {
  const { services } = await bot()
  const show = (opened: number | null, homeTabs = services.homeTabs, isLast = false) =>
    showHomes({ ...services, homeTabs }, { users: ['U0DANA'], opened }, { isLast })
  const busy = { ...services.homeTabs, publish: async () => ({ kind: 'busy', afterSeconds: 9 }) as const }
  await show(START)
  expect(await show(null, busy)).toEqual({ kind: 'done', next: [] })
  await services.approvals.create(approval())
  expect(await show(null, busy)).toMatchObject({ kind: 'again', afterSeconds: 9 })
  expect(await show(null, busy, true)).toEqual({ kind: 'done', next: [] })
})

test('the tab follows what changes for a quarter of an hour, and has ten buttons of what runs, failed and is held', async () => {
  const { services, pass } = await bot()
  const may = '{ people: [U0DANA] }'
  const read = readConfiguration(STEERED.replace(/may: .*\n/, `may: { stop: ${may}, retry: ${may}, hold: ${may} }\n`))
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const held = { reason: 'incident', since: null, userId: null, name: null }
  const stages = ['Source', ...Array.from({ length: 11 }, (_, index) => `Stage${index}`), 'Production']
  const configuration = configurationFrom(read.configuration)
  const [only] = configuration.routesOfStage({ ...execution().key, stage: 'Production' })
  const cards: HomeCard[] = []
  const steered = {
    ...services,
    configuration: { ...configuration, routesOfStage: () => [only!] },
    pipelines: {
      ...services.pipelines,
      stages: async () => stages.slice(1, 12).map((stage) => stageState(stage, { held })),
    },
    homeTabs: {
      ...services.homeTabs,
      publish: async (_: string, card: HomeCard) => (cards.push(card), { kind: 'published', hash: 'h1' } as const),
    },
  }
  for (let index = 0; index < 11; index++)
    for (const [pipeline, changes] of [
      ['runs', [stageChange('Source', 'succeeded', START), pipelineChange('running', START)]],
      ['failed', [stageChange('Production', 'failed', START), pipelineChange('failed', START)]],
    ] as const)
      await services.executions.create({
        ...execution(changes),
        key: { ...execution().key, pipeline: `${pipeline}-${index}` },
        stageOrder: ['Source', 'Production'],
        // A held stage is in front of one that runs: its button stands with the stage.
        ...(pipeline === 'runs' && { held: { stage: 'Production', ...held } }),
      })
  pass(MINUTE)
  await showHomes(steered, { users: ['U0DANA'], opened: START }, { isLast: false })
  const [card] = cards
  if (card?.kind !== 'told') throw new Error(JSON.stringify(card))
  expect(card).toMatchObject({ at: START + MINUTE, followedUntil: START + 15 * MINUTE })
  expect(card.held.length).toBeGreaterThan(10)
  const count = (act: string) => card.steering.filter((one) => one.act === act).length
  expect(['stop', 'retry', 'resume'].map(count)).toEqual([10, 10, 10])
})
