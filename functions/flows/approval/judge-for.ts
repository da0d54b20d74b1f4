import type { Actor } from '../../domain/act.ts'
import type { Approval } from '../../domain/approval.ts'
import { routeSubjectOf } from '../../domain/approval.ts'
import { firstRefusal, repeated } from '../../domain/attempt.ts'
import { informedBy } from '../../domain/override-review.ts'
import { fewAtOnce } from '../../few-at-once.ts'
import type { Judged } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import { inform } from './weigh.ts'

export const JUDGED_AT_ONCE = 10

/** Whether people can still answer it. */
export const stillWaits = ({ state, expiresAt }: Approval, now: number): boolean =>
  state.name === 'waiting' && now < expiresAt

/** Each approval, as the person's click would be judged now. Nothing is recorded. */
export const judgeFor = (services: Services, who: Actor, approvals: readonly Approval[]): Promise<Judged[]> => {
  const once = { ...services, freezes: readOnce(services.freezes) }
  return fewAtOnce(JUDGED_AT_ONCE, approvals, async (approval) => judgeOne(once, who, approval))
}

/** The freezes apply to each of the approvals, and are the same for all. */
export const readOnce = (freezes: Services['freezes']): Services['freezes'] => {
  let read: ReturnType<Services['freezes']['all']> | null = null
  return { ...freezes, all: () => (read ??= freezes.all()) }
}

const judgeOne = async (services: Services, who: Actor, approval: Approval): Promise<Judged> => {
  const { clock, configuration } = services
  const { resolvedPolicy, accountRefusal } = await inform(services, approval, who)
  const now = clock.now()
  const informed = informedBy(approval, resolvedPolicy, now)
  const refusal =
    firstRefusal(informed, who.userId, 'Approved', now, accountRefusal) ??
    repeated(informed, who.userId, { do: 'vote', verdict: 'Approved', comment: '' }, now)
  return { approval: informed, route: configuration.routeFor(approval.where, routeSubjectOf(approval, now)), refusal }
}
