import { setImmediate } from 'node:timers/promises'
import type { Act } from '../../../functions/domain/act.ts'
import type { Change } from '../../../functions/domain/revision.ts'
import { settled } from '../../../functions/domain/approval.ts'
import { actOnApproval, considerAct } from '../../../functions/flows/approval/act-on-approval.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { showApproval } from '../../../functions/flows/show/show-approval.ts'
import { sendNotices } from '../../../functions/flows/show/send-notices.ts'
import { performNow } from '../../../functions/flows/effects/perform-effect.ts'
import type { NoticeCard } from '../../../functions/ports/cards.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { CHANGE, DAY, MINUTE, START, actor, approval } from '../../support/records.ts'

const CONFIRM: Act = { do: 'confirm-override', comment: 'It was right' }
const { id } = approval()

const GLASS: Act = { do: 'break-glass', reason: 'The shop is down' }

/** An approval whose freeze of every day, in these minutes, Eli has overridden. Dana and the engineers are approvers; Ana wrote it. */
const overriddenDaily = async (from: number, to: number, { authors }: Pick<Change, 'authors'> = CHANGE) => {
  const bot = botInMemory({
    freezes: [{ name: 'daily', zone: 'UTC', span: { every: 'day', from, to } }],
    review: { within: 60 * MINUTE, people: [], groups: [] },
  })
  const { services } = bot
  const place = { channel: 'C0RELEASES', ts: '1.1', link: null }
  const asked = approval({ change: { ...CHANGE, authors } })
  await services.approvals.create({ ...asked, showing: { ...asked.showing, place } })
  const act = async (userId: string, act: Act) => {
    const acted = await actOnApproval(services, { approvalId: id, who: actor(userId), act })
    if ('effects' in acted) await performNow(services, acted.effects, 1_000)
    return acted
  }
  expect(await act('U0ELI', GLASS)).toMatchObject({ kind: 'done' })
  return { ...bot, act, read: async () => (await readApproval(services, id))! }
}

/** The same, which has expired since. */
const overridden = async (change: Pick<Change, 'authors'> = CHANGE) => {
  const bot = await overriddenDaily(0, 1_440, change)
  await changeApproval(bot.services, id, (current) => [settled(current, { how: 'expired' }, START + MINUTE), null])
  return bot
}

type Overridden = Awaited<ReturnType<typeof overridden>>

test('the person who overrode the freeze is refused, before a form opens and after', async () => {
  const { services, act } = await overridden()
  expect(await considerAct(services, id, actor('U0ELI'), 'confirm-override')).toMatchObject({
    kind: 'refused',
    refusal: { because: 'own-override' },
  })
  expect(await act('U0ELI', CONFIRM)).toMatchObject({ kind: 'refused', refusal: { because: 'own-override' } })
})

test.each([
  ['an author of the change', 'U0ANA', 'not-a-reviewer'],
  ['a person who is no approver', 'U0ZOE', 'not-a-reviewer'],
  ['a deactivated account', 'U0GUS', 'deactivated'],
])('%s is refused', async (_, userId, because) => {
  expect(await (await overridden()).act(userId, CONFIRM)).toMatchObject({ kind: 'refused', refusal: { because } })
})

describe('whose author has no known account', () => {
  const ben = { name: 'Ben', email: 'ben@home.example', revision: '4f9c2e1' }

  test('is confirmed by no one until they are named; then they alone are refused, also after the end', async () => {
    const { services, act } = await overridden({ authors: [ben] })
    for (const userId of ['U0BEN', 'U0DANA'])
      expect(await act(userId, CONFIRM)).toMatchObject({
        kind: 'refused',
        refusal: { because: 'unidentified-review', unidentified: [{ because: 'author', name: 'Ben' }] },
      })
    services.configuration.personFor = (named) => (named === ben.email ? 'U0BEN' : null)
    expect(await act('U0BEN', CONFIRM)).toMatchObject({ kind: 'refused', refusal: { because: 'not-a-reviewer' } })
    expect(await act('U0DANA', CONFIRM)).toMatchObject({ kind: 'done' })
  })

  test('is confirmed by the others where the route lets them approve', async () => {
    const { services, act } = await overridden({ authors: [ben] })
    const route = services.configuration.routeFor(approval().where)
    services.configuration.routeFor = () => route && { ...route, whenUnidentified: 'allow' }
    expect(await act('U0DANA', CONFIRM)).toMatchObject({ kind: 'done' })
  })

  test('is confirmed by no one while Slack does not say whether they have one', async () => {
    const { services, act } = await overridden({ authors: [ben] })
    const down = { kind: 'unread', because: 'Slack does not answer' } as const
    services.directory.byEmail = async () => down
    expect(await act('U0CHEN', CONFIRM)).toMatchObject({
      kind: 'refused',
      refusal: { because: 'unread', unread: expect.arrayContaining(['Slack does not answer']) },
    })
  })
})

