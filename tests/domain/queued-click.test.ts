import type { Act } from '../../functions/domain/act.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { attempt, withDeferredClick, withoutDeferredClick } from '../../functions/domain/attempt.ts'
import { emptyJournal } from '../../functions/domain/journal.ts'
import { refusedStatement, withQueuedRefusal, withTakenClick } from '../../functions/domain/queued-click.ts'
import { MINUTE, START, acted, actor, approval, policy, rule, under, vote, voted } from '../support/records.ts'

const LATER = START + 10 * MINUTE
const YES: Act = { do: 'vote', verdict: 'Approved', comment: '' }

describe('a click that the queue had', () => {
  const click = { who: actor('U0DANA'), act: YES, at: LATER }
  const three = policy([rule('three', ['U0DANA', 'U0ELI', 'U0CHEN'], 3)])
  const taken = (of: Approval) => withTakenClick(of, click).deferredClicks

  test('is weighed, whatever other people did since', () => {
    const since = voted(approval(), three, vote('U0ELI', 'Approved', { at: LATER + 1 }))
    const withdrawn = acted(since, actor('U0ELI'), { do: 'withdraw' }, LATER + 2)
    const noted = withDeferredClick(withdrawn, { who: actor('U0CHEN'), act: YES, at: LATER + 3 })
    for (const one of [since, withdrawn, noted]) expect(taken(one)).toContainEqual(click)
  })

  test('is only recorded once its person has voted, withdrawn or clicked since', () => {
    const since = voted(approval(), three, vote('U0DANA', 'Approved', { at: LATER + 1 }))
    const withdrawn = acted(since, actor('U0DANA'), { do: 'withdraw' }, LATER + 2)
    const noted = withDeferredClick(under(approval(), three), { ...click, at: LATER + 3 })
    for (const one of [since, withdrawn, noted]) {
      const after = withTakenClick(one, click)
      expect(after.deferredClicks).toEqual(one.deferredClicks)
      expect(after.journal.count).toBe(one.journal.count + 1)
    }
  })

  test('is weighed beside another click of its person at the same moment', () => {
    const same = voted(approval(), three, vote('U0DANA', 'Rejected', { at: LATER }))
    expect(taken(same)).toContainEqual(click)
  })

  test('changes nothing if it comes again: while it waits, once it counts, and once it was refused', () => {
    const noted = withTakenClick(under(approval(), three), click)
    const weighed = withoutDeferredClick(noted, click, LATER)
    const counted = acted(weighed, click.who, YES, LATER)
    const { journal, ...refused } = attempt(weighed, click.who, YES, LATER, { because: 'deactivated' })[0]
    const filed = { ...refused, journal: { ...journal, unfiled: [] } }
    for (const one of [noted, counted, filed]) expect(withTakenClick(one, click)).toBe(one)
  })
})

describe('a refusal that the queue had', () => {
  const refused = {
    who: actor('U0ZOE'),
    act: 'vote',
    refusal: { because: 'not-an-approver' },
    at: LATER,
    seal: '',
  } as const

  test('is recorded with the time of the click, once', () => {
    const after = withQueuedRefusal(approval(), refused)
    const { seal: _, at, ...happened } = refused
    expect(after.journal.unfiled.at(-1)).toMatchObject({ at, happened: { what: 'refused', ...happened } })
    const filed = { ...after, journal: { ...after.journal, unfiled: [] } }
    expect(withQueuedRefusal(filed, refused)).toBe(filed)
  })

  test('does not stand for that of another person, or for a later one', () => {
    const after = withQueuedRefusal(approval(), refused)
    for (const other of [
      { ...refused, at: LATER + 1 },
      { ...refused, who: actor('U0FAY') },
    ])
      expect(withQueuedRefusal(after, other).journal.count).toBe(after.journal.count + 1)
  })

  test('does not stand for that of a person whose ID ends in its time', () => {
    const after = withQueuedRefusal(approval(), { ...refused, who: actor('U0ZOE1'), at: 2 })
    expect(withQueuedRefusal(after, { ...refused, at: 12 })).not.toBe(after)
  })

  test('is sealed for its approval, its person, its act, its reason and its time', () => {
    const seals = [
      refusedStatement('a1', refused),
      refusedStatement('a2', refused),
      refusedStatement('a1', { ...refused, who: actor('U0FAY') }),
      refusedStatement('a1', { ...refused, act: 'withdraw' }),
      refusedStatement('a1', { ...refused, refusal: { because: 'expired' } }),
      refusedStatement('a1', { ...refused, at: LATER + 1 }),
    ]
    expect(new Set(seals).size).toBe(seals.length)
  })

  test('leaves room in the approval, however many there are', () => {
    let after = approval()
    for (let at = 0; at < 1_100; at++)
      after = withQueuedRefusal({ ...after, journal: emptyJournal }, { ...refused, at })
    expect(after.queuedClicks).toHaveLength(1_000)
    expect(withQueuedRefusal(after, { ...refused, at: 1_099 })).toBe(after)
  })
})
