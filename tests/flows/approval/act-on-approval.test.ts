import type { Approval } from '../../../functions/domain/approval.ts'
import { withEntry } from '../../../functions/domain/approval.ts'
import type { Act } from '../../../functions/domain/act.ts'
import { actOnApproval, actOnQueued, considerAct } from '../../../functions/flows/approval/act-on-approval.ts'
import { effectsOf } from '../../../functions/flows/approval/weigh.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import type { LookupResult, SlackPerson } from '../../../functions/ports/directory.ts'
import type { Metric } from '../../../functions/ports/log.ts'
import type { Route } from '../../../functions/domain/route.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { weighDeferredClicks } from '../../../functions/flows/approval/weigh-deferred-clicks.ts'
import { MINUTE, POLICY, START, actor, approval, resolvedPolicy, vote } from '../../support/records.ts'
import { MEMORY_DIRECTORY } from '../../support/memory/directory.ts'
import { botInMemory, later, slowly } from '../../support/bot-in-memory.ts'

const YES: Act = { do: 'vote', verdict: 'Approved', comment: 'seen' }
const CHEN = actor('U0CHEN')
const { id } = approval()

/**
 * An approval of a change by Ana and Ben, which any engineer can approve, and a Slack that answers when the test says
 * so.
 */
const slowBot = async (more: Partial<Approval> = {}, route: Partial<Route> = {}) => {
  const bot = botInMemory(route)
  const person = later<LookupResult<SlackPerson>>()
  const place = { channel: 'C0RELEASES', ts: '1.1', link: null }
  const asked = approval({ ...more })
  await bot.services.approvals.create({ ...asked, showing: { ...asked.showing, place } })
  const slow: Services = {
    ...bot.services,
    directory: { ...bot.services.directory, person: () => person.answer },
  }
  return { ...bot, slow, answerLate: person.give, read: async () => (await readApproval(bot.services, id))! }
}