const slowToList = (services: Services): Services => ({
  ...services,
  clock: { ...services.clock, sleep: () => setImmediate() },
  directory: { ...services.directory, person: () => new Promise(() => {}) },
})

test.each([
  ['the person who overrode the freeze', 'U0ELI', 'own-override', async () => null],
  ['a person who comes after another', 'U0CHEN', 'already-confirmed', ({ act }: Overridden) => act('U0DANA', CONFIRM)],
  [
    'a person who has an old message',
    'U0CHEN',
    'nothing-to-confirm',
    ({ services }: Overridden) => changeApproval(services, id, (of) => [{ ...of, override: null }, null]),
  ],
] as const)('%s is refused before a form opens, though Slack is slow: no list changes it', async (...given) => {
  const [, userId, because, before] = given
  const made = await overridden()
  await before(made)
  const considered = await considerAct(slowToList(made.services), id, actor(userId), 'confirm-override')
  expect(considered).toMatchObject({ kind: 'refused', refusal: { because } })
})

test('a form opens for a person of whom Slack does not yet say whether they may confirm', async () => {
  const { services } = await overridden()
  expect(await considerAct(slowToList(services), id, actor('U0ZOE'), 'confirm-override')).toMatchObject({
    kind: 'may-act',
  })
})

test('a confirmation that Slack was too slow for counts once it is weighed', async () => {
  const { services, read } = await overridden()
  const acted = await actOnApproval(slowToList(services), { approvalId: id, who: actor('U0DANA'), act: CONFIRM })
  expect(acted).toMatchObject({ kind: 'deferred' })
  await performNow(services, 'effects' in acted ? acted.effects : [], 1_000)
  const { override, deferredClicks } = await read()
  expect(deferredClicks).toEqual([])
  expect(override?.confirmed).toMatchObject({ userId: 'U0DANA' })
})

test('a confirmation that is weighed late confirms no override that came after it', async () => {
  const { services, read } = await overridden()
  const acted = await actOnApproval(slowToList(services), { approvalId: id, who: actor('U0DANA'), act: CONFIRM })
  expect(acted).toMatchObject({ kind: 'deferred' })
  await changeApproval(services, id, (current) => [
    { ...current, override: { ...current.override!, reason: 'Another reason', at: START + 2 * MINUTE } },
    null,
  ])
  await performNow(services, 'effects' in acted ? acted.effects : [], 1_000)
  expect((await read()).override).toMatchObject({ reason: 'Another reason' })
  expect((await read()).override).not.toHaveProperty('confirmed')
})

test('it is confirmed before the freeze of the next day is overridden', async () => {
  const { services, act, pass, read } = await overriddenDaily(540, 600)
  pass(DAY)
  const refusal = { because: 'unconfirmed-override', by: { userId: 'U0ELI', at: START } }
  expect(await considerAct(services, id, actor('U0ELI'), 'break-glass')).toMatchObject({ kind: 'refused', refusal })
  expect(await act('U0ELI', GLASS)).toMatchObject({ kind: 'refused', refusal })
  expect(await act('U0DANA', CONFIRM)).toMatchObject({ kind: 'done' })
  expect(await act('U0ELI', GLASS)).toMatchObject({ kind: 'done', attempted: { kind: 'freeze-overridden' } })
  expect(await act('U0DANA', CONFIRM)).toMatchObject({ kind: 'done' })
  expect((await read()).override).toMatchObject({ at: START + DAY, confirmed: { userId: 'U0DANA' } })
})

test('the thread tells of each override', async () => {
  const { services, act, pass, slack } = await overriddenDaily(540, 600)
  const told = async () => {
    pass(MINUTE)
    await showApproval(services, id)
    await sendNotices(services, id)
    return slack.messages.filter(({ card }) => card.kind === 'notice' && card.notice.kind === 'glass-broken').length
  }
  expect(await told()).toBe(1)
  expect(await told()).toBe(1)
  pass(DAY)
  await act('U0DANA', CONFIRM)
  await act('U0ELI', GLASS)
  expect(await told()).toBe(2)
  expect(await told()).toBe(2)
})

test('another approver confirms it, signed; the thread says so to the person who overrode, and the record has it', async () => {
  const { act, read, slack, counted, entriesOf } = await overridden()
  expect(await act('U0DANA', CONFIRM)).toMatchObject({ kind: 'done', attempted: { kind: 'override-confirmed' } })
  const { override } = await read()
  expect(override?.confirmed).toMatchObject({
    userId: 'U0DANA',
    comment: 'It was right',
    signed: { key: expect.anything() },
  })
  expect((await entriesOf(id)).map(({ happened }) => happened.what)).toContain('override-confirmed')
  expect(counted).toContain('OverrideConfirmed')
  const said = slack.messages.filter(({ subject }) => /\/override-confirmed-/.test(subject))
  expect(said.map(({ card }) => (card as NoticeCard).mention)).toEqual([['U0ELI']])
  expect(await act('U0CHEN', CONFIRM)).toMatchObject({ kind: 'refused', refusal: { because: 'already-confirmed' } })
})
