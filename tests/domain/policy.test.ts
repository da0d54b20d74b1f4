import fc from 'fast-check'
import type { Policy, Rule, Vote } from '../../functions/domain/policy.ts'
import { mayDecide, rule as weigh } from '../../functions/domain/policy.ts'
import { POLICY, rule, vote } from './records-for-tests.ts'

const PEOPLE = ['U0ANA', 'U0BEN', 'U0CHEN', 'U0DANA', 'U0ELI', 'U0FAY']

const anyRule: fc.Arbitrary<Rule> = fc
  .subarray(PEOPLE, { minLength: 1 })
  .chain((people) =>
    fc.record({ name: fc.constantFrom('a', 'b', 'c'), people: fc.constant(people), count: fc.nat({ max: 3 }) }),
  )
  .map(({ count, ...about }) => ({ ...about, count: count + 1 }))

const anyPolicy: fc.Arbitrary<Policy> = fc.record({ rules: fc.array(anyRule, { maxLength: 4 }) })

const anyVotes = (...verdicts: Vote['verdict'][]): fc.Arbitrary<Vote[]> =>
  fc.array(
    fc
      .record({ userId: fc.constantFrom(...PEOPLE, 'U0MALLORY'), verdict: fc.constantFrom(...verdicts) })
      .map(({ userId, verdict }) => vote(userId, verdict)),
    { maxLength: 8 },
  )

const missing = (policy: Policy, votes: readonly Vote[]): number =>
  weigh(policy, votes).progress.reduce((total, rule) => total + rule.missing, 0)

/** The fewest places left open over every way to give each person to one rule or to none. */
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
  test('is met when each rule has its people', () => {
    const ruling = weigh(POLICY, [vote('U0DANA'), vote('U0CHEN')])
    expect(ruling.kind).toBe('granted')
    expect(ruling.progress.map(({ approvedBy }) => approvedBy.map(({ userId }) => userId))).toEqual([
      ['U0DANA'],
      ['U0CHEN'],
    ])
  })

  test('says what is missing while it is not met', () => {
    const ruling = weigh({ rules: [rule('release managers', ['U0DANA', 'U0ELI'], 2)] }, [vote('U0DANA')])
    expect(ruling).toMatchObject({ kind: 'open', progress: [{ missing: 1, approvedBy: [{ userId: 'U0DANA' }] }] })
  })

  test('moves somebody to another rule when that fills more places', () => {
    const policy = { rules: [rule('any', ['U0ANA', 'U0DANA']), rule('managers', ['U0DANA'])] }
    expect(weigh(policy, [vote('U0DANA'), vote('U0ANA')]).kind).toBe('granted')
  })

  test('ends with the first rejection of somebody who may decide', () => {
    const no = vote('U0ELI', 'Rejected')
    expect(weigh(POLICY, [vote('U0DANA'), vote('U0CHEN'), no])).toMatchObject({ kind: 'rejected', by: no })
  })

  test('does not hear the rejection of anybody else', () => {
    expect(weigh(POLICY, [vote('U0MALLORY', 'Rejected')]).kind).toBe('open')
  })

  test('without rules is never met and lets nobody decide', () => {
    const votes = PEOPLE.map((person) => vote(person))
    expect(weigh({ rules: [] }, votes).kind).toBe('open')
    expect(PEOPLE.filter((person) => mayDecide({ rules: [] }, person))).toEqual([])
  })
})

describe('whatever the rules and the votes are', () => {
  test('people whom no rule lists change nothing', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved', 'Rejected'), (policy, votes) => {
        const listed = votes.filter(({ userId }) => mayDecide(policy, userId))
        expect(weigh(policy, votes)).toEqual(weigh(policy, listed))
      }),
    )
  })

  test('it is never granted by fewer different people than its rules ask for', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved', 'Rejected'), (policy, votes) => {
        const ruling = weigh(policy, votes)
        const counted = ruling.progress.flatMap(({ rule, approvedBy }) => {
          expect(approvedBy.every(({ userId }) => rule.people.includes(userId))).toBe(true)
          return approvedBy.map(({ userId }) => userId)
        })
        expect(new Set(counted).size).toBe(counted.length)
        if (ruling.kind !== 'granted') return
        expect(counted.length).toBe(policy.rules.reduce((total, { count }) => total + count, 0))
        expect(counted.length).toBeGreaterThan(0)
      }),
    )
  })

  test('one more approval never takes a grant away, nor opens a place', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved'), fc.constantFrom(...PEOPLE, 'U0MALLORY'), (policy, votes, person) => {
        const more = [...votes, vote(person)]
        expect(missing(policy, more)).toBeLessThanOrEqual(missing(policy, votes))
        if (weigh(policy, votes).kind === 'granted') expect(weigh(policy, more).kind).toBe('granted')
      }),
    )
  })

  test('a rejection of somebody who may decide never grants', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved', 'Rejected'), (policy, votes) => {
        const rejected = votes.some(({ userId, verdict }) => verdict === 'Rejected' && mayDecide(policy, userId))
        expect(weigh(policy, votes).kind === 'rejected').toBe(rejected)
      }),
    )
  })

  test('the order of the votes does not matter to the ruling', () => {
    const shuffled = anyVotes('Approved', 'Rejected').chain((votes) =>
      fc.tuple(fc.constant(votes), fc.shuffledSubarray(votes, { minLength: votes.length })),
    )
    fc.assert(
      fc.property(anyPolicy, shuffled, (policy, [votes, others]) => {
        const ruling = weigh(policy, votes)
        expect(weigh(policy, others).kind).toBe(ruling.kind)
        if (ruling.kind !== 'rejected') expect(missing(policy, others)).toBe(missing(policy, votes))
      }),
    )
  })

  test('as many places are filled as any assignment could fill', () => {
    fc.assert(
      fc.property(anyPolicy, anyVotes('Approved'), ({ rules }, votes) => {
        const people = [...new Set(votes.map(({ userId }) => userId))]
        expect(missing({ rules }, votes)).toBe(fewestMissing(rules, people))
      }),
    )
  })
})
