import fc from 'fast-check'
import type { Approval, Outcome, Release } from '../../functions/domain/approval.ts'
import {
  attentionAt,
  cast,
  checked,
  deciders,
  isOpen,
  passed,
  refusalFor,
  released,
  requested,
  settled,
  withProblem,
} from '../../functions/domain/approval.ts'
import { claim, isBehind, needNotBeShown, wasShown } from '../../functions/domain/showing.ts'
import {
  POLICY,
  START,
  DAY,
  MINUTE,
  approval,
  deciding,
  inAnotherOrder,
  newApproval,
  vote,
  voted,
} from './records-for-tests.ts'

const LATER = START + 10 * MINUTE

const OUTCOMES: Outcome[] = [
  { how: 'slack', verdict: 'Approved' },
  { how: 'slack', verdict: 'Rejected' },
  { how: 'console', verdict: 'Approved', by: 'dana', summary: null },
  { how: 'console', verdict: 'Rejected', by: null, summary: 'not today' },
  { how: 'expired' },
  { how: 'stopped', by: null, reason: null },
  { how: 'pipeline-edited' },
]

const shown = (of: Approval): Approval => {
  const taken = claim(of.showing, 'me', START)
  if (taken.kind !== 'claimed') throw new Error(taken.kind)
  const place = { channel: 'C0RELEASES', ts: '1.1', link: null }
  return { ...of, showing: wasShown(taken.showing, 'me', of.showing.truth, place, START) }
}

describe('an approval', () => {
  test('begins waiting, with nothing shown of it', () => {
    const fresh = requested(newApproval())
    expect(fresh.state).toEqual({ name: 'waiting' })
    expect(isBehind(fresh.showing)).toBe(true)
    expect(fresh).not.toHaveProperty('now')
  })

  test('keeps waiting while the policy is not met, and shows who has approved', () => {
    const before = shown(approval())
    const [after, outcome] = cast(before, POLICY, vote('U0DANA'))
    expect(outcome).toMatchObject({ kind: 'counted', ruling: { kind: 'open' } })
    expect(after.state).toEqual({ name: 'waiting' })
    expect(after.votes).toEqual([vote('U0DANA')])
    expect(isBehind(after.showing)).toBe(true)
  })

  test('is decided by the vote that meets the policy', () => {
    expect(deciding().state).toEqual({ name: 'deciding', verdict: 'Approved', since: START + 5 * MINUTE })
    expect(deciders(deciding(), 'Approved').map(({ userId }) => userId)).toEqual(['U0DANA', 'U0CHEN'])
  })

  test('is rejected by one rejection, whatever was approved before', () => {
    const rejected = voted(approval(), POLICY, vote('U0DANA'), vote('U0ELI', 'Rejected', { comment: 'not today' }))
    expect(rejected.state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
    expect(deciders(rejected, 'Rejected')).toHaveLength(1)
  })

  test('lets somebody change their mind while it waits; only the last vote counts', () => {
    const rejected = voted(approval(), POLICY, vote('U0DANA'), vote('U0DANA', 'Rejected'))
    expect(rejected.votes).toEqual([vote('U0DANA', 'Rejected')])
    expect(rejected.state).toMatchObject({ verdict: 'Rejected' })
  })

  test('ends, whoever ended it, and forgets what only mattered while it waited', () => {
    const newer = { executionId: 'e2', revision: null, startedAt: null }
    const stuck = withProblem(checked(approval(), newer, LATER), 'not in the channel', LATER)
    for (const outcome of OUTCOMES) {
      const ended = settled(stuck, outcome, LATER)
      expect(ended).toMatchObject({ state: { name: 'settled', outcome, at: LATER }, problem: null, newer: null })
      expect(isOpen(ended)).toBe(false)
      expect(ended.release).toEqual(passed(outcome) ? { name: 'running' } : null)
    }
  })
})

test('a release that is told again changes nothing, whatever order the table keeps its parts in', () => {
  const release: Release = { name: 'failed', at: LATER, summary: 'exit 1' }
  const before = inAnotherOrder(released(settled(deciding(), OUTCOMES[0]!, LATER), release, LATER))
  expect(released(before, release, LATER + 1)).toBe(before)
})

describe('a vote does not count', () => {
  const refused = (of: Approval, by = 'U0DANA', policy: Parameters<typeof cast>[1] = POLICY, at = LATER) => {
    const [after, outcome] = cast(of, policy, vote(by, 'Approved', { at }))
    expect(after).toBe(of)
    return outcome.kind === 'refused' ? outcome.refusal : outcome
  }

  test('of somebody who is not listed', () => {
    expect(refused(approval(), 'U0MALLORY')).toEqual({ because: 'not-an-approver' })
  })

  test('without a policy, or with an empty one', () => {
    expect(refused(approval(), 'U0DANA', null)).toEqual({ because: 'no-policy' })
    expect(refused(approval(), 'U0DANA', { rules: [] })).toEqual({ because: 'no-policy' })
  })

  test('from the very moment the approval expires', () => {
    const { expiresAt } = approval()
    expect(refused(approval(), 'U0DANA', POLICY, expiresAt)).toEqual({ because: 'expired' })
    const [, outcome] = cast(approval(), POLICY, vote('U0DANA', 'Approved', { at: expiresAt - 1 }))
    expect(outcome.kind).toBe('counted')
  })

  test('twice', () => {
    const once = voted(approval(), POLICY, vote('U0DANA'))
    expect(refused(once)).toEqual({ because: 'already-voted', vote: vote('U0DANA') })
  })

  test('once a verdict is fixed or the approval is over; the first is told, not the policy', () => {
    expect(refused(deciding(), 'U0ELI')).toEqual({ because: 'already-deciding', verdict: 'Approved' })
    const over = settled(deciding(), { how: 'expired' }, LATER)
    expect(refused(over, 'U0MALLORY')).toEqual({ because: 'already-settled', outcome: { how: 'expired' }, at: LATER })
  })

  test('and what is asked before a modal opens gives the same answer', () => {
    expect(refusalFor(approval(), POLICY, 'U0DANA', LATER)).toBeNull()
    expect(refusalFor(approval(), POLICY, 'U0MALLORY', LATER)).toEqual({ because: 'not-an-approver' })
  })
})

describe('whatever happens, in whatever order', () => {
  type Step = (of: Approval, at: number) => Approval
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc
      .tuple(fc.constantFrom('U0DANA', 'U0ELI', 'U0ANA', 'U0CHEN', 'U0MALLORY'), fc.boolean())
      .map(([who, yes]) => (of: Approval, at: number) => {
        const [after] = cast(of, POLICY, vote(who, yes ? 'Approved' : 'Rejected', { at }))
        return after
      }),
    fc.constantFrom(...OUTCOMES).map((outcome) => (of: Approval, at: number) => settled(of, outcome, at)),
    fc.constantFrom(null, 'stuck').map((problem) => (of: Approval, at: number) => withProblem(of, problem, at)),
    fc
      .constantFrom(null, 'e2', 'e3')
      .map(
        (id) => (of: Approval, at: number) =>
          checked(of, id === null ? null : { executionId: id, revision: null, startedAt: null }, at),
      ),
    fc
      .constantFrom<Release>({ name: 'running' }, { name: 'live', at: 1, summary: null })
      .map((release) => (of: Approval, at: number) => released(of, release, at)),
  )
  const steps = fc.array(fc.tuple(step, fc.nat({ max: DAY })), { maxLength: 30 })
  const RANK = { waiting: 0, deciding: 1, settled: 2 }

  test('the state never goes back, a verdict never changes and an outcome never changes', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let before = approval()
        for (const [take, at] of taken) {
          const after = take(before, START + at)
          expect(RANK[after.state.name]).toBeGreaterThanOrEqual(RANK[before.state.name])
          if (after.state.name === before.state.name) expect(after.state).toEqual(before.state)
          if (before.state.name !== 'waiting') expect(after.votes).toEqual(before.votes)
          before = after
        }
      }),
    )
  })

  test('what people see changes only together with a newer truth to show', () => {
    const visible = ({ votes, state, problem, newer, release }: Approval) => ({ votes, state, problem, newer, release })
    fc.assert(
      fc.property(steps, (taken) => {
        let before = approval()
        for (const [take, at] of taken) {
          const after = take(before, START + at)
          if (after.showing.truth === before.showing.truth) expect(visible(after)).toEqual(visible(before))
          else expect(after.showing.truth).toBe(before.showing.truth + 1)
          before = after
        }
      }),
    )
  })

  test('only votes of listed people in time can approve from Slack', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const end = taken.reduce((so, [take, at]) => take(so, START + at), approval())
        if (end.state.name !== 'deciding' || end.state.verdict !== 'Approved') return
        const ids = deciders(end, 'Approved').map(({ userId }) => userId)
        expect(ids.some((id) => POLICY.rules[0]!.people.includes(id))).toBe(true)
        expect(ids.some((id) => POLICY.rules[1]!.people.includes(id))).toBe(true)
      }),
    )
  })
})