const told = (of: Approval) => of.journal.unfiled.map(({ happened }) => happened.what).slice(2)
/** Runs everything that waits neither for time nor for Slack. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a click', () => {
  test('counts at once when Slack answers in time', async () => {
    const { services, read } = await slowBot()
    const acted = await actOnApproval(services, { approvalId: id, who: CHEN, act: YES })
    expect(acted).toMatchObject({ kind: 'done', attempted: { kind: 'counted', ruling: { kind: 'granted' } } })
    expect(acted).toMatchObject({ effects: [{ do: 'settle-approval' }, { do: 'show-approval' }] })
    expect(await read()).toMatchObject({ state: { verdict: 'Approved' }, votes: [{ userId: 'U0CHEN', name: 'CHEN' }] })
  })

  test.each([
    ['U0GUS', 'deactivated'],
    ['U0HAL', 'stranger'],
    ['U0NOBODY', 'unknown-person'],
    ['U0ANA', 'author'],
    ['U0ZOE', 'not-an-approver'],
  ])('%s is refused, whatever the message offers: %s', async (userId, because) => {
    const { services, read, counted } = await slowBot()
    const acted = await actOnApproval(services, { approvalId: id, who: actor(userId), act: YES })
    expect(acted).toMatchObject({ kind: 'refused', refusal: { because } })
    expect((await read()).votes).toEqual([])
    expect(counted).toEqual(['VoteRefused'])
  })

  test.each([
    [100, false],
    [60_000, true],
  ])('is filed at once if its entries fill the approval: %d characters, %s', async (size, isFiled) => {
    const { journal } = withEntry(approval(), START, { what: 'announced', event: 'x'.repeat(size) })
    const { services } = await slowBot({ journal })
    const acted = await actOnApproval(services, { approvalId: id, who: actor('U0ANA'), act: YES })
    const effects = 'effects' in acted ? acted.effects.map((effect) => effect.do) : []
    expect(effects).toEqual(['show-approval', ...(isFiled ? ['file-entries'] : [])])
  })

  test.each<[string, Act, Metric, string[]]>([
    ['a vote', YES, 'VoteCounted', ['settle-approval', 'show-approval']],
    ['a withdrawal', { do: 'withdraw' }, 'VoteWithdrawn', ['show-approval']],
    [
      'an override of the freeze',
      { do: 'break-glass', reason: 'the shop is down' },
      'GlassBroken',
      ['show-approval', 'send-notices'],
    ],
  ])('that counts is counted as %s, and has its effects', async (_, act, metric, effects) => {
    const allDay = { name: 'f', zone: 'UTC', span: { every: 'day', from: 0, to: 0 } } as const
    const votes = act.do === 'withdraw' ? [vote('U0CHEN', 'Approved', { at: START })] : []
    const { services, counted } = await slowBot({ votes }, act.do === 'break-glass' ? { freezes: [allDay] } : {})
    const who = act.do === 'break-glass' ? actor('U0ELI') : CHEN
    const acted = await actOnApproval(services, { approvalId: id, who, act })
    expect(counted).toEqual([metric])
    expect('effects' in acted && acted.effects.map((effect) => effect.do)).toEqual(effects)
    expect('effects' in acted && acted.effects.find((effect) => effect.do === 'show-approval')).toEqual({
      do: 'show-approval',
      approval: id,
      lease: expect.objectContaining({ mustLookFirst: false }),
    })
  })

  test.each<[string, Partial<Route>, Act, boolean]>([
    ['after a vote of a sequence', { order: 'sequence' }, YES, true],
    ['not after a withdrawal', { order: 'sequence' }, { do: 'withdraw' }, false],
    ['not where the rules have no order', {}, YES, false],
  ])('has the next group told only if it may be its turn: %s', async (_, route, act, isTold) => {
    const approvers = ['U0CHEN', 'U0DANA'].map((one) => ({ name: one, people: [one], groups: [], count: 1 }))
    const votes = act.do === 'withdraw' ? [vote('U0CHEN', 'Approved', { at: START })] : []
    const { services } = await slowBot({ votes }, { ...route, approvers })
    const acted = await actOnApproval(services, { approvalId: id, who: CHEN, act })
    expect(acted).toMatchObject({ kind: 'done' })
    expect('effects' in acted && acted.effects.some((effect) => effect.do === 'send-notices')).toBe(isTold)
  })

  test('is logged with the ruling', async () => {
    const { services, logged } = await slowBot()
    await actOnApproval(services, { approvalId: id, who: CHEN, act: YES })
    expect(logged).toMatchObject([{ level: 'info', about: { approval: id, user: 'U0CHEN', ruling: 'granted' } }])
  })

  test('of a person whom Slack does not know is refused with the ID', async () => {
    const { services } = await slowBot()
    const refusal = { because: 'unknown-person', why: 'No Slack account has the ID U0NOBODY' }
    const who = actor('U0NOBODY')
    expect(await actOnApproval(services, { approvalId: id, who, act: YES })).toMatchObject({ refusal })
  })

  test('is refused with advice that fits: to click again is of use only if Slack may list the person later', async () => {
    const { services, read } = await slowBot()
    const because = 'unknown-person'
    for (const [final, refusal] of [
      [{}, { because, why: 'Slack is busy' }],
      [{ isFinal: true }, { because, why: 'Slack is busy', isFinal: true }],
    ] as const) {
      const person = async () => ({ kind: 'unread', because: 'Slack is busy', ...final }) as const
      const unread = { ...services, directory: { ...services.directory, person } }
      const acted = await actOnApproval(unread, { approvalId: id, who: CHEN, act: YES })
      expect('refusal' in acted && acted.refusal).toEqual(refusal)
    }
    expect((await read()).votes).toEqual([])
  })

  test('is weighed against the approval at hand, which is not read again', async () => {
    const { services } = await slowBot()
    const known: unknown[] = []
    const change: typeof services.approvals.change = (of, step, how) => {
      known.push(how?.from)
      return services.approvals.change(of, step, how)
    }
    await actOnApproval(
      { ...services, approvals: { ...services.approvals, change } },
      { approvalId: id, who: CHEN, act: YES },
    )
    expect(known).toMatchObject([{ id }])
  })

  test.each([
    [49_999, []],
    [50_000, [{ do: 'file-entries', approval: id }]],
  ])('with %d characters that are not filed: %j', (size, effects) => {
    const [first] = approval().journal.unfiled
    const sized = (length: number) => [{ ...first!, hash: 'x'.repeat(length) }]
    const unfiled = sized(size - JSON.stringify(sized(0)).length)
    const of = { ...approval(), journal: { ...approval().journal, unfiled } }
    expect(effectsOf({ approval: of, attempted: { kind: 'withdrawn' }, isDecided: false, lease: null })).toEqual(
      effects,
    )
  })

  test('needs no further lookup if it cannot count', async () => {
    const { services, read } = await slowBot()
    expect(await considerAct(services, id, CHEN, 'Approved')).toMatchObject({ kind: 'may-act' })
    expect(await considerAct(services, id, actor('U0ANA'), 'Approved')).toMatchObject({
      kind: 'refused',
      refusal: { because: 'author' },
    })
    expect(await considerAct(services, 'f00', CHEN, 'Approved')).toEqual({ kind: 'unknown' })
    expect(told(await read())).toContain('refused')
  })
})

describe('a click is answered only when the table has', () => {
  /** A bot whose table is slow to write. */
  const slowTable = async () => {
    const bot = await slowBot()
    const { approvals } = bot.services
    const change: typeof approvals.change = async (...given) => {
      await turn()
      return approvals.change(...given)
    }
    return { ...bot, approvals: { ...approvals, change } }
  }

  test('its refusal', async () => {
    const { services, approvals, read, counted } = await slowTable()
    await considerAct({ ...services, approvals }, id, actor('U0ANA'), 'Approved')
    expect(told(await read())).toEqual(['refused'])
    expect(counted).toEqual(['VoteRefused'])
  })

  test('that it is deferred', async () => {
    const { slow, approvals, read, pass } = await slowTable()
    const acting = actOnApproval({ ...slow, approvals }, { approvalId: id, who: CHEN, act: YES })
    await turn()
    pass(900)
    await acting
    expect((await read()).deferredClicks).toHaveLength(1)
  })
})

