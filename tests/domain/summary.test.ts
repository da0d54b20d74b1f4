import fc from 'fast-check'
import { summaryOf } from '../../functions/domain/summary.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { POLICY, START, approval, deciding, policy, rule, under, vote, voted } from '../support/records.ts'
import { anyCharacter } from '../support/any-character.ts'

const LIMIT = 512

/** Approvers, each with their vote. */
const decided = (more: Partial<Approval>): Approval => {
  const of = approval(more)
  return under(
    of,
    policy([
      rule(
        'approvers',
        of.votes.map(({ userId }) => userId),
      ),
    ]),
  )
}
const HALVES = ['\ud83d', '\udc69', 'a\ud83d']

test('names the people who decided, with their Slack user IDs and comments', () => {
  expect(summaryOf(deciding(), 'Approved')).toBe(
    'Approved in Slack by dana (U0DANA); chen (U0CHEN): checked on staging. Greenlight 3f9ac2d1',
  )
})

test('names only those who gave this verdict', () => {
  const votes = [vote('U0DANA'), vote('U0ELI', 'Rejected', { comment: 'not\n  today' })]
  expect(summaryOf(decided({ votes }), 'Rejected')).toBe(
    'Rejected in Slack by eli (U0ELI): not today. Greenlight 3f9ac2d1',
  )
})

test('is cut if it is too long, and keeps the mark that identifies it as ours', () => {
  const votes = [vote('U0DANA', 'Approved', { comment: 'x'.repeat(5_000) })]
  const summary = summaryOf(decided({ votes }), 'Approved')
  expect(summary).toMatch(/^Approved in Slack by dana \(U0DANA\): x+…\. Greenlight 3f9ac2d1$/)
  expect(summary).toHaveLength(LIMIT)
})

test('names all who decided, and for whom, however long their names are', () => {
  const ids = Array.from({ length: 6 }, (_, index) => [`U0P${index}`, `U0AWAY${index}`] as const)
  const long = 'n'.repeat(60)
  const votes = ids.map(([userId, absent]) => {
    const standsInFor = [{ userId: absent, name: long, absence: `a-${absent}` }]
    return { ...vote(userId, 'Approved', { standsInFor }), name: long }
  })
  const standIns = ids.map(([userId, absent]) => ({
    ...{ userId, for: absent, name: long, absence: `a-${absent}`, from: 0, until: Infinity },
  }))
  const people = ids.map(([, absent]) => absent)
  const summary = summaryOf(
    under(approval({ votes }), policy([rule('approvers', people, 6)], { standIns })),
    'Approved',
  )
  expect(summary.length).toBeLessThanOrEqual(LIMIT)
  for (const id of ids.flat()) expect(summary).toContain(`(${id})`)
})

describe('the person who overrode the freeze', () => {
  const frozen = { name: 'weekend freeze', zone: 'Europe/London', until: null }
  const override = { userId: 'U0ELI', name: 'Eli Brandt', reason: 'the shop is down', frozen, windows: [], at: START }

  test('is named with the reason, if the verdict is an approval', () => {
    expect(summaryOf({ ...deciding(), override }, 'Approved')).toBe(
      'Approved in Slack by dana (U0DANA); chen (U0CHEN): checked on staging. ' +
        'Glass broken by Eli Brandt (U0ELI): the shop is down. Greenlight 3f9ac2d1',
    )
    expect(summaryOf({ ...deciding(), override }, 'Rejected')).not.toContain('Glass')
  })

  test.each([2, 6, 60])('is named beside %d others with long comments', (count) => {
    const reason = 'r'.repeat(300)
    const votes = Array.from({ length: count }, (_, index) =>
      vote(`U0P${index}`, 'Approved', { comment: 'x'.repeat(300) }),
    )
    const summary = summaryOf(decided({ votes, override: { ...override, reason } }), 'Approved')
    expect(summary.length).toBeLessThanOrEqual(LIMIT)
    expect(summary).toMatch(/\. Glass broken by Eli Brandt \(U0ELI\)(?:: r+…)?\. Greenlight 3f9ac2d1$/)
  })
})

describe('for all names and comments', () => {
  const text = fc.oneof(
    fc.constantFrom(...HALVES),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: anyCharacter, minLength: 400 }),
  )
  const votes = fc.array(
    fc
      .record({ name: text, comment: text, id: fc.stringMatching(/^U[A-Z0-9]{8,10}$/) })
      .map(({ id, ...told }) => vote(id, 'Approved', told)),
    { minLength: 1, maxLength: 6 },
  )

  test('it fits, in one line, without half characters, and is always the same', () => {
    fc.assert(
      fc.property(votes, (votes) => {
        const summary = summaryOf(decided({ votes }), 'Approved')
        expect(summary.length).toBeLessThanOrEqual(LIMIT)
        expect(summary.isWellFormed()).toBe(true)
        expect(summary).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
        expect(summary).toMatch(/ Greenlight 3f9ac2d1$/)
        expect(summaryOf(decided({ votes }), 'Approved')).toBe(summary)
      }),
    )
  })

  test('it has the IDs of all who decided', () => {
    fc.assert(
      fc.property(votes, (votes) => {
        const summary = summaryOf(decided({ votes }), 'Approved')
        for (const { userId } of votes) expect(summary).toContain(`(${userId})`)
      }),
    )
  })
})

test('long comments leave room for the names of all', () => {
  const votes = ['U0DANA', 'U0ELI', 'U0ANA'].map((id) => vote(id, 'Approved', { comment: 'x'.repeat(300) }))
  const summary = summaryOf(decided({ votes }), 'Approved')
  expect(summary).toMatch(
    /^Approved in Slack by dana \(U0DANA\): x+…; eli \(U0ELI\): x+…; ana \(U0ANA\): x+…\. Greenlight 3f9ac2d1$/,
  )
})

