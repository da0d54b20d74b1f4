import { approvalId } from '../../../functions/domain/approval-id.ts'
import type { Vote } from '../../../functions/domain/policy.ts'
import { verdictStatement } from '../../../functions/domain/statement.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { checkApproval } from '../../../functions/flows/approval/check-approval.ts'
import { settleApproval } from '../../../functions/flows/effects/settle-approval.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { memorySignatures } from '../../support/memory/signatures.ts'
import {
  lax,
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

test('a verdict of signed votes is sent, and the sender has signed it with the record up to then', async () => {
  const { click, settle, sent, counted, read, services } = await waiting()
  await click('U0ANA')
  await click('U0BEN')
  const before = (await read()).journal
  await settle()
  expect(sent).toEqual(['Approved'])
  expect(counted).not.toContain('VerdictNotProven')
  const after = await read()
  const entry = after.journal.unfiled.find(({ happened }) => happened.what === 'verified')!
  if (entry.happened.what !== 'verified') throw new Error('no entry')
  const { verdict, votes, record, signed } = entry.happened
  const { tokenHash, ...signature } = signed
  expect(record).toEqual({ entries: before.count, hash: before.head })
  expect(votes).toEqual(after.votes.map((vote) => vote.signed!.value))
  const statement = verdictStatement(after, { verdict, votes, record, tokenHash, at: entry.at })
  expect(await services.signatures.verify(statement, signature)).toBe(true)
})

describe('nothing is sent for', () => {
  const refused = async ({ settle, sent, counted, read }: Awaited<ReturnType<typeof waiting>>, because: string) => {
    await settle()
    expect(sent).toEqual([])
    expect(counted).toContain('VerdictNotProven')
    const { problem, notSent, journal, state } = await read()
    // With genuine votes, it waits for more of them.
    expect(because === NOT_MET ? notSent : problem).toContain(because)
    expect(state.name).toBe(because === NOT_MET ? 'waiting' : 'deciding')
    expect(journal.unfiled.at(-1)!.happened).toMatchObject({ what: 'not-sent', verdict: 'Approved' })
  }
  const ALTERED = 'is not the one that was signed'
  const NOT_MET = 'do not meet the policy'

  test('a state that was written without a vote', async () => {
    const world = await waiting()
    await world.alter(decide)
    await refused(world, NOT_MET)
  })

  test('a vote that was invented, with no signature or with that of another key', async () => {
    for (const sign of [undefined, memorySignatures('the thief’s own')]) {
      const world = await waiting()
      await world.click('U0ANA')
      const { votes } = await world.read()
      const { signed, ...real } = votes[0]!
      const forged: Vote = {
        ...real,
        userId: 'U0BEN',
        ...(sign && { signed: { ...signed!, ...(await sign.sign('x')) } }),
      }
      await world.alter(() => ({ ...decide(), votes: [...votes, forged] }))
      await refused(world, sign ? ALTERED : NOT_MET)
    }
  })

  test.each<[string, (vote: Vote) => Partial<Vote>]>([
    ['of another person', () => ({ userId: 'U0DANA' })],
    ['of another time', ({ at }) => ({ at: at + 1 })],
    ['of another comment', () => ({ comment: 'checked on staging' })],
    ['on other revisions', ({ signed }) => ({ signed: { ...signed!, revisions: ['f'.repeat(40)] } })],
    ['under another policy', ({ signed }) => ({ signed: { ...signed!, policy: '0'.repeat(64) } })],
  ])('a vote that was altered: %s', async (_, how) => {
    const world = await waiting()
    await world.click('U0ANA')
    await world.click('U0BEN')
    await world.alter(({ votes }) => ({
      votes: votes.map((vote, index) => (index ? { ...vote, ...how(vote) } : vote)),
    }))
    await refused(world, ALTERED)
  })

  test('a rejection that was turned into an approval', async () => {
    const world = await waiting()
    await world.click('U0ANA')
    await world.click('U0BEN', 'Rejected')
    await world.alter(({ votes }) => ({
      ...decide(),
      votes: votes.map((vote) => ({ ...vote, verdict: 'Approved' as const })),
    }))
    await refused(world, ALTERED)
  })

  test('votes that were cast on an earlier execution', async () => {
    const world = await waiting()
    await world.click('U0ANA')
    await world.click('U0BEN', 'Rejected')
    await world.settle()
    const { votes } = await world.read()
    await world.codePipeline.start()
    world.sent.length = 0
    await requestApproval(world.services, world.notification())
    const { id } = world.notification()
    await world.alter(() => ({ ...decide(), votes }), id)
    await world.settle({}, id)
    expect(world.sent).toEqual([])
    expect((await world.read(id)).problem).toContain(ALTERED)
  })

  test('the token of another approval under the id of the one that people saw', async () => {
    const world = await waiting()
    const other = approvalId('111122223333', 'eu-west-1', 'another token')
    await world.services.approvals.create({ ...(await world.read()), id: other })
    const vote = (userId: string) =>
      actOnApproval(world.services, {
        approvalId: other,
        who: person(userId),
        act: { do: 'vote', verdict: 'Approved', comment: '' },
      })
    await vote('U0ANA')
    await vote('U0BEN')
    await world.settle({}, other)
    expect(world.sent).toEqual([])
    expect((await world.read(other)).problem).toContain('the token of another')
  })

  test('a policy in the table that names other people, or fewer', async () => {
    const world = await waiting()
    await world.click('U0ANA')
    await world.alter(({ resolvedPolicy }) => ({
      ...decide(),
      resolvedPolicy: { ...resolvedPolicy!, policy: lax(resolvedPolicy!.policy) },
    }))
    await refused(world, NOT_MET)
  })

  test('an author who was struck from the change in the table', async () => {
    const world = await waiting({ forbid: ['author'] })
    const authors = (await world.read()).change.authors
    expect(authors).not.toEqual([])
    await world.alter(({ change, resolvedPolicy }) => ({
      change: { ...change, authors: [] },
      resolvedPolicy: { ...resolvedPolicy!, policy: { ...resolvedPolicy!.policy, forbidden: [], unidentified: [] } },
    }))
    // Both are counted: the function that counts them has only the table's word for who the author is.
    await world.click('U0ANA')
    await world.click('U0BEN')
    await refused(world, NOT_MET)
  })

  test('stand-ins whose time has not come', async () => {
    const world = await waiting({ escalate: { after: '30m', people: ['U0FAY', 'U0ELI'] } })
    await world.alter(() => ({ escalatedAt: 1 }))
    await world.click('U0FAY')
    await world.click('U0ELI')
    await refused(world, NOT_MET)
  })

  test('a vote that was withdrawn, though the withdrawal was removed from the table', async () => {
    const world = await waiting()
    await world.click('U0ANA')
    const before = await world.read()
    const withdraw = { approvalId: world.id, who: person('U0ANA'), act: { do: 'withdraw' } as const }
    expect(await actOnApproval(world.services, withdraw)).toMatchObject({ kind: 'done' })
    await world.alter(({ votes }) => ({ votes: [...before.votes, ...votes], journal: before.journal }))
    await world.click('U0BEN')
    expect((await world.read()).state.name).toBe('deciding')
    await refused(world, 'has withdrawn')
  })

  test('an approval that a person has rejected, though the rejection was removed from the table', async () => {
    const world = await waiting()
    await world.click('U0ANA')
    const before = await world.read()
    await world.click('U0DANA', 'Rejected')
    await world.alter(() => before)
    await world.click('U0BEN')
    await refused(world, 'has rejected it')
  })

  test('an override of a freeze that was not made, and a freeze that was struck from the table', async () => {
    const freezes = [{ name: 'stocktaking', from: '00:00', to: '23:59' }]
    const world = await waiting()
    await world.click('U0ANA')
    await world.click('U0BEN')
    const frozen = { ...world, services: { ...world.services, configuration: world.configured({ freeze: freezes }) } }
    await settleApproval(frozen.services, world.id)
    expect(world.sent).toEqual([])
    expect(await world.read()).toMatchObject({
      state: { name: 'waiting' },
      votes: [],
      notSent: expect.stringContaining('change freeze'),
    })
  })
})

describe('a verdict of a rule', () => {
  const BY_ITSELF = { approvers: undefined, autoApprove: { after: '2h', alarms: ['shop-5xx'] } }
  const DECIDED = {
    state: { name: 'deciding', verdict: 'Approved', since: 0 },
    approvedBy: { after: 1, alarms: [] },
  } as const
  const ringing: Partial<Services> = {
    alarms: { read: async () => ({ kind: 'read', alarms: [{ name: 'shop-5xx', state: 'ALARM', since: 0 }] }) },
  }

  test('is sent once its time has passed, as the rule’s, and the sender signs it', async () => {
    const world = await waiting(BY_ITSELF)
    world.codePipeline.clock.pass(120 * MINUTE)
    await checkApproval(world.services, world.id)
    expect((await world.read()).state).toMatchObject({ name: 'deciding', verdict: 'Approved' })
    await world.settle()
    expect(world.sent).toEqual(['Approved'])
    const happened = (await world.read()).journal.unfiled.map((entry) => entry.happened)
    expect(happened.find(({ what }) => what === 'verified')).toMatchObject({ votes: [] })
    expect(happened.find(({ what }) => what === 'decided')).toMatchObject({ by: [], automatic: { after: 7_200_000 } })
  })

  test.each<[string, object, number, Partial<Services>, string]>([
    ['before its time', BY_ITSELF, 119, {}, 'has not passed'],
    ['though an alarm rings', BY_ITSELF, 120, ringing, 'in ALARM'],
    ['in a calendar’s freeze', { ...BY_ITSELF, ...FROZEN_BY }, 120, saying({ kind: 'closed', until: null }), 'freeze'],
    ['where the route has no rule', {}, 120, {}, 'does not let it approve itself'],
  ])('is not sent %s, whatever the table says', async (_, route, minutes, services, why) => {
    const world = await waiting(route)
    world.codePipeline.clock.pass(minutes * MINUTE)
    await world.alter(() => DECIDED)
    await world.settle(services)
    expect(world.sent).toEqual([])
    const { state, approvedBy, journal } = await world.read()
    expect({ state, approvedBy }).toEqual({ state: { name: 'waiting' }, approvedBy: undefined })
    expect(journal.unfiled.at(-1)!.happened).toMatchObject({
      what: 'not-sent',
      because: expect.stringContaining(why) as string,
    })
  })

  const approvedByRule = async (route: object = {}) => {
    const world = await waiting({ ...BY_ITSELF, ...route })
    world.codePipeline.clock.pass(120 * MINUTE)
    await checkApproval(world.services, world.id)
    expect((await world.read()).state).toMatchObject({ name: 'deciding' })
    return world
  }

  const noSince = ({ pipelines }: Services): Services['pipelines'] => ({
    ...pipelines,
    stages: async (pipeline) =>
      (await pipelines.stages(pipeline))!.map((stage) => ({
        ...stage,
        actions: stage.actions.map((action) => ({ ...action, since: null })),
      })),
  })
  test.each<[string, (services: Services) => Partial<Services>, string]>([
    ['the freezes that were set in Slack', ({ freezes }) => unreadFreezes(freezes), 'could not be looked up'],
    ['a calendar', () => saying({ kind: 'unread', because: 'Systems Manager did not answer' }), 'Systems Manager'],
    [
      'its alarms',
      () => ({ alarms: { read: async () => ({ kind: 'unread', because: 'CloudWatch did not answer' }) } }),
      'CloudWatch',
    ],
    ['since when it waits', (services) => ({ pipelines: noSince(services) }), 'since when it waits'],
  ])('waits, and no alarm rings, while %s cannot be read', async (_, unread, why) => {
    const world = await approvedByRule(FROZEN_BY)
    expect(await world.settle(unread(world.services))).toMatchObject({
      kind: 'again',
      because: expect.stringContaining(why) as string,
    })
    expect((await world.read()).state).toMatchObject({ name: 'deciding' })
    expect(world.counted).not.toContain('VerdictNotProven')
    await world.settle()
    expect(world.sent).toEqual(['Approved'])
  })

  const noAlarms: Services['alarms']['read'] = async () => ({ kind: 'unread', because: 'CloudWatch did not answer' })
  const SLOW = 'AWS or Slack are slow'
  test.each<[string, Partial<Services>, string]>([
    ['its alarms cannot be read', { alarms: { read: noAlarms } }, 'CloudWatch did not answer'],
    ['AWS answers too slowly', {}, SLOW],
  ])('waits again after a minute in which %s, and people can reject it', async (_, unread, why) => {
    const world = await approvedByRule({ approvers: [{ ...ROUTE.approvers[0], count: 1 }] })
    const { codePipeline, services } = world
    const clock = { ...services.clock, ...(why === SLOW && { sleep: async () => {} }) }
    const meanwhile = { ...unread, clock }
    expect(await world.settle(meanwhile)).toMatchObject({ kind: 'again' })
    codePipeline.clock.pass(MINUTE)
    expect(await world.settle(meanwhile)).toMatchObject({ kind: 'done' })
    const { state, soak, journal, ...waits } = await world.read()
    const because = expect.stringContaining(why) as string
    expect({ state, soak }).toEqual({ state: { name: 'waiting' }, soak: { kind: 'stopped', because, isUnread: true } })
    expect(waits).not.toHaveProperty('notSent')
    expect(waits).not.toHaveProperty('approvedBy')
    expect(journal.unfiled.at(-1)!.happened).toMatchObject({ what: 'not-sent', because })
    await world.click('U0DANA', 'Rejected')
    await world.settle()
    expect(world.sent).toEqual(['Rejected'])
  })

  test('waits again after a minute of unexpected errors, and people can reject it', async () => {
    const world = await approvedByRule({ approvers: [{ ...ROUTE.approvers[0], count: 1 }] })
    const failing = { alarms: { read: () => Promise.reject(new Error('socket hang up')) } }
    await expect(world.settle(failing)).rejects.toThrow('socket hang up')
    world.codePipeline.clock.pass(MINUTE)
    const told: unknown[] = []
    const log = { ...world.services.log, error: (...given: unknown[]) => void told.push(given[1]) }
    expect(await world.settle({ ...failing, log })).toMatchObject({ kind: 'done' })
    expect(told).toEqual([{ approval: world.id, error: new Error('socket hang up') }])
    const { state, journal } = await world.read()
    expect(state).toEqual({ name: 'waiting' })
    expect(journal.unfiled.at(-1)!.happened).toMatchObject({
      what: 'not-sent',
      because: 'an unexpected error came while it was verified',
    })
    await world.click('U0DANA', 'Rejected')
    await world.settle()
    expect(world.sent).toEqual(['Rejected'])
  })

  test('is sent once all can be read again, after it has waited for people meanwhile', async () => {
    const world = await approvedByRule()
    world.codePipeline.clock.pass(MINUTE)
    await world.settle({ alarms: { read: noAlarms } })
    expect((await world.read()).state).toEqual({ name: 'waiting' })
    await checkApproval(world.services, world.id)
    await world.settle()
    expect(world.sent).toEqual(['Approved'])
  })

  test('may have been sent before: it does not wait again, and the message says what cannot be read', async () => {
    const world = await approvedByRule()
    const { clock } = world.codePipeline
    await world.alter(() => ({ sending: { owner: 'lost', takenAt: clock.now(), until: clock.now() } as never }))
    clock.pass(11 * MINUTE)
    expect(await world.settle({ alarms: { read: noAlarms } })).toMatchObject({ kind: 'again' })
    const { state, problem } = await world.read()
    expect(state.name).toBe('deciding')
    expect(problem).toContain('CloudWatch did not answer')
    expect(world.counted).toContain('EffectFailed')
  })

  test('is sent after a freeze that began before it was sent, and no alarm rings', async () => {
    const world = await approvedByRule(FROZEN_BY)
    const closed = saying({ kind: 'closed', until: world.codePipeline.clock.now() + MINUTE })
    await world.settle(closed)
    const { state, journal, ...waits } = await world.read()
    expect(state).toEqual({ name: 'waiting' })
    expect(waits).not.toHaveProperty('notSent')
    expect(journal.unfiled.at(-1)!.happened).toMatchObject({ what: 'not-sent', because: FREEZE_HAS_BEGUN })
    expect(world.counted).not.toContain('VerdictNotProven')
    await checkApproval({ ...world.services, ...closed }, world.id)
    expect((await world.read()).state).toEqual({ name: 'waiting' })
    world.codePipeline.clock.pass(MINUTE)
    await checkApproval(world.services, world.id)
    await world.settle()
    expect(world.sent).toEqual(['Approved'])
  })

  test('is not sent for an approval that has the token of another one', async () => {
    const world = await waiting(BY_ITSELF)
    world.codePipeline.clock.pass(120 * MINUTE)
    await world.alter((now) => ({ ...DECIDED, where: { ...now.where, region: 'us-east-1' } }))
    await world.settle()
    expect(world.sent).toEqual([])
    expect((await world.read()).problem).toContain('has the token of another one')
  })

  test('is not sent after a person has rejected it, even if the table has forgotten that', async () => {
    const world = await waiting({ autoApprove: BY_ITSELF.autoApprove })
    const before = await world.read()
    await world.click('U0DANA', 'Rejected')
    expect((await world.read()).state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
    world.codePipeline.clock.pass(120 * MINUTE)
    await world.alter(() => ({ ...before, ...DECIDED }))
    await world.settle()
    expect(world.sent).toEqual([])
    expect((await world.read()).problem).toContain('has rejected it')
  })

  test('is not sent after a person has stopped it, even if the table has forgotten that', async () => {
    const world = await waiting(BY_ITSELF)
    const before = await world.read()
    await actOnApproval(world.services, { approvalId: world.id, who: person('U0FAY'), act: { do: 'stop-automatic' } })
    expect((await world.read()).automaticStop).toMatchObject({ userId: 'U0FAY' })
    expect(world.counted).toContain('AutomaticStopped')
    world.codePipeline.clock.pass(120 * MINUTE)
    await checkApproval(world.services, world.id)
    expect((await world.read()).state).toEqual({ name: 'waiting' })
    await world.alter(() => ({ ...before, automaticStop: undefined, ...DECIDED }) as never)
    await world.settle()
    expect(world.sent).toEqual([])
    expect((await world.read()).problem).toContain('has stopped the automatic approval')
  })
})
