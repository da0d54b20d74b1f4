import type { Approval, NewApproval, ResolvedPolicy } from '../../functions/domain/approval.ts'
import { requested } from '../../functions/domain/approval.ts'
import type { ApprovalNotification } from '../../functions/domain/effect.ts'
import { attempt } from '../../functions/domain/attempt.ts'
import type { Execution, Progress, StateChange } from '../../functions/domain/execution.ts'
import { described, newExecution, applyEvent } from '../../functions/domain/execution.ts'
import type { Act, Actor } from '../../functions/domain/act.ts'
import type { Timing } from '../../functions/domain/notice.ts'
import type { Policy, Rule, Verdict, Vote } from '../../functions/domain/policy.ts'
import type { Change, Revision } from '../../functions/domain/revision.ts'
import { authorsOf } from '../../functions/domain/revision.ts'
import { approvalToken } from './secret.ts'

/** 2026-11-23T09:30:00Z */
export const START = Date.UTC(2026, 10, 23, 9, 30)
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const DAY = 1_440 * MINUTE

export const TOKEN = approvalToken()
export const WHERE = {
  accountId: '111122223333',
  region: 'eu-west-1',
  pipeline: 'shop-web',
  stage: 'Production',
  action: 'Approve',
}

/** An approval action's notification. */
export const notification = (more: Partial<ApprovalNotification> = {}): ApprovalNotification => ({
  id: 'a1',
  gate: 'manual-approval',
  told: 'topic',
  where: WHERE,
  token: TOKEN,
  expiresAt: START,
  ...more,
})

export const rule = (name: string, people: string[], count = 1): Rule => ({ name, people, groups: [], count })

/** Rules, without anything else that keeps a person from approving. */
export const policy = (rules: Rule[], more: Partial<Policy> = {}): Policy => ({
  rules,
  consoleOnly: null,
  forbidden: [],
  unidentified: [],
  whenUnidentified: 'refuse',
  freezes: [],
  breakGlass: [],
  unread: [],
  ...more,
})

/** One release manager of two, and one engineer of two. */
export const POLICY = policy([rule('release managers', ['U0DANA', 'U0ELI']), rule('engineers', ['U0ANA', 'U0CHEN'])])

/** No reminders. */
export const TIMING: Timing = { remind: [], lastCall: null, escalate: null, quiet: [] }

export const resolvedPolicy = (policy: Policy = POLICY, more: Partial<ResolvedPolicy> = {}): ResolvedPolicy => ({
  policy,
  frozen: null,
  timing: TIMING,
  startedBy: ['U0ANA'],
  at: START,
  ...more,
})

export const actor = (userId: string, more: Partial<Actor> = {}): Actor => {
  const name = userId.slice(2).toLowerCase()
  return { userId, teamId: 'T0SHOP', name, email: `${name}@example.com`, from: 'C0RELEASES', ...more }
}

export const vote = (userId: string, verdict: Verdict = 'Approved', more: Partial<Vote> = {}): Vote => ({
  userId,
  name: userId.slice(2).toLowerCase(),
  verdict,
  comment: '',
  at: START + 5 * MINUTE,
  ...more,
})

export const REPOSITORY = { kind: 'github', name: 'shop/web', url: 'https://github.com/shop/web' } as const

export const revision = (id: string, title: string, more: Partial<Revision> = {}): Revision => ({
  id: id.padEnd(40, '0'),
  source: 'Checkout',
  title,
  author: 'Ana',
  authorEmail: 'ana@example.com',
  coAuthors: [],
  url: `https://github.com/shop/web/commit/${id.padEnd(40, '0')}`,
  repository: REPOSITORY,
  ...more,
})

export const ROUNDING = revision('4f9c2e1', 'Fix rounding in basket totals')
export const CARDS = revision('b01d7aa', 'Add gift cards (#412)', { author: 'Ben', authorEmail: 'ben@example.com' })
export const RELEASED = revision('77e0c3d', 'Bump Flask to 3.1', { author: 'Ben', authorEmail: 'ben@example.com' })

