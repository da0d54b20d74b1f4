import fc from 'fast-check'
import type { Approval, DeferredClick, ResolvedPolicy } from '../../functions/domain/approval.ts'
import type { Outcome, Deployment } from '../../functions/domain/outcome.ts'
import type { Execution, Progress } from '../../functions/domain/execution.ts'
import type { Act } from '../../functions/domain/act.ts'
import type { Notice } from '../../functions/domain/notice.ts'
import type { Policy, Rule, Unidentified, Vote } from '../../functions/domain/policy.ts'
import type { Revision } from '../../functions/domain/revision.ts'
import type { Refusal } from '../../functions/domain/refusal.ts'
import type { ChangeSetEvidence, ResourceChange } from '../../functions/domain/change-set.ts'
import type { TestEvidence } from '../../functions/domain/test-evidence.ts'
import type { Starter } from '../../functions/domain/starter.ts'
import type { Frozen } from '../../functions/domain/window.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { ApprovalCard, ExecutionCard, NoticeCard, RefusalCard } from '../../functions/ports/cards.ts'
import { DAY, KEY, START, TIMING, WHERE, actor, approval, execution } from '../support/records.ts'
import { ROUTE } from '../support/cards.ts'
import { anyCharacter } from '../support/any-character.ts'

/** Begins every text that others wrote, so that a test can find it anywhere. */
export const MARK = '☠'

const FRAGMENTS = [
  '<!channel>',
  '<!here|here>',
  '<@U0ANA>',
  '<!subteam^S0RELMGRS>',
  '<#C0RELEASES>',
  '<https://evil.example|Approve>',
  'https://evil.example/approve',
  '<!date^1^{date}|x>',
  '*bold* _it_ ~no~ `code`',
  '```',
  ':tada:',
  '@channel',
  '&amp;',
  '&lt;!channel&gt;',
  '&',
  '>',
  '\n',
  '\u0000\u0007',
  '\u202e\u2066',
  '👩‍💻',
  '\ud83d',
  '\udc69',
  'e\u0301'.repeat(30),
]

/** Markup, control characters, half characters, and up to 100 kB of it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 }).map((parts) => MARK + parts.join(MARK)),
  fc.string({ unit: anyCharacter, maxLength: 300 }).map((text) => MARK + text),
  fc.constantFrom('&', '<', '👩', '\u0000', 'x').map((unit) => MARK + unit.repeat(100_000 / unit.length)),
  fc.constantFrom('', ' ', '\n', '\u0000'),
)

const maybe = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(some, { nil: null, freq: 3 })

const address = fc.constantFrom(
  `https://github.com/shop/web/commit/${'a'.repeat(40)}`,
  `https://example.com/${'x'.repeat(900)}`,
  `https://example.com/${'y'.repeat(5_000)}`,
  'https://example.com/a b\n<!channel>',
  'javascript:alert(1)',
  'no address',
)

const revision: fc.Arbitrary<Revision> = fc.record({
  id: fc.oneof(fc.constant('4f9c2e1'.padEnd(40, '0')), hostileText),
  source: maybe(hostileText),
  title: hostileText,
  author: maybe(hostileText),
  authorEmail: maybe(hostileText),
  coAuthors: fc.constant([]),
  url: maybe(address),
  repository: maybe(
    fc.record({
      kind: fc.constantFrom('github', 'codecommit'),
      name: fc.constant('shop/web'),
      url: fc.constant('https://github.com/shop/web'),
    }),
  ),
})

/** As greenlight.yml allows them: a short name, and any number of people and groups. */
const policyRule: fc.Arbitrary<Rule> = fc.record({
  name: fc.constantFrom('release managers', '<!channel> & '.repeat(4), 'x'.repeat(60)),
  people: fc.nat({ max: 49 }).map((most) => Array.from({ length: most + 1 }, (_, index) => `U0PERSON${index}`)),
  groups: fc.constant([]),
  count: fc.integer({ min: 1, max: 30 }),
})

