import type { Approval } from '../../domain/approval.ts'
import { isByRule, waitingAgain, withEntry, withProblem } from '../../domain/approval.ts'
import type { Verdict } from '../../domain/policy.ts'
import { isAsVerified, isSameDecision } from '../../domain/proof.ts'
import { isUnsent } from '../../domain/sending.ts'
import { MINUTE } from '../../domain/time-units.ts'
import type { Services } from '../../ports/services.ts'
import { changeApproval } from '../approval/change-approval.ts'
import type { Again, Performed } from './performed.ts'
import { done } from './performed.ts'

/**
 * What the verdict depends on cannot be read now. While the approval is decided and not sent, no person can reject or
 * stop it. So the approval of a rule waits for people again after a minute, and its message says what is not read: its
 * rule looks again with the routine of a waiting approval. Votes stand, and people are told if it lasts.
 */
export const verdictUnread = async (
  services: Services,
  known: Approval,
  verdict: Verdict,
  retry: Again,
): Promise<Performed> => {
  const { clock, log } = services
  const { id, state } = known
  const { because } = retry
  const now = clock.now()
  const lasts = state.name === 'deciding' ? now - state.since : 0
  if (isByRule(known, verdict) && lasts >= RULE_TRIES_MS && (await waitsAgain(services, known, verdict, because))) {
    log.warn('An automatic approval waits again, because what it depends on cannot be read', { approval: id, because })
    return done([...retry.next, { do: 'show-approval', approval: id }, { do: 'file-entries', approval: id }])
  }
  if (lasts < VERDICT_TRIES_MS) return retry
  log.error('A verdict is not sent, because what it depends on cannot be read', { approval: id, verdict, because })
  log.count('EffectFailed')
  await changeApproval(services, id, (current) => [
    isSameDecision(current, known) ? withProblem(current, notSentYet(because), now) : current,
    null,
  ])
  return { ...retry, next: [...retry.next, { do: 'show-approval', approval: id }] }
}

const RULE_TRIES_MS = MINUTE

/** About as long as the queue tries an effect. */
const VERDICT_TRIES_MS = 10 * MINUTE

/** Whether it waits again: never once a function has begun to send the verdict, or anything has changed. */
const waitsAgain = (services: Services, known: Approval, verdict: Verdict, because: string) =>
  changeApproval(services, known.id, (current) => {
    if (!isUnsent(current) || !isAsVerified(current, known)) return [current, false]
    const now = services.clock.now()
    const waiting = waitingAgain(current, { kind: 'unclear', because, lost: [] }, now)
    return [withEntry(waiting, now, { what: 'not-sent', verdict, because }), true]
  })

const notSentYet = (because: string): string =>
  `The verdict is not sent to AWS yet: ${because}. Greenlight tries again. The AWS console still works`
