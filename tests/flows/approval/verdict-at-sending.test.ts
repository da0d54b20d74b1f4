import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { checkApproval } from '../../../functions/flows/approval/check-approval.ts'
import type { Metric } from '../../../functions/ports/log.ts'
import type { Services } from '../../../functions/ports/services.ts'
import {
  FROZEN_BY,
  saying,
  unreadFreezes,
  FREEZE_HAS_BEGUN,
  MINUTE,
  person,
  ROUTE,
  waiting,
  decide,
} from './waiting-approval.ts'

describe('the policy changed between the last vote and the sending', () => {
  const decided = async () => {
    const world = await waiting()
    await world.click('U0ANA')
    await world.click('U0BEN')
    return world
  }

  test.each([
    [
      'it names other people',
      { approvers: [{ name: 'others', people: ['U0CHEN'], count: 1 }] },
      'do not meet the policy',
    ],
    ['it has no route any more', { match: { pipeline: 'another' } }, 'no route'],
  ])('%s: the approval waits again, says why, and the next vote decides', async (_, route, why) => {
    const world = await decided()
    const performed = await world.settle({ configuration: world.configured(route) })
    expect(performed.next).toContainEqual({ do: 'check-approval', approval: world.id })
    expect(world.sent).toEqual([])
    const { journal, ...after } = await world.read()
    expect(after).toMatchObject({ state: { name: 'waiting' }, problem: null, notSent: expect.stringContaining(why) })
    expect(journal.unfiled.at(-1)!.happened).toMatchObject({ what: 'not-sent', verdict: 'Approved' })
    expect(await world.settle()).toEqual({ kind: 'done', next: [] })
    expect(world.sent).toEqual([])
    // It changed back.
    await world.click('U0ANA')
    expect((await world.read()).notSent).toBeUndefined()
    await world.settle()
    expect(world.sent).toEqual(['Approved'])
    expect(await world.read()).toMatchObject({ state: { name: 'settled' }, problem: null })
  })

  test('a rejection by a person who may not reject any more does not stop a later approval', async () => {
    const world = await waiting({ rejecters: [{ name: 'security', people: ['U0DANA'] }] })
    await world.click('U0ANA')
    await world.click('U0DANA', 'Rejected')
    const later = world.configured({ rejecters: [{ name: 'security', people: ['U0ELI'] }] })
    await world.settle({ configuration: later })
    expect(await world.read()).toMatchObject({ state: { name: 'waiting' }, problem: null })
    world.services.configuration = later
    await world.click('U0BEN')
    await world.settle()
    expect(world.sent).toEqual(['Approved'])
  })

  test('a rejection that was removed from the table stops it, also if another route has begun since', async () => {
    const world = await waiting()
    await world.click('U0ANA')
    const before = await world.read()
    await world.click('U0DANA', 'Rejected')
    await world.alter(() => before)
    world.codePipeline.clock.pass(MINUTE)
    world.fromNowOn({ rejecters: [{ name: 'security', people: ['U0ELI'] }] })
    await world.click('U0BEN')
    await world.settle()
    expect(world.sent).toEqual([])
    expect((await world.read()).problem).toContain('has rejected it')
  })

  test('a verdict that may have been sent already stays as it is', async () => {
    const world = await decided()
    await world.alter(() => ({ sending: { owner: 'another function', until: 0 } }))
    await world.settle({ configuration: world.configured({ match: { pipeline: 'another' } }) })
    expect(await world.read()).toMatchObject({
      state: { name: 'deciding', verdict: 'Approved' },
      problem: expect.stringContaining('no route'),
    })
  })
})

describe('the votes are judged by the route of the time of the last of them', () => {
  const BY_THREE = { approvers: [{ ...ROUTE.approvers[0], count: 3 }] }

  test('so what was enough then is sent under a stricter route', async () => {
    const world = await waiting({ approvers: [{ ...ROUTE.approvers[0], count: 1 }] })
    await world.click('U0ANA')
    world.codePipeline.clock.pass(MINUTE)
    world.fromNowOn(BY_THREE)
    await world.settle()
    expect(world.sent).toEqual(['Approved'])
  })

  test('or of the time of sending, if one of them chose a time: who may not approve any more then does not count', async () => {
    const world = await waiting({ later: { within: '1d' } })
    const { clock } = world.codePipeline
    const act = { do: 'vote', verdict: 'Approved', comment: '', notBefore: clock.now() + 60 * MINUTE } as const
    await actOnApproval(world.services, { approvalId: world.id, who: person('U0ANA'), act })
    await world.click('U0BEN')
    clock.pass(60 * MINUTE)
    await checkApproval(world.services, world.id)
    expect((await world.read()).state).toMatchObject({ name: 'deciding', verdict: 'Approved' })
    world.fromNowOn({ approvers: [{ ...ROUTE.approvers[0], people: ['U0ANA', 'U0DANA'] }] })
    await world.settle()
    expect(world.sent).toEqual([])
    expect((await world.read()).notSent).toContain('do not meet the policy')
  })

  test('so a first vote under a laxer route does not make it apply to the last', async () => {
    const world = await waiting()
    await world.click('U0ANA')
    world.codePipeline.clock.pass(MINUTE)
    world.fromNowOn(BY_THREE)
    await world.click('U0BEN')
    await world.alter(decide)
    await world.settle()
    expect(world.sent).toEqual([])
    expect((await world.read()).notSent).toContain('do not meet the policy')
  })

  test('and without a vote by the present route, so that its reason names what is missing now', async () => {
    const world = await waiting({ match: { pipeline: 'another' } })
    world.fromNowOn({})
    await world.alter(decide)
    await world.settle()
    expect(world.sent).toEqual([])
    expect((await world.read()).notSent).toContain('do not meet the policy')
  })
})