const route: fc.Arbitrary<Route> = fc
  .record({
    environment: fc.constantFrom('Production', '<@U0ANA>'.repeat(5), 'e'.repeat(40)),
    comment: fc.constantFrom('none', 'optional', 'required'),
  })
  .map((told) => ({ ...ROUTE, ...told }))

const userIds = fc.nat({ max: 50 }).map((many) => Array.from({ length: many }, (_, index) => `U0PERSON${index}`))

const frozen: fc.Arbitrary<Frozen> = fc.record({
  name: hostileText,
  zone: fc.constantFrom('Europe/London', 'America/Argentina/ComodRivadavia'),
  until: maybe(fc.constant(START + DAY)),
})

const because = fc.constantFrom('author', 'starter')
const unidentified: fc.Arbitrary<Unidentified> = fc.record({
  because,
  name: maybe(hostileText),
  revision: maybe(hostileText),
})

const policy: fc.Arbitrary<Policy> = fc.record({
  rules: fc.array(policyRule, { maxLength: 20 }),
  consoleOnly: fc.option(hostileText, { nil: null, freq: 1 }),
  forbidden: fc.array(
    fc.record({ userId: fc.constantFrom('U0PERSON1', 'U0PERSON2'), because, revision: maybe(hostileText) }),
    { maxLength: 40 },
  ),
  unidentified: fc.array(unidentified, { maxLength: 12 }),
  whenUnidentified: fc.constantFrom('refuse', 'allow'),
  freezes: fc.constant([]),
  breakGlass: userIds,
  unread: fc.array(hostileText, { maxLength: 12 }),
})

const resolvedPolicy: fc.Arbitrary<ResolvedPolicy> = fc.record({
  policy,
  frozen: maybe(frozen),
  timing: userIds.map((people) => ({ ...TIMING, escalate: { after: 1, channel: null, people } })),
  startedBy: userIds,
  at: fc.constant(START),
})

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('vote'), verdict: fc.constantFrom('Approved', 'Rejected'), comment: hostileText }),
  fc.constantFrom<Act[]>({ do: 'withdraw' }, { do: 'take-newer' }),
  fc.record({ do: fc.constant('break-glass'), reason: hostileText }),
)

const deferredClicks: fc.Arbitrary<DeferredClick> = fc.record({
  who: hostileText.map((name) => actor('U0PERSON3', { name })),
  act,
  at: fc.constant(START),
})

const override = fc.record({
  userId: fc.constant('U0PERSON4'),
  name: hostileText,
  reason: hostileText,
  frozen,
  windows: fc.constant([]),
  at: fc.constant(START),
})

const vote: fc.Arbitrary<Vote> = fc.record({
  userId: fc.nat({ max: 60 }).map((index) => `U0PERSON${index}`),
  name: hostileText,
  verdict: fc.constantFrom('Approved', 'Rejected'),
  comment: hostileText,
  at: fc.nat({ max: DAY }).map((passed) => START + passed),
})

const verdict = fc.constantFrom('Approved', 'Rejected')
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ how: fc.constant('slack'), verdict }),
  fc.record({ how: fc.constant('console'), verdict, by: maybe(hostileText), summary: maybe(hostileText) }),
  fc.constant<Outcome>({ how: 'expired' }),
  fc.record({ how: fc.constant('stopped'), by: maybe(hostileText), reason: maybe(hostileText) }),
  fc.constant<Outcome>({ how: 'pipeline-edited' }),
)

const state: fc.Arbitrary<Approval['state']> = fc.oneof(
  fc.constant<Approval['state']>({ name: 'waiting' }),
  fc.record({ name: fc.constant('deciding'), verdict, since: fc.constant(START) }),
  fc.record({ name: fc.constant('settled'), outcome, at: fc.constant(START + DAY) }),
)

