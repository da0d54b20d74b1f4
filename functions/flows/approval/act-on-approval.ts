import type { Approval, DeferredClick, SlowPart } from '../../domain/approval.ts'
import { routeSubjectOf } from '../../domain/approval.ts'
import type { Attempted } from '../../domain/attempt.ts'
import { informedBy, takesClicks } from '../../domain/override-review.ts'
import type { Refusal } from '../../domain/refusal.ts'
import { firstRefusal, withDeferredClick, withRefusal } from '../../domain/attempt.ts'
import type { Effect } from '../../domain/effect.ts'
import type { Act, Actor } from '../../domain/act.ts'
import type { Verdict } from '../../domain/policy.ts'
import { refusedStatement, withTakenClick } from '../../domain/queued-click.ts'
import { recordedRefusal } from '../../domain/recorded.ts'
import { deferredStatement } from '../../domain/statement.ts'
import { changeApproval, readApproval } from './change-approval.ts'
import type { Route } from '../../domain/route.ts'
import type { Services } from '../../ports/services.ts'
import type { Informed } from './weigh.ts'
import { effectsOf, filingOf, inform, logRefusal, sign, waitsForSlack, weigh } from './weigh.ts'
import { within } from '../within.ts'

/**
 * How long a click waits for Slack to list people and groups; a trigger lives three seconds, and AWS needs part of
 * them.
 */
const PATIENCE_MS = 900
/** No person waits for an act that the queue has had. */
const QUEUED_PATIENCE_MS = 5_000

/**
 * How long a click tries to be stored while others write to the approval: the first write, and so many rounds of a read and
 * a write. After that the queue takes it, and the person is told that it is being checked.
 */
const MOST_ROUNDS = 8
const PATIENCE_WITH_OTHERS_MS = 1_500
const patienceFrom = (at: number) => ({ rounds: MOST_ROUNDS, until: at + PATIENCE_WITH_OTHERS_MS })

export type Considered =
  | { kind: 'may-act'; approval: Approval; route: Route | null; at: number }
  | { kind: 'refused'; refusal: Refusal; approval: Approval; route: Route | null; effects: Effect[] }
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
  const { clock, configuration, seals, queue } = services
  const at = clock.now()
  const route = configuration.routeFor(approval.where, routeSubjectOf(approval, at))
  const known = await within(clock, PATIENCE_MS, inform(services, approval, who))
  const informed = known ? informedBy(approval, known.resolvedPolicy, clock.now()) : approval
  const refusal = firstRefusal(informed, who.userId, aim, clock.now(), known?.accountRefusal ?? null)
  if (!refusal || (known ? waitsForSlack(known, refusal) : !NEEDS_NO_LOOKUP.has(refusal.because)))
    return { kind: 'may-act', approval: informed, route, at }

  const actor = known?.who ?? who
  const act = aim === 'Approved' || aim === 'Rejected' ? 'vote' : aim
  const recorded = await changeApproval<Approval | 'contended'>(
    services,
    approvalId,
    (current) => {
      const next = withRefusal(current, actor, act, refusal, at)
      return [next, next]
    },
    approval,
    { ...patienceFrom(at), result: 'contended' },
  )
  if (recorded === 'contended') {
    const refused = { who: actor, act, refusal: recordedRefusal(refusal), at } as const
    const seal = await seals.seal(refusedStatement(approvalId, refused))
    await queue.send(
      { effect: { do: 'record-refusal', approval: approvalId, refused: { ...refused, seal } }, attempt: 1 },
      0,
    )
  }
  logRefusal(services, approvalId, who.userId, refusal)
  const effects = recorded && recorded !== 'contended' ? filingOf(recorded) : []
  return { kind: 'refused', refusal, approval: informed, route, effects }
}

/** Refusals that hold whatever Slack would answer. */
const NEEDS_NO_LOOKUP = new Set<Refusal['because']>([
  'already-settled',
  'already-deciding',
  'expired',
  'no-route',
  'console-only',
  'nothing-to-confirm',
  'already-confirmed',
  'own-override',
])

