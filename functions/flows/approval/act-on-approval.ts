import type { Approval, DeferredClick, ResolvedPolicy } from '../../domain/approval.ts'
import { withResolvedPolicy } from '../../domain/approval.ts'
import type { Attempted } from '../../domain/attempt.ts'
import type { Refusal } from '../../domain/refusal.ts'
import {
  attempt,
  hasDeferredClick,
  withDeferredClick,
  firstRefusal,
  withRefusal,
  withoutDeferredClick,
} from '../../domain/attempt.ts'
import type { Effect } from '../../domain/effect.ts'
import type { Act, Actor } from '../../domain/act.ts'
import type { Verdict } from '../../domain/policy.ts'
import { changeApproval, readApproval } from './change-approval.ts'
import type { Route } from '../../domain/route.ts'
import type { Metric } from '../../ports/log.ts'
import type { Services } from '../../ports/services.ts'
import type { ShowingLease } from '../../domain/showing.ts'
import { withShowingLease } from '../../domain/showing.ts'
import { resolvePolicy } from './resolve-policy.ts'
import { within } from './within.ts'

/**
 * How long a click waits for Slack to list people and groups; a trigger lives three seconds, and AWS needs part of
 * them.
 */
const PATIENCE_MS = 900

export type Considered =
  | { kind: 'may-act'; approval: Approval; route: Route | null }
  | { kind: 'refused'; refusal: Refusal; approval: Approval; route: Route | null }
  | { kind: 'unknown' }

/**
 * Whether this person may do that now: checked when a button is clicked, before a modal opens. If Slack is too slow to
 * answer, the modal opens: its submission is weighed all the same.
 */
export const considerAct = async (
  services: Services,
  approvalId: string,
  who: Actor,
  aim: Exclude<Act['do'], 'vote'> | Verdict,
): Promise<Considered> => {
  const approval = await readApproval(services, approvalId)
  if (!approval) return { kind: 'unknown' }
  const { clock, configuration } = services
  const route = configuration.routeFor(approval.where)
  const known = await within(clock, PATIENCE_MS, inform(services, approval, who))
  const informed = known ? withResolvedPolicy(approval, known.resolvedPolicy, clock.now()) : approval
  const refusal = firstRefusal(informed, who.userId, aim, clock.now(), known?.accountRefusal ?? null)
  if (!refusal || (!known && !NEEDS_NO_LOOKUP.has(refusal.because)))
    return { kind: 'may-act', approval: informed, route }

  const actor = known?.who ?? who
  const act = aim === 'Approved' || aim === 'Rejected' ? 'vote' : aim
  await changeApproval(
    services,
    approvalId,
    (current) => [withRefusal(current, actor, act, refusal, clock.now()), null],
    approval,
  )
  logRefusal(services, approvalId, who.userId, refusal)
  return { kind: 'refused', refusal, approval: informed, route }
}

/** Refusals that hold whatever Slack would answer. */
const NEEDS_NO_LOOKUP = new Set<Refusal['because']>([
  'already-settled',
  'already-deciding',
  'expired',
  'no-route',
  'console-only',
])

export interface ActRequest {
  approvalId: string
  who: Actor
  act: Act
}

export type Acted =
  | {
      kind: 'done'
      attempted: Exclude<Attempted, { kind: 'refused' }>
      approval: Approval
      route: Route | null
      effects: Effect[]
    }
  /** Slack was too slow to describe the person: an effect weighs the click, and answers the person. */
  | { kind: 'deferred'; effects: Effect[] }
  | { kind: 'refused'; refusal: Refusal; approval: Approval; route: Route | null; effects: Effect[] }
  | { kind: 'unknown' }

/**
 * Story: a person decided. Their act is weighed against the policy as it is now and stored with one conditional write;
 * the writer whose vote meets the policy fixes the verdict. Effects do the rest.
 */
export const actOnApproval = async (services: Services, { approvalId, who, act }: ActRequest): Promise<Acted> => {
  const { clock, configuration, log } = services
  const before = await readApproval(services, approvalId)
  if (!before) return { kind: 'unknown' }
  const known =
    before.state.name === 'waiting' ? await within(clock, PATIENCE_MS, inform(services, before, who)) : { who }
  if (!known) {
    const at = clock.now()
    await changeApproval(services, approvalId, (approval) => [withDeferredClick(approval, who, act, at), null], before)
    log.info('Slack is slow, so a click was deferred', { approval: approvalId, user: who.userId, act: act.do })
    log.count('VoteNoted')
    return {
      kind: 'deferred',
      effects: [
        { do: 'weigh-deferred-clicks', approval: approvalId },
        { do: 'show-approval', approval: approvalId },
      ],
    }
  }
  const result = await weigh(services, approvalId, known, act, clock.now(), { from: before })
  if (!result) return { kind: 'unknown' }
  const { attempted, approval } = result
  const effects = effectsOf(result)
  const route = configuration.routeFor(approval.where)
  if (attempted.kind !== 'refused') return { kind: 'done', attempted, approval, route, effects }
  return { kind: 'refused', refusal: attempted.refusal, approval, route, effects }
}

