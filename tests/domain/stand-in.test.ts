import { attempt, refusalFor } from '../../functions/domain/attempt.ts'
import { deciders, votesFor } from '../../functions/domain/approval.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { Policy, Vote } from '../../functions/domain/policy.ts'
import {
  barrierFor,
  canBeMet,
  countedFor,
  countedIn,
  judge,
  standsInFor,
  stillNeededPeople,
} from '../../functions/domain/policy.ts'
import type { StandIn } from '../../functions/domain/stand-in.ts'
import { isAskedFor } from '../../functions/domain/stand-in.ts'
import { summaryOf } from '../../functions/domain/summary.ts'
import { DAY, MINUTE, START, actor, approval, policy, rule, under, vote } from '../support/records.ts'

const standIn = (userId: string, absent: string, more: Partial<StandIn> = {}): StandIn => ({
  userId,
  for: absent,
  name: absent.slice(2),
  absence: `away-of-${absent}`,
  from: START,
  until: START + DAY,
  ...more,
})

const managers = (more: Partial<Policy> = {}, count = 1): Policy =>
  policy([rule('release managers', ['U0DANA', 'U0ELI'], count), rule('engineers', ['U0ANA', 'U0CHEN'])], more)

/** A vote as a click makes it: of those for whom its person stands in. */
const cast = (of: Approval, userId: string, at: number, verdict: Vote['verdict'] = 'Approved') =>
  attempt(of, actor(userId), { do: 'vote', verdict, comment: '' }, at)

const open = (more: Partial<Policy> = {}, count = 1): Approval => under(approval(), managers(more, count))

test('a stand-in counts in the place of the person who is away, and the record says for whom', () => {
  const [next, attempted] = cast(open({ standIns: [standIn('U0HALA', 'U0DANA')] }), 'U0HALA', START + MINUTE)
  expect(attempted).toMatchObject({ kind: 'counted', ruling: { kind: 'open' } })
  const standsFor = [{ userId: 'U0DANA', name: 'DANA', absence: 'away-of-U0DANA' }]
  expect(next.votes).toMatchObject([{ userId: 'U0HALA', standsInFor: standsFor }])
  expect(next.journal.unfiled.at(-1)?.happened).toMatchObject({
    what: 'voted',
    rules: ['release managers'],
    standsInFor: standsFor,
  })
  const [decided] = cast(next, 'U0CHEN', START + 2 * MINUTE)
  expect(decided.state).toMatchObject({ name: 'deciding', verdict: 'Approved' })
  expect(decided.journal.unfiled.at(-1)?.happened).toMatchObject({
    rules: [
      { name: 'release managers', people: ['U0HALA'] },
      { name: 'engineers', people: ['U0CHEN'] },
    ],
  })
  expect(decided.votes.map((one) => votesFor(decided, one)?.userId ?? null)).toEqual(['U0DANA', null])
  expect(summaryOf(decided, 'Approved')).toMatch(/^Approved in Slack by hala \(U0HALA\) for DANA \(U0DANA\); chen/)
})

test.each<[string, Partial<StandIn>]>([
  ['before it begins', { from: START + 2 * MINUTE }],
  ['once it is over', { until: START + MINUTE }],
  ['of another person', { userId: 'U0FINN' }],
  ['for someone who is no approver', { for: 'U0BEN' }],
  ['for themselves', { for: 'U0HALA' }],
  ['for someone who has no account that can decide', { isRevoked: true }],
])('no one stands in %s', (_, more) => {
  const [next, attempted] = cast(open({ standIns: [standIn('U0HALA', 'U0DANA', more)] }), 'U0HALA', START + MINUTE)
  expect(attempted).toMatchObject({ kind: 'refused', refusal: { because: 'not-an-approver' } })
  expect(next.votes).toEqual([])
})

