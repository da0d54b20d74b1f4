import type { Approval, DeferredClick } from '../../domain/approval.ts'
import { routeSubjectOf } from '../../domain/approval.ts'
import { waitingFor, withoutDeferredClick } from '../../domain/attempt.ts'
import type { Effect } from '../../domain/effect.ts'
import { deferredStatement } from '../../domain/statement.ts'
import { effectsOf, inform, sign, weigh } from './weigh.ts'
import { changeApproval, readApproval } from './change-approval.ts'
import { MINUTE } from '../../domain/time-units.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'

/**
 * Story: a person clicked while Slack was too slow to list the members of a group or asked to wait, or KMS was too slow to
 * sign. Now there is time to wait for it. If Slack still does not answer, the click is refused, and the person is told why.
 */
export const weighDeferredClicks = async (services: Services, approvalId: string): Promise<Performed> => {
  const approval = await readApproval(services, approvalId)
  return approval ? weighClicks(services, approval, approval.deferredClicks) : done()
}

/** Since it was made. Slack asks to wait for a minute at most, and then other functions ask it too. */
const PATIENCE_WITH_SLACK_MS = 5 * MINUTE

/** Weighs these deferred clicks of an approval, in their order. */
export const weighClicks = async (
  services: Services,
  approval: Approval,
  clicks: readonly DeferredClick[],
): Promise<Performed> => {
  const { slack, configuration, log, clock } = services
  const { id: approvalId } = approval
  const next: Effect[] = []
  let waits = false
  // Each click is signed for what those before it have left: a vote may count only because of an override.
  let atHand = approval
  for (const note of clicks) {
    const { who, act, at } = note
    if (!(await isSealed(services, approvalId, note))) continue
    const known = await inform(services, atHand, who, (policy) => sign(services, policy, who, act, at))
    const isBusy = known.isBusy && clock.now() - at < PATIENCE_WITH_SLACK_MS
    const result = await weigh(services, approvalId, { ...known, isBusy }, act, at, { note })
    if (result === 'unsigned' || result === 'busy') {
      waits = true
      const waitsFor = result === 'busy' ? 'slack' : 'kms'
      await changeApproval(services, approvalId, (current) => [waitingFor(current, note, waitsFor, clock.now()), null])
    }
    // It waits, another function has weighed it, or the approval has ended.
    if (!result || typeof result === 'string') continue
    atHand = result.approval
    next.push(...effectsOf(result))
    const { attempted } = result
    // They may have clicked in another channel than the approval's, or in none.
    if (attempted.kind === 'refused')
      await slack
        .whisper(who.from, who.userId, {
          kind: 'refusal',
          act,
          refusal: attempted.refusal,
          approval: result.approval,
          route: configuration.routeFor(result.approval.where, routeSubjectOf(result.approval, at)),
        })
        .catch((error: unknown) =>
          log.warn('The private answer to a refused click failed', { approval: approvalId, error }),
        )
  }
  return waits
    ? again(5, 'a click waits for Slack or KMS', [...next, { do: 'show-approval', approval: approvalId }])
    : done(next)
}

/** A click that no function has deferred is removed. One from before there were seals has to be repeated. */
export const isSealed = async (services: Services, approvalId: string, note: DeferredClick): Promise<boolean> => {
  const { seals, clock, log } = services
  if (note.seal !== undefined && (await seals.holds(deferredStatement(approvalId, note), note.seal))) return true
  const about = { approval: approvalId, user: note.who.userId, act: note.act.do }
  if (note.seal === undefined) log.warn('A deferred click without a seal was removed', about)
  else {
    log.error('A deferred click was removed, because it is not the one that was sealed', about)
    log.count('VerdictNotProven')
  }
  await changeApproval(services, approvalId, (approval) => [withoutDeferredClick(approval, note, clock.now()), null])
  return false
}