test('a name is cut at 60 characters, so that the other names have room, and the ID follows it', () => {
  const name = 'n'.repeat(100)
  expect(summaryOf(decided({ votes: [vote('U0DANA', 'Approved', { name })] }), 'Approved')).toBe(
    `Approved in Slack by ${'n'.repeat(59)}… (U0DANA). Greenlight 3f9ac2d1`,
  )
  const exact = vote('U0DANA', 'Approved', { name: 'n'.repeat(60) })
  expect(summaryOf(decided({ votes: [exact] }), 'Approved')).toContain(` ${'n'.repeat(60)} (U0DANA)`)
})

test.each([
  [10, 'n… '],
  [11, ''],
])(
  'of a name that has room for one letter and the mark of the cut, the letter is kept: IDs of %d characters',
  (size, name) => {
    const ids = Array.from({ length: 27 }, (_, index) => `U${index}`.padEnd(size, '0'))
    const votes = ids.map((id) => vote(id, 'Approved', { name: 'nnn' }))
    expect(summaryOf(decided({ votes }), 'Approved')).toBe(
      `Approved in Slack by ${ids.map((id) => `${name}(${id})`).join('; ')}. Greenlight 3f9ac2d1`,
    )
  },
)

test('a summary is one line, whatever white space a name or a comment begins and ends with', () => {
  const votes = [vote('U0DANA', 'Approved', { name: ' dana ', comment: '\n checked\ton staging \n' })]
  expect(summaryOf(decided({ votes }), 'Approved')).toBe(
    'Approved in Slack by dana (U0DANA): checked on staging. Greenlight 3f9ac2d1',
  )
})

test('the room of people without a comment goes to those with one, and the summary is full', () => {
  const quiet = ['U0ELI', 'U0ANA'].map((id) => vote(id))
  const votes = [vote('U0DANA', 'Approved', { comment: 'x'.repeat(600) }), ...quiet]
  const summary = summaryOf(decided({ votes }), 'Approved')
  expect(summary).toHaveLength(LIMIT)
  expect(summary).toMatch(/^Approved in Slack by dana \(U0DANA\): x+…; eli \(U0ELI\); ana \(U0ANA\)\. Greenlight/)
})

test('two comments, and the reason of an override, have the same room each', () => {
  const frozen = { name: 'weekend freeze', zone: 'Europe/London', until: null }
  const override = { userId: 'U0ELI', name: 'Eli', reason: 'r'.repeat(600), frozen, windows: [], at: START }
  const votes = ['U0DANA', 'U0ANA'].map((id) => vote(id, 'Approved', { comment: 'x'.repeat(600) }))
  const summary = summaryOf(decided({ votes, override }), 'Approved')
  const lengths = [...summary.matchAll(/: (x+|r+)…/g)].map(([, said]) => said!.length)
  expect(new Set(lengths).size).toBe(1)
  expect(summary.length).toBeGreaterThan(LIMIT - 3)
  expect(summary.length).toBeLessThanOrEqual(LIMIT)
})

describe('the room of a summary', () => {
  const ids = (summary: string) => summary.match(/\(U0\w+\)/g)

  test('is shared by the names of many people, each with the whole ID', () => {
    const votes = Array.from({ length: 7 }, (_, index) =>
      vote(`U0P${index}`, 'Approved', { name: String(index).repeat(300) }),
    )
    const summary = summaryOf(decided({ votes }), 'Approved')
    expect(ids(summary)).toHaveLength(7)
    expect(summary.length).toBeGreaterThan(LIMIT - 2 * votes.length)
    expect(new Set(summary.match(/\d+…/g)!.map(({ length }) => length)).size).toBe(1)
  })

  test('has only IDs, if there are too many people for names', () => {
    const votes = Array.from({ length: 46 }, (_, index) => vote(`U0P${index}`))
    expect(summaryOf(decided({ votes }), 'Approved')).toMatch(/^Approved in Slack by \(U0P0\); \(U0P1\); /)
  })

  test('is shared by the comments and the reason for the override', () => {
    const frozen = { name: 'weekend freeze', zone: 'Europe/London', until: null }
    const reason = 'r'.repeat(5_000)
    const override = { userId: 'U0ELI', name: 'Eli', reason, frozen, windows: [], at: START }
    const lengths = (...comments: string[]) => {
      const votes = comments.map((comment, index) => vote(`U0P${index}`, 'Approved', { comment }))
      const summary = summaryOf(decided({ votes, override }), 'Approved')
      expect(summary.length).toBeLessThanOrEqual(LIMIT)
      expect(summary.length).toBeGreaterThan(LIMIT - 4)
      expect(ids(summary)).toHaveLength(comments.length + 1)
      return new Set(summary.match(/([xr])\1+…/g)!.map(({ length }) => length)).size
    }
    expect(lengths('', '')).toBe(1)
    expect(lengths('x'.repeat(5_000), '')).toBe(1)
    expect(lengths('x'.repeat(5_000), 'x'.repeat(5_000))).toBe(1)
  })
})

test('an approval by a rule names the rule, and a rejection those who rejected', () => {
  const approvedBy = { after: 0, alarms: [] }
  const mark = `Greenlight ${approval().id.slice(0, 8)}`
  expect(summaryOf({ ...deciding(), approvedBy }, 'Approved')).toBe(
    `Approved automatically by autoApprove of greenlight.yml. ${mark}`,
  )
  const rejected = voted(approval(), POLICY, vote('U0DANA', 'Rejected'))
  expect(summaryOf({ ...rejected, approvedBy }, 'Rejected')).toBe(`Rejected in Slack by dana (U0DANA). ${mark}`)
})