describe('a click while Slack asks to wait', () => {
  const busy = async () => ({ kind: 'unread', because: 'Slack asks to wait', isBusy: true }) as const
  const busyBot = async (lookup: keyof Services['directory'] = 'members') => {
    const bot = await slowBot()
    const asksToWait: Services = { ...bot.services, directory: { ...bot.services.directory, [lookup]: busy } }
    return { ...bot, asksToWait }
  }

  test.each(['members', 'person', 'byEmail'] as const)('is deferred, not refused: %s', async (lookup) => {
    const { asksToWait, services, read, counted, pass } = await busyBot(lookup)
    expect(await considerAct(asksToWait, id, CHEN, 'Approved')).toMatchObject({ kind: 'may-act' })
    const acted = await actOnApproval(asksToWait, { approvalId: id, who: CHEN, act: YES })
    expect(acted).toMatchObject({ kind: 'deferred' })
    expect((await read()).deferredClicks).toMatchObject([{ who: CHEN, act: YES, waitsFor: 'slack' }])
    pass(MINUTE)
    expect(await weighDeferredClicks(asksToWait, id)).toMatchObject({ kind: 'again', afterSeconds: 5 })
    expect(counted).toEqual(['VoteNoted'])
    await weighDeferredClicks(services, id)
    const after = await read()
    expect(after).toMatchObject({ deferredClicks: [], state: { verdict: 'Approved' } })
    expect(told(after)).not.toContain('refused')
  })

  test('is refused once Slack has asked to wait for five minutes', async () => {
    const { asksToWait, read, pass } = await busyBot()
    await actOnApproval(asksToWait, { approvalId: id, who: CHEN, act: YES })
    pass(5 * MINUTE - 1)
    expect(await weighDeferredClicks(asksToWait, id)).toMatchObject({ kind: 'again' })
    pass(1)
    expect(await weighDeferredClicks(asksToWait, id)).toMatchObject({ kind: 'done' })
    expect(await read()).toMatchObject({ deferredClicks: [], votes: [] })
    expect(told(await read())).toContain('refused')
  })

  test('is refused at once for a reason that no answer of Slack changes', async () => {
    const { asksToWait } = await busyBot('byEmail')
    const acted = await actOnApproval(asksToWait, { approvalId: id, who: actor('U0GUS'), act: YES })
    expect(acted).toMatchObject({ kind: 'refused', refusal: { because: 'deactivated' } })
  })
})

