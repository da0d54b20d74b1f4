import type { Actor } from '../../domain/act.ts'
import type { Approval } from '../../domain/approval.ts'
import { routeSubjectOf } from '../../domain/approval.ts'
import type { Offer } from '../../domain/several.ts'
import { MOST_TOGETHER, offerStatement } from '../../domain/several.ts'
import type { Judged } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import { readableApproval } from '../readable-records.ts'
import { stillWaits, judgeFor } from './judge-for.ts'
import { within } from '../within.ts'

/** As many of these as one form has; null if a form for several would have one. */
export const offerOf = async (
  { seals }: Pick<Services, 'seals'>,
  userId: string,
  waiting: readonly Judged[],
): Promise<Offer | null> => {
  if (waiting.length < 2) return null
  const approvals = waiting.slice(0, MOST_TOGETHER).map(({ approval: { id } }) => id)
  const offered = { approvals, rest: waiting.length - approvals.length }
  return { ...offered, seal: await seals.seal(offerStatement(offered, userId)) }
}

export const isOwnOffer = ({ seals }: Pick<Services, 'seals'>, offer: Offer, userId: string): Promise<boolean> =>
  seals.holds(offerStatement(offer, userId), offer.seal)

/**
 * The approvals of an offer that still wait, judged for the person. One of which Slack does not say in time who may
 * approve it is among those that they can: its answer is judged all the same.
 */
export const judgeOffered = async (
  services: Services,
  { approvals }: Pick<Offer, 'approvals'>,
  who: Actor,
  patienceMs: number,
): Promise<Judged[]> => {
  const { clock } = services
  const waiting = await readAwaited(services, approvals)
  const judged = await within(clock, patienceMs, judgeFor(services, who, waiting))
  return judged ?? waiting.map((approval) => ({ ...routed(services, approval), refusal: null }))
}

/** Those that still wait, with their routes as they are now; they are not judged. */
export const routesOfAwaited = async (services: Services, approvals: readonly string[]): Promise<Judged[]> =>
  (await readAwaited(services, approvals)).map((approval) => ({ ...routed(services, approval), refusal: null }))

const readAwaited = async (services: Services, approvals: readonly string[]): Promise<Approval[]> => {
  const read = await Promise.all(approvals.map((id) => readableApproval(services, id)))
  const now = services.clock.now()
  return read.filter((approval): approval is Approval => approval !== null && stillWaits(approval, now))
}

/** The approval, with its route as it is now. */
export const routed = ({ configuration, clock }: Services, approval: Approval): Pick<Judged, 'approval' | 'route'> => ({
  approval,
  route: configuration.routeFor(approval.where, routeSubjectOf(approval, clock.now())),
})