export interface ActRequest {
  approvalId: string
  who: Actor
  act: Act
}

/** An act that the queue had since it was made. Epoch milliseconds. */
export interface QueuedRequest extends ActRequest {
  at: number
}

export type Acted =
  | {
      kind: 'done'
      attempted: Exclude<Attempted, { kind: 'refused' }>
      approval: Approval
      route: Route | null
      effects: Effect[]
    }
  /** Slack was too slow to describe the person or asked to wait, KMS was too slow to sign, or many click at once: an effect weighs the click, and answers the person. */
  | { kind: 'deferred'; effects: Effect[] }
  | { kind: 'refused'; refusal: Refusal; approval: Approval; route: Route | null; effects: Effect[] }
  | { kind: 'unknown' }

/**
 * Story: a person decided. Their act is weighed against the policy as it is now and stored with one conditional write;
 * the writer whose vote meets the policy fixes the verdict. Effects do the rest.
 */
export const actOnApproval = async (services: Services, request: ActRequest): Promise<Acted> => {
  const acted = await actOnce(services, request, null)
  // Only what the queue had comes again.
  return acted.kind === 'repeated' ? { kind: 'unknown' } : acted
}

/** The same, of an act that the queue had. `repeated`: it had it before, and the act is recorded. */
export const actOnQueued = (services: Services, request: QueuedRequest): Promise<Acted | { kind: 'repeated' }> =>
  actOnce(services, request, request.at)

const actOnce = async (
  services: Services,
  { approvalId, who, act }: ActRequest,
  actedAt: number | null,
): Promise<Acted | { kind: 'repeated' }> => {
  const { clock, configuration, log } = services
  const before = await readApproval(services, approvalId)
  if (!before) return { kind: 'unknown' }
  const at = actedAt ?? clock.now()
  const once = actedAt !== null
  let isSigning = false
  const signed = (policy: Approval) => {
    isSigning = true
    return sign(services, policy, who, act, at).finally(() => (isSigning = false))
  }
  const known: Informed | null = takesClicks(before)
    ? await within(clock, actedAt === null ? PATIENCE_MS : QUEUED_PATIENCE_MS, inform(services, before, who, signed))
    : { who }
  const patience = patienceFrom(actedAt === null ? at : clock.now())
  const result = known && (await weigh(services, approvalId, known, act, at, { from: before, patience, once }))
  if (result === 'repeated') return { kind: 'repeated' }
  if (!known || typeof result === 'string') {
    const isUnsigned = result === 'unsigned' || (!known && isSigning)
    const waitsFor: SlowPart = result === 'contended' ? 'others' : isUnsigned ? 'kms' : 'slack'
    const seal = await services.seals.seal(deferredStatement(approvalId, { who, act, at }))
    const click: DeferredClick = { who, act, at, seal, waitsFor }
    const stored =
      result === 'contended'
        ? 'contended'
        : await changeApproval<'contended' | null>(
            services,
            approvalId,
            (approval) => [once ? withTakenClick(approval, click) : withDeferredClick(approval, click), null],
            before,
            { ...patience, result: 'contended' },
          )
    // The queue takes every click at once.
    if (stored === 'contended')
      await services.queue.send({ effect: { do: 'take-click', approval: approvalId, click }, attempt: 1 }, 0)
    log.info('A click was deferred', { approval: approvalId, user: who.userId, act: act.do, waitsFor })
    log.count('VoteNoted')
    if (stored === 'contended') return { kind: 'deferred', effects: [] }
    return {
      kind: 'deferred',
      effects: [
        { do: 'weigh-deferred-clicks', approval: approvalId },
        { do: 'show-approval', approval: approvalId },
      ],
    }
  }
  if (!result) return { kind: 'unknown' }
  const { attempted, approval } = result
  const effects = effectsOf(result)
  const route = configuration.routeFor(approval.where, routeSubjectOf(approval, at))
  if (attempted.kind !== 'refused') return { kind: 'done', attempted, approval, route, effects }
  return { kind: 'refused', refusal: attempted.refusal, approval, route, effects }
}
