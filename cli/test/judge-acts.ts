import type { Act, Actor } from '../../functions/domain/act.ts'
import type { Approval, ResolvedPolicy } from '../../functions/domain/approval.ts'
import { requested, withResolvedPolicy, withSoak } from '../../functions/domain/approval.ts'
import { attempt } from '../../functions/domain/attempt.ts'
import type { Soak } from '../../functions/domain/automatic.ts'
import type { StageAction } from '../../functions/domain/pipeline.ts'
import type { Policy, Ruling } from '../../functions/domain/policy.ts'
import { judge, missingApprovals } from '../../functions/domain/policy.ts'
import type { Change } from '../../functions/domain/revision.ts'
import type { Starter } from '../../functions/domain/starter.ts'
import { DAY } from '../../functions/domain/time-units.ts'
import { resolvePolicy } from '../../functions/flows/approval/resolve-policy.ts'
import { NO_ABSENCES } from '../no-absences.ts'
import { NO_FREEZES } from '../no-freezes.ts'
import type { Services } from '../../functions/ports/services.ts'

/** What an approval comes to under a policy. */
export interface CaseResult {
  expect: 'granted' | 'rejected' | 'open' | 'no-route' | 'console-only'
  /** Why the acts of each person did not count. */
  refused: Record<string, string>
  /** The missing approvals of each group; empty unless it is open. */
  needed: Record<string, number>
}

/** One person's act on an approval. Epoch milliseconds. */
export interface TimedAct {
  who: Actor
  act: Act
  at: number
}

/** The state of an approval after some acts, under one policy. */
export interface Judged {
  approval: Approval
  refused: ReadonlyMap<string, string>
  /** What could not be read when it was judged, in clauses. */
  unread: readonly string[]
}

/** An approval that is requested at a moment, and nothing else known of it. */
export interface AskedApproval {
  where: StageAction
  change: Change
  starter: Starter
  requestedAt: number
}

interface Looked extends Pick<Services, 'configuration' | 'directory' | 'calendars'> {
  /** Who is away; missing if no one is. */
  absences?: Pick<Services['absences'], 'endingFrom'>
}

/** Opens approvals and lets people act on them as the bot does: with its own functions, and nothing else. */
export const judgeWith = (services: Looked, asked: AskedApproval) => {
  const { requestedAt, ...subject } = asked
  const { where, change, starter } = subject
  const resolve = async (at: number) => {
    const escalate = services.configuration.routeFor(where, { change, starter, at })?.escalate
    const escalatedAt = escalate && requestedAt + escalate.after <= at ? requestedAt + escalate.after : null
    const known = { absences: NO_ABSENCES, ...services, freezes: NO_FREEZES }
    const resolved = await resolvePolicy(known, { ...subject, escalatedAt }, at)
    // The acts do not tell whether a person confirmed an override in time for the next one.
    return resolved && withoutReview(resolved)
  }
  const asOf = async (judged: Judged, at: number): Promise<Judged> => {
    const resolved = await resolve(at)
    const unread = unreadIn(resolved?.policy ?? null)
    return {
      ...judged,
      approval: withResolvedPolicy(judged.approval, resolved, at),
      unread: [...new Set([...judged.unread, ...unread])],
    }
  }
  return {
    open: async (): Promise<Judged> => {
      const resolvedPolicy = await resolve(requestedAt)
      const approval = requested({
        ...{ id: '', gate: 'manual-approval', token: '', executionId: '', newer: null, retention: 0, ...subject },
        expiresAt: requestedAt + 60 * DAY,
        request: { customData: null, reviewUrl: null },
        resolvedPolicy,
        now: requestedAt,
      })
      return { approval, refused: new Map(), unread: unreadIn(resolvedPolicy?.policy ?? null) }
    },
    act: async (judged: Judged, { who, act, at }: TimedAct): Promise<Judged> => {
      const now = await asOf(judged, at)
      const [approval, attempted] = attempt(now.approval, who, act, at)
      if (attempted.kind !== 'refused') return { ...now, approval }
      return { ...now, approval, refused: new Map([...now.refused, [who.userId, attempted.refusal.because]]) }
    },
    /** The rule may approve it, if the time without alarms is so. */
    wait: async (judged: Judged, at: number, soakOf: (policy: Policy | null) => Promise<Soak | null>) => {
      const now = await asOf(judged, at)
      const soak = await soakOf(now.approval.resolvedPolicy?.policy ?? null)
      return { ...now, approval: withSoak(now.approval, soak, at) }
    },
  }
}

const withoutReview = ({ review: _, ...resolved }: ResolvedPolicy): ResolvedPolicy => resolved

const unreadIn = (policy: Policy | null): readonly string[] => [
  ...(policy?.unread ?? []),
  ...(policy?.freezes ?? []).flatMap(({ unread }) => unread ?? []),
]

export const resultOf = ({ approval, refused }: Judged): CaseResult => {
  const { resolvedPolicy, state } = approval
  const told = { refused: Object.fromEntries(refused), needed: {} }
  if (!resolvedPolicy) return { expect: 'no-route', ...told }
  if (resolvedPolicy.policy.consoleOnly !== null) return { expect: 'console-only', ...told }
  if (state.name === 'deciding') return { expect: state.verdict === 'Approved' ? 'granted' : 'rejected', ...told }
  const open = rulingOf(approval)!
    .ways.flat()
    .filter(({ missing }) => missing > 0)
  return { expect: 'open', ...told, needed: Object.fromEntries(open.map(({ rule, missing }) => [rule.name, missing])) }
}

const rulingOf = ({ resolvedPolicy, votes }: Approval): Ruling | null =>
  resolvedPolicy && judge(resolvedPolicy.policy, votes)

/** How many more approvals it needs, in the way in which the fewest are missing. */
export const missingIn = ({ approval }: Judged): number => {
  const ruling = rulingOf(approval)
  return ruling && approval.state.name === 'waiting' ? missingApprovals(ruling.progress) : 0
}
