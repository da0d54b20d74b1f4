import type { Actor } from '../../domain/act.ts'
import type { Approval } from '../../domain/approval.ts'
import { routeSubjectOf } from '../../domain/approval.ts'
import { firstRefusal, repeated } from '../../domain/attempt.ts'
import { messageAt } from '../../domain/message-link.ts'
import { isNamePattern, matchesPattern } from '../../domain/name-pattern.ts'
import { informedBy } from '../../domain/override-review.ts'
import type { CommandAnswer, Judged } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import { readApproval } from '../approval/change-approval.ts'
import { inform } from '../approval/weigh.ts'

/** More are not looked at: each is read from the table, and its policy is looked up in Slack. */
const MOST_JUDGED = 300
const JUDGED_AT_ONCE = 10

/** Story: a person asks which approvals wait for them. Each is judged as their click would be. */
export const pendingFor = async (services: Services, who: Actor): Promise<CommandAnswer> => {
  const { waiting, unseen } = await waitingApprovals(services)
  const judged = await judgeFor(services, who, waiting)
  return {
    kind: 'pending',
    forYou: judged
      .filter(({ refusal }) => refusal === null)
      .sort((a, b) => a.approval.expiresAt - b.approval.expiresAt),
    forOthers: judged.filter(({ refusal }) => refusal !== null),
    unseen,
  }
}

/** So many answers one message holds. */
const MOST_EXPLAINED = 5

/** Story: a person asks why they cannot approve what a link leads to, or what waits in a pipeline. */
export const whyNot = async (services: Services, who: Actor, about: string): Promise<CommandAnswer> => {
  const place = messageAt(about)
  if (!place && !isNamePattern(about))
    return {
      kind: 'not-told',
      because: 'Name a pipeline, or paste the link to the message of an approval: /greenlight why shop-web.',
    }
  const { waiting } = await waitingApprovals(services)
  const meant = waiting.filter(({ where, showing }) =>
    place
      ? showing.place?.channel === place.channel && showing.place.ts === place.ts
      : matchesPattern([about], where.pipeline),
  )
  return { kind: 'why', about, judged: await judgeFor(services, who, meant.slice(0, MOST_EXPLAINED)) }
}

/** Oldest first, from the index of records that need a look. */
const waitingApprovals = async (services: Services): Promise<{ waiting: Approval[]; unseen: number }> => {
  const { attention, clock } = services
  const ids = await attention.waitingApprovals()
  const read = await inTurns(ids.slice(0, MOST_JUDGED), (id) => readApproval(services, id))
  const now = clock.now()
  return {
    waiting: read
      .filter((approval) => approval !== null)
      .filter(({ state, expiresAt }) => state.name === 'waiting' && now < expiresAt)
      .sort((a, b) => a.requestedAt - b.requestedAt),
    unseen: Math.max(0, ids.length - MOST_JUDGED),
  }
}

const judgeFor = (services: Services, who: Actor, approvals: readonly Approval[]): Promise<Judged[]> => {
  const once = { ...services, freezes: readOnce(services.freezes) }
  return inTurns(approvals, async (approval) => judgeOne(once, who, approval))
}

/** The freezes apply to each of the approvals, and are the same for all. */
const readOnce = (freezes: Services['freezes']): Services['freezes'] => {
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
    repeated(informed, who.userId, { do: 'vote', verdict: 'Approved', comment: '' })
  return { approval: informed, route: configuration.routeFor(approval.where, routeSubjectOf(approval, now)), refusal }
}

const inTurns = async <T, R>(all: readonly T[], look: (one: T) => Promise<R>): Promise<R[]> => {
  const found: R[] = []
  for (let from = 0; from < all.length; from += JUDGED_AT_ONCE)
    found.push(...(await Promise.all(all.slice(from, from + JUDGED_AT_ONCE).map(look))))
  return found
}
