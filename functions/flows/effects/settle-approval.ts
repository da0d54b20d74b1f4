import type { Approval } from '../../domain/approval.ts'
import { isByRule, settled, waitingAgain, withEntry, withProblem } from '../../domain/approval.ts'
import type { Verdict, Vote } from '../../domain/policy.ts'
import type { Unproven } from '../../domain/proof.ts'
import { isAsVerified, isSameDecision } from '../../domain/proof.ts'
import { sha256, verdictStatement } from '../../domain/statement.ts'
import { SEND_VERDICT, holds } from '../../domain/lease.ts'
import { acquireSending, isUnsent, releaseSending, renewSending, sendingUnclear } from '../../domain/sending.ts'
import { changeApproval, readApproval } from '../approval/change-approval.ts'
import { closeApproval } from '../approval/close-approval.ts'
import { verifyVerdict } from '../approval/verify-verdict.ts'
import { within } from '../within.ts'
import { gateOf } from '../gates/gates.ts'
import type { Performed } from './performed.ts'
import { again, done } from './performed.ts'
import { OutOfReach } from '../../ports/out-of-reach.ts'
import type { Services } from '../../ports/services.ts'
import { verdictUnread } from './verdict-unread.ts'

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
  const begunAt = clock.now()
  const isRecent = () => clock.now() - begunAt <= VERIFIED_FOR_MS
  const verifying = verifyVerdict(services, known, verdict).catch(
    (error: unknown) => ({ kind: 'failed', error }) as const,
  )
  const verified = await within(clock, VERIFYING_MS, verifying)
  if (!verified)
    return verdictUnread(services, known, verdict, again(2, 'AWS or Slack are slow to say what proves the verdict'))
  if (verified.kind === 'failed') return failedToVerify(services, known, verdict, verified.error)
  if (verified.kind === 'over')
    return (await closedAsEnded(services, known)) ?? again(5, 'CodePipeline does not show yet how the approval ended')
  if (verified.kind === 'not-shown') {
    // Its pipeline may have been created again under its name.
    const check = { do: 'check-approval', approval: approvalId } as const
    return verdictUnread(services, known, verdict, again(2, verified.because, [check]))
  }
  if (verified.kind === 'unclear') return verdictUnread(services, known, verdict, again(5, verified.because))
  if (verified.kind === 'doubtful') return notSent(services, known, verdict, verified.doubt)
  const record = await signVerdict(services, known, verdict, verified.votes)
  const owner = clock.newId()
  const taken = await changeApproval(
    services,
    approvalId,
    (current) => {
      if (current.state.name === 'deciding' && !(isRecent() && isAsVerified(current, known))) return [current, null]
      const [next, acquired] = acquireSending(current, owner, clock.now())
      const approval = acquired.kind === 'acquired' ? record(next) : next
      return [approval, { approval, acquired }]
    },
    known,
  )
  if (!taken) return again(1, 'the approval changed since its votes were verified, or they were verified too long ago')
  if (taken.acquired.kind === 'undecided') return done()
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
    if (isRecent() && holds(lease, owner, clock.now(), SEND_VERDICT))
      return await send(services, approval, verdict, owner)
  } catch (error) {
    await giveUp()
    throw error
  }
  await giveUp()
  return again(1, 'the verdict was not sent in time')
}

/** The function has its whole time for the signature and for sending the verdict afterwards. */
const VERIFYING_MS = 8_000

/**
 * From the beginning of the verification. Lambda freezes a function that has answered and still verifies, and a later click
 * lets it go on, minutes later: others have let the approval wait meanwhile, or know that a freeze has begun.
 */
const VERIFIED_FOR_MS = 10_500

/**
 * An unexpected error is thrown, so that the queue tries again. But no person can reject or stop what a rule has approved:
 * after a minute of errors it waits for people again, as if it could not be read.
 */
const failedToVerify = async (
  services: Services,
  known: Approval,
  verdict: Verdict,
  error: unknown,
): Promise<Performed> => {
  if (error instanceof OutOfReach) return verdictUnread(services, known, verdict, again(60, error.message))
  if (!isByRule(known, verdict)) throw error
  const because = 'an unexpected error came while it was verified'
  const unread = await verdictUnread(services, known, verdict, again(2, because))
  if (unread.kind !== 'done') throw error
  services.log.error('What an automatic approval depends on was not read', { approval: known.id, error })
  return unread
}

/**
 * Nothing is sent, and people are told. If the votes are genuine and the policy has changed, the approval waits for them
 * again, by the policy as it is now. If not, the sweep looks again every minute.
 */
const notSent = async (services: Services, known: Approval, verdict: Verdict, doubt: Unproven): Promise<Performed> => {
  const { log } = services
  const { id } = known
  const { kind, because } = doubt
  const about = { approval: id, verdict, kind, because }
  if (kind === 'frozen') log.warn('A verdict was not sent, because of a change freeze', about)
  else {
    log.error('A verdict was not sent, because its votes do not prove it', about)
    log.count('VerdictNotProven')
  }
  const isWaiting = await changeApproval(services, id, (current) => {
    // AWS may have told its end meanwhile, or another function has let it wait again.
    if (!isSameDecision(current, known)) return [current, false]
    const now = services.clock.now()
    const mayAskAgain = doubt.kind !== 'tampered' && isUnsent(current) && isAsVerified(current, known)
    const next = mayAskAgain ? waitingAgain(current, doubt, now) : withProblem(current, DOUBTS[kind](because), now)
    return [next === current ? current : withEntry(next, now, { what: 'not-sent', verdict, because }), mayAskAgain]
  })
  return done([
    ...(isWaiting ? [{ do: 'check-approval', approval: id } as const] : []),
    { do: 'show-approval', approval: id },
    { do: 'file-entries', approval: id },
  ])
}

const notSentToAws = (because: string): string =>
  `The verdict was not sent to AWS: ${because}. Decide it in the AWS console`

const DOUBTS: Record<Unproven['kind'], (because: string) => string> = {
  tampered: (because) =>
    `The record of this approval was tampered with: ${because}. Nothing was sent to AWS. Decide it in the AWS console`,
  'not-met': notSentToAws,
  frozen: notSentToAws,
}

/**
 * The sender's signature of the verdict, to be recorded once: of the votes that make it, and of the audit record so far.
 */
const signVerdict = async (
  { clock, signatures }: Services,
  approval: Approval,
  verdict: Verdict,
  proven: readonly Vote[],
): Promise<(current: Approval) => Approval> => {
  if (approval.state.name !== 'deciding' || approval.state.isVerified) return (current) => current
  const { journal, token } = approval
  const [at, tokenHash] = [clock.now(), sha256(token)]
  const votes = proven.map(({ signed }) => signed!.value)
  const record = { entries: journal.count, hash: journal.head }
  const signature = await signatures.sign(verdictStatement(approval, { verdict, votes, record, tokenHash, at }))
  return (current) =>
    current.state.name === 'deciding' && !current.state.isVerified
      ? withEntry({ ...current, state: { ...current.state, isVerified: true } }, at, {
          what: 'verified',
          verdict,
          votes,
          record,
          signed: { ...signature, tokenHash },
        })
      : current
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
        // AWS may have told its end meanwhile.
        if (current.state.name !== 'deciding') return [releaseSending(current, owner), null]
        const next = withProblem(current, `AWS did not accept the verdict: ${outcome.because}`, now)
        return [releaseSending(next === current ? current : answered(next, now), owner), null]
      })
      return again(60, outcome.because, [{ do: 'show-approval', approval: id }])
  }
}