/** Two changes since the last deployment. */
export const CHANGE: Change = {
  revisions: [ROUNDING],
  into: ['Production'],
  liveIn: ['Production'],
  seen: ['Production: Approve Deploy', 'Production live Succeeded'],
  since: {
    releasedAt: START - 2 * DAY,
    changed: [{ from: RELEASED, to: ROUNDING }],
    included: [ROUNDING, CARDS],
    count: 2,
    more: false,
    newer: null,
  },
  unknown: null,
  live: [],
  authors: authorsOf([ROUNDING, CARDS]),
}

export const newApproval = (more: Partial<NewApproval> = {}): NewApproval => ({
  id: '3f9ac2d1'.repeat(4),
  gate: 'manual-approval',
  token: TOKEN,
  where: WHERE,
  executionId: '5f0e9a11-2222-4333-8444-555566667777',
  expiresAt: START + 7 * DAY,
  retention: 400 * DAY,
  request: { customData: null, reviewUrl: null },
  change: {
    ...CHANGE,
  },
  starter: { kind: 'push', name: null, arn: null },
  newer: null,
  resolvedPolicy: resolvedPolicy(),
  now: START,
  ...more,
})

export const approval = (more: Partial<Approval> = {}): Approval => ({ ...requested(newApproval()), ...more })

/** The approval with this policy, read at the same time. */
export const under = (of: Approval, policy: Policy): Approval => ({
  ...of,
  resolvedPolicy: { ...(of.resolvedPolicy ?? resolvedPolicy()), policy },
})

/** The approval after this act, which must count. */
export const acted = (of: Approval, who: Actor, act: Act, at: number): Approval => {
  const [next, attempted] = attempt(of, who, act, at)
  if (attempted.kind === 'refused') throw new Error(`${who.userId} was refused: ${attempted.refusal.because}`)
  return next
}

/** The approval after these votes under the policy, each of which must count. */
export const voted = (start: Approval, policy: Policy, ...votes: Vote[]): Approval =>
  votes.reduce(
    (so, { userId, name, verdict, comment, at }) =>
      acted(so, actor(userId, { name }), { do: 'vote', verdict, comment }, at),
    under(start, policy),
  )

/** Approved by Dana and Chen, on its way to CodePipeline. */
export const deciding = (): Approval =>
  voted(approval(), POLICY, vote('U0DANA'), vote('U0CHEN', 'Approved', { comment: 'checked on staging' }))

export const KEY = {
  accountId: WHERE.accountId,
  region: WHERE.region,
  pipeline: WHERE.pipeline,
  executionId: '5f0e9a11-2222-4333-8444-555566667777',
}

export const pipelineChange = (progress: Progress, at: number): StateChange => ({
  level: 'pipeline',
  progress,
  at,
})
export const stageChange = (stage: string, progress: StateChange['progress'], at: number): StateChange => ({
  level: 'stage',
  stage,
  progress,
  at,
})
export const actionChange = (
  stage: string,
  action: string,
  progress: Progress,
  at: number,
  more: Partial<Extract<StateChange, { level: 'action' }>> = {},
): StateChange => ({
  level: 'action',
  stage,
  action,
  actionExecutionId: `${stage}/${action}/1`,
  category: action === 'Approve' ? 'Approval' : 'Build',
  provider: action === 'Approve' ? 'Manual' : 'CodeBuild',
  summary: null,
  url: null,
  progress,
  at,
  ...more,
})

export const STAGES = ['Source', 'Build', 'Production']

/** A shop-web execution after these events, with what CodePipeline says of it. */
export const execution = (news: readonly StateChange[] = [], facts: Parameters<typeof described>[1] = {}): Execution =>
  news.reduce(
    (so, one) => applyEvent(so, one, START),
    described(
      newExecution(KEY, START),
      { stageOrder: STAGES, revisions: [ROUNDING], starter: { kind: 'push', name: null, arn: null }, ...facts },
      START,
    ),
  )

/** The same value with every map's keys reversed, as DynamoDB may return them. */
export const inAnotherOrder = <T>(value: T): T => turned(value) as T

const turned = (value: unknown): unknown => {
  if (value instanceof Map) return new Map([...value].reverse().map(([key, inner]) => [key, turned(inner)]))
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, turned(inner)]),
  )
}