test('a vote without the claim, or from outside its time, does not count for the absent person', () => {
  const away = managers({ standIns: [standIn('U0HALA', 'U0DANA')] })
  const claimed = { standsInFor: [{ userId: 'U0DANA', name: 'Dana', absence: 'away-of-U0DANA' }] }
  const chen = vote('U0CHEN')
  const kindOf = (more: Partial<Vote>, under = away) => judge(under, [vote('U0HALA', 'Approved', more), chen]).kind
  expect(kindOf({ ...claimed, at: START + MINUTE })).toBe('granted')
  expect(kindOf({ at: START + MINUTE })).toBe('open')
  const revoked = managers({ standIns: [standIn('U0HALA', 'U0DANA', { isRevoked: true })] })
  expect(kindOf({ ...claimed, at: START + MINUTE }, revoked)).toBe('granted')
  expect(kindOf({ ...claimed, at: START - 1 })).toBe('open')
  expect(kindOf({ ...claimed, at: START + DAY })).toBe('open')
  expect(kindOf({ ...claimed, at: START + MINUTE }, managers())).toBe('open')
  const another = { standsInFor: [{ userId: 'U0DANA', name: 'Dana', absence: 'away-of-another' }] }
  expect(kindOf({ ...another, at: START + MINUTE })).toBe('open')
})

test('never around a forbid: of the absent person, or of the stand-in', () => {
  const standIns = [standIn('U0HALA', 'U0DANA')]
  const author = { userId: 'U0DANA', because: 'author', revision: 'b01d7aa' } as const
  const own = managers({ standIns, forbidden: [author] })
  expect(barrierFor(own, 'U0HALA', 'Approved', START)).toEqual({
    because: 'absent-forbidden',
    for: 'U0DANA',
    own: 'author',
  })
  expect(barrierFor(own, 'U0HALA', 'Rejected', START)).toMatchObject({ because: 'absent-forbidden' })
  const claim = { at: START + MINUTE, standsInFor: [{ userId: 'U0DANA', name: 'Dana', absence: 'away-of-U0DANA' }] }
  expect(judge(own, [vote('U0HALA', 'Approved', claim), vote('U0CHEN')]).kind).toBe('open')

  const theirs = managers({ standIns, forbidden: [{ ...author, userId: 'U0HALA' }] })
  expect(barrierFor(theirs, 'U0HALA', 'Approved', START)).toMatchObject({ because: 'author' })
  expect(judge(theirs, [vote('U0HALA', 'Approved', claim), vote('U0CHEN')]).kind).toBe('open')
})

test('a person counts once, for themselves or for another', () => {
  const standIns = [standIn('U0ELI', 'U0DANA'), standIn('U0CHEN', 'U0DANA')]
  const [next] = cast(open({ standIns }, 2), 'U0ELI', START + MINUTE)
  // Eli is a release manager: standing in for one adds nothing.
  expect(next.votes[0]).not.toHaveProperty('standsInFor')
  expect(judge(next.resolvedPolicy!.policy, next.votes)).toMatchObject({ progress: [{ missing: 1 }, { missing: 1 }] })
  const [both] = cast(next, 'U0CHEN', START + 2 * MINUTE)
  // Chen counts as an engineer or for Dana, not as both.
  const { kind, progress } = judge(both.resolvedPolicy!.policy, both.votes)
  expect([kind, progress.reduce((sum, { missing }) => sum + missing, 0)]).toEqual(['open', 1])
  const [done] = cast(both, 'U0ANA', START + 3 * MINUTE)
  expect(done.state).toMatchObject({ name: 'deciding' })
  expect(done.votes.map((one) => votesFor(done, one)?.userId ?? null)).toEqual([null, 'U0DANA', null])
})

test('the place of a person counts once: their own vote has it, else the first for them', () => {
  const standIns = [standIn('U0HALA', 'U0DANA'), standIn('U0FINN', 'U0DANA')]
  const two = open({ standIns }, 2)
  const [first] = cast(two, 'U0HALA', START + MINUTE)
  expect(refusalFor(first, 'U0FINN', 'Approved', START + MINUTE)).toEqual({
    because: 'absent-decided',
    for: 'U0DANA',
    by: 'U0HALA',
  })
  // Dana is back for a moment: her own vote counts, and Hala's no more.
  const [own] = cast(first, 'U0DANA', START + 2 * MINUTE)
  expect(judge(own.resolvedPolicy!.policy, own.votes).progress[0]).toMatchObject({
    missing: 1,
    approvedBy: [{ userId: 'U0DANA' }],
  })
  expect(deciders(own, 'Approved').map(({ userId }) => userId)).toEqual(['U0DANA'])
  expect(refusalFor(own, 'U0HALA', 'Rejected', START + 3 * MINUTE)).toMatchObject({
    because: 'absent-decided',
    by: 'U0DANA',
  })
})

