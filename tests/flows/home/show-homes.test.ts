import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import type { StateChange } from '../../../functions/domain/execution.ts'
import type { Pipeline } from '../../../functions/domain/pipeline.ts'
import type { PublishOutcome } from '../../../functions/ports/home-tabs.ts'
import { performDue } from '../../../functions/flows/effects/perform-effect.ts'
import { queuedEffects } from '../../../functions/flows/effects/queued-effects.ts'
import { sweep } from '../../../functions/flows/effects/sweep.ts'
import { asText } from '../../support/as-text.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
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
