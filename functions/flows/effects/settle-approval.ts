import type { Approval } from '../../domain/approval.ts'
import { settled, withEntry, withProblem } from '../../domain/approval.ts'
import type { Verdict } from '../../domain/policy.ts'
import { SEND_VERDICT, holds } from '../../domain/lease.ts'
import { acquireSending, releaseSending, renewSending, sendingUnclear } from '../../domain/sending.ts'
import { changeApproval, readApproval } from '../approval/change-approval.ts'
import { closeApproval } from '../approval/close-approval.ts'
import { gateOf } from '../gates/gates.ts'
import type { Performed } from './performed.ts'
import { again, done } from './performed.ts'
import type { Services } from '../../ports/services.ts'

/**
 * Story: the verdict is fixed, and must reach CodePipeline, once.
 *
 * One function at a time sends it. If it may have been sent before, because no answer came or no function stored the
 * answer, CodePipeline is first asked how the approval stands. No other verdict is ever sent for this token, since a
 * fixed one never changes.
 */
export const settleApproval = async (services: Services, approvalId: string): Promise<Performed> => {
  const { clock } = services
  const known = await readApproval(services, approvalId)
  if (known?.state.name !== 'deciding') return done()
  const { verdict } = known.state
  const owner = clock.newId()
  const taken = await changeApproval(
    services,
    approvalId,
    (current) => {
      const [approval, acquired] = acquireSending(current, owner, clock.now())
      return [approval, { approval, acquired }]
    },
    known,
  )
  if (!taken || taken.acquired.kind === 'settled') return done()
  const { approval, acquired } = taken
  if (acquired.kind === 'busy')
    return (await closedAsEnded(services, approval)) ?? again(2, 'another function is sending the verdict')
  const giveUp = () =>
    changeApproval(services, approvalId, (current) => [sendingUnclear(current, owner, clock.now()), null])
  try {
    const closed = acquired.mustLookFirst ? await closedAsEnded(services, approval) : null
    if (closed) return closed
    const lease = acquired.mustLookFirst
      ? await changeApproval(services, approvalId, (current) => renewSending(current, owner, clock.now()))
      : acquired.lease
    // Lambda may have frozen this function meanwhile, for longer than the lease lasts.
    if (holds(lease, owner, clock.now(), SEND_VERDICT)) return await send(services, approval, verdict, owner)
  } catch (error) {
    await giveUp()
    throw error
  }
  await giveUp()
  return again(1, 'the verdict was not sent in time')
}

/** Closes the approval as AWS says that it ended; null while AWS does not say. */
const closedAsEnded = async (
  services: Services,
  approval: Approval,
  close: (current: Approval, now: number) => Approval = (current) => current,
): Promise<Performed | null> => {
  const ended = await gateOf(services, approval).findEnding(approval)
  if (ended === 'gone') return done([{ do: 'check-approval', approval: approval.id }])
  if (!ended) return null
  return closeApproval(services, approval.id, (current, now) =>
    current.state.name === 'settled' ? current : settled(close(current, now), ended(current), now),
  )
}

const send = async (services: Services, approval: Approval, verdict: Verdict, owner: string): Promise<Performed> => {
  const { clock, log } = services
  const { id } = approval
  const outcome = await gateOf(services, approval).sendVerdict(approval, verdict)
  log.info('AWS answered the verdict', { approval: id, verdict, outcome: outcome.kind })

  const because = 'because' in outcome ? outcome.because : null
  const request = 'requestId' in outcome ? { requestId: outcome.requestId } : {}
  const answered = (current: Approval, now: number): Approval =>
    withEntry(current, now, { what: 'answered', verdict, answer: outcome.kind, because, ...request })

  switch (outcome.kind) {
    case 'recorded':
      // Recorded even if the pipeline's own event came first and has settled the approval.
      return closeApproval(
        services,
        id,
        (current, now) => settled(answered(current, now), { how: 'slack', verdict }, now),
        approval,
      )
    case 'gone':
      // It may have been decided before the pipeline was edited.
      return done([{ do: 'check-approval', approval: id }])
    case 'too-late':
      return (
        (await closedAsEnded(services, approval, answered)) ??
        again(5, 'CodePipeline refused the token as used and does not show yet how it ended')
      )
    case 'refused':
      await changeApproval(services, id, (current) => {
        const now = clock.now()
        const next = withProblem(current, `AWS did not accept the verdict: ${outcome.because}`, now)
        return [releaseSending(next === current ? current : answered(next, now), owner), null]
      })
      return again(60, outcome.because, [{ do: 'show-approval', approval: id }])
  }
}