describe('the sweep looks at an approval', () => {
  const calm = (of: Approval): Approval => ({ ...of, showing: needNotBeShown(of.showing) })

  test('every five minutes while it waits, and a minute after it expires', () => {
    expect(attentionAt(calm(approval()))).toBe(START + 5 * MINUTE)
    const short = { ...calm(approval()), expiresAt: START + 2 * MINUTE }
    expect(attentionAt(short)).toBe(START + 3 * MINUTE)
    expect(attentionAt({ ...short, checkedAt: START + 4 * MINUTE })).toBe(START + 5 * MINUTE)
  })

  test('a minute after its verdict was fixed, in case nobody sent it', () => {
    expect(attentionAt(calm(deciding()))).toBe(START + 6 * MINUTE)
  })

  test('a minute after its message fell behind', () => {
    expect(attentionAt(approval())).toBe(START + MINUTE)
  })

  test('until its release was seen to end, and then never again', () => {
    const releasing = calm(settled(deciding(), { how: 'slack', verdict: 'Approved' }, LATER))
    expect(attentionAt(releasing)).toBe(START + 5 * MINUTE)
    expect(attentionAt(calm(released(releasing, { name: 'live', at: LATER, summary: null }, LATER)))).toBeNull()
    expect(attentionAt(calm(settled(approval(), { how: 'expired' }, LATER)))).toBeNull()
  })

  test('always in the future of what was last done, so that a sweep never spins', () => {
    fc.assert(
      fc.property(fc.nat({ max: 30 * DAY }), (passedBy) => {
        const now = START + passedBy
        for (const of of [approval(), deciding()]) {
          const due = attentionAt(calm(checked(of, null, now)))
          expect(due).toBeGreaterThan(now)
        }
      }),
    )
  })
})