test('a vote that its person withdrew is no rejection: the others are enough', async () => {
  const world = await waiting()
  await world.click('U0ANA')
  await actOnApproval(world.services, { approvalId: world.id, who: person('U0ANA'), act: { do: 'withdraw' } })
  world.codePipeline.clock.pass(MINUTE)
  await world.click('U0BEN')
  await world.click('U0DANA')
  await world.settle()
  expect(world.sent).toEqual(['Approved'])
})

test('stand-ins whose time has come are enough', async () => {
  const world = await waiting({ escalate: { after: '30m', people: ['U0FAY', 'U0ELI'] } })
  world.codePipeline.clock.pass(30 * MINUTE)
  await world.alter(() => ({ escalatedAt: world.codePipeline.clock.now() }))
  await world.click('U0FAY')
  await world.click('U0ELI')
  await world.settle()
  expect(world.sent).toEqual(['Approved'])
})

test('while Slack does not list the approvers, the verdict waits and no alarm rings', async () => {
  const world = await waiting({ approvers: [{ name: 'engineers', groups: ['S0ENGINEERS'], count: 1 }] })
  await world.click('U0ANA')
  const { directory } = world.services
  const members = async () => ({ kind: 'unread', because: 'Slack did not list S0ENGINEERS' }) as const
  expect(await world.settle({ directory: { ...directory, members } })).toMatchObject({ kind: 'again' })
  expect({ sent: world.sent, problem: (await world.read()).problem }).toEqual({ sent: [], problem: null })
  expect(world.counted).not.toContain('VerdictNotProven')
  await world.settle()
  expect(world.sent).toEqual(['Approved'])
})

test('after ten minutes in which Slack does not list the approvers, the message says so and an alarm rings', async () => {
  const world = await waiting({ approvers: [{ name: 'engineers', groups: ['S0ENGINEERS'], count: 1 }] })
  await world.click('U0ANA')
  const { directory } = world.services
  const members = async () => ({ kind: 'unread', because: 'Slack did not list S0ENGINEERS' }) as const
  world.codePipeline.clock.pass(10 * MINUTE)
  expect(await world.settle({ directory: { ...directory, members } })).toMatchObject({
    kind: 'again',
    next: [{ do: 'show-approval', approval: world.id }],
  })
  expect((await world.read()).problem).toContain('S0ENGINEERS')
  expect(world.counted).toContain('EffectFailed')
  await world.settle()
  expect(world.sent).toEqual(['Approved'])
  expect((await world.read()).problem).toBeNull()
})