/** The end of a deployment that was rolled back, with any text for a version. */
const rolledBack = fc
  .tuple(hostileText, fc.oneof(fc.constant('77e0c3d'), hostileText))
  .map(([cause, version]) => `${cause} Rolled back to ${version}.`)

const deployment: fc.Arbitrary<Deployment> = fc.oneof(
  fc.constant<Deployment>({ name: 'running' }),
  fc.record({
    name: fc.constantFrom('live', 'failed', 'stopped'),
    at: fc.constant(START + DAY),
    summary: maybe(fc.oneof(hostileText, rolledBack)),
  }),
)

const starter: fc.Arbitrary<Starter> = fc.record({
  kind: fc.constantFrom('push', 'person', 'rollback', 'schedule-or-rule', 'creation', 'unknown'),
  name: maybe(hostileText),
  arn: fc.constant(null),
})

const longName = 'n'.repeat(100)

const tests: fc.Arbitrary<TestEvidence> = fc.oneof(
  fc.record({
    kind: fc.constant('reported'),
    passed: fc.nat(),
    failed: fc.nat(),
    skipped: fc.nat(),
    unknown: fc.nat(),
    durationMs: fc.nat(),
    reports: fc.array(fc.record({ arn: hostileText, name: hostileText, url: address }), { maxLength: 3 }),
    count: fc.nat({ max: 100 }),
    unfinished: fc.nat({ max: 3 }),
  } as const),
  fc.constant({ kind: 'none' } as const),
  fc.record({ kind: fc.constant('unread'), because: fc.constant('denied'), lacks: hostileText } as const),
  fc.record({ kind: fc.constant('unread'), because: fc.constant('not-joined'), region: hostileText } as const),
)

const hostileChange: fc.Arbitrary<ResourceChange> = fc.record({
  what: fc.constantFrom('added', 'changed', 'replaced', 'mayReplace', 'removed'),
  id: hostileText,
  type: hostileText,
})

const changeSet: fc.Arbitrary<ChangeSetEvidence> = fc.oneof(
  fc.record({ stack: hostileText, url: maybe(address), kind: fc.constant('empty') } as const),
  fc.record({ stack: hostileText, url: maybe(address), kind: fc.constant('unread'), because: hostileText } as const),
  fc.record({
    stack: hostileText,
    url: maybe(address),
    kind: fc.constant('changes'),
    counts: fc.record({ added: fc.nat(), removed: fc.nat(), replaced: fc.nat() }),
    atRisk: fc.array(hostileChange, { maxLength: 3 }),
    atRiskCount: fc.nat({ max: 500 }),
  } as const),
)

const hostileApproval: fc.Arbitrary<Approval> = fc
  .record({
    where: fc.constantFrom(WHERE, { ...WHERE, pipeline: longName, stage: longName, action: longName }),
    request: fc.record({ customData: maybe(hostileText), reviewUrl: maybe(address) }),
    change: fc.record({
      revisions: fc.array(revision, { maxLength: 12 }),
      since: maybe(
        fc.record({
          changed: fc.array(fc.record({ from: revision, to: revision }), { maxLength: 5 }),
          releasedAt: fc.constant(START - DAY),
          included: fc.array(revision, { maxLength: 8 }),
          count: fc.nat({ max: 30 }),
          more: fc.boolean(),
          newer: maybe(revision),
        }),
      ),
      into: fc.array(fc.constantFrom('Production', longName), { maxLength: 5 }),
      liveIn: fc.constant<string[]>([]),
      seen: fc.constant<string[]>([]),
      unknown: maybe(fc.constantFrom('first', 'edited', 'far')),
      live: fc.array(
        fc.record({
          stage: fc.constantFrom('Production', longName),
          executionId: fc.constantFrom('e0', 'e1'),
          since: fc.constant(START - DAY),
          revisions: fc.array(revision, { maxLength: 5 }),
          approvedBy: maybe(
            fc.record({ how: fc.constantFrom('slack', 'console'), names: fc.array(hostileText, { maxLength: 8 }) }),
          ),
        }),
        { maxLength: 5 },
      ),
      authors: fc.constant<Approval['change']['authors']>([]),
    }),
    starter,
    newer: maybe(
      fc.record({ executionId: fc.constant('e2'), revision: maybe(revision), startedAt: maybe(fc.constant(START)) }),
    ),
    tests,
    changeSets: fc.array(changeSet, { maxLength: 12 }),
    votes: fc.uniqueArray(vote, { maxLength: 60, selector: ({ userId }) => userId }),
    state,
    problem: maybe(hostileText),
    deployment: maybe(deployment),
    resolvedPolicy: maybe(resolvedPolicy),
    deferredClicks: fc.array(deferredClicks, { maxLength: 20 }),
    override: maybe(override),
    escalatedAt: maybe(fc.constant(START)),
  })
  .map((told) => approval(told))

