import fc from 'fast-check'
import type { Forbidden, Policy, Rule, Vote } from '../../functions/domain/policy.ts'
import {
  barrierFor,
  canBeMet,
  isOutOfTurn,
  judge as weigh,
  laterTurns,
  stillNeededPeople,
} from '../../functions/domain/policy.ts'
import { POLICY, START, policy, rule, vote } from '../support/records.ts'

const PEOPLE = ['U0ANA', 'U0BEN', 'U0CHEN', 'U0DANA', 'U0ELI', 'U0FAY']
const EVERYONE = [...PEOPLE, 'U0MALLORY']
const WEEKEND = { name: 'weekend freeze', zone: 'UTC', span: { every: 'week', from: 7_200, to: 10_080 } } as const

const anyRule: fc.Arbitrary<Rule> = fc
  .subarray(PEOPLE, { minLength: 1 })
  .chain((people) =>
    fc.record({ name: fc.constantFrom('a', 'b', 'c'), people: fc.constant(people), count: fc.nat({ max: 3 }) }),
  )
  .map(({ count, ...about }) => ({ ...about, groups: [], count: count + 1 }))

const anyRules = fc.array(anyRule, { maxLength: 4 })

const anyForbidden: fc.Arbitrary<Forbidden[]> = fc.array(
  fc.record({
    userId: fc.constantFrom(...EVERYONE),
    because: fc.constantFrom('author', 'starter'),
    revision: fc.constant(null),
  }),
  { maxLength: 2 },
)

const UNKNOWN = { because: 'author', name: 'Gus', revision: '4f9c2e1' } as const
const UNREAD = 'Slack does not say who is in S0RELMGRS (timeout)'

/** Every rule in one way, or alternatives of which some share rules. */
const anyWays = (rules: readonly Rule[]): fc.Arbitrary<Pick<Policy, 'ways'>> =>
  rules.length === 0
    ? fc.constant({})
    : fc.oneof(
        fc.constant({}),
        fc
          .array(fc.subarray([...rules.keys()], { minLength: 1 }), { minLength: 2, maxLength: 4 })
          .map((ways) => ({ ways })),
      )

const TICKET = { isRequired: true, pattern: 'CHG\\d{7}', hint: null, url: null }

const anyRejecters = fc.subarray(EVERYONE, { minLength: 1 }).map((people) => [{ name: 'security', people, groups: [] }])

const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    consoleOnly: fc.option(fc.constant('the database is migrated by hand'), { freq: 9 }),
    forbidden: anyForbidden,
    unidentified: fc.array(fc.constant(UNKNOWN), { maxLength: 1 }),
    whenUnidentified: fc.constantFrom('refuse', 'allow'),
    freezes: fc.constantFrom([], [WEEKEND]),
    breakGlass: fc.subarray(PEOPLE),
    unread: fc.array(fc.constant(UNREAD), { maxLength: 1 }),
    rejecters: fc.option(anyRejecters, { nil: undefined, freq: 2 }),
    comment: fc.constantFrom(undefined, undefined, TICKET, { ...TICKET, isRequired: false }),
  })
  .map(({ rejecters, comment, ...more }) => ({ ...more, ...(rejecters && { rejecters }), ...(comment && { comment }) }))
  .chain((more) => anyRules.chain((rules) => anyWays(rules).map((ways) => policy(rules, { ...more, ...ways }))))

const anyVotes = (...verdicts: Vote['verdict'][]): fc.Arbitrary<Vote[]> =>
  fc.array(
    fc
      .record({
        userId: fc.constantFrom(...EVERYONE),
        verdict: fc.constantFrom(...verdicts),
        comment: fc.constantFrom('for CHG0012345', 'for CHG0012345', 'urgent', ''),
      })
      .map(({ userId, verdict, comment }) => vote(userId, verdict, { comment })),
    { maxLength: 8 },
  )

const missing = (policy: Policy, votes: readonly Vote[]): number => Math.min(...missingByWay(policy, votes))

