import type { Approval } from '../../domain/approval.ts'
import { escalated, withResolvedPolicy, withEntry } from '../../domain/approval.ts'
import type { Notice, SaidNotice } from '../../domain/notice.ts'
import type { NoticeAcquisition } from '../../domain/notice-delivery.ts'
import { noticesOf } from '../../domain/due-notices.ts'
import {
  holdsNotice,
  acquireNotice,
  postponeRefused,
  noticeSaid,
  skipNotice,
  releaseNotice,
} from '../../domain/notice-delivery.ts'
import { recordedPeople } from '../../domain/recorded.ts'
import { changeApproval } from '../approval/change-approval.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'
import type { PostOutcome } from '../../ports/slack.ts'
import { resolvePolicy } from '../approval/resolve-policy.ts'
import { noticeContent } from '../../domain/kept-notices.ts'
import type { Place } from '../../domain/showing.ts'
import { noticeCard } from './notice-card.ts'
import { ownEntry } from '../../own-entry.ts'

/**
 * Story: people must be told of an approval again: it still waits, it was escalated, it will soon expire, it has ended.
 * Each notice is sent once. The write that acquires the lease also checks that the notice is still true.
 */
export const sendNotices = async (services: Services, approvalId: string): Promise<Performed> => {
  const { clock, configuration, slack, log } = services
  const owner = clock.newId()
  const taken = await changeApproval<{ acquired: NoticeAcquisition; approval: Approval }>(
    services,
    approvalId,
    (approval) => {
      const [next, acquired] = acquireNotice(approval, owner, clock.now())
      return [next, { acquired, approval: next }]
    },
  )
  if (taken?.acquired.kind !== 'acquired') return done()
  const { notice, mustLookFirst } = taken.acquired
  const approval = notice.kind === 'escalation' ? await escalate(services, taken.approval) : taken.approval
  // It has ended meanwhile.
  if (!noticesOf(approval).some(({ key }) => key === notice.key)) return done()
  const finish = (step: (current: Approval) => Approval): Promise<null> =>
    changeApproval(services, approvalId, (current) => [step(current), null])

  const under = notice.channel ? null : approval.showing.place
  const channel = notice.channel ?? under?.channel
  if (!channel) {
    await finish((current) => releaseNotice(current, notice.key, owner))
    // Without a channel for its message there is no thread, and there never will be.
    return configuration.approvalsChannelFor(approval.where)
      ? again(10, 'the message it answers is not posted yet')
      : skip(finish, notice, clock.now())
  }
  const card = noticeCard(services, approval, notice, false)
  const { mention } = card
  // A notice that a function began before and never confirmed may be there already.
  const found = mustLookFirst ? await slack.find(channel, card, approval.requestedAt, under) : null
  // Lambda may have frozen this function meanwhile, for longer than the lease lasts.
  if (!holdsNotice(approval, notice.key, owner, clock.now())) return again(35, 'the notice was not said in time')
  const outcome: PostOutcome = found ? { kind: 'posted', place: found } : await slack.post(channel, card, under)
  switch (outcome.kind) {
    case 'posted':
      await finish((current) =>
        ownEntry(current.notices, notice.key)?.name === 'said'
          ? current
          : withEntry(
              noticeSaid(current, notice.key, saidNow(approval, outcome.place, mention, clock.now())),
              clock.now(),
              {
                what: 'told',
                notice: notice.kind,
                key: notice.key,
                mentioned: recordedPeople(mention),
                channel,
              },
            ),
      )
      log.count('NoticeSaid')
      return done([
        { do: 'send-notices', approval: approvalId },
        ...(notice.kind === 'escalation' ? [{ do: 'show-approval', approval: approvalId } as const] : []),
        { do: 'file-entries', approval: approvalId },
      ])
    case 'busy':
      await finish((current) => releaseNotice(current, notice.key, owner))
      return again(outcome.afterSeconds, 'Slack asks to wait')
    case 'unclear':
      return again(35, `it may have been said: ${outcome.because}`)
    case 'refused':
      return refuse(services, approval, notice, owner, outcome)
  }
}

/** Where the notice is, and what it shows. */
const saidNow = (
  approval: Approval,
  place: Place,
  mention: readonly string[],
  at: number,
): Omit<SaidNotice, 'name'> => ({
  at,
  place,
  shown: noticeContent(approval),
  ...(mention.length === 0 && { isQuiet: true as const }),
})

/** Counted once, however often it is tried again. */
const refuse = async (
  services: Services,
  { id, notices }: Approval,
  { key }: Notice,
  owner: string,
  { because, isFinal }: Extract<PostOutcome, { kind: 'refused' }>,
): Promise<Performed> => {
  const { clock, log } = services
  log.warn('Slack refused a notice', { approval: id, notice: key, because, isFinal })
  const delivery = ownEntry(notices, key)
  if (delivery?.name === 'begun' && delivery.refusedSince === null) log.count('EffectFailed')
  await changeApproval(services, id, (current) => {
    const now = clock.now()
    return [isFinal ? skipNotice(current, key, now) : postponeRefused(current, key, owner, now), null]
  })
  return done()
}

const skip = async (
  finish: (step: (current: Approval) => Approval) => Promise<null>,
  { key }: Notice,
  now: number,
): Promise<Performed> => {
  await finish((current) => skipNotice(current, key, now))
  return done()
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