describe('a click while Slack is slow', () => {
  const consoleOnly = resolvedPolicy({ ...POLICY, consoleOnly: 'by hand' })
  test.each<[string, Partial<Approval>]>([
    ['already-settled', { state: { name: 'settled', outcome: { how: 'expired' }, at: START } }],
    ['already-deciding', { state: { name: 'deciding', verdict: 'Approved', since: START } }],
    ['expired', { expiresAt: START }],
    ['no-route', { resolvedPolicy: null }],
    ['console-only', { resolvedPolicy: consoleOnly }],
  ])('opens no modal if it is refused whatever Slack answers: %s', async (because, more) => {
    const bot = await slowBot(more)
    const considering = considerAct(bot.slow, id, CHEN, 'Approved')
    await turn()
    bot.pass(900)
    expect(await considering).toMatchObject({ kind: 'refused', refusal: { because } })
  })

  const click = async (act: Act = YES) => {
    const bot = await slowBot()
    const acting = actOnApproval(bot.slow, { approvalId: id, who: CHEN, act })
    await turn()
    bot.pass(900)
    return { ...bot, acted: await acting }
  }

  test('is deferred within the time that Slack gives a click', async () => {
    const { acted, read, counted } = await click()
    expect(acted).toMatchObject({ kind: 'deferred', effects: [{ do: 'weigh-deferred-clicks', approval: id }, {}] })
    expect(await read()).toMatchObject({ votes: [], deferredClicks: [{ who: CHEN, act: YES, waitsFor: 'slack' }] })
    expect(counted).toEqual(['VoteNoted'])
  })

  test('waits for Slack, and not for KMS, while Slack does not list the approvers: nothing is signed before', async () => {
    const { services, pass, read } = await slowBot()
    const members = () => new Promise<never>(() => {})
    const directory = { ...services.directory, members }
    const acting = actOnApproval({ ...services, directory }, { approvalId: id, who: CHEN, act: YES })
    await turn()
    pass(900)
    expect(await acting).toMatchObject({ kind: 'deferred' })
    expect((await read()).deferredClicks).toMatchObject([{ waitsFor: 'slack' }])
  })

  test('opens a modal; the submission is weighed all the same', async () => {
    const bot = await slowBot()
    const considering = considerAct(bot.slow, id, actor('U0GUS'), 'Approved')
    await turn()
    bot.pass(900)
    expect(await considering).toMatchObject({ kind: 'may-act' })
  })

  test('is weighed when Slack answers, as of its own time, once', async () => {
    const { services, read, pass } = await click()
    const clickedAt = (await read()).deferredClicks[0]!.at
    pass(3 * MINUTE)
    const [first, second] = await Promise.all([weighDeferredClicks(services, id), weighDeferredClicks(services, id)])
    const settles = [...first.next, ...second.next].filter((effect) => effect.do === 'settle-approval')
    expect(settles).toHaveLength(1)
    const after = await read()
    expect(after).toMatchObject({ deferredClicks: [], state: { verdict: 'Approved' }, votes: [{ at: clickedAt }] })
    expect(told(after).filter((what) => what === 'voted' || what === 'refused')).toEqual(['voted'])
  })

  test('that is refused is answered to the person alone', async () => {
    const { services, slack, read } = await click()
    const gone = { ...MEMORY_DIRECTORY.person('U0GUS') } as LookupResult<SlackPerson>
    const directory = { ...services.directory, person: async () => gone }
    const slow = { ...services.slack, whisper: slowly(services.slack.whisper) }
    await weighDeferredClicks({ ...services, slack: slow, directory }, id)
    expect(slack.whispers).toMatchObject([
      { channel: 'C0RELEASES', userId: 'U0CHEN', card: { refusal: { because: 'deactivated' } } },
    ])
    expect(await read()).toMatchObject({ deferredClicks: [], votes: [] })
  })

  test.each([
    ['in the direct message where the button was', 'D0CHEN'],
    ['directly if the button was in the Home tab', null],
  ])('that is refused is answered %s', async (_, from) => {
    const bot = await slowBot()
    const acting = actOnApproval(bot.slow, { approvalId: id, who: { ...CHEN, from }, act: YES })
    await turn()
    bot.pass(900)
    await acting
    const person = async (): Promise<LookupResult<SlackPerson>> => ({ kind: 'not-found' })
    await weighDeferredClicks({ ...bot.services, directory: { ...bot.services.directory, person } }, id)
    expect(bot.slack.whispers).toMatchObject([{ channel: from, userId: 'U0CHEN', card: { act: YES } }])
  })

  test('is refused with the reason if Slack still does not answer', async () => {
    const { services, slack } = await click()
    const down = async (): Promise<LookupResult<never>> => ({
      kind: 'unread',
      because: 'Slack does not answer (timeout)',
    })
    await weighDeferredClicks({ ...services, directory: { person: down, byEmail: down, members: down } }, id)
    expect(slack.whispers).toMatchObject([
      { card: { refusal: { because: 'unknown-person', why: 'Slack does not answer (timeout)' } } },
    ])
  })

  test('whose refusal cannot be delivered is recorded all the same', async () => {
    const { services, read } = await click()
    const whisper = async (): Promise<never> => {
      throw new Error('not_in_channel')
    }
    const person = async (): Promise<LookupResult<SlackPerson>> => ({ kind: 'not-found' })
    const broken = { ...services, slack: { ...services.slack, whisper }, directory: { ...services.directory, person } }
    await weighDeferredClicks(broken, id)
    expect(told(await read())).toContain('refused')
  })
})