export interface Informed {
  who: Actor
  /** Left out if the approval is over: it makes no difference then. */
  resolvedPolicy?: ResolvedPolicy | null
  accountRefusal?: Refusal | null
}

/** Everything about the person and the policy that must be looked up. */
export const inform = async (services: Services, approval: Approval, who: Actor): Promise<Required<Informed>> => {
  const [resolvedPolicy, looked] = await Promise.all([
    resolvePolicy(services, approval, services.clock.now()),
    services.directory.person(who.userId),
  ])
  if (looked.kind !== 'found') {
    const why = looked.kind === 'unread' ? looked.because : `No Slack account has the ID ${who.userId}`
    const isFinal = looked.kind === 'unread' && looked.isFinal
    return {
      who,
      resolvedPolicy,
      accountRefusal: { because: 'unknown-person', why, ...(isFinal && { isFinal }) },
    }
  }
  const { isDeactivated, isStranger, ...person } = looked.value
  return {
    who: { ...person, from: who.from },
    resolvedPolicy,
    accountRefusal: isDeactivated ? { because: 'deactivated' } : isStranger ? { because: 'stranger' } : null,
  }
}

/**
 * Weighs an act that was made at `at`, stores its result and counts it. With a `note`, only if that deferred click is
 * still there, and the same write removes it. `from`: the approval at hand. Null if there is no such approval or
 * deferred click.
 */
export const weigh = async (
  services: Services,
  approvalId: string,
  { who, resolvedPolicy, accountRefusal }: Informed,
  act: Act,
  at: number,
  { note, from = null }: { note?: DeferredClick; from?: Approval | null },
): Promise<Weighed | null> => {
  const { clock } = services
  const owner = clock.newId()
  const result = await changeApproval<Weighed | null>(
    services,
    approvalId,
    (current) => {
      const now = clock.now()
      if (note && !hasDeferredClick(current, note)) return [current, null]
      const waiting = note ? withoutDeferredClick(current, note, now) : current
      const informed = resolvedPolicy === undefined ? waiting : withResolvedPolicy(waiting, resolvedPolicy, now)
      const [next, attempted] = attempt(informed, who, act, at, accountRefusal ?? null)
      const [approval, lease] = withShowingLease(next, owner, now)
      return [approval, { attempted, approval, lease }]
    },
    from,
  )
  if (!result) return null
  const { attempted } = result
  if (attempted.kind === 'refused') logRefusal(services, approvalId, who.userId, attempted.refusal)
  else {
    services.log.info('A click counted', {
      approval: approvalId,
      user: who.userId,
      act: act.do,
      ...rulingOf(attempted),
    })
    services.log.count(COUNTED[attempted.kind])
  }
  return result
}

export interface Weighed {
  attempted: Attempted
  approval: Approval
  /** Shows the approval, if its message is outdated. */
  lease: ShowingLease | null
}

const COUNTED: Record<Exclude<Attempted['kind'], 'refused'>, Metric> = {
  counted: 'VoteCounted',
  withdrawn: 'VoteWithdrawn',
  'freeze-overridden': 'GlassBroken',
}

const rulingOf = (attempted: Attempted): object =>
  attempted.kind === 'counted' ? { ruling: attempted.ruling.kind } : {}

/**
 * The effects of an act, the verdict first. Its entry stays in the approval, and is filed with those that follow it, by
 * the sweep or at the end: many who click at once would all file the same ones.
 */
export const effectsOf = ({ approval: { id: approval, journal }, attempted, lease }: Weighed): Effect[] => [
  ...(attempted.kind === 'counted' && attempted.ruling.kind !== 'open'
    ? [{ do: 'settle-approval', approval } as const]
    : []),
  ...(lease ? [{ do: 'show-approval', approval, lease } as const] : []),
  ...(attempted.kind === 'freeze-overridden' ? [{ do: 'send-notices', approval } as const] : []),
  ...(JSON.stringify(journal.unfiled).length >= MUCH_UNFILED ? [{ do: 'file-entries', approval } as const] : []),
]

/** An item holds 400 kB: neither many clicks of one person nor a policy that is read again each time may fill it. */
const MUCH_UNFILED = 50_000

const logRefusal = ({ log }: Services, approval: string, user: string, refusal: Refusal): void => {
  log.info('A click was refused', { approval, user, because: refusal.because })
  log.count('VoteRefused')
}
