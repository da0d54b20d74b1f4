import type { Act, Actor } from '../../../functions/domain/act.ts'
import type { Approval, DeferredClick } from '../../../functions/domain/approval.ts'
import { withDeferredClick } from '../../../functions/domain/attempt.ts'
import type { Signed } from '../../../functions/domain/signature.ts'
import { deferredStatement, policyHash, statementOf, type Decided } from '../../../functions/domain/statement.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { weighDeferredClicks } from '../../../functions/flows/approval/weigh-deferred-clicks.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory, later, slowly } from '../../support/bot-in-memory.ts'
import { MINUTE, POLICY, START, TOKEN, actor, approval, resolvedPolicy, vote } from '../../support/records.ts'

const CHEN = actor('U0CHEN')
const YES: Act = { do: 'vote', verdict: 'Approved', comment: 'seen' }
const NO: Act = { do: 'vote', verdict: 'Rejected', comment: 'not on a Friday' }
const ALL_DAY = { name: 'f', zone: 'UTC', span: { every: 'day', from: 0, to: 0 } } as const
const { id } = approval()

const waiting = async (more: Partial<Approval> = {}, route = {}) => {
  const bot = botInMemory(route)
  await bot.services.approvals.create(approval(more))
  const statements: string[] = []
  const services: Services = {
    ...bot.services,
    signatures: {
      ...bot.services.signatures,
      sign: (statement) => {
        statements.push(statement)
        return bot.services.signatures.sign(statement)
      },
    },
  }
  const act = (by: Act, who: Actor = CHEN) => actOnApproval(services, { approvalId: id, who, act: by })
  const read = async () => (await readApproval(services, id))!
  const entry = async () => (await read()).journal.unfiled.at(-1)!.happened
  const holds = (said: Decided, { key, value, ...facts }: Signed) =>
    read().then((of) => services.signatures.verify(statementOf(of, said, facts), { key, value }))
  return { ...bot, services, statements, act, read, entry, holds }
}

describe('what counts is signed', () => {
  test('a vote: in the approval and in its entry, with what the person saw and the policy that counted it', async () => {
    const { act, read, services, holds, statements } = await waiting()
    await act(YES)
    const { votes, journal, resolvedPolicy, change, where, executionId } = await read()
    const signed = votes[0]!.signed!
    expect(journal.unfiled.find(({ happened }) => happened.what === 'voted')!.happened).toMatchObject({ signed })
    expect(signed).toMatchObject({
      // In hexadecimal, as sha256sum prints it.
      tokenHash: '409a5e12b9afa8da245badc26dcf358fb30347cf7b9843afbe8a7d05f69f3210',
      revisions: change.revisions.map((revision) => revision.id),
      policy: policyHash(resolvedPolicy!.policy),
    })
    const said: Decided = { userId: 'U0CHEN', act: 'Approved', words: 'seen', at: services.clock.now() }
    expect(await holds(said, signed)).toBe(true)
    expect(statements).toHaveLength(1)
    expect(JSON.parse(statements[0]!)).toMatchObject({ approval: id, where, executionId, userId: 'U0CHEN' })
    expect(statements[0]).not.toContain(TOKEN)
  })

  test.each<[string, Partial<Decided>]>([
    ['another person', { userId: 'U0BEN' }],
    ['another verdict', { act: 'Rejected' }],
    ['another comment', { words: 'fine' }],
    ['another time', { at: START + 1 }],
    ['a freeze that it lifts', { windows: [ALL_DAY] }],
  ])('and the signature holds for no %s', async (_, other) => {
    const { act, read, services, holds } = await waiting()
    await act(YES)
    const said: Decided = { userId: 'U0CHEN', act: 'Approved', words: 'seen', at: services.clock.now() }
    expect(await holds({ ...said, ...other }, (await read()).votes[0]!.signed!)).toBe(false)
  })

  test.each<[string, (of: Approval) => Partial<Approval>]>([
    ['approval', () => ({ id: 'e'.repeat(32) })],
    ['execution', () => ({ executionId: 'another' })],
    ...(['accountId', 'region', 'pipeline', 'stage', 'action'] as const).map(
      (name): [string, (of: Approval) => Partial<Approval>] => [
        name,
        ({ where }) => ({ where: { ...where, [name]: 'another' } }),
      ],
    ),
  ])('nor for another %s', async (_, other) => {
    const { act, read, services } = await waiting()
    await act(YES)
    const of = await read()
    const { userId, comment: words, at, signed } = of.votes[0]!
    const { key, value, ...facts } = signed!
    const statement = (approval: Approval) => statementOf(approval, { userId, act: 'Approved', words, at }, facts)
    expect(await services.signatures.verify(statement(of), { key, value })).toBe(true)
    expect(await services.signatures.verify(statement({ ...of, ...other(of) }), { key, value })).toBe(false)
  })

  test('a rejection, a withdrawal, an override of a freeze, and a rejection in favor of a newer execution', async () => {
    const { newer } = approval({ newer: { executionId: 'newer-one', revision: null, startedAt: null } })
    for (const [by, who, more, route] of [
      [NO, CHEN, {}, {}],
      [{ do: 'withdraw' }, CHEN, { votes: [vote('U0CHEN', 'Approved', { at: START })] }, {}],
      [{ do: 'break-glass', reason: 'the shop is down' }, actor('U0ELI'), {}, { freezes: [ALL_DAY] }],
      [{ do: 'take-newer' }, CHEN, { newer }, {}],
    ] as [Act, Actor, Partial<Approval>, object][]) {
      const { act, statements, read } = await waiting(more, route)
      expect(await act(by, who)).toMatchObject({ kind: 'done' })
      expect(statements).toHaveLength(1)
      const whats = ['voted', 'withdrawn', 'glass-broken']
      const happened = (await read()).journal.unfiled.map((entry) => entry.happened)
      expect(happened.find(({ what }) => whats.includes(what))).toMatchObject({ signed: { key: expect.any(String) } })
    }
  })

  test('the override with the windows that it lifts', async () => {
    const { act, read, holds } = await waiting({}, { freezes: [ALL_DAY] })
    await act({ do: 'break-glass', reason: 'down' }, actor('U0ELI'))
    const { userId, reason: words, at, windows, signed } = (await read()).override!
    expect(await holds({ userId, act: 'break-glass', words, at, windows }, signed!)).toBe(true)
    expect(await holds({ userId, act: 'break-glass', words, at, windows: [] }, signed!)).toBe(false)
    // The audit record is verified without the approval.
    expect((await read()).journal.unfiled.map(({ happened }) => happened)).toContainEqual(
      expect.objectContaining({ what: 'glass-broken', windows }),
    )
  })
})