const missingByWay = (policy: Policy, votes: readonly Vote[]): number[] =>
  weigh(policy, votes).ways.map((way) => way.reduce((total, rule) => total + rule.missing, 0))

/** An independent implementation of the policy's rules. */
const isListed = ({ rules, consoleOnly }: Policy, person: string): boolean =>
  consoleOnly === null && rules.some(({ people }) => people.includes(person))
const mayReject = (policy: Policy, person: string): boolean =>
  policy.rejecters
    ? policy.consoleOnly === null && policy.rejecters.some(({ people }) => people.includes(person))
    : isListed(policy, person)
const isOfTheForm = ({ comment: form }: Policy, comment: string): boolean =>
  !form || (comment === '' ? !form.isRequired : /CHG\d{7}/.test(comment))
const isForbidden = ({ forbidden, unidentified, whenUnidentified }: Policy, person: string): boolean =>
  forbidden.some(({ userId }) => userId === person) || (whenUnidentified === 'refuse' && unidentified.length > 0)

/** The fewest missing approvals over every way to assign each person to one rule or to none. */
const fewestMissing = (rules: readonly Rule[], people: readonly string[]): number => {
  const open = rules.map(({ count }) => count)
  const search = (index: number): number => {
    const person = people[index]
    if (person === undefined) return open.reduce((total, places) => total + places, 0)
    const left = rules.flatMap(({ people }, at) => {
      if (!people.includes(person) || open[at]! === 0) return []
      open[at]!--
      const best = search(index + 1)
      open[at]!++
      return best
    })
    return Math.min(search(index + 1), ...left)
  }
  return search(0)
}

