import type { Approval } from '../../domain/approval.ts'
import { deciders, routeSubjectOf } from '../../domain/approval.ts'
import { directlyToldBy, frozenAsOf, isQuiet, turnOf } from '../../domain/due-notices.ts'
import { sendAt } from '../../domain/later.ts'
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
  { quiet = false, telling = null }: { quiet?: boolean; telling?: Telling | null },
): NoticeCard => {
  const now = services.clock.now()
  return {
    kind: 'notice',
    notice,
    approval: frozenAsOf(approval, now),
    route: services.configuration.routeFor(approval.where, routeSubjectOf(approval, now)),
    consoleUrl: gateOf(services, approval).consoleUrl(approval.where),
    mention: quiet || isQuiet(approval, now) ? [] : (telling?.mention ?? MENTIONED[notice.kind](approval, notice)),
    failingSince: telling?.failingSince ?? null,
    ...(telling?.steering && { steering: telling.steering }),
  }
}

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