describe('an approval after a click that is still weighed', () => {
  const NO: Act = { do: 'vote', verdict: 'Rejected', comment: 'not on a Friday' }
  const DANA = actor('U0DANA')
  const settles = { do: 'settle-approval', approval: id }

  /** Dana has clicked, Slack was slow, and a second later Chen approves. */
  const afterDana = async (act: Act, route: Partial<Route> = {}, more: Partial<Approval> = {}) => {
    const bot = await slowBot(more, route)
    const acting = actOnApproval(bot.slow, { approvalId: id, who: DANA, act })
    await turn()
    bot.pass(1_000)
    expect(await acting).toMatchObject({ kind: 'deferred' })
    const acted = await actOnApproval(bot.services, { approvalId: id, who: CHEN, act: YES })
    return { ...bot, acted, weigh: async () => (await weighDeferredClicks(bot.services, id)).next }
  }

  test('counts, and decides only once the rejection before it is weighed', async () => {
    const { acted, read, weigh } = await afterDana(NO)
    expect(acted).toMatchObject({ kind: 'done', attempted: { kind: 'counted', ruling: { kind: 'granted' } } })
    expect(acted).toMatchObject({ effects: expect.not.arrayContaining([settles]) })
    expect(await read()).toMatchObject({
      state: { name: 'waiting' },
      votes: [{ userId: 'U0CHEN' }],
      awaitsClicks: true,
    })
    expect(await weigh()).toContainEqual(settles)
    expect((await read()).state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
  })

  test('decides only once the rejection for a newer execution before it is weighed', async () => {
    const newer = { executionId: 'e2', revision: null, startedAt: null }
    const { read, weigh } = await afterDana({ do: 'take-newer' }, {}, { newer })
    expect(await read()).toMatchObject({ state: { name: 'waiting' }, awaitsClicks: true })
    expect(await weigh()).toContainEqual(settles)
    expect((await read()).state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
  })

  test('decides when a rejection that does not count has been weighed', async () => {
    const rejecters = [{ name: 'leads', people: ['U0ELI'], groups: [] }]
    const { read, weigh, services } = await afterDana(NO, { rejecters })
    expect((await read()).state.name).toBe('waiting')
    expect(await weigh()).toContainEqual(settles)
    const { state, deferredClicks, journal } = await read()
    expect({ state, deferredClicks }).toEqual({
      state: { name: 'deciding', verdict: 'Approved', since: services.clock.now() },
      deferredClicks: [],
    })
    expect(journal.unfiled.slice(-2).map(({ happened }) => happened.what)).toEqual(['refused', 'decided'])
    expect(await read()).not.toHaveProperty('awaitsClicks')
  })

  test('waits for one more once the withdrawal before it is weighed', async () => {
    const two = [{ name: 'engineers', people: ['U0DANA', 'U0CHEN'], groups: [], count: 2 }]
    const votes = [vote('U0DANA', 'Approved', { at: START - MINUTE })]
    const { read, weigh } = await afterDana({ do: 'withdraw' }, { approvers: two }, { votes })
    expect(await read()).toMatchObject({ state: { name: 'waiting' }, votes: [{}, {}] })
    expect(await weigh()).not.toContainEqual(settles)
    const after = await read()
    expect(after).toMatchObject({ state: { name: 'waiting' }, votes: [{ userId: 'U0CHEN' }] })
    expect(after).not.toHaveProperty('awaitsClicks')
  })

  test('decides at once if that click is an approval, or was made later', async () => {
    expect((await (await afterDana(YES)).read()).state).toMatchObject({ name: 'deciding', verdict: 'Approved' })
    const bot = await slowBot()
    const click = { who: DANA, act: NO, at: bot.services.clock.now() }
    await bot.services.approvals.change(id, (one) => [
      one.kind === 'approval' ? { ...one, deferredClicks: [click] } : one,
      null,
    ])
    await actOnApproval(bot.services, { approvalId: id, who: CHEN, act: YES })
    expect((await bot.read()).state).toMatchObject({ name: 'deciding', verdict: 'Approved' })
  })

  test('is rejected at once', async () => {
    const { services, read } = await afterDana(NO)
    await actOnApproval(services, { approvalId: id, who: CHEN, act: NO })
    expect((await read()).state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
  })
})

describe('a click that the queue had', () => {
  test('and that comes again is known as repeated, and nothing is recorded', async () => {
    const { services, read } = await slowBot()
    const click = { approvalId: id, who: CHEN, act: YES, at: START - MINUTE }
    expect(await actOnQueued(services, click)).toMatchObject({ kind: 'done' })
    const once = await read()
    expect(await actOnQueued(services, click)).toEqual({ kind: 'repeated' })
    expect(await read()).toBe(once)
  })
})

test.each([
  ['was just made', 0],
  ['the queue had for a minute', MINUTE],
])('a click that %s is stored after others that write, within the three seconds of its trigger', async (_, ago) => {
  const { services } = await slowBot()
  const until: (number | undefined)[] = []
  const change: typeof services.approvals.change = (of, step, start) => {
    until.push(start?.patience?.until)
    return services.approvals.change(of, step, start)
  }
  const watched = { ...services, approvals: { ...services.approvals, change } }
  const click = { approvalId: id, who: CHEN, act: YES }
  await (ago === 0 ? actOnApproval(watched, click) : actOnQueued(watched, { ...click, at: START - ago }))
  expect(until).toHaveLength(1)
  expect(until[0]).toBeGreaterThan(START)
  expect(until[0]).toBeLessThan(START + 3_000)
})

describe('a click that waits for Slack', () => {
  const late = { approvalId: id, who: CHEN, act: YES }

  test('and that the queue had is remembered by its time, so that it counts once', async () => {
    const { slow, pass, read } = await slowBot()
    const acting = actOnQueued(slow, { ...late, at: START })
    await turn()
    pass(5_000)
    expect(await acting).toMatchObject({ kind: 'deferred' })
    expect(await read()).toMatchObject({ deferredClicks: [{ at: START }], queuedClicks: [`U0CHEN ${START}`] })
  })

  test('and that the queue had is only noted if its person has clicked since', async () => {
    const { slow, pass, read } = await slowBot({ votes: [vote('U0CHEN', 'Rejected', { at: START + 1 })] })
    const acting = actOnQueued(slow, { ...late, at: START })
    await turn()
    pass(5_000)
    await acting
    expect((await read()).deferredClicks).toEqual([])
  })

  test('and that no queue had is not among those of the queue', async () => {
    const { slow, pass, read } = await slowBot()
    const acting = actOnApproval(slow, late)
    await turn()
    pass(900)
    expect(await acting).toMatchObject({ kind: 'deferred' })
    const { deferredClicks, queuedClicks } = await read()
    expect([deferredClicks.length, queuedClicks]).toEqual([1, undefined])
  })
})