describe('the policy', () => {
  test('is met when each rule has its approvals', () => {
    const ruling = weigh(POLICY, [vote('U0DANA'), vote('U0CHEN')])
    expect(ruling.kind).toBe('granted')
    expect(ruling.progress.map(({ approvedBy }) => approvedBy.map(({ userId }) => userId))).toEqual([
      ['U0DANA'],
      ['U0CHEN'],
    ])
  })

  test('says which approvals are missing while it is not met', () => {
    const ruling = weigh(policy([rule('release managers', ['U0DANA', 'U0ELI'], 2)]), [vote('U0DANA')])
    expect(ruling).toMatchObject({ kind: 'open', progress: [{ missing: 1, approvedBy: [{ userId: 'U0DANA' }] }] })
  })

  test('moves a person to another rule if that meets more of the rules', () => {
    const both = policy([rule('any', ['U0ANA', 'U0DANA']), rule('managers', ['U0DANA'])])
    expect(weigh(both, [vote('U0DANA'), vote('U0ANA')]).kind).toBe('granted')
  })

  test('moves one person after another, and counts each in the rule that they end in', () => {
    const chain = [rule('one', ['U0ANA', 'U0BEN']), rule('two', ['U0BEN', 'U0CHEN']), rule('three', ['U0CHEN'])]
    const counted = (rules: Rule[], ...people: string[]) =>
      weigh(
        policy(rules),
        people.map((userId) => vote(userId)),
      ).progress.map(({ approvedBy }) => approvedBy.map(({ userId }) => userId))
    expect(counted(chain, 'U0BEN', 'U0CHEN', 'U0ANA')).toEqual([['U0ANA'], ['U0BEN'], ['U0CHEN']])
    const two = [rule('any', ['U0DANA', 'U0ANA', 'U0CHEN'], 2), rule('managers', ['U0DANA'])]
    expect(counted(two, 'U0DANA', 'U0ANA', 'U0CHEN')).toEqual([['U0ANA', 'U0CHEN'], ['U0DANA']])
  })

  test('is met in one of several ways, and says how far each is', () => {
    const engineers = rule('engineers', ['U0ANA', 'U0BEN', 'U0CHEN'], 2)
    const either = policy([engineers, rule('leads', ['U0DANA'])], { ways: [[0], [1]] })
    const ruling = weigh(either, [vote('U0ANA')])
    expect(ruling).toMatchObject({
      kind: 'open',
      progress: [{ rule: { name: 'engineers' }, missing: 1 }],
      ways: [[{ missing: 1, approvedBy: [{ userId: 'U0ANA' }] }], [{ missing: 1, approvedBy: [] }]],
    })
    const begun = policy([rule('leads', ['U0DANA']), rule('engineers', ['U0ANA', 'U0BEN'], 2)], { ways: [[0], [1]] })
    expect(weigh(begun, [])).toMatchObject({ progress: [{ rule: { name: 'leads' } }] })
    expect(weigh(begun, [vote('U0ANA')])).toMatchObject({ progress: [{ rule: { name: 'engineers' }, missing: 1 }] })
    expect(stillNeededPeople(either, [vote('U0ANA')])).toEqual(['U0BEN', 'U0CHEN', 'U0DANA'])
    expect(weigh(either, [vote('U0ANA'), vote('U0DANA')])).toMatchObject({
      kind: 'granted',
      progress: [{ rule: { name: 'leads' } }],
    })
    expect(weigh(either, [vote('U0ANA'), vote('U0BEN')]).kind).toBe('granted')
  })

  test('in a sequence, counts an approval only after the rules before it are met', () => {
    const inTurn = policy([rule('QA', ['U0ANA']), rule('owners', ['U0ANA', 'U0DANA'])], { order: 'sequence' })
    const at = (userId: string, minute: number) => vote(userId, 'Approved', { at: START + minute })
    expect(barrierFor(inTurn, 'U0DANA', 'Approved', START)).toEqual({ because: 'not-your-turn', first: ['QA'] })
    expect(barrierFor(inTurn, 'U0DANA', 'Rejected', START)).toBeNull()
    expect(barrierFor(inTurn, 'U0DANA', 'Approved', START + 1, [], [at('U0ANA', 1)])).toBeNull()
    const before = barrierFor(inTurn, 'U0DANA', 'Approved', START, [], [at('U0ANA', 1)])
    expect(before).toEqual({ because: 'not-your-turn', first: ['QA'] })
    expect(stillNeededPeople(inTurn, [])).toEqual(['U0ANA'])
    expect(stillNeededPeople(inTurn, [at('U0ANA', 1)])).toEqual(['U0DANA'])
    expect(weigh(inTurn, [at('U0DANA', 2), at('U0ANA', 1)]).kind).toBe('granted')
    const early = [at('U0DANA', 1), at('U0ANA', 2)]
    expect(weigh(inTurn, early).kind).toBe('open')
    // The owner's approval was given before its turn, and may be given again.
    expect(stillNeededPeople(inTurn, early)).toEqual(['U0DANA'])
  })

  test('looks at each vote once, also in a sequence', () => {
    let looks = 0
    const people = Array.from({ length: 10 }, (_, index) => `U0P${index}`)
    const votes = people.map((userId, minute) => ({
      ...vote(userId, 'Approved', { at: START + minute }),
      get comment() {
        looks += 1
        return 'CHG0012345'
      },
    }))
    const inTurn = policy([rule('QA', people, 5), rule('owners', people, 9)], { order: 'sequence', comment: TICKET })
    expect(weigh(inTurn, votes)).toMatchObject({ kind: 'open', progress: [{ missing: 0 }, { missing: 4 }] })
    expect(looks).toBe(votes.length)
    stillNeededPeople(inTurn, votes)
    expect(looks).toBe(2 * votes.length)
  })

  test('counts a person once in each way', () => {
    const rules = [rule('QA', ['U0ANA']), rule('engineers', ['U0ANA', 'U0BEN']), rule('leads', ['U0ANA'])]
    const ways = {
      ways: [
        [0, 1],
        [0, 2],
      ],
    }
    expect(weigh(policy(rules, ways), [vote('U0ANA')]).kind).toBe('open')
    expect(weigh(policy(rules, ways), [vote('U0ANA'), vote('U0BEN')]).kind).toBe('granted')
    expect(canBeMet(policy(rules, { ways: [[0, 2]] }))).toBe(false)
    expect(canBeMet(policy(rules, ways))).toBe(true)
  })

  test('ends with the first rejection of an approver', () => {
    const no = vote('U0ELI', 'Rejected')
    expect(weigh(POLICY, [vote('U0DANA'), vote('U0CHEN'), no])).toMatchObject({ kind: 'rejected', by: no })
  })

  test('lets only those reject whom it names for that, and no one approve for it', () => {
    const veto = { ...POLICY, rejecters: [{ name: 'security', people: ['U0FAY'], groups: [] }] }
    const because = { because: 'not-a-rejecter', rejecters: ['security'] }
    expect(barrierFor(veto, 'U0DANA', 'Rejected', START)).toEqual(because)
    expect(barrierFor(veto, 'U0FAY', 'Approved', START)).toEqual({ because: 'not-an-approver' })
    expect(weigh(veto, [vote('U0DANA', 'Rejected')]).kind).toBe('open')
    expect(weigh(veto, [vote('U0FAY', 'Rejected')]).kind).toBe('rejected')
    const unread = { ...veto, unread: [UNREAD] }
    expect(barrierFor(unread, 'U0DANA', 'Rejected', START)).toEqual({ because: 'unread', unread: [UNREAD] })
  })

  test('ignores the rejection of a person who is not an approver', () => {
    expect(weigh(POLICY, [vote('U0MALLORY', 'Rejected')]).kind).toBe('open')
  })

  test('without rules is never met, and no one can decide', () => {
    const votes = PEOPLE.map((person) => vote(person))
    expect(weigh(policy([]), votes).kind).toBe('open')
    for (const person of PEOPLE)
      expect(barrierFor(policy([]), person, 'Rejected', START, [])).toEqual({ because: 'no-approvers' })
  })

  test('drops the approval of a person whom it now forbids, and requires another', () => {
    const since = { ...POLICY, forbidden: [{ userId: 'U0DANA', because: 'author', revision: 'b01d7aa' }] as const }
    const votes = [vote('U0DANA'), vote('U0CHEN')]
    expect(weigh(since, votes).kind).toBe('open')
    expect(stillNeededPeople(since, votes)).toEqual(['U0ELI'])
  })

  test('mentions only those whose approval could help', () => {
    expect(stillNeededPeople(POLICY, [])).toEqual(['U0DANA', 'U0ELI', 'U0ANA', 'U0CHEN'])
    expect(stillNeededPeople(POLICY, [vote('U0DANA')])).toEqual(['U0ANA', 'U0CHEN'])
    expect(stillNeededPeople({ ...POLICY, unidentified: [UNKNOWN] }, [])).toEqual([])
  })

  test('mentions no one who may not approve this change, though another of the same rule can', () => {
    const forbidden = [{ userId: 'U0ELI', because: 'author', revision: null }] as const
    expect(stillNeededPeople({ ...POLICY, forbidden }, [])).toEqual(['U0DANA', 'U0ANA', 'U0CHEN'])
  })

  test('counts a rejection as no approval', () => {
    const { progress } = weigh(POLICY, [vote('U0ELI', 'Rejected')])
    expect(progress).toMatchObject([
      { approvedBy: [], missing: 1 },
      { approvedBy: [], missing: 1 },
    ])
  })

  test('names the approvers of a rule in the order in which they voted', () => {
    const three = policy([rule('any', ['U0ANA', 'U0CHEN', 'U0DANA'], 3)])
    const { progress } = weigh(three, [vote('U0DANA'), vote('U0ANA'), vote('U0CHEN')])
    expect(progress[0]!.approvedBy.map(({ userId }) => userId)).toEqual(['U0DANA', 'U0ANA', 'U0CHEN'])
  })

  test('is weighed against groups of thousands as well', () => {
    const groups = [1, 2, 3, 4, 5].map((group) => Array.from({ length: 5_000 }, (_, index) => `U${group}-${index}`))
    const large = policy(groups.map((people, index) => rule(`group ${index + 1}`, people, 2)))
    expect(canBeMet(large)).toBe(true)
    const needed = stillNeededPeople(large, [vote('U1-4000'), vote('U1-4001'), vote('U2-1')])
    expect(needed).toHaveLength(4 * 5_000 - 1)
    expect(needed).not.toContain('U1-1')
  })

  test('can be met or not, for every set of approvals', () => {
    expect(canBeMet(POLICY)).toBe(true)
    expect(canBeMet(policy([rule('managers', ['U0DANA'], 2)]))).toBe(false)
    expect(canBeMet(policy([rule('managers', ['U0DANA']), rule('engineers', ['U0DANA'])]))).toBe(false)
  })
})