test('what does not count is not signed', async () => {
  const { act, statements } = await waiting()
  expect(await act(YES, actor('U0ANA'))).toMatchObject({ kind: 'refused' })
  expect(statements).toEqual([])
})

test('the policy is the one that the function has read, whatever the table says of its time', async () => {
  const lax = { ...POLICY, rules: [{ ...POLICY.rules[0]!, people: ['U0ZOE'], count: 1 }] }
  const forged = resolvedPolicy(lax, { at: START + 1_000 * MINUTE })
  const { act, statements } = await waiting({ resolvedPolicy: forged })
  expect(await act(YES, actor('U0ZOE'))).toMatchObject({ kind: 'refused', refusal: { because: 'not-an-approver' } })
  expect(statements).toEqual([])
})

describe('when KMS does not sign in time', () => {
  const slow = async () => {
    const world = await waiting()
    const signature = later<Awaited<ReturnType<Services['signatures']['sign']>>>()
    const sign = () => signature.answer
    const services = { ...world.services, signatures: { ...world.services.signatures, sign } }
    return { ...world, slow: services }
  }

  test('the click is deferred, and counts as soon as it is signed', async () => {
    const { slow: services, pass, read, services: well, holds } = await slow()
    const acting = actOnApproval(services, { approvalId: id, who: CHEN, act: YES })
    await new Promise((resolve) => setImmediate(resolve))
    pass(900)
    expect(await acting).toMatchObject({ kind: 'deferred', effects: [{ do: 'weigh-deferred-clicks' }, {}] })
    expect(await read()).toMatchObject({ votes: [], deferredClicks: [{ act: YES, waitsFor: 'kms' }] })
    const { at } = (await read()).deferredClicks[0]!

    expect(await weighDeferredClicks(well, id)).toMatchObject({ kind: 'done' })
    const { votes, deferredClicks } = await read()
    expect(deferredClicks).toEqual([])
    expect(await holds({ userId: 'U0CHEN', act: 'Approved', words: 'seen', at }, votes[0]!.signed!)).toBe(true)
  })

  test('or refuses, the click waits until it does', async () => {
    const { services: well, read, logged } = await waiting()
    const error = new Error('KMS is down')
    const sign = () => Promise.reject(error)
    const services = { ...well, signatures: { ...well.signatures, sign } }
    expect(await actOnApproval(services, { approvalId: id, who: CHEN, act: YES })).toMatchObject({ kind: 'deferred' })
    expect(await weighDeferredClicks(services, id)).toMatchObject({ kind: 'again', afterSeconds: 5 })
    expect(await read()).toMatchObject({ votes: [], deferredClicks: [{ act: YES }] })
    // KMS may refuse for good, as when the key's policy changed: then this line is where a reader sees it.
    expect(logged).toContainEqual({
      level: 'error',
      message: expect.any(String),
      about: { approval: id, user: 'U0CHEN', error },
    })
    expect(await weighDeferredClicks(well, id)).toMatchObject({ kind: 'done' })
    expect(await read()).toMatchObject({ votes: [{ userId: 'U0CHEN' }], deferredClicks: [] })
  })

  test('though the click was deferred because of Slack, the message names KMS from then on', async () => {
    const { services: well, read } = await waiting()
    const seal = await well.seals.seal(deferredStatement(id, { who: CHEN, act: YES, at: START }))
    const click: DeferredClick = { who: CHEN, act: YES, at: START, seal, waitsFor: 'slack' }
    await changeApproval(well, id, (of) => [withDeferredClick(of, click), null])
    const before = (await read()).showing.truth
    const sign = () => Promise.reject(new Error('KMS is down'))
    const down = { ...well, signatures: { ...well.signatures, sign } }
    const show = { do: 'show-approval', approval: id }
    expect(await weighDeferredClicks(down, id)).toMatchObject({ kind: 'again', next: [show] })
    expect(await read()).toMatchObject({ deferredClicks: [{ waitsFor: 'kms' }], showing: { truth: before + 1 } })
    await weighDeferredClicks(down, id)
    expect((await read()).showing.truth).toBe(before + 1)
  })
})

