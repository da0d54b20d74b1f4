import type { Approval } from '../../domain/approval.ts'
import { escalated, routeSubjectOf, withEntry, withResolvedPolicy } from '../../domain/approval.ts'
import { causeLeftOut, endOfDeployment } from '../../domain/deployment-notices.ts'
import { directlyToldBy, isQuiet, noticesOf } from '../../domain/due-notices.ts'
import type { Mutes } from '../../domain/mute.ts'
import { NO_MUTES, mutedUntil } from '../../domain/mute.ts'
import { noticeContent } from '../../domain/kept-notices.ts'
import { acquireNotice, leftWhenBegun, noticeSaid } from '../../domain/notice-delivery.ts'
import { recordedPeople } from '../../domain/recorded.ts'
import { postedAt } from '../../domain/showing.ts'
import type { Services } from '../../ports/services.ts'
import { changeApproval, readApproval } from '../approval/change-approval.ts'
import { resolvePolicy } from '../approval/resolve-policy.ts'
import type { Performed } from '../effects/performed.ts'
import { deliverNotice } from './deliver-notice.ts'
import { isMutable, noticeCard } from './notice-card.ts'
import { tellDeploymentEnd } from './tell-deployment-end.ts'

/**
 * Story: people must be told of an approval again: it still waits, it was escalated, it will soon expire, it has ended,
 * its deployment has ended.
 */
export const sendNotices = (services: Services, approvalId: string): Promise<Performed> => {
  const { clock, configuration } = services
  let mutes = NO_MUTES
  const mutesNow = async (): Promise<Mutes> => (await services.mutes.read('mutes')) ?? NO_MUTES
  return deliverNotice<Approval>(services, {
    read: () => readApproval(services, approvalId),
    change: (step, from) => changeApproval(services, approvalId, step, from),
    tellEnd: (approval) => tellDeploymentEnd(services, approval),
    acquire: acquireNotice,
    keptBack: async ({ where }, notice) =>
      notice.kind === 'direct'
        ? mutedUntil(await mutesNow(), directlyToldBy(notice), where.pipeline, clock.now())
        : null,
    prepare: async (taken, notice) => {
      if (isMutable(notice.kind)) mutes = await mutesNow()
      const approval = notice.kind === 'escalation' ? await escalate(services, taken) : taken
      // It may have ended meanwhile.
      return noticesOf(approval).some(({ key }) => key === notice.key) ? approval : null
    },
    channelOf: ({ showing: { place } }, { channel }) => {
      if (channel) return { channel, under: null }
      return place && { channel: place.channel, under: place }
    },
    hasChannel: (approval) =>
      configuration.approvalsChannelFor(approval.where, routeSubjectOf(approval, clock.now())) !== null,
    card: (approval, notice, telling) => noticeCard(services, approval, notice, { telling, mutes }),
    beganAt: ({ requestedAt }) => requestedAt,
    said: (current, shown, { notice: { kind, key }, at, place, channel, mention, wasThere }) => {
      // What is found there was posted earlier: who would be mentioned now may not have been then.
      const mentioned = wasThere && isQuiet(shown, postedAt(place)) ? [] : mention
      return withEntry(
        noticeSaid(current, key, {
          at,
          place,
          shown: noticeContent(shown),
          ...(mentioned.length === 0 && { isQuiet: true as const }),
          ...(wasThere ? leftWhenBegun(shown, key) : causeLeftOut(key, endOfDeployment(shown.deployment))),
        }),
        at,
        { what: 'told', notice: kind, key, mentioned: recordedPeople(mentioned), channel },
      )
    },
    next: ({ kind }) => [
      ...(kind === 'escalation' ? [{ do: 'show-approval', approval: approvalId } as const] : []),
      { do: 'file-entries', approval: approvalId },
    ],
    effect: { do: 'send-notices', approval: approvalId },
    show: { do: 'show-approval', approval: approvalId },
    about: { approval: approvalId },
  })
}

/** From now on the route's stand-ins may approve, and the policy is read with them. */
const escalate = async (services: Services, approval: Approval): Promise<Approval> => {
  const now = services.clock.now()
  const resolvedPolicy = await resolvePolicy(services, { ...approval, escalatedAt: now }, now)
  const result = await changeApproval(services, approval.id, (current) => {
    const next =
      current.state.name === 'waiting' ? withResolvedPolicy(escalated(current, now), resolvedPolicy, now) : current
    return [next, next]
  })
  return result ?? approval
}