describe('the barrier of a person', () => {
  const saturday = Date.UTC(2026, 10, 28, 12)
  const strict = policy([rule('engineers', PEOPLE)], {
    forbidden: [
      { userId: 'U0ANA', because: 'author', revision: '4f9c2e1' },
      { userId: 'U0BEN', because: 'starter', revision: null },
    ],
    freezes: [WEEKEND],
    breakGlass: ['U0ELI'],
  })

  test.each([
    ['U0ANA', { because: 'author', revision: '4f9c2e1' }],
    ['U0BEN', { because: 'starter' }],
    ['U0MALLORY', { because: 'not-an-approver' }],
    ['U0CHEN', null],
  ])('%s on a working day: %j', (person, barrier) => {
    expect(barrierFor(strict, person, 'Approved', START)).toEqual(barrier)
  })

  test('is a freeze until an override; separation of duties is named first, and stays', () => {
    const frozen = { name: 'weekend freeze', zone: 'UTC', until: Date.UTC(2026, 10, 30) }
    const barrier = { because: 'frozen', frozen, breakGlass: ['U0ELI'] }
    expect(barrierFor(strict, 'U0CHEN', 'Approved', saturday)).toEqual(barrier)
    expect(barrierFor(strict, 'U0CHEN', 'Approved', saturday, [])).toBeNull()
    expect(barrierFor(strict, 'U0ANA', 'Approved', saturday, [])).toMatchObject({ because: 'author' })
  })

  test('is missing if an approver rejects: their own change, in a freeze, or with an unknown author', () => {
    const unknown = { ...strict, unidentified: [UNKNOWN] }
    for (const person of PEOPLE) expect(barrierFor(unknown, person, 'Rejected', saturday)).toBeNull()
    expect(barrierFor(unknown, 'U0MALLORY', 'Rejected', saturday)).not.toBeNull()
  })

  test('is an unknown author, if the route refuses those', () => {
    const unknown = { ...strict, unidentified: [UNKNOWN] }
    const barrier = { because: 'unidentified', unidentified: [UNKNOWN] }
    expect(barrierFor(unknown, 'U0CHEN', 'Approved', START)).toEqual(barrier)
    expect(barrierFor({ ...unknown, whenUnidentified: 'allow' }, 'U0CHEN', 'Approved', START)).toBeNull()
  })

  test('is what Slack did not list, for a person who may be in it', () => {
    const barrier = { because: 'unread', unread: [UNREAD] }
    const unread = { ...strict, unread: [UNREAD] }
    expect(barrierFor(unread, 'U0MALLORY', 'Approved', START)).toEqual(barrier)
    expect(barrierFor(unread, 'U0CHEN', 'Approved', START)).toBeNull()
  })

  test('is a console-only stage, before everything else', () => {
    const console = { ...strict, consoleOnly: 'by hand' }
    for (const person of EVERYONE)
      expect(barrierFor(console, person, 'Rejected', START, [])).toEqual({ because: 'console-only', why: 'by hand' })
  })
})