test('a stand-in passes nothing on to their own stand-in', () => {
  const standIns = [standIn('U0HALA', 'U0DANA'), standIn('U0FINN', 'U0HALA')]
  expect(barrierFor(managers({ standIns }), 'U0FINN', 'Approved', START)).toEqual({ because: 'not-an-approver' })
})

test('a stand-in may reject where the absent person may', () => {
  const standIns = [standIn('U0HALA', 'U0DANA')]
  const [next] = cast(open({ standIns }), 'U0HALA', START + MINUTE, 'Rejected')
  expect(next.state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
  const rejecters = [{ name: 'security', people: ['U0ANA'], groups: [] }]
  expect(barrierFor(managers({ standIns, rejecters }), 'U0HALA', 'Rejected', START)).toMatchObject({
    because: 'not-a-rejecter',
  })
})

test('a person who has approved for themselves may approve again once an approver has named them', () => {
  const [own] = cast(open(), 'U0CHEN', START + MINUTE)
  const named = under(own, managers({ standIns: [standIn('U0CHEN', 'U0DANA', { from: START + 2 * MINUTE })] }))
  // What they decided before was not for Dana.
  const withAna = cast(named, 'U0ANA', START + 2 * MINUTE)[0]
  expect(withAna.state.name).toBe('waiting')
  const [again, attempted] = cast(withAna, 'U0CHEN', START + 3 * MINUTE)
  expect(attempted.kind).toBe('counted')
  expect(again.state).toMatchObject({ name: 'deciding' })
})

test('in a sequence a stand-in comes when the turn of the absent person does', () => {
  const standIns = [standIn('U0HALA', 'U0ANA')]
  const inTurn = managers({ standIns, order: 'sequence' })
  expect(barrierFor(inTurn, 'U0HALA', 'Approved', START)).toMatchObject({ because: 'not-your-turn' })
  expect(
    barrierFor(inTurn, 'U0HALA', 'Approved', START + 1, [], [vote('U0DANA', 'Approved', { at: START })]),
  ).toBeNull()
})

test('what the escalation gives to a person who is away, no one has in their place', () => {
  const standIns = [standIn('U0HALA', 'U0CHEN')]
  const [release, engineers] = managers().rules
  const escalated = managers({
    standIns,
    rules: [{ ...release!, people: [...release!.people, 'U0CHEN'], named: 2 }, engineers!],
  })
  const [next] = cast(under(approval(), escalated), 'U0HALA', START + MINUTE)
  expect(next.journal.unfiled.at(-1)?.happened).toMatchObject({ rules: ['engineers'] })
  // Ana fills the other place of the engineers, and no one is a release manager.
  expect(judge(escalated, [...next.votes, vote('U0ANA')]).kind).toBe('open')
  expect(judge(escalated, [...next.votes, vote('U0CHEN')]).kind).toBe('open')
  expect(judge(escalated, [...next.votes, vote('U0DANA')]).kind).toBe('granted')
  expect(stillNeededPeople(escalated, [vote('U0ANA')])).toEqual(['U0DANA', 'U0ELI', 'U0CHEN'])
  const alone = policy([{ ...release!, people: [...release!.people, 'U0CHEN'], named: 2 }], { standIns })
  for (const verdict of ['Approved', 'Rejected'] as const)
    expect(barrierFor(alone, 'U0HALA', verdict, START)).toEqual({ because: 'not-an-approver' })
})

test('the stand-in is asked in the place of the absent person, and no one stands in for canBeMet', () => {
  const standIns = [standIn('U0HALA', 'U0DANA')]
  expect(stillNeededPeople(managers({ standIns }), [])).toEqual(['U0HALA', 'U0ELI', 'U0ANA', 'U0CHEN'])
  expect(stillNeededPeople(managers({ standIns: [{ ...standIns[0]!, isOver: true }] }), [])).toContain('U0DANA')
  expect(canBeMet(policy([rule('managers', ['U0DANA'], 2)], { standIns }))).toBe(false)
})

describe('the place of a person who is away', () => {
  const DANA_AWAY = { userId: 'U0DANA', name: 'DANA', absence: 'away-of-U0DANA' }
  const ELI_AWAY = { userId: 'U0ELI', name: 'ELI', absence: 'away-of-U0ELI' }
  const standing = (userId: string, whom = DANA_AWAY, more: Partial<Vote> = {}): Vote =>
    vote(userId, 'Approved', { standsInFor: [whom], ...more })
  const people = (of: Policy, votes: Vote[]) =>
    judge(of, votes).progress.map(({ approvedBy }) => approvedBy.map(({ userId }) => userId))

  test('is not theirs in a rule that they are in by the escalation alone', () => {
    const leads = { ...rule('leads', ['U0DANA', 'U0ELI']), named: 1 }
    const managers = { ...rule('managers', ['U0ELI', 'U0CHEN']), named: 2 }
    const of = policy([leads, managers], { standIns: [standIn('U0FAY', 'U0ELI')] })
    expect(people(of, [vote('U0CHEN'), standing('U0FAY', ELI_AWAY)])).toEqual([[], ['U0CHEN']])
    const eli = policy([leads], { standIns: [standIn('U0GUS', 'U0ELI'), standIn('U0FAY', 'U0DANA')] })
    expect(stillNeededPeople(eli, [])).toEqual(['U0FAY', 'U0ELI'])
  })

  test('is not theirs in any rule if they may only reject', () => {
    const of = policy([rule('leads', ['U0ELI']), rule('engineers', ['U0FAY', 'U0CHEN'])], {
      rejecters: [rule('managers', ['U0DANA'])],
      standIns: [standIn('U0FAY', 'U0DANA')],
    })
    expect(people(of, [vote('U0CHEN'), standing('U0FAY')])).toEqual([[], ['U0CHEN']])
  })

  test('is free while their own vote, or that of another stand-in, does not count', () => {
    const comment = { isRequired: true, pattern: 'CHG\\d{7}', hint: null, url: null }
    const of = managers({ comment, standIns: [standIn('U0HALA', 'U0DANA'), standIn('U0GUS', 'U0DANA')] })
    const uncounted = vote('U0DANA', 'Approved', { comment: 'fine' })
    expect(standsInFor(of, 'U0HALA', START + MINUTE, [uncounted])).toEqual([DANA_AWAY])
    const counted = vote('U0DANA', 'Approved', { comment: 'CHG0012345' })
    expect(standsInFor(of, 'U0HALA', START + MINUTE, [counted])).toEqual([])
    expect(barrierFor(of, 'U0HALA', 'Approved', START + MINUTE, [], [standing('U0GUS'), counted])).toEqual({
      because: 'absent-decided',
      for: 'U0DANA',
      by: 'U0DANA',
    })
  })

  test('is taken by the first who votes for them', () => {
    const of = managers({ standIns: [standIn('U0FAY', 'U0DANA'), standIn('U0GUS', 'U0DANA')] })
    expect(countedIn(of, [standing('U0FAY'), standing('U0GUS')]).map(({ userId }) => userId)).toEqual(['U0FAY'])
    expect(countedIn(of, [vote('U0CHEN'), standing('U0FAY')]).map(({ userId }) => userId)).toEqual(['U0CHEN', 'U0FAY'])
  })

  test('is not said to be theirs once they vote: the stand-in then counts for another absent person', () => {
    const ELI_AWAY = { userId: 'U0ELI', name: 'ELI', absence: 'away-of-U0ELI' }
    const of = policy([rule('managers', ['U0DANA', 'U0ELI'], 2)], {
      standIns: [standIn('U0FAY', 'U0DANA'), standIn('U0FAY', 'U0ELI')],
    })
    const both = standing('U0FAY', DANA_AWAY, { standsInFor: [DANA_AWAY, ELI_AWAY] })
    expect(countedFor(of, [both], both)).toEqual(DANA_AWAY)
    expect(countedFor(of, [both, vote('U0DANA')], both)).toEqual(ELI_AWAY)
    expect(countedFor(of, [vote('U0DANA'), both], both)).toEqual(ELI_AWAY)
  })

  test('is recorded in no rule of a person who has voted since', () => {
    const of = policy([rule('owners', ['U0DANA']), rule('managers', ['U0ELI'])], {
      standIns: [standIn('U0FAY', 'U0DANA'), standIn('U0FAY', 'U0ELI')],
    })
    const [first] = cast(under(approval(), of), 'U0FAY', START + MINUTE)
    const [decided] = cast(first, 'U0DANA', START + 2 * MINUTE)
    expect(decided.journal.unfiled.at(-1)?.happened).toMatchObject({
      what: 'decided',
      rules: [
        { name: 'owners', people: ['U0DANA'] },
        { name: 'managers', people: ['U0FAY'] },
      ],
    })
  })

  const REJECTERS = [rule('auditors', ['U0IDA']), rule('managers', ['U0DANA'])]
  test('is theirs among those who may reject', () => {
    const of = managers({ rejecters: REJECTERS, standIns: [standIn('U0FAY', 'U0DANA')] })
    expect(barrierFor(of, 'U0FAY', 'Rejected', START + MINUTE)).toBeNull()
    const ofAuditor = managers({ rejecters: REJECTERS, standIns: [standIn('U0FAY', 'U0IDA')] })
    expect(barrierFor(ofAuditor, 'U0FAY', 'Rejected', START + MINUTE)).toBeNull()
    expect(barrierFor(ofAuditor, 'U0FAY', 'Approved', START + MINUTE)).not.toBeNull()
    expect(barrierFor(of, 'U0IDA', 'Rejected', START + MINUTE)).toBeNull()
    expect(barrierFor(of, 'U0ELI', 'Rejected', START + MINUTE)).toMatchObject({ because: 'not-a-rejecter' })
    const decided = [vote('U0DANA')]
    expect(barrierFor(of, 'U0FAY', 'Rejected', START + MINUTE, [], decided)).toMatchObject({
      because: 'absent-decided',
      by: 'U0DANA',
    })
  })

  test('is told of a rejection, unless its person may reject for themselves', () => {
    const no = standing('U0FAY', DANA_AWAY, { verdict: 'Rejected' })
    const standIns = [standIn('U0FAY', 'U0DANA')]
    const of = managers({ standIns })
    expect(countedFor(of, [no], no)).toEqual(DANA_AWAY)
    expect(countedFor(managers({ standIns, rejecters: REJECTERS }), [no], no)).toEqual(DANA_AWAY)
    const both = managers({ standIns, rejecters: [...REJECTERS, rule('engineers', ['U0FAY'])] })
    expect(countedFor(both, [no], no)).toBeNull()
    const ELI_AWAY = { userId: 'U0ELI', name: 'ELI', absence: 'away-of-U0ELI' }
    const two = policy([rule('managers', ['U0DANA', 'U0ELI'], 2)], {
      standIns: [...standIns, standIn('U0FAY', 'U0ELI')],
    })
    const ofTwo = standing('U0FAY', DANA_AWAY, { verdict: 'Rejected', standsInFor: [DANA_AWAY, ELI_AWAY] })
    expect(countedFor(two, [ofTwo], ofTwo)).toEqual(DANA_AWAY)
    expect(countedFor(two, [vote('U0DANA'), ofTwo], ofTwo)).toEqual(ELI_AWAY)
  })

  test('is asked for where it helps, in any of the ways', () => {
    const of = policy([rule('managers', ['U0DANA']), rule('engineers', ['U0CHEN'])], {
      ways: [[0], [1]],
      standIns: [standIn('U0FAY', 'U0DANA')],
    })
    expect(stillNeededPeople(of, [])).toEqual(['U0FAY', 'U0CHEN'])
  })
})

test.each<[string, string, Partial<StandIn>, boolean]>([
  ['an approver', 'U0DANA', {}, true],
  ['the stand-in of one', 'U0HALA', {}, true],
  ['the stand-in of one, whose time is over', 'U0HALA', { isOver: true }, false],
  ['the stand-in of another person', 'U0HALA', { for: 'U0ANA' }, false],
  ['another person', 'U0FINN', {}, false],
])('%s is asked: %s', (_, userId, more, isAsked) => {
  const of = managers({ standIns: [standIn('U0HALA', 'U0DANA', more)] })
  expect(isAskedFor(of, of.rules[0]!, userId)).toBe(isAsked)
})