export const hostileApprovalCard: fc.Arbitrary<ApprovalCard> = fc.record({
  kind: fc.constant('approval'),
  approval: hostileApproval,
  route: maybe(route),
  accountName: fc.constantFrom('111122223333', 'shop-prod', '<!channel>'.repeat(50)),
  consoleUrl: fc.constant('https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/shop-web/view'),
})

const notice: fc.Arbitrary<Notice> = fc.record({
  kind: fc.constantFrom(
    'direct',
    'reminder',
    'turn',
    'escalation',
    'overtaken',
    'last-call',
    'glass-broken',
    'outcome',
  ),
  key: fc.constant('notice-1'),
  dueAt: fc.constant(START),
  channel: maybe(fc.constant('C0LEADS')),
})

/** A notice with a cause: without an override, or without an end, there would be none. */
export const hostileNoticeCard: fc.Arbitrary<NoticeCard> = fc
  .record({
    kind: fc.constant('notice'),
    notice,
    approval: hostileApproval,
    route: maybe(route),
    consoleUrl: fc.constant('https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/shop-web/view'),
    mention: userIds,
    override,
    outcome,
  })
  .map(({ override, outcome, ...card }): NoticeCard => {
    const { approval } = card
    const ended: Approval = { ...approval, state: { name: 'settled', outcome, at: START } }
    return { ...card, approval: { ...(card.notice.kind === 'outcome' ? ended : approval), override } }
  })

const refusal: fc.Arbitrary<Refusal> = fc.oneof(
  fc.record({ because: fc.constant('console-only'), why: hostileText }),
  fc.constantFrom<Refusal[]>({ because: 'not-an-approver' }, { because: 'starter' }, { because: 'stranger' }),
  fc.record({ because: fc.constant('unread'), unread: fc.array(hostileText, { maxLength: 12 }) }),
  fc.record({ because: fc.constant('author'), revision: maybe(hostileText) }),
  fc.record({ because: fc.constant('unidentified'), unidentified: fc.array(unidentified, { maxLength: 12 }) }),
  fc.record({ because: fc.constant('frozen'), frozen, breakGlass: userIds }),
  fc.record({ because: fc.constant('unknown-person'), why: hostileText }),
  fc.record({ because: fc.constant('already-voted'), vote }),
  fc.record({ because: fc.constant('already-deciding'), verdict }),
  fc.record({ because: fc.constant('already-settled'), outcome, at: fc.constant(START) }),
  fc.record({ because: fc.constant('may-not-break-glass'), breakGlass: userIds }),
  fc.record({ because: fc.constant('unidentified-review'), unidentified: fc.array(unidentified, { maxLength: 12 }) }),
)

export const hostileRefusalCard: fc.Arbitrary<RefusalCard> = fc.record({
  kind: fc.constant('refusal'),
  act: fc.constantFrom<Act[]>({ do: 'vote', verdict: 'Approved', comment: '' }, { do: 'take-newer' }),
  refusal,
  approval: hostileApproval,
  route: fc.constant(null),
})