describe('a deferred override of a freeze, and a vote that came after it', () => {
  const both = async () => {
    const world = await waiting({}, { freezes: [ALL_DAY] })
    const { services } = world
    const override: Act = { do: 'break-glass', reason: 'the shop is down' }
    const deferredClicks = await Promise.all(
      [
        { who: actor('U0ELI'), act: override },
        { who: CHEN, act: YES },
      ].map(async (made) => {
        const click = { ...made, at: START }
        return { ...click, seal: await services.seals.seal(deferredStatement(id, click)) }
      }),
    )
    await changeApproval(services, id, (of) => [{ ...of, deferredClicks }, null])
    return world
  }

  test('count one after the other: the vote is signed for an approval whose freeze is lifted', async () => {
    const { services, read } = await both()
    const { kind, next } = await weighDeferredClicks(services, id)
    expect([kind, ...next.map((effect) => effect.do)]).toEqual([
      'done',
      'show-approval',
      'send-notices',
      'settle-approval',
    ])
    expect(await read()).toMatchObject({ deferredClicks: [], votes: [{ userId: 'U0CHEN' }] })
  })

  test('have the effects of what was signed, if KMS does not sign the other; the message says what it waits for', async () => {
    const { services, read } = await both()
    const { signatures, approvals } = services
    const sign: typeof signatures.sign = (statement) =>
      statement.includes('break-glass') ? signatures.sign(statement) : Promise.reject(new Error('KMS is down'))
    const slow = { ...approvals, change: slowly(approvals.change) }
    const performed = await weighDeferredClicks(
      { ...services, signatures: { ...signatures, sign }, approvals: slow },
      id,
    )
    expect(performed).toMatchObject({
      kind: 'again',
      afterSeconds: 5,
      next: [{ do: 'show-approval' }, { do: 'send-notices' }, { do: 'show-approval' }],
    })
    expect((await read()).deferredClicks).toMatchObject([{ who: { userId: 'U0CHEN' }, waitsFor: 'kms' }])
  })
})

test.each<[string, Act, Partial<Approval>]>([
  ['a withdrawal', { do: 'withdraw' }, { votes: [vote('U0CHEN', 'Approved', { at: START })] }],
  ['a rejection', NO, {}],
])('%s is answered only when it is kept where no thief of the table can remove it', async (_, by, more) => {
  const { services } = await waiting(more)
  const { objections } = services
  const slow = { ...services, objections: { ...objections, add: slowly(objections.add) } }
  await actOnApproval(slow, { approvalId: id, who: CHEN, act: by })
  expect(await objections.of(id)).toMatchObject([{ userId: 'U0CHEN' }])
})

