import fc from 'fast-check'
import { flaws } from '../../functions/record/flaws.ts'
import type { Window } from '../../functions/domain/window.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { Outcome, Deployment } from '../../functions/domain/outcome.ts'
import {
  checked,
  freezesInForce,
  isApprovalId,
  withChange,
  deciders,
  escalated,
  isOpen,
  routeSubjectOf,
  sayingUnsigned,
  waitingAgain,
  withDeployment,
  requested,
  withResolvedPolicy,
  settled,
  withProblem,
} from '../../functions/domain/approval.ts'
import { approvalId } from '../../functions/domain/approval-id.ts'
import { toFile } from '../../functions/domain/journal.ts'
import { passed } from '../../functions/domain/outcome.ts'
import { attempt, withDeferredClick, withoutDeferredClick } from '../../functions/domain/attempt.ts'
import type { Act } from '../../functions/domain/act.ts'
import { isBehind } from '../../functions/domain/showing.ts'
import {
  CHANGE,
  RELEASED,
  ROUNDING,
  DAY,
  MINUTE,
  POLICY,
  START,
  WHERE,
  acted,
  actor,
  approval,
  deciding,
  inAnotherOrder,
  newApproval,
  policy,
  rule,
  resolvedPolicy,
  vote,
  voted,
} from '../support/records.ts'
import { shown } from '../support/shown.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

const LATER = START + 10 * MINUTE
const YES: Act = { do: 'vote', verdict: 'Approved', comment: '' }
const NO: Act = { do: 'vote', verdict: 'Rejected', comment: '' }

const OUTCOMES: Outcome[] = [
  { how: 'slack', verdict: 'Approved' },
  { how: 'slack', verdict: 'Rejected' },
  { how: 'console', verdict: 'Approved', by: 'dana', summary: null },
  { how: 'console', verdict: 'Rejected', by: null, summary: 'not today' },
  { how: 'expired' },
  { how: 'stopped', by: null, reason: null },
  { how: 'pipeline-edited' },
]

