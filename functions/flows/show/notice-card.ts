import type { Approval } from '../../domain/approval.ts'
import { deciders, routeSubjectOf } from '../../domain/approval.ts'
import { directlyToldBy, frozenAsOf, isQuiet, turnOf } from '../../domain/due-notices.ts'
import { sendAt } from '../../domain/later.ts'
import type { Mutes } from '../../domain/mute.ts'
import { NO_MUTES, notMuted } from '../../domain/mute.ts'
import type { Notice, NoticeKind } from '../../domain/notice.ts'
import { reviewersOf } from '../../domain/override-review.ts'
import { stillNeededPeople } from '../../domain/policy.ts'
import type { NoticeCard } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import { gateOf } from '../gates/gates.ts'
import type { Telling } from './deliver-notice.ts'

/** The notice as it is now; it mentions no one if it is quiet. `telling`: what is told of a deployment's end. */
export const noticeCard = (
  services: Services,
  approval: Approval,
  notice: Notice,
  { quiet = false, telling = null, mutes = NO_MUTES }: { quiet?: boolean; telling?: Telling | null; mutes?: Mutes },
): NoticeCard => {
  const now = services.clock.now()
  const mentioned = (): readonly string[] => {
    const all = MENTIONED[notice.kind](approval, notice)
    return isMutable(notice.kind) ? notMuted(mutes, all, approval.where.pipeline, now) : all
  }
  return {
    kind: 'notice',
    notice,
    approval: frozenAsOf(approval, now),
    route: services.configuration.routeFor(approval.where, routeSubjectOf(approval, now)),
    consoleUrl: gateOf(services, approval).consoleUrl(approval.where),
    mention: quiet || isQuiet(approval, now) ? [] : (telling?.mention ?? mentioned()),
    failingSince: telling?.failingSince ?? null,
    ...(telling?.steering && { steering: telling.steering }),
  }
}

/** The notices that mention no one who has muted the pipeline: the others cannot wait, or were asked for. */
const MUTABLE: ReadonlySet<NoticeKind> = new Set(['turn', 'reminder', 'overtaken', 'outcome'])

export const isMutable = (kind: NoticeKind): boolean => MUTABLE.has(kind)

/** The people whom each notice mentions. */
const MENTIONED: Record<NoticeKind, (approval: Approval, notice: Notice) => readonly string[]> = {
  direct: (_, notice) => [directlyToldBy(notice)],
  turn: (approval, notice) => turnOf(approval, notice)?.people ?? [],
  reminder: (approval) => missingApprovers(approval),
  overtaken: (approval) => approversSoFar(approval),
  'last-call': (approval) => [
    ...missingApprovers(approval),
    ...(sendAt(approval) === null ? [] : approversSoFar(approval)),
  ],
  'glass-broken': (approval) => missingApprovers(approval),
  escalation: ({ resolvedPolicy, votes }) => {
    const forbidden = new Set(resolvedPolicy?.policy.forbidden.map(({ userId }) => userId))
    const voted = new Set(votes.map(({ userId }) => userId))
    return (resolvedPolicy?.timing.escalate?.people ?? []).filter((one) => !forbidden.has(one) && !voted.has(one))
  },
  'past-policy': ({ resolvedPolicy }) => [
    ...new Set(resolvedPolicy?.policy.rules.flatMap(({ people }) => people) ?? []),
  ],
  deployment: () => [],
  review: (approval) => reviewersOf(approval),
  'review-overdue': (approval) => reviewersOf(approval),
  'override-confirmed': ({ override }) => (override ? [override.userId] : []),
  outcome: ({ resolvedPolicy }) => resolvedPolicy?.startedBy ?? [],
}

const approversSoFar = (approval: Approval): string[] =>
  approval.state.name === 'waiting' ? deciders(approval, 'Approved').map(({ userId }) => userId) : []

const missingApprovers = ({ resolvedPolicy, votes, state }: Approval): string[] =>
  resolvedPolicy && state.name === 'waiting' ? stillNeededPeople(resolvedPolicy.policy, votes) : []
