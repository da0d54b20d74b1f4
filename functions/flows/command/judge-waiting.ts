import type { Actor } from '../../domain/act.ts'
import type { Approval } from '../../domain/approval.ts'
import { messageAt } from '../../domain/message-link.ts'
import { isNamePattern, matchesPattern } from '../../domain/name-pattern.ts'
import { fewAtOnce } from '../../few-at-once.ts'
import type { CommandAnswer } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import { readableApproval } from '../readable-records.ts'
import { JUDGED_AT_ONCE, judgeFor, stillWaits } from '../approval/judge-for.ts'
import { offerOf } from '../approval/offer-several.ts'

/** More are not looked at: each is read from the table, and its policy is looked up in Slack. */
const MOST_JUDGED = 300

/** Story: a person asks which approvals wait for them. Each is judged as their click would be. */
export const pendingFor = async (services: Services, who: Actor): Promise<PendingAnswer> =>
  judgedPending(services, who, await waitingApprovals(services))

type PendingAnswer = Extract<CommandAnswer, { kind: 'pending' }>

/** The same of approvals that have been read. */
export const judgedPending = async (
  services: Services,
  who: Actor,
  { waiting, unseen }: Awaited<ReturnType<typeof waitingApprovals>>,
): Promise<PendingAnswer> => {
  const judged = await judgeFor(services, who, waiting)
  const forYou = judged
    .filter(({ refusal }) => refusal === null)
    .sort((a, b) => a.approval.expiresAt - b.approval.expiresAt)
  return {
    kind: 'pending',
    forYou,
    several: await offerOf(services, who.userId, forYou),
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
export const waitingApprovals = async (services: Services): Promise<{ waiting: Approval[]; unseen: number }> => {
  const { attention, clock } = services
  const ids = await attention.waitingApprovals()
  const read = await fewAtOnce(JUDGED_AT_ONCE, ids.slice(0, MOST_JUDGED), (id) => readableApproval(services, id))
  const now = clock.now()
  return {
    waiting: read
      .filter((approval) => approval !== null)
      .filter((approval) => stillWaits(approval, now))
      .sort((a, b) => a.requestedAt - b.requestedAt),
    unseen: Math.max(0, ids.length - MOST_JUDGED),
  }
}
