import type { PublishOutcome } from '../../../functions/ports/home-tabs.ts'
import { performDue } from '../../../functions/flows/effects/perform-effect.ts'
import { queuedEffects } from '../../../functions/flows/effects/queued-effects.ts'
import { sweep } from '../../../functions/flows/effects/sweep.ts'
import { asText } from '../../support/as-text.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { MINUTE, approval, execution } from '../../support/records.ts'

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