const progress = fc.constantFrom<Progress[]>(
  'running',
  'succeeded',
  'failed',
  'stopping',
  'stopped',
  'superseded',
  'canceled',
)
const times = { at: fc.constant(START + DAY), startedAt: maybe(fc.constant(START)) }
const timeline = fc.record({ ...times, progress })
const stageTimeline = fc.record(
  {
    ...times,
    progress: fc.oneof(progress, fc.constant('skipped' as const)),
    because: hostileText,
    overriddenBy: hostileText,
    skippedApprovals: fc.array(fc.constantFrom('Approve', 'a'.repeat(100)), { minLength: 1, maxLength: 50 }),
  },
  { requiredKeys: ['progress', 'at', 'startedAt'] },
)

/** As large as CodePipeline lets a pipeline be: 50 stages, 50 actions at once, 100-character names. */
const hostileExecution: fc.Arbitrary<Execution> = fc
  .record({
    overall: timeline,
    stageOrder: fc
      .tuple(fc.constantFrom(0, 1, 3, 50), fc.constantFrom('S', 's'.repeat(97)))
      .map(([length, name]) => Array.from({ length }, (_, index) => `${name}-${index}`)),
    heardStages: fc.array(stageTimeline, { maxLength: 50 }),
    runs: fc.array(
      fc.record({
        stage: fc.nat({ max: 49 }),
        action: fc.constantFrom('Deploy', 'a'.repeat(95)),
        category: fc.constantFrom('Approval', 'Deploy'),
        summary: maybe(hostileText),
        url: maybe(address),
        timeline,
      }),
      { maxLength: 60 },
    ),
    revisions: fc.array(revision, { maxLength: 12 }),
    starter: maybe(starter),
  })
  .map(({ heardStages, runs, stageOrder, ...told }) => {
    const nameOf = (index: number) => stageOrder[index % (stageOrder.length || 1)] ?? 'Build'
    return {
      ...execution(),
      ...told,
      stageOrder,
      stages: new Map(heardStages.map((heard, index) => [nameOf(index), heard])),
      actions: new Map(
        runs.map(({ stage, action, timeline, ...run }, index) => [
          `run-${index}`,
          { ...run, ...timeline, stage: nameOf(stage % 4), action: `${action}-${index}`, provider: 'X' },
        ]),
      ),
    }
  })

export const hostileExecutionCard: fc.Arbitrary<ExecutionCard> = fc.record({
  kind: fc.constant('execution'),
  execution: hostileExecution,
  accountName: fc.constantFrom(KEY.accountId, 'shop-prod', '<!channel>'.repeat(50)),
  consoleUrl: fc.constant('https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/shop-web/view'),
  approvalPlaces: fc.constantFrom(
    new Map(),
    new Map([
      ['S-0/Approve', { channel: 'C0RELEASES', ts: '1.1', link: 'https://slack.example/archives/C0RELEASES/p11' }],
    ]),
  ),
})

/** A build or a deployment outside a pipeline: with whatever is in its actions. */
export const hostileOutsideCard: fc.Arbitrary<ExecutionCard> = fc
  .record({
    card: hostileExecutionCard,
    service: fc.constantFrom('CodeBuild', 'CodeDeploy'),
    name: hostileText,
    group: maybe(hostileText),
    version: maybe(hostileText),
    progress: fc.constantFrom('running', 'succeeded', 'failed', 'stopped', 'canceled'),
  })
  .map(({ card, service, name, group, version, progress }) => ({
    ...card,
    execution: {
      ...card.execution,
      key: { ...card.execution.key, pipeline: `a${name}` },
      outside: { service, group: service === 'CodeBuild' ? null : `a${group ?? ''}`, version },
      overall: { progress, at: START, startedAt: null },
      stages: new Map(),
      stageOrder: [],
      revisions: [],
    },
  }))
