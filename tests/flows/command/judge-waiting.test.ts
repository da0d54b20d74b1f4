import { isOwnOffer } from '../../../functions/flows/approval/offer-several.ts'
import { pendingFor, whyNot } from '../../../functions/flows/command/judge-waiting.ts'
import type { Judged } from '../../../functions/ports/cards.ts'
import { UnreadableRecord } from '../../../functions/ports/records.ts'
import { commandAnswer } from '../../../functions/slack/command-answer.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { START, WHERE, actor, approval, vote } from '../../support/records.ts'

const DANA = actor('U0DANA')

const bot = async (...stored: Parameters<typeof approval>[0][]) => {
  const memory = botInMemory({ approvers: [{ name: 'engineers', people: ['U0DANA'], groups: [], count: 2 }] })
  for (const one of stored) await memory.services.approvals.create(approval(one))
  return memory
}

const ids = (judged: readonly Judged[]) => judged.map(({ approval: { id }, refusal }) => [id, refusal?.because ?? null])

const place = { channel: 'C0RELEASES', ts: '1764201600.000200', link: null }

test('an approval waits for those whose click would count now, and for others for the reason that their click gets', async () => {
  const { services } = await bot(
    { id: 'a1', expiresAt: START + 2_000_000 },
    { id: 'a2', expiresAt: START + 1_000_000 },
    { id: 'a3', votes: [vote('U0DANA')] },
  )
  const answer = await pendingFor(services, DANA)
  if (answer.kind !== 'pending') throw new Error(answer.kind)
  expect(ids(answer.forYou)).toEqual([
    ['a2', null],
    ['a1', null],
  ])
  expect(ids(answer.forOthers)).toEqual([['a3', 'already-voted']])
  const others = await pendingFor(services, actor('U0BEN'))
  expect(others).toMatchObject({ forYou: [], forOthers: [{}, {}, {}] })
})

test('in a change freeze an approval waits for others: its people can reject it, and not approve', async () => {
  const freezes = [{ name: 'f', zone: 'UTC', span: { every: 'day', from: 0, to: 0 } }] as const
  const { services } = botInMemory({ freezes })
  await services.approvals.create(approval({ id: 'a1' }))
  const answer = await pendingFor(services, DANA)
  if (answer.kind !== 'pending') throw new Error(answer.kind)
  expect([ids(answer.forYou), ids(answer.forOthers)]).toEqual([[], [['a1', 'frozen']]])
})

test.each([
  [2, 2, 0],
  [10, 10, 0],
  [12, 10, 2],
])(
  'of %d that wait for the person, %d are offered in one form, which says that %d more wait',
  async (all, many, rest) => {
    const waiting = Array.from({ length: all }, (_, index) => ({ id: `a${index}`, expiresAt: START + index + 1 }))
    const { services } = await bot(...waiting)
    const answer = await pendingFor(services, DANA)
    if (answer.kind !== 'pending') throw new Error(answer.kind)
    expect(answer.several).toMatchObject({ approvals: waiting.slice(0, many).map(({ id }) => id), rest })
    expect(await isOwnOffer(services, answer.several!, DANA.userId)).toBe(true)
    expect(await isOwnOffer(services, answer.several!, 'U0BEN')).toBe(false)
  },
)

test('one that waits alone is offered in no form for several', async () => {
  const { services } = await bot({ id: 'a1' })
  expect(await pendingFor(services, DANA)).toMatchObject({ forYou: [{}], several: null })
})

test('nothing that is over waits', async () => {
  const { services, pass } = await bot(
    { id: 'a1', state: { name: 'deciding', verdict: 'Approved', since: START } },
    { id: 'a2', expiresAt: START + 1_000 },
  )
  pass(1_000)
  expect(await pendingFor(services, DANA)).toEqual({
    kind: 'pending',
    forYou: [],
    several: null,
    forOthers: [],
    unseen: 0,
  })
})