test('while Slack does not list who may reject, an approval with a rejection that was removed from the table waits', async () => {
  const world = await waiting({ rejecters: [{ name: 'security', groups: ['S0ENGINEERS'] }] })
  await world.click('U0BEN')
  const before = await world.read()
  await world.click('U0ANA', 'Rejected')
  expect((await world.read()).state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
  await world.alter(() => before)
  await world.click('U0DANA')
  const { directory } = world.services
  const members = async () => ({ kind: 'unread', because: 'Slack did not list S0ENGINEERS' }) as const
  expect(await world.settle({ directory: { ...directory, members } })).toMatchObject({ kind: 'again' })
  expect({ sent: world.sent, problem: (await world.read()).problem }).toEqual({ sent: [], problem: null })
  await world.settle()
  expect(world.sent).toEqual([])
  expect((await world.read()).problem).toContain('has rejected it')
})

test('while Slack does not list who could reject at the time of a rejection, the votes that came after it are kept', async () => {
  const world = await waiting({ rejecters: [{ name: 'security', groups: ['S0ENGINEERS'] }] })
  await world.click('U0BEN')
  const before = await world.read()
  await world.click('U0ANA', 'Rejected')
  await world.alter(() => before)
  world.codePipeline.clock.pass(MINUTE)
  world.fromNowOn({ rejecters: [{ name: 'security', people: ['U0ELI'] }] })
  await world.click('U0DANA')
  const { directory } = world.services
  const members = async () => ({ kind: 'unread', because: 'Slack did not list S0ENGINEERS' }) as const
  expect(await world.settle({ directory: { ...directory, members } })).toMatchObject({
    kind: 'again',
    because: 'Slack did not list S0ENGINEERS',
  })
  expect((await world.read()).state).toMatchObject({ name: 'deciding', verdict: 'Approved' })
})

test('while a calendar cannot be read, the verdict waits and no vote is lost', async () => {
  const world = await waiting(FROZEN_BY)
  await world.click('U0ANA')
  await world.click('U0BEN')
  expect(await world.settle(saying({ kind: 'unread', because: 'Systems Manager did not answer' }))).toMatchObject({
    kind: 'again',
    because: 'Systems Manager did not answer',
  })
  expect((await world.read()).votes).toHaveLength(2)
  await world.settle()
  expect(world.sent).toEqual(['Approved'])
})

test('while the freezes that were set in Slack cannot be read, the verdict waits and no vote is lost', async () => {
  const world = await waiting()
  await world.click('U0ANA')
  await world.click('U0BEN')
  expect(await world.settle(unreadFreezes(world.services.freezes))).toMatchObject({
    kind: 'again',
    because: 'the freezes that were set in Slack could not be looked up',
  })
  expect((await world.read()).votes).toHaveLength(2)
  expect(world.counted).not.toContain('VerdictNotProven')
})

test('a freeze that begins before the verdict is sent makes the approval wait, and no alarm rings', async () => {
  const world = await waiting(FROZEN_BY)
  await world.click('U0ANA')
  await world.click('U0BEN')
  const from = world.codePipeline.clock.now() + MINUTE
  world.codePipeline.clock.pass(MINUTE)
  await world.settle(saying({ kind: 'open', until: from }))
  const { state, votes, notSent, journal } = await world.read()
  expect({ state: state.name, votes: votes.length, notSent }).toEqual({
    state: 'waiting',
    votes: 2,
    notSent: FREEZE_HAS_BEGUN,
  })
  expect(journal.unfiled.at(-1)!.happened).toMatchObject({ what: 'not-sent', because: FREEZE_HAS_BEGUN })
  expect({ sent: world.sent, counted: world.counted }).toEqual({
    sent: [],
    counted: expect.not.arrayContaining(['VerdictNotProven']) as Metric[],
  })
})

test('a verdict that was fixed when a calendar closed is sent once the calendar is open again', async () => {
  const world = await waiting(FROZEN_BY)
  const { clock } = world.codePipeline
  await world.click('U0ANA')
  await world.click('U0BEN')
  const [closes, opens] = [clock.now() + MINUTE, clock.now() + 10 * MINUTE]
  const stateAt: Services['calendars']['stateAt'] = async (_, at) =>
    at < closes ? { kind: 'open', until: closes } : { kind: at < opens ? 'closed' : 'open', until: null }
  const calendars = { stateAt }
  const { pipelines } = world.services
  const putApprovalResult = () => Promise.reject(new Error('no answer'))
  await expect(world.settle({ calendars, pipelines: { ...pipelines, putApprovalResult } })).rejects.toThrow('no answer')
  clock.pass(2 * MINUTE)
  await world.settle({ calendars })
  expect((await world.read()).problem).toContain(FREEZE_HAS_BEGUN)
  clock.pass(9 * MINUTE)
  await world.settle({ calendars })
  expect(world.sent).toEqual(['Approved'])
})

test('the sender reads the freezes that were set in Slack once, however many have rejected', async () => {
  const world = await waiting({ escalate: { after: '30m', people: ['U0FAY'] } })
  world.codePipeline.clock.pass(30 * MINUTE)
  await world.alter(() => ({ escalatedAt: world.codePipeline.clock.now() }))
  const before = await world.read()
  for (const person of ['U0FAY', 'U0DANA']) {
    await world.click(person, 'Rejected')
    await world.alter(() => before)
  }
  await world.click('U0ANA')
  await world.click('U0BEN')
  let reads = 0
  const { freezes } = world.services
  const counting: Services['freezes'] = { ...freezes, all: () => (reads++, freezes.all()) }
  await world.settle({ freezes: counting })
  expect(reads).toBe(1)
})

test('a vote in a freeze of a calendar is lost, whatever the table says of the calendar', async () => {
  const world = await waiting(FROZEN_BY)
  await world.click('U0ANA')
  await world.click('U0BEN')
  await world.settle(saying({ kind: 'closed', until: null }))
  expect(world.sent).toEqual([])
  expect((await world.read()).notSent).toContain('change freeze')
})

test('a stand-in’s rejection counts while CodePipeline does not say since when it waits', async () => {
  const world = await waiting({ escalate: { after: '30m', people: ['U0FAY'] } })
  world.codePipeline.clock.pass(30 * MINUTE)
  await world.alter(() => ({ escalatedAt: world.codePipeline.clock.now() }))
  const before = await world.read()
  await world.click('U0FAY', 'Rejected')
  await world.alter(() => before)
  await world.click('U0ANA')
  await world.click('U0BEN')
  const stages: Services['pipelines']['stages'] = async (pipeline) =>
    (await world.services.pipelines.stages(pipeline))!.map((stage) => ({
      ...stage,
      actions: stage.actions.map((action) => ({ ...action, since: null })),
    }))
  await world.settle({ pipelines: { ...world.services.pipelines, stages } })
  expect(world.sent).toEqual([])
  expect((await world.read()).problem).toContain('has rejected it')
})
