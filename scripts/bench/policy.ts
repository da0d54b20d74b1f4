import { approvalMessage } from '../../functions/slack/approval-message.ts'
import { requested } from '../../functions/domain/approval.ts'
import type { Policy, Rule, Vote } from '../../functions/domain/policy.ts'
import { barrierFor, judge, stillNeededPeople } from '../../functions/domain/policy.ts'

/**
 * A large policy: 1,000 people in 20 groups, in 4 alternatives of 5 groups each, with 8 votes; and one group of ten
 * people. What is measured is the middle of many runs; the ratio depends least on the machine.
 */
const now = Date.UTC(2026, 10, 26)
const people = Array.from({ length: 1_000 }, (_, number) => `U${String(number).padStart(6, '0')}`)

const ruleOf = (number: number, from: number, size: number): Rule => ({
  name: `group ${number}`,
  groups: [],
  people: Array.from({ length: size }, (_, at) => people[(from + at * 7) % people.length]!),
  count: 3,
})

const policyOf = (rules: Rule[], ways?: number[][]): Policy => ({
  rules,
  ...(ways && { ways }),
  consoleOnly: null,
  forbidden: [],
  unidentified: [],
  whenUnidentified: 'refuse',
  freezes: [],
  breakGlass: [],
  unread: [],
})

const LARGE = policyOf(
  Array.from({ length: 20 }, (_, number) => ruleOf(number, number * 50, 200)),
  Array.from({ length: 4 }, (_, way) => Array.from({ length: 5 }, (_, at) => way * 5 + at)),
)
const SMALL = policyOf([ruleOf(0, 0, 10)])

const voteOf = (userId: string, number: number): Vote => ({
  userId,
  name: userId,
  verdict: 'Approved',
  comment: 'checked on staging',
  at: now + number * 1_000,
})
/** Spread over the groups, so that no way is met. */
const VOTES = Array.from({ length: 8 }, (_, number) => voteOf(people[number * 20]!, number))

const approvalUnder = (policy: Policy) => ({
  ...requested({
    id: '0'.repeat(32),
    gate: 'manual-approval',
    token: '',
    where: { accountId: '111122223333', region: 'eu-west-1', pipeline: 'shop', stage: 'Production', action: 'Approve' },
    executionId: 'execution',
    expiresAt: now + 86_400_000,
    retention: 86_400_000,
    request: { customData: null, reviewUrl: null },
    change: { revisions: [], authors: [], into: [], liveIn: [], seen: [], since: null, live: [], unknown: 'first' },
    starter: { kind: 'push', name: null, arn: null },
    newer: null,
    resolvedPolicy: {
      policy,
      frozen: null,
      timing: { remind: [], lastCall: null, escalate: null, quiet: [] },
      startedBy: [],
      at: now,
    },
    now,
  }),
  votes: VOTES,
})

const card = (policy: Policy) => ({
  kind: 'approval' as const,
  approval: approvalUnder(policy),
  route: null,
  accountName: 'shop-prod',
  consoleUrl: 'https://console.example/',
})

const WORK: Record<string, (policy: Policy) => unknown> = {
  'one judgement': (policy) => judge(policy, VOTES),
  'who is still needed': (policy) => stillNeededPeople(policy, VOTES),
  'whether a click counts': (policy) => barrierFor(policy, people[999]!, 'Approved', now, [], VOTES),
  'the whole message': (policy) => approvalMessage(card(policy)),
}

/** Milliseconds, in the middle of the runs. */
const middle = (work: () => unknown, runs: number): number => {
  const taken = Array.from({ length: runs }, () => {
    const from = performance.now()
    work()
    return performance.now() - from
  })
  return taken.toSorted((a, b) => a - b)[Math.floor(runs / 2)]!
}

const RUNS = 300
console.log(`1,000 people, 20 groups, 4 alternatives, against 10 people in one group (middle of ${RUNS} runs)`)
for (const [name, work] of Object.entries(WORK)) {
  const [large, small] = [LARGE, SMALL].map((policy) => middle(() => work(policy), RUNS)) as [number, number]
  console.log(
    `${name.padEnd(24)} ${large.toFixed(3).padStart(8)} ms  ${small.toFixed(3).padStart(8)} ms  ${(large / small).toFixed(1).padStart(6)} times`,
  )
}
