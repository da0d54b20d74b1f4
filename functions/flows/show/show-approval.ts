import type { Approval } from '../../domain/approval.ts'
import { routeSubjectOf } from '../../domain/approval.ts'
import { heldAhead } from '../../domain/approval-in-pipeline.ts'
import { isQuiet } from '../../domain/due-notices.ts'
import { mutedUntil } from '../../domain/mute.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { ApprovalCard } from '../../ports/cards.ts'
import { resumeOffered } from '../steer/judge-steering.ts'
import { staleNotices } from '../../domain/kept-notices.ts'
import { changeApproval, readApproval } from '../approval/change-approval.ts'
import { linkApproval } from '../approval/link-approval.ts'
import type { ShowingLease } from '../../domain/showing.ts'
import { gateOf } from '../gates/gates.ts'
import type { Performed } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'
import { showRecord } from './show-record.ts'

/** Shows the approval in its message. Without a channel, nothing is posted. */
export const showApproval = async (
  services: Services,
  approvalId: string,
  lease: ShowingLease | null = null,
): Promise<Performed> => {
  const { clock, configuration, mutes } = services
  let muted: readonly string[] = []
  let shown: Approval | null = null
  const performed = await showRecord<Approval>(
    services,
    {
      effect: (lease) => ({ do: 'show-approval', approval: approvalId, ...(lease && { lease }) }),
      read: () => readApproval(services, approvalId),
      change: (step, from) => changeApproval(services, approvalId, step, from),
      complete: async (approval) => {
        // An update notifies no one.
        const route = configuration.routeFor(approval.where, routeSubjectOf(approval, clock.now()))
        if (approval.showing.place === null && route?.notify === 'approvers')
          muted = await mutedIn(mutes, approval, clock.now())
        return approval
      },
      channelOf: (approval) =>
        configuration.approvalsChannelFor(approval.where, routeSubjectOf(approval, services.clock.now())),
      render: (approval) => {
        shown = approval
        const now = services.clock.now()
        const route = configuration.routeFor(approval.where, routeSubjectOf(approval, now))
        const mayNotify = approval.state.name === 'waiting' && !isQuiet(approval, now)
        return {
          kind: 'approval',
          approval,
          route,
          ...(route?.notify === 'approvers' && mayNotify && { notifies: true }),
          ...(muted.length > 0 && { muted }),
          consoleUrl: gateOf(services, approval).consoleUrl(approval.where),
          accountName: configuration.accountName(approval.where.accountId),
          ...resumable(services, approval),
        }
      },
      beganAt: ({ requestedAt }) => requestedAt,
      placed: async (approval, place) => {
        const { shows } = await linkApproval(services, approval, place)
        return approval.resolvedPolicy?.timing.direct ? [...shows, { do: 'send-notices', approval: approvalId }] : shows
      },
    },
    lease,
  )
  return performed.kind === 'done' && shown && staleNotices(shown).length > 0
    ? { ...performed, next: [...performed.next, { do: 'show-notices', approval: approvalId }] }
    : performed
}

/** Those of its approvers who have muted its pipeline. */
const mutedIn = async (
  mutes: Services['mutes'],
  { where, resolvedPolicy }: Approval,
  now: number,
): Promise<string[]> => {
  const people = [...new Set((resolvedPolicy?.policy.rules ?? []).flatMap((rule) => rule.people))]
  const known = people.length > 0 ? await mutes.read('mutes') : null
  return known ? people.filter((userId) => mutedUntil(known, userId, where.pipeline, now) !== null) : []
}

const resumable = (services: Services, approval: Approval): Pick<ApprovalCard, 'steering'> => {
  const { where, executionId } = approval
  const steering = resumeOffered(services, { ...pipelineOf(where), executionId }, heldAhead(approval))
  return steering.length > 0 ? { steering } : {}
}