describe('for every policy and every set of votes', () => {
  test('people whom no rule lists, and approvals of forbidden people, change nothing', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved', 'Rejected'), (policy, votes) => {
        const counting = votes.filter(({ userId, verdict, comment }) =>
          verdict === 'Rejected'
            ? mayReject(policy, userId)
            : isListed(policy, userId) && !isForbidden(policy, userId) && isOfTheForm(policy, comment),
        )
        expect(weigh(policy, votes)).toEqual(weigh(policy, counting))
      }),
    )
  })

  test('it is never granted by fewer different people than its rules require, each listed and not forbidden', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved', 'Rejected'), (policy, votes) => {
        const ruling = weigh(policy, votes)
        const counted = ruling.progress.flatMap(({ rule, approvedBy }) => {
          expect(approvedBy.every(({ userId }) => rule.people.includes(userId))).toBe(true)
          return approvedBy.map(({ userId }) => userId)
        })
        expect(new Set(counted).size).toBe(counted.length)
        if (ruling.kind !== 'granted') return
        expect(ruling.ways).toContain(ruling.progress)
        expect(counted.length).toBe(ruling.progress.reduce((total, { rule }) => total + rule.count, 0))
        expect(counted.length).toBeGreaterThan(0)
        for (const person of counted) {
          expect(isListed(policy, person)).toBe(true)
          expect(isForbidden(policy, person)).toBe(false)
        }
      }),
    )
  })

  test('only people whom the rules list, the change does not forbid and no freeze stops have no barrier', () => {
    const moment = fc.nat({ max: 14 * 1_440 }).map((minute) => START + minute * 60_000)
    fc.assert(
      fc.property(anyPolicy, fc.constantFrom(...EVERYONE), moment, fc.boolean(), (policy, person, now, glass) => {
        const inForce = glass ? [] : policy.freezes
        const isWeekend = policy.freezes.length > 0 && [0, 6].includes(new Date(now).getUTCDay())
        const mayApprove = isListed(policy, person) && !isForbidden(policy, person) && (glass || !isWeekend)
        expect(barrierFor(policy, person, 'Approved', now, inForce) === null).toBe(mayApprove)
        expect(barrierFor(policy, person, 'Rejected', now, inForce) === null).toBe(mayReject(policy, person))
      }),
    )
  })

  test('one more approval never revokes a grant, and never adds a missing approval', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved'), fc.constantFrom(...EVERYONE), (policy, votes, person) => {
        const more = [...votes, vote(person)]
        expect(missing(policy, more)).toBeLessThanOrEqual(missing(policy, votes))
        if (weigh(policy, votes).kind === 'granted') expect(weigh(policy, more).kind).toBe('granted')
      }),
    )
  })

  test('with a rejection of an approver, it is never granted', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved', 'Rejected'), (policy, votes) => {
        const rejected = votes.some(({ userId, verdict }) => verdict === 'Rejected' && mayReject(policy, userId))
        expect(weigh(policy, votes).kind === 'rejected').toBe(rejected)
      }),
    )
  })

  test('the order of the votes does not change the ruling', () => {
    const shuffled = anyVotes('Approved', 'Rejected').chain((votes) =>
      fc.tuple(fc.constant(votes), fc.shuffledSubarray(votes, { minLength: votes.length })),
    )
    fc.assert(
      fc.property(anyPolicy, shuffled, (policy, [votes, others]) => {
        const ruling = weigh(policy, votes)
        expect(weigh(policy, others).kind).toBe(ruling.kind)
        if (ruling.kind !== 'rejected') expect(missingByWay(policy, others)).toEqual(missingByWay(policy, votes))
      }),
    )
  })

  test('as many required approvals are counted in each way as in the best assignment', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved'), (policy, votes) => {
        const may = ({ userId, comment }: Vote) =>
          isListed(policy, userId) && !isForbidden(policy, userId) && isOfTheForm(policy, comment)
        const people = [...new Set(votes.filter(may).map(({ userId }) => userId))]
        const ways = policy.ways ?? [[...policy.rules.keys()]]
        const fewest = ways.map((way) =>
          fewestMissing(
            way.map((index) => policy.rules[index]!),
            people,
          ),
        )
        expect(missingByWay(policy, votes)).toEqual(fewest)
      }),
    )
  })

  test('a sequence grants exactly if the votes can be cut in time so that each rule is met by its part', () => {
    const isMetInTurn = (rules: readonly Rule[], people: readonly string[]): boolean => {
      const [first, ...rest] = rules
      if (!first) return true
      return people.some((_, end) => {
        const part = new Set(people.slice(0, end + 1).filter((person) => first.people.includes(person)))
        return part.size >= first.count && isMetInTurn(rest, people.slice(end + 1))
      })
    }
    fc.assert(
      fc.property(
        fc.array(anyRule, { minLength: 1, maxLength: 4 }),
        anyVotes('Approved'),
        fc.constantFrom(...EVERYONE),
        (rules, votes, person) => {
          const inTurn = policy(rules, { order: 'sequence' })
          const timed = [...new Map(votes.map((one) => [one.userId, one])).values()].map((one, at) => ({ ...one, at }))
          const people = timed.map(({ userId }) => userId)
          const { kind } = weigh(inTurn, timed)
          expect(kind === 'granted').toBe(isMetInTurn(rules, people))
          if (kind !== 'granted') return
          expect(weigh(policy(rules), timed).kind).toBe('granted')
          expect(weigh(inTurn, [...timed, { ...vote(person), at: 99 }]).kind).toBe('granted')
        },
      ),
    )
  })

  test('a form of comment that is required never grants', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved', 'Rejected'), ({ comment: _, ...policy }, votes) => {
        if (weigh(policy, votes).kind !== 'granted')
          expect(weigh({ ...policy, comment: TICKET }, votes).kind).not.toBe('granted')
      }),
    )
  })

  test('one more alternative never takes a grant back, and one more rule in each way never grants', () => {
    fc.assert(
      fc.property(anyPolicy, anyRule, anyVotes('Approved'), (policy, extra, votes) => {
        const before = weigh(policy, votes).kind
        const ways = policy.ways ?? [[...policy.rules.keys()]]
        const rules = [...policy.rules, extra]
        const wider = { ...policy, rules, ways: [...ways, [policy.rules.length]] }
        const narrower = { ...policy, rules, ways: ways.map((way) => [...way, policy.rules.length]) }
        if (before === 'granted') expect(weigh(wider, votes).kind).toBe('granted')
        if (before !== 'granted' && policy.rules.length > 0) expect(weigh(narrower, votes).kind).not.toBe('granted')
      }),
    )
  })

  test('exactly those are mentioned whose approval would reduce the missing ones, after reassignment', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved'), (policy, votes) => {
        const asked = stillNeededPeople(policy, votes)
        const voted = new Set(votes.map(({ userId }) => userId))
        const before = missingByWay(policy, votes)
        const help = EVERYONE.filter(
          (person) =>
            !voted.has(person) &&
            missingByWay(policy, [...votes, vote(person, 'Approved', { comment: 'CHG0000001' })]).some(
              (after, way) => after < before[way]!,
            ),
        )
        expect(asked.toSorted()).toEqual(help)
        for (const person of asked) expect(barrierFor({ ...policy, freezes: [] }, person, 'Approved', START)).toBeNull()
      }),
    )
  })
})

