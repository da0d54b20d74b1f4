import type { Approval, Cast, Refusal } from '../domain/approval.ts'
import { cast, refusalFor } from '../domain/approval.ts'
import type { Effect } from '../domain/effect.ts'
import type { Verdict, Vote } from '../domain/policy.ts'
import { changeApproval, readApproval } from './change-approval.ts'
import type { Route, Services } from './ports.ts'

export type Considered =
  | { kind: 'may-vote'; approval: Approval; route: Route }
  | { kind: 'refused'; refusal: Refusal; approval: Approval; route: Route | null }
  | { kind: 'unknown' }

/** Whether this person may vote now: asked when a button is clicked, before anything is shown to them. */
export const considerVote = async (services: Services, approvalId: string, userId: string): Promise<Considered> => {
  const approval = await readApproval(services, approvalId)
  if (!approval) return { kind: 'unknown' }
  const route = services.configuration.routeFor(approval.where)
  const refusal = refusalFor(approval, route?.policy ?? null, userId, services.clock.now())
  if (!refusal && route) return { kind: 'may-vote', approval, route }
  const because = refusal ?? { because: 'no-policy' as const }
  logRefusal(services, approvalId, userId, because)
  return { kind: 'refused', refusal: because, approval, route }
}

export interface VoteRequest {
  approvalId: string
  userId: string
  name: string
  verdict: Verdict
  comment: string
}

export type Recorded =
  | { kind: 'counted'; cast: Cast; effects: Effect[] }
  | { kind: 'refused'; refusal: Refusal; approval: Approval; route: Route | null }
  | { kind: 'unknown' }

/**
 * Story: somebody decided. The vote is weighed against the policy as it is now and stored with one conditional write;
 * whoever's write completes the policy fixes the verdict. What follows is left to effects.
 */
export const recordVote = async (services: Services, request: VoteRequest): Promise<Recorded> => {
  const { configuration, clock, log } = services
  const { approvalId, ...given } = request
  const vote: Vote = { ...given, at: clock.now() }

  const result = await changeApproval(services, approvalId, (approval) => {
    const route = configuration.routeFor(approval.where)
    const [next, outcome] = cast(approval, route?.policy ?? null, vote)
    return [next, { outcome, approval: next, route }]
  })
  if (!result) return { kind: 'unknown' }

  const { outcome, approval, route } = result
  if (outcome.kind === 'refused') {
    logRefusal(services, approvalId, vote.userId, outcome.refusal)
    return { kind: 'refused', refusal: outcome.refusal, approval, route }
  }
  log.info('Vote counted', {
    approval: approvalId,
    user: vote.userId,
    verdict: vote.verdict,
    ruling: outcome.ruling.kind,
  })
  log.count('VoteCounted')
  const show: Effect = { do: 'show-approval', approval: approvalId }
  return {
    kind: 'counted',
    cast: outcome,
    effects: outcome.ruling.kind === 'open' ? [show] : [{ do: 'settle-approval', approval: approvalId }, show],
  }
}

const logRefusal = ({ log }: Services, approval: string, user: string, refusal: Refusal): void => {
  log.info('Vote refused', { approval, user, because: refusal.because })
  log.count('VoteRefused')
}