test('what was signed must be what is stored: if the revisions changed meanwhile, the click is weighed again', async () => {
  const { services, read } = await waiting()
  const sign: Services['signatures']['sign'] = async (statement) => {
    await changeApproval(services, id, (of) => [
      {
        ...of,
        change: { ...of.change, revisions: of.change.revisions.map((one) => ({ ...one, id: 'f'.repeat(40) })) },
      },
      null,
    ])
    return services.signatures.sign(statement)
  }
  const moving = { ...services, signatures: { ...services.signatures, sign } }
  expect(await actOnApproval(moving, { approvalId: id, who: CHEN, act: YES })).toMatchObject({ kind: 'deferred' })
  await weighDeferredClicks(services, id)
  expect((await read()).votes[0]!.signed!.revisions).toEqual(['f'.repeat(40)])
})

describe('a deferred click', () => {
  const deferred = async () => {
    const world = await waiting()
    const sign = () => Promise.reject(new Error('KMS is down'))
    const down = { ...world.services, signatures: { ...world.services.signatures, sign } }
    await actOnApproval(down, { approvalId: id, who: CHEN, act: YES })
    const alter = (how: (click: DeferredClick) => Partial<DeferredClick>) =>
      changeApproval(world.services, id, (of) => [
        { ...of, deferredClicks: of.deferredClicks.map((click) => ({ ...click, ...how(click) })) },
        null,
      ])
    return { ...world, alter }
  }

  test.each<[string, (click: DeferredClick) => Partial<DeferredClick>]>([
    ['of another person', () => ({ who: actor('U0DANA') })],
    ['of another act', () => ({ act: { do: 'vote', verdict: 'Approved', comment: 'other' } })],
    ['of another time', ({ at }) => ({ at: at + 1 })],
    ['with another seal', () => ({ seal: 'f'.repeat(64) })],
  ])('%s than the one that was sealed is removed, and an alarm rings', async (_, how) => {
    const { alter, services, read, counted, statements, logged } = await deferred()
    await alter(how)
    const [altered] = (await read()).deferredClicks
    await weighDeferredClicks(services, id)
    // The alarm leads to this line, and the line to the person who must be asked.
    expect(logged.filter(({ message }) => message.includes('sealed'))).toMatchObject([
      { level: 'error', about: { approval: id, user: altered!.who.userId, act: 'vote' } },
    ])
    expect(await read()).toMatchObject({ votes: [], deferredClicks: [] })
    expect(counted).toContain('VerdictNotProven')
    expect(statements).toEqual([])
  })

  test('is removed before anything else is said of the approval', async () => {
    const { alter, services, read } = await deferred()
    await alter(() => ({ who: actor('U0DANA') }))
    const { approvals } = services
    await weighDeferredClicks({ ...services, approvals: { ...approvals, change: slowly(approvals.change) } }, id)
    expect((await read()).deferredClicks).toEqual([])
  })

  test('of another approval does not hold here', async () => {
    const { services, read } = await deferred()
    const { deferredClicks } = await read()
    const other = approval({ id: 'e'.repeat(32), deferredClicks })
    await services.approvals.create(other)
    await weighDeferredClicks(services, other.id)
    expect(await readApproval(services, other.id)).toMatchObject({ votes: [], deferredClicks: [] })
  })

  test('without a seal, from before there were seals, is removed without an alarm', async () => {
    const { services, read, counted, logged } = await waiting({ deferredClicks: [{ who: CHEN, act: YES, at: START }] })
    await weighDeferredClicks(services, id)
    // The person has to click again: the line says who.
    expect(logged).toMatchObject([{ level: 'warn', about: { approval: id, user: 'U0CHEN', act: 'vote' } }])
    expect(await read()).toMatchObject({ votes: [], deferredClicks: [] })
    expect(counted).not.toContain('VerdictNotProven')
  })
})

test('a rejection is kept as that of the person who rejected, not of a person who approves after it', async () => {
  const { act, services } = await waiting({ votes: [vote('U0DANA', 'Rejected')] })
  expect(await act(YES)).toMatchObject({ kind: 'done' })
  expect(await services.objections.of(id)).toEqual([])
})