test('the freezes that were set in Slack are read once for all', async () => {
  const { services } = await bot({ id: 'a1' }, { id: 'a2' }, { id: 'a3' })
  let reads = 0
  const all = () => {
    reads++
    return services.freezes.all()
  }
  await pendingFor({ ...services, freezes: { ...services.freezes, all } }, DANA)
  expect(reads).toBe(1)
})

test('more than can be looked at are counted', async () => {
  const { services } = await bot({ id: 'a1' })
  const waitingApprovals = async () => Array.from({ length: 312 }, (_, index) => `a${index}`)
  const answer = await pendingFor({ ...services, attention: { ...services.attention, waitingApprovals } }, DANA)
  expect(answer).toMatchObject({ unseen: 12 })
  expect(commandAnswer(answer, 'pending').text).toContain('12 more approvals were not looked at')
})

test.each<[string, string[]]>([
  ['shop-web', ['a1', 'a2']],
  ['shop-*', ['a1', 'a2', 'a3']],
  ['https://shop.slack.com/archives/C0RELEASES/p1764201600000200', ['a2']],
  ['https://shop.slack.com/archives/C0OTHER/p1764201600000200', []],
  ['payments', []],
])('why %s', async (about, expected) => {
  const { services } = await bot(
    { id: 'a1' },
    { id: 'a2', showing: { ...approval().showing, place } },
    { id: 'a3', where: { ...WHERE, pipeline: 'shop-api' } },
  )
  const answer = await whyNot(services, DANA, about)
  if (answer.kind !== 'why') throw new Error(answer.kind)
  expect(
    ids(answer.judged)
      .map(([id]) => id)
      .sort(),
  ).toEqual(expected)
})

test('why nothing that could be meant is a sentence', async () => {
  const { services } = await bot({ id: 'a1' })
  const answer = await whyNot(services, DANA, 'a name with spaces')
  expect(commandAnswer(answer, 'why a name with spaces').text).toBe(
    'Name a pipeline, or paste the link to the message of an approval: /greenlight why shop-web. You typed: /greenlight why a name with spaces',
  )
})

test('so many approvals are read, and the rest is counted', async () => {
  const { services } = await bot()
  const read: string[] = []
  services.approvals = { ...services.approvals, read: async (id) => (read.push(id), null) }
  for (const [count, unseen] of [
    [300, 0],
    [301, 1],
  ] as const) {
    read.length = 0
    services.attention = {
      ...services.attention,
      waitingApprovals: async () => Array.from({ length: count }, (_, index) => `a${index}`),
    }
    expect(await pendingFor(services, DANA)).toMatchObject({ unseen })
    expect(read).toHaveLength(300)
  }
})

test('why explains the five oldest', async () => {
  const { services } = await bot(
    ...[3, 1, 5, 2, 6, 4].map((age) => ({ id: `a${age}`, requestedAt: START + age * 1_000 })),
  )
  const answer = await whyNot(services, DANA, 'shop-web')
  if (answer.kind !== 'why') throw new Error(answer.kind)
  expect(ids(answer.judged).map(([id]) => id)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5'])
})

test('an approval that cannot be read stops no other, and an alarm rings', async () => {
  const { services, counted } = await bot({ id: 'a1' }, { id: 'a2' })
  const { read } = services.approvals
  const failing: typeof read = async (id) => {
    if (id === 'a1') throw new UnreadableRecord('requestedAt differs')
    return read(id)
  }
  services.approvals = { ...services.approvals, read: failing }
  const answer = await pendingFor(services, DANA)
  if (answer.kind !== 'pending') throw new Error(answer.kind)
  expect(ids(answer.forYou)).toEqual([['a2', null]])
  expect(await whyNot(services, DANA, 'shop-web')).toMatchObject({ judged: [{ approval: { id: 'a2' } }] })
  expect(counted).toEqual(['EffectFailed', 'EffectFailed'])
})