describe('an approval', () => {
  test('begins waiting, with nothing shown of it', () => {
    const fresh = requested(newApproval())
    expect(fresh.state).toEqual({ name: 'waiting' })
    expect(isBehind(fresh.showing)).toBe(true)
    for (const key of ['now', 'mayAskMore']) expect(fresh).not.toHaveProperty(key)
    expect(fresh.announced).toBe(false)
  })

  test('begins its audit record with the request and the policy', () => {
    expect(approval().journal.unfiled.map(({ happened }) => happened)).toEqual([
      {
        what: 'requested',
        where: WHERE,
        executionId: approval().executionId,
        revisions: [{ id: ROUNDING.id, title: 'Fix rounding in basket totals', author: 'Ana' }],
        starter: { kind: 'push', name: null, arn: null },
        expiresAt: approval().expiresAt,
        live: [],
      },
      { what: 'policy-seen', policy: POLICY, frozen: null },
    ])
  })

  test('shows and records the change sets behind it, and shows what else was read with it, where there is any', () => {
    const held = { stage: 'Verify', reason: 'release party', since: START, userId: 'U0DANA', name: null }
    const changeSets = [{ stack: 'shop', url: null, kind: 'empty' } as const]
    const more = requested(newApproval({ held, changeSets, mayAskMore: true, otherApprovals: ['Sign'] }))
    expect(more).toMatchObject({ held, changeSets, mayAskMore: true, otherApprovals: ['Sign'] })
    expect(more.journal.unfiled[0]!.happened).toMatchObject({ what: 'requested', changeSets })
    const none = requested(newApproval({ held: null, changeSets: [], mayAskMore: false }))
    expect(none.otherApprovals).toEqual([])
    for (const key of ['held', 'changeSets', 'mayAskMore', 'tests']) expect(none).not.toHaveProperty(key)
    expect(none.journal.unfiled[0]!.happened).not.toHaveProperty('changeSets')
  })

  test('records when its commits were written, where their sources say', () => {
    const change = { ...CHANGE, revisions: [{ ...ROUNDING, committedAt: START - DAY }, RELEASED] }
    expect(requested(newApproval({ change })).journal.unfiled[0]!.happened).toMatchObject({
      revisions: [{ id: ROUNDING.id, committedAt: START - DAY }, { id: RELEASED.id }],
    })
  })

  test('records the test results, and what is live, to which a rollback would return', () => {
    const live = { stage: 'Production', executionId: 'e0', since: START - DAY, approvedBy: null }
    const tests = { kind: 'none' } as const
    const asked = requested(newApproval({ tests, change: { ...CHANGE, live: [{ ...live, revisions: [RELEASED] }] } }))
    const { id, title, author } = RELEASED
    const recorded = { ...live, revisions: [{ id, title, author }] }
    expect(asked.tests).toEqual(tests)
    expect(asked.journal.unfiled[0]!.happened).toMatchObject({ what: 'requested', tests, live: [recorded] })
    const other = { ...asked.change, live: [{ ...live, executionId: 'e1', revisions: [ROUNDING] }] }
    const moved = withChange(asked, other, LATER, LATER)
    expect(moved.journal.unfiled.at(-1)!.happened).toMatchObject({
      what: 'live-changed',
      live: [{ executionId: 'e1', revisions: [{ id: ROUNDING.id }] }],
    })
    expect(moved.liveChangedAt).toBe(LATER)
    const described = withChange(asked, { ...asked.change, seen: ['other'] }, LATER, LATER)
    expect(described.journal.count).toBe(asked.journal.count)
    expect(described).not.toHaveProperty('liveChangedAt')
  })

  test('keeps each entry for the retention time after its expiry, or after the entry if that is later', () => {
    const { expiresAt, retention } = approval()
    const late = settled(approval(), { how: 'expired' }, expiresAt + DAY)
    const kept = toFile(late.journal).map(({ keptUntil }) => keptUntil - retention)
    expect(kept).toEqual([expiresAt, expiresAt, expiresAt + DAY])
  })

  test('shows a problem, and again only if the problem is another', () => {
    const stuck = withProblem(shown(approval()), 'not in the channel', LATER)
    expect(stuck.problem).toBe('not in the channel')
    expect(isBehind(stuck.showing)).toBe(true)
    expect(withProblem(stuck, 'not in the channel', LATER)).toBe(stuck)
    expect(isBehind(withProblem(shown(stuck, LATER), null, LATER).showing)).toBe(true)
  })

  test('keeps waiting while the policy is not met, and shows who has approved', () => {
    const before = shown(approval())
    const [after, attempted] = attempt(before, actor('U0DANA'), YES, START + 5 * MINUTE)
    expect(attempted).toMatchObject({ kind: 'counted', ruling: { kind: 'open' } })
    expect(after.state).toEqual({ name: 'waiting' })
    expect(after.votes).toEqual([vote('U0DANA')])
    expect(isBehind(after.showing)).toBe(true)
  })

  test('is decided by the vote that meets the policy', () => {
    expect(deciding().state).toEqual({ name: 'deciding', verdict: 'Approved', since: START + 5 * MINUTE })
    expect(deciders(deciding(), 'Approved').map(({ userId }) => userId)).toEqual(['U0DANA', 'U0CHEN'])
  })

  test('that a rule approves is approved by no person; a rejection is by its person all the same', () => {
    const approvedBy = { after: MINUTE, alarms: [] }
    expect(deciders({ ...deciding(), approvedBy }, 'Approved')).toEqual([])
    const rejected = { ...approval({ votes: [vote('U0ELI', 'Rejected')] }), approvedBy }
    expect(deciders(rejected, 'Rejected').map(({ userId }) => userId)).toEqual(['U0ELI'])
  })

  test('is rejected by one rejection, whatever was approved before', () => {
    const rejected = voted(approval(), POLICY, vote('U0DANA'), vote('U0ELI', 'Rejected', { comment: 'not today' }))
    expect(rejected.state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
    expect(deciders(rejected, 'Rejected')).toHaveLength(1)
  })

  test('lets approvers change their mind while it waits; only the last vote of each counts', () => {
    const rejected = voted(approval(), POLICY, vote('U0DANA'), vote('U0DANA', 'Rejected'))
    expect(rejected.votes).toEqual([vote('U0DANA', 'Rejected')])
    expect(rejected.state).toMatchObject({ verdict: 'Rejected' })
  })

  test('is decided by those whose votes counted at that moment, even if the policy changes later', () => {
    const forbidden = [{ userId: 'U0DANA', because: 'author', revision: null }] as const
    const without = withResolvedPolicy(
      voted(approval(), POLICY, vote('U0DANA')),
      resolvedPolicy({ ...POLICY, forbidden }),
      LATER,
    )
    const decided = [vote('U0ELI'), vote('U0CHEN')].reduce(
      (so, { userId }) => acted(so, actor(userId), YES, LATER),
      without,
    )
    expect(deciders(decided, 'Approved').map(({ userId }) => userId)).toEqual(['U0ELI', 'U0CHEN'])
    expect(decided.journal.unfiled.at(-1)?.happened).toMatchObject({ what: 'decided', by: ['U0ELI', 'U0CHEN'] })
    expect(withResolvedPolicy(decided, resolvedPolicy(policy([rule('nobody', [])]), { at: LATER }), LATER)).toBe(
      decided,
    )
  })

  test('ends with any outcome, and forgets what mattered only while it waited: which change comes next matters if it did not pass', () => {
    const newer = { executionId: 'e2', revision: null, startedAt: null }
    const stuck = withProblem(checked(approval(), newer, LATER, LATER), 'not in the channel', LATER)
    for (const outcome of OUTCOMES) {
      const ended = settled(stuck, outcome, LATER)
      expect(ended).toMatchObject({ state: { name: 'settled', outcome, at: LATER }, problem: null })
      expect(ended.newer).toEqual(passed(outcome) ? null : stuck.newer)
      expect(isOpen(ended)).toBe(false)
      expect(ended.deployment).toEqual(passed(outcome) ? { name: 'running' } : null)
    }
  })
})

test('a deployment status that arrives twice changes nothing, in whatever order the table keeps its keys', () => {
  const deployment: Deployment = { name: 'failed', at: LATER, summary: 'exit 1' }
  const before = inAnotherOrder(withDeployment(settled(deciding(), OUTCOMES[0]!, LATER), deployment, LATER, LATER))
  expect(withDeployment(before, deployment, LATER, LATER + 1)).toBe(before)
})

test('the audit record has one entry for each end of a deployment, however many events describe that end', () => {
  const start = settled(deciding(), OUTCOMES[0]!, LATER)
  const heard: [Deployment, number?][] = [
    // The pipeline's event, the action's event, and CodePipeline's answer.
    [{ name: 'failed', at: LATER, summary: null }],
    [{ name: 'failed', at: LATER, summary: 'exit 1' }],
    [{ name: 'failed', at: LATER + 1_000, summary: 'exit 1' }],
    // A function read it before the failure, and stores it late.
    [{ name: 'running' }, LATER - 1_000],
    [{ name: 'running' }, LATER + 1_000],
    // An operator retries the stage.
    [{ name: 'running' }, LATER + 2_000],
    [{ name: 'live', at: LATER + 5_000, summary: null }],
    [{ name: 'failed', at: LATER + 1_000, summary: 'exit 1' }],
    [{ name: 'running' }, LATER + 2_000],
    [{ name: 'live', at: LATER + 6_000, summary: null }],
  ]
  const toldAt = ([deployment, at]: [Deployment, number?]): number => at ?? ('at' in deployment ? deployment.at : NaN)
  const after = heard.reduce((so, told) => withDeployment(so, told[0], toldAt(told), LATER), start)
  const names = after.journal.unfiled.flatMap(({ happened }) =>
    happened.what === 'released' ? [happened.release.name] : [],
  )
  expect(names).toEqual(['failed', 'running', 'live'])
  expect(after.deployment).toEqual(heard.at(-1)![0])
  const told = withDeployment(start, heard[0]![0], LATER, LATER)
  expect(withDeployment(told, heard[1]![0], LATER, LATER + 1).showing.truth).toBeGreaterThan(told.showing.truth)
})

describe('the pipeline, checked again,', () => {
  const newer = { executionId: 'e2', revision: null, startedAt: null }

  test('shows a newer execution that waits behind the approval, until none does', () => {
    const behind = checked(shown(approval()), newer, LATER, LATER)
    expect(behind).toMatchObject({ newer, checkedAt: LATER })
    expect(isBehind(behind.showing)).toBe(true)
    const alone = checked(shown(behind, LATER), null, LATER, LATER + MINUTE)
    expect(alone).toMatchObject({ newer: null, checkedAt: LATER + MINUTE })
    expect(isBehind(alone.showing)).toBe(true)
  })

  test('keeps the execution of the answer that was requested later', () => {
    const behind = checked(approval(), newer, LATER, LATER + 1)
    expect(checked(behind, null, LATER, LATER + 2)).toEqual({ ...behind, checkedAt: LATER + 2 })
  })

  test('changes only the time of the check if the same execution waits, or the verdict is fixed', () => {
    const behind = checked(approval(), newer, START, START)
    expect(checked(behind, { ...newer }, LATER, LATER)).toEqual({ ...behind, checkedAt: LATER })
    expect(checked(deciding(), newer, LATER, LATER)).toEqual({ ...deciding(), checkedAt: LATER })
  })
})

describe('what an approval would change', () => {
  const change = { ...approval().change, since: null }

  test('is shown as it is now while the approval waits', () => {
    const after = withChange(shown(approval()), change, LATER, LATER)
    expect(after.change).toEqual(change)
    expect(isBehind(after.showing)).toBe(true)
    expect(withChange(approval(), change, START, LATER).change).toEqual(change)
  })

  test('stays as it is if nothing is new, a later answer is stored, or the verdict is fixed', () => {
    const of = approval()
    expect(withChange(of, inAnotherOrder(of.change), LATER, LATER)).toBe(of)
    expect(withChange(of, change, START - 1, LATER)).toBe(of)
    const fixed = deciding()
    expect(withChange(fixed, change, LATER, LATER)).toBe(fixed)
  })
})

test.each([
  ['3f9ac2d1'.repeat(4), true],
  [`${'3f9ac2d1'.repeat(4)}0`, false],
  [`/${'3f9ac2d1'.repeat(4)}`, false],
  [`${'3f9ac2d1'.repeat(4)}/entries`, false],
  ['3F9AC2D1'.repeat(4), false],
])('only the whole form of an id is one: %s', (text, isId) => {
  expect(isApprovalId(text)).toBe(isId)
})

test('the ids of tokens differ by account and Region, wherever these end', () => {
  const id = (region: string, token: string) => approvalId('111122223333', region, token)
  expect(id('eu-west-1', 'a')).not.toBe(id('eu-west-', '1a'))
  expect(isApprovalId(id('eu-west-1', 'a'))).toBe(true)
})

test('that unsigned votes do not count is shown once, and only where there are any', () => {
  const of = shown(approval())
  expect(sayingUnsigned(of, LATER)).toBe(of)
  const unsigned = { ...of, unsignedVotes: [vote('U0DANA')] }
  const saying = sayingUnsigned(unsigned, LATER)
  expect(saying.saysUnsigned).toBe(true)
  expect(isBehind(saying.showing)).toBe(true)
  expect(sayingUnsigned(saying, LATER)).toBe(saying)
})

describe('an approval whose votes do not make the verdict any more', () => {
  const inTime = { ...deciding(), votes: [vote('U0DANA', 'Approved', { notBefore: LATER }), vote('U0CHEN')] }
  const after = (kind: 'not-met' | 'frozen' | 'unclear', lost: string[], of: Approval = deciding()) =>
    waitingAgain(of, { kind, because: 'the policy has changed', lost }, LATER)

  test('waits again, without the votes of those who may not approve any more', () => {
    const again = after('not-met', ['U0DANA'])
    expect(again.state).toEqual({ name: 'waiting' })
    expect(again.votes.map(({ userId }) => userId)).toEqual(['U0CHEN'])
    expect(again).not.toHaveProperty('soak')
  })

  test.each<[string, 'not-met' | 'frozen' | 'unclear', Approval, string[], boolean]>([
    ['the policy is not met', 'not-met', inTime, [], true],
    ['it is frozen, and its votes have no time', 'frozen', deciding(), [], true],
    ['it is frozen, and a vote has a time that makes it try again', 'frozen', inTime, [], false],
    ['it is unclear, and a vote has a time that makes it try again', 'unclear', inTime, [], false],
    ['it is frozen, a vote has a time, and another is lost', 'frozen', inTime, ['U0CHEN'], true],
  ])('says that it was not sent unless it is sent by itself: %s', (_, kind, of, lost, says) => {
    const again = after(kind, lost, of)
    expect(again.notSent).toBe(says ? 'the policy has changed' : undefined)
  })

  test('says what could not be read of its rule', () => {
    expect(after('unclear', []).soak).toEqual({ kind: 'stopped', because: 'the policy has changed', isUnread: true })
    expect(after('frozen', [])).not.toHaveProperty('soak')
  })
})

test('routes match it as of now while it waits, then as of its policy, or of the request if it has none', () => {
  const at = (of: Approval) => routeSubjectOf(of, LATER).at
  expect(at(approval())).toBe(LATER)
  const decided = deciding()
  expect(at({ ...decided, resolvedPolicy: { ...decided.resolvedPolicy!, at: START + 1 } })).toBe(START + 1)
  expect(at({ ...settled(approval(), { how: 'expired' }, LATER), resolvedPolicy: null })).toBe(START)
  const { change, starter } = approval()
  expect(routeSubjectOf(approval(), LATER)).toEqual({ change, starter, at: LATER })
})

test('an approval is escalated once, and that is shown', () => {
  const after = escalated(shown(approval()), LATER)
  expect(after.escalatedAt).toBe(LATER)
  expect(isBehind(after.showing)).toBe(true)
  expect(escalated(after, LATER + 1)).toBe(after)
})

test('an override lifts its freezes until the moment at which they end', () => {
  const lifted = { name: 'f', zone: 'UTC', span: { every: 'day', from: 0, to: 0 } } as const
  const other = { ...lifted, name: 'g' }
  const frozen = { name: 'f', zone: 'UTC', until: LATER }
  const override = { userId: 'U0ELI', name: 'eli', reason: 'x', at: START, frozen, windows: [lifted] }
  const of = approval({ resolvedPolicy: resolvedPolicy({ ...POLICY, freezes: [lifted, other] }), override })
  expect(freezesInForce(of, LATER - 1)).toEqual([other])
  expect(freezesInForce(of, LATER)).toEqual([lifted, other])
  const endless = { ...of, override: { ...override, frozen: { ...frozen, until: null } } }
  expect(freezesInForce(endless, LATER + DAY)).toEqual([other])
})

test('an override lifts a freeze while that is the one it was made for', () => {
  const freeze = (span: Window['span']): Window => ({ name: 'f', zone: 'UTC', span })
  const inForce = (lifted: Window, now: Window, at = LATER - 1) => {
    const frozen = { name: 'f', zone: 'UTC', until: LATER + DAY }
    const override = { userId: 'U0ELI', name: 'eli', reason: 'x', at: START, frozen, windows: [lifted] }
    return freezesInForce(approval({ resolvedPolicy: resolvedPolicy({ ...POLICY, freezes: [now] }), override }), at)
  }
  const calendar = (from: number, to: number | null) => freeze({ every: 'calendar', from, to })
  const [lifted, longer, later] = [calendar(START, LATER), calendar(START, LATER + 1), calendar(START + 1, LATER)]
  expect(inForce(lifted, longer)).toEqual([])
  expect(inForce(lifted, longer, LATER)).toEqual([longer])
  expect(inForce(lifted, later)).toEqual([later])
  const [daily, another] = [0, 60].map((from) => freeze({ every: 'day', from, to: 0 })) as [Window, Window]
  expect([inForce(daily, daily), inForce(daily, another)]).toEqual([[], [another]])
})

test('an end is replaced by another of the same moment, and by a retry only of a later one', () => {
  const failed: Deployment = { name: 'failed', at: LATER, summary: null }
  const live: Deployment = { name: 'live', at: LATER, summary: null }
  const told = withDeployment(settled(deciding(), OUTCOMES[0]!, START), failed, LATER, LATER)
  expect(withDeployment(told, { name: 'running' }, LATER, LATER)).toBe(told)
  expect(withDeployment(told, { name: 'running' }, LATER + 1, LATER + 1).deployment).toEqual({ name: 'running' })
  expect(withDeployment(told, live, LATER, LATER).deployment).toEqual(live)
  expect(withDeployment(told, live, LATER - 1, LATER)).toBe(told)
})

describe('the policy, read again,', () => {
  const stricter = resolvedPolicy(policy([rule('release managers', ['U0DANA'], 1)]), { at: LATER })

  test('is recorded and shown if it has changed', () => {
    const after = withResolvedPolicy(shown(approval()), stricter, LATER)
    expect(isBehind(after.showing)).toBe(true)
    expect(after.journal.unfiled.at(-1)?.happened).toEqual({
      what: 'policy-seen',
      policy: stricter.policy,
      frozen: null,
    })
  })

  test('is recorded and shown if only the freeze has begun', () => {
    const frozen = { name: 'f', zone: 'UTC', until: null }
    const after = withResolvedPolicy(shown(approval()), resolvedPolicy(POLICY, { frozen, at: LATER }), LATER)
    expect(isBehind(after.showing)).toBe(true)
    expect(after.journal.unfiled.at(-1)?.happened).toMatchObject({ what: 'policy-seen', frozen })
  })

  test('adds no entry if it has not changed', () => {
    const before = shown(approval())
    const after = withResolvedPolicy(before, inAnotherOrder(resolvedPolicy(POLICY, { at: LATER })), LATER)
    expect(after).toEqual({ ...before, resolvedPolicy: resolvedPolicy(POLICY, { at: LATER }) })
  })

  test('is ignored if a later one is known', () => {
    const after = withResolvedPolicy(approval(), stricter, LATER)
    expect(withResolvedPolicy(after, resolvedPolicy(), LATER + 1)).toBe(after)
    expect(withResolvedPolicy(after, resolvedPolicy(), LATER)).toBe(after)
  })

  test('is null if no route matches any more', () => {
    const after = withResolvedPolicy(approval(), null, LATER)
    expect(after.resolvedPolicy).toBeNull()
    expect(after.journal.unfiled.at(-1)?.happened).toEqual({ what: 'policy-seen', policy: null, frozen: null })
  })
})

describe('in every order of steps', () => {
  type Step = (of: Approval, at: number) => Approval
  const frozen = { name: 'freeze', zone: 'UTC', span: { every: 'day', from: 0, to: 720 } } as const
  const policies = [
    POLICY,
    { ...POLICY, forbidden: [{ userId: 'U0DANA', because: 'author', revision: null }] as const },
    { ...POLICY, freezes: [frozen], breakGlass: ['U0ELI'] },
    { ...POLICY, unread: ['Slack does not answer'] },
  ]
  const person = fc.constantFrom('U0DANA', 'U0ELI', 'U0ANA', 'U0CHEN', 'U0MALLORY').map((userId) => actor(userId))
  const act = fc.constantFrom<Act[]>(
    YES,
    YES,
    NO,
    { do: 'withdraw' },
    { do: 'take-newer' },
    { do: 'break-glass', reason: 'the shop is down' },
  )
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(person, act).map(
        ([who, what]): Step =>
          (of, at) =>
            attempt(of, who, what, at)[0],
      ),
    },
    fc.tuple(person, act).map(
      ([who, what]): Step =>
        (of, at) =>
          withDeferredClick(of, { who, act: what, at }),
    ),
    fc.constant<Step>((of, at) => {
      const note = of.deferredClicks[0]
      return note ? attempt(withoutDeferredClick(of, note, at), note.who, note.act, note.at)[0] : of
    }),
    fc.constantFrom(null, ...policies).map(
      (policy): Step =>
        (of, at) =>
          withResolvedPolicy(of, policy && resolvedPolicy(policy, { at }), at),
    ),
    fc.constant<Step>(escalated),
    fc.constantFrom(...OUTCOMES).map(
      (outcome): Step =>
        (of, at) =>
          settled(of, outcome, at),
    ),
    fc.constantFrom(null, 'stuck').map(
      (problem): Step =>
        (of, at) =>
          withProblem(of, problem, at),
    ),
    fc.constantFrom(null, 'e2', 'e3').map(
      (id): Step =>
        (of, at) =>
          checked(of, id === null ? null : { executionId: id, revision: null, startedAt: null }, at, at),
    ),
    fc.constantFrom<Deployment>({ name: 'running' }, { name: 'live', at: 1, summary: null }).map(
      (deployment): Step =>
        (of, at) =>
          withDeployment(of, deployment, at, at),
    ),
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
          if (before.state.name !== 'waiting') {
            expect(after.votes).toEqual(before.votes)
            expect(after.resolvedPolicy).toEqual(before.resolvedPolicy)
          }
          before = after
        }
      }),
    )
  })

  test('what people see changes only if the message becomes outdated', () => {
    const visible = ({
      votes,
      state,
      problem,
      newer,
      deployment,
      deferredClicks,
      override,
      escalatedAt,
      resolvedPolicy,
    }: Approval) => ({
      ...{ votes, state, problem, newer, deployment, deferredClicks, override, escalatedAt },
      policy: resolvedPolicy?.policy,
      frozen: resolvedPolicy?.frozen,
    })
    fc.assert(
      fc.property(steps, (taken) => {
        let before = approval()
        for (const [take, at] of taken) {
          const after = take(before, START + at)
          if (after.showing.truth === before.showing.truth) expect(visible(after)).toEqual(visible(before))
          else expect(after.showing.truth).toBeGreaterThan(before.showing.truth)
          before = after
        }
      }),
    )
  })

  test('only votes of listed people before expiry, who are not forbidden, outside an active freeze, can approve from Slack', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let before = approval()
        for (const [take, at] of taken) {
          const after = take(before, START + at)
          const decided = after.state.name === 'deciding' && before.state.name === 'waiting' ? after.state : null
          before = after
          if (decided?.verdict !== 'Approved') continue
          const ids = deciders(after, 'Approved').map(({ userId }) => userId)
          const { rules, forbidden, freezes } = after.resolvedPolicy!.policy
          for (const { people } of rules) expect(ids.some((id) => people.includes(id))).toBe(true)
          expect(new Set(ids).size).toBe(ids.length)
          expect(forbidden.filter(({ userId }) => ids.includes(userId))).toEqual([])
          expect(decided.since).toBeLessThan(after.expiresAt)
          const isMorning = new Date(decided.since).getUTCHours() < 12
          if (freezes.length > 0 && isMorning) {
            expect(after.override?.windows).toContainEqual(freezes[0])
            expect(decided.since).toBeLessThan(after.override!.frozen.until ?? Infinity)
          }
        }
      }),
      { numRuns: wholeInCi(1_000, 200) },
    )
  })

  test('the audit record has every act of a person once, and passes verification', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let before = approval()
        for (const [take, at] of taken) {
          const after = take(before, START + at)
          expect(flaws(after.journal.unfiled, after.journal, START)).toEqual([])
          expect(after.journal.unfiled.slice(0, before.journal.count)).toEqual(before.journal.unfiled)
          before = after
        }
      }),
    )
    fc.assert(
      fc.property(steps, person, act, (taken, who, what) => {
        const before = taken.reduce((so, [take, at]) => take(so, START + at), approval())
        const [after, attempted] = attempt(before, who, what, LATER)
        const added = after.journal.unfiled.slice(before.journal.count).map(({ happened }) => happened)
        expect(added.filter((one) => 'who' in one && one.who.userId === who.userId)).toHaveLength(1)
        expect(added.length).toBe(after.state.name === before.state.name ? 1 : 2)
        expect(attempted.kind === 'refused').toBe(added[0]!.what === 'refused')
        if (attempted.kind === 'refused') expect({ ...after, journal: before.journal }).toEqual(before)
      }),
    )
  })
})