describe('who may reject', () => {
  const rejecters = [
    { name: 'security', people: ['U0FAY'], groups: [] },
    { name: 'leads', people: ['U0ELI'], groups: [] },
  ]
  const of = { ...POLICY, rejecters }

  test('is named by one of the groups, and not by all', () => {
    expect(barrierFor(of, 'U0ELI', 'Rejected', START)).toBeNull()
    expect(barrierFor(of, 'U0FAY', 'Rejected', START)).toBeNull()
    expect(barrierFor(of, 'U0DANA', 'Rejected', START)).toEqual({
      because: 'not-a-rejecter',
      rejecters: ['security', 'leads'],
    })
  })
})

describe('a sequence with two ways', () => {
  const of = policy([rule('QA', ['U0ANA']), rule('owner', ['U0BEN']), rule('lead', ['U0ELI'])], {
    ways: [
      [0, 1],
      [2, 1],
    ],
    order: 'sequence',
  })
  const at = (userId: string, votes: Vote[]) => barrierFor(of, userId, 'Approved', START + 1, [], votes)

  test('is the turn of each group that is first in one of them', () => {
    expect(at('U0ANA', [])).toBeNull()
    expect(at('U0ELI', [])).toBeNull()
    expect(at('U0BEN', [])).toEqual({ because: 'not-your-turn', first: ['QA', 'lead'] })
  })

  test('is the turn of the next group once one way has come to it', () => {
    const votes = [vote('U0ELI', 'Approved', { at: START })]
    expect(at('U0BEN', votes)).toBeNull()
    expect(isOutOfTurn(of, votes, votes[0]!)).toBe(false)
  })

  test('an approval out of turn takes no place in any way; without an order none is out of turn', () => {
    const votes = [vote('U0BEN', 'Approved', { at: START })]
    expect(isOutOfTurn(of, votes, votes[0]!)).toBe(true)
    const { order: _, ...anyOrder } = of
    expect(isOutOfTurn(anyOrder, [vote('U0MALLORY')], vote('U0MALLORY'))).toBe(false)
    const rejection = vote('U0BEN', 'Rejected', { at: START })
    expect(isOutOfTurn(of, [rejection], rejection)).toBe(false)
  })
})

