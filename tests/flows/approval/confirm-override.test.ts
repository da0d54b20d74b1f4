import { setImmediate } from 'node:timers/promises'
import type { Act } from '../../../functions/domain/act.ts'
import { settled } from '../../../functions/domain/approval.ts'
import { actOnApproval, considerAct } from '../../../functions/flows/approval/act-on-approval.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { performNow } from '../../../functions/flows/effects/perform-effect.ts'
import type { NoticeCard } from '../../../functions/ports/cards.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { DAY, MINUTE, START, actor, approval } from '../../support/records.ts'

const CONFIRM: Act = { do: 'confirm-override', comment: 'It was right' }
const { id } = approval()

/** An approval that expired after Eli had overridden a freeze. Dana and the engineers are approvers; Ana wrote it. */
const overridden = async () => {
  const bot = botInMemory({
    freezes: [{ name: 'all day', zone: 'UTC', span: { every: 'day', from: 0, to: 1_440 } }],
    review: { within: 60 * MINUTE, people: [], groups: [] },
  })
  const { services } = bot
  const place = { channel: 'C0RELEASES', ts: '1.1', link: null }
  const asked = approval()
  await services.approvals.create({ ...asked, showing: { ...asked.showing, place } })
  const act = async (userId: string, act: Act) => {
    const acted = await actOnApproval(services, { approvalId: id, who: actor(userId), act })
    if ('effects' in acted) await performNow(services, acted.effects, 1_000)
    return acted
  }
  expect(await act('U0ELI', { do: 'break-glass', reason: 'The shop is down' })).toMatchObject({ kind: 'done' })
  await changeApproval(services, id, (current) => [settled(current, { how: 'expired' }, START + MINUTE), null])
  return { ...bot, act, read: async () => (await readApproval(services, id))! }
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
  const morning = { name: 'mornings', zone: 'UTC', span: { every: 'day', from: 540, to: 600 } } as const
  const { services, pass } = botInMemory({
    freezes: [morning],
    review: { within: 60 * MINUTE, people: [], groups: [] },
  })
  await services.approvals.create(approval())
  const act = (userId: string, act: Act) => actOnApproval(services, { approvalId: id, who: actor(userId), act })
  const override = () => act('U0ELI', { do: 'break-glass', reason: 'The shop is down' })
  expect(await override()).toMatchObject({ kind: 'done' })
  pass(DAY)
  const refusal = { because: 'unconfirmed-override', by: { userId: 'U0ELI', at: START } }
  expect(await considerAct(services, id, actor('U0ELI'), 'break-glass')).toMatchObject({ kind: 'refused', refusal })
  expect(await override()).toMatchObject({ kind: 'refused', refusal })
  expect(await act('U0DANA', CONFIRM)).toMatchObject({ kind: 'done' })
  expect(await override()).toMatchObject({ kind: 'done', attempted: { kind: 'freeze-overridden' } })
  expect(await act('U0DANA', CONFIRM)).toMatchObject({ kind: 'done' })
  expect((await readApproval(services, id))?.override).toMatchObject({
    at: START + DAY,
    confirmed: { userId: 'U0DANA' },
  })
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
