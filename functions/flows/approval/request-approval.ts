import type { ApprovalNotification } from '../../domain/effect.ts'
import { requested } from '../../domain/approval.ts'
import { withShowingLease } from '../../domain/showing.ts'
import { linkApproval } from './link-approval.ts'
import { gateOf } from '../gates/gates.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'
import { resolvePolicy } from './resolve-policy.ts'

/** CodePipeline's list of actions is not older than this. Milliseconds. */
const LISTED_AFTER = 60_000

/**
 * Story: an approval action started, and people must be asked for approval, once.
 *
 * The notification alone proves nothing: any principal that may publish to the topic can write one. Only CodePipeline's
 * own state makes it an approval, and has what the pipeline's author wrote for the approvers.
 */
export const requestApproval = async (services: Services, notification: ApprovalNotification): Promise<Performed> => {
  const { approvals, configuration, clock, log } = services
  const { id, token, where } = notification
  const about = { approval: id, ...where }

  const gate = gateOf(services, notification)
  const pending = await gate.findPending(notification)
  if (pending.kind === 'not-shown-yet') return again(1, pending.because)
  if (pending.kind === 'over') {
    log.warn('Ignored an approval that is not pending', { ...about, because: pending.because })
    log.count('ApprovalNotificationStale')
    return done()
  }

  const { expiresAt } = pending
  if (expiresAt !== notification.expiresAt)
    log.warn('The notification’s expiry is not plausible', { ...about, told: notification.expiresAt, taken: expiresAt })

  const described = await gate.describe(where, pending, { withEvidence: true })
  const { change, starter, newer, held = null, tests, changeSets, otherApprovals, mayAskMore } = described
  const waitsSince = pending.since ?? -Infinity
  if (!described.request && clock.now() - waitsSince < LISTED_AFTER)
    return again(1, 'CodePipeline does not list this approval yet')

  const subject = { change, starter, at: clock.now() }
  const route = configuration.routeFor(where, subject)
  // Without a route, only a pipeline that was set up to notify the topic asks, and people are told that no one can approve.
  if (route ? !route.ask.includes(notification.told) : notification.told === 'events') {
    log.info('Approval is not requested: no route asks for it', { ...about, told: notification.told })
    return done()
  }

  const approval = requested({
    id,
    gate: notification.gate,
    token,
    where,
    executionId: pending.executionId,
    expiresAt,
    retention: services.configuration.retention,
    request: described.request ?? { customData: null, reviewUrl: null },
    change,
    starter,
    newer,
    held,
    tests,
    changeSets,
    otherApprovals,
    mayAskMore,
    resolvedPolicy: await resolvePolicy(services, { where, change, starter, escalatedAt: null }, clock.now()),
    now: clock.now(),
  })

  // SNS may deliver twice, and the end may have arrived already; the table decides which function requests.
  const [asked, lease] = withShowingLease(approval, clock.newId(), clock.now())
  const isNew = await approvals.create(asked)
  if (isNew) {
    log.count('ApprovalRequested')
    log.info('Approval requested', { ...about, executionId: pending.executionId })
    if (!route) log.warn('No route matches, so no one can approve in Slack', about)
  }
  // The message that is posted now links the execution's card to the approval; without a channel there is no message.
  const hasChannel = configuration.approvalsChannelFor(where, subject) !== null
  const shows = hasChannel ? [] : (await linkApproval(services, asked)).shows
  // Delivered again: now the bot does everything that the first delivery left undone.
  return done([
    { do: 'show-approval', approval: id, ...(isNew && lease && { lease }) },
    { do: 'file-entries', approval: id },
    ...(asked.resolvedPolicy?.timing.direct && !hasChannel ? [{ do: 'send-notices', approval: id } as const] : []),
    ...shows,
  ])
}