describe('of several ways', () => {
  const of = policy([rule('a', ['U0ANA']), rule('b', ['U0BEN']), rule('c', ['U0CHEN'])], { ways: [[0], [1, 2]] })
  const shown = (...people: string[]) =>
    weigh(
      of,
      people.map((one) => vote(one)),
    ).progress.map(({ rule: { name } }) => name)

  test('that are met, the first is shown', () => {
    expect(shown('U0ANA', 'U0BEN', 'U0CHEN')).toEqual(['a'])
  })

  test('in which as many approvals are missing, the one with approvals is shown, else the first', () => {
    expect(shown('U0BEN')).toEqual(['b', 'c'])
    const alike = { ...of, ways: [[0], [1]] }
    expect(weigh(alike, []).progress.map(({ rule: { name } }) => name)).toEqual(['a'])
  })
})

describe('the turn of a later group', () => {
  const at = (userId: string, after: number) => vote(userId, 'Approved', { at: START + after })
  const [qa, leads, owners] = [rule('QA', ['U0ANA']), rule('leads', ['U0BEN']), rule('owners', ['U0CHEN', 'U0ELI'], 2)]

  test('begins when the groups before it are complete, and goes on while approvals are missing', () => {
    const of = policy([qa, owners], { order: 'sequence' })
    expect(laterTurns(of, [])).toEqual([])
    expect(laterTurns(of, [at('U0ANA', 3)])).toEqual([{ rule: 1, since: START + 3, people: ['U0CHEN', 'U0ELI'] }])
    expect(laterTurns(of, [at('U0ANA', 3), at('U0CHEN', 5)])).toEqual([
      { rule: 1, since: START + 3, people: ['U0ELI'] },
    ])
    expect(laterTurns(of, [at('U0ANA', 3), at('U0CHEN', 5), at('U0ELI', 6)])).toEqual([])
  })

  test.each([
    [5, 3],
    [3, 5],
  ])('begins once, in the way that came to it first: after %i or %i ms', (first, second) => {
    const of = policy([qa, leads, owners], {
      order: 'sequence',
      ways: [
        [0, 2],
        [1, 2],
      ],
    })
    expect(laterTurns(of, [at('U0ANA', first), at('U0BEN', second)])).toMatchObject([{ rule: 2, since: START + 3 }])
  })
})
