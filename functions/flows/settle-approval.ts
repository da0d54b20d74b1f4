import type { Approval } from '../domain/approval.ts'
import { settled, withEntry, withProblem } from '../domain/approval.ts'
import { summaryOf } from '../domain/summary.ts'
import { outcomeOf } from '../domain/ending.ts'
import { changeApproval, readApproval } from './change-approval.ts'
import { closeApproval } from './close-approval.ts'
import { findEnding } from './find-ending.ts'
import type { Performed } from './performed.ts'
import { again, done } from './performed.ts'
import type { Services } from './ports.ts'

/**
 * Story: the verdict is fixed, and CodePipeline must hear it.
 *
 * Sent again after a lost answer, the same verdict is refused by CodePipeline as already given; then its record tells
 * whether that was ours. No other verdict is ever sent for this token, since a fixed one never changes.
 */
export const settleApproval = async (services: Services, approvalId: string): Promise<Performed> => {
  const { pipelines, clock, log } = services
  const approval = await readApproval(services, approvalId)
  if (approval?.state.name !== 'deciding') return done()
  const { verdict } = approval.state

  const outcome = await pipelines.putApprovalResult(
    approval.where,
    approval.token,
    verdict,
    summaryOf(approval, verdict),
  )
  log.info('PutApprovalResult answered', { approval: approvalId, verdict, outcome: outcome.kind })

  const because = 'because' in outcome ? outcome.because : null
  const answered = (current: Approval, now: number): Approval =>
    withEntry(current, now, { what: 'answered', verdict, answer: outcome.kind, because })

  switch (outcome.kind) {
    case 'recorded':
      // On record also where the pipeline's own news of it came first, and has settled the approval.
      return closeApproval(services, approvalId, (current, now) =>
        settled(answered(current, now), { how: 'slack', verdict }, now),
      )
    case 'gone':
      // It may have been decided before the pipeline was edited.
      return done([{ do: 'check-approval', approval: approvalId }])
    case 'too-late': {
      const ended = await findEnding(pipelines, approval)
      return ended
        ? closeApproval(services, approvalId, (current, now) =>
            current.state.name === 'settled'
              ? current
              : settled(answered(current, now), outcomeOf(current, ended), now),
          )
        : again(5, 'CodePipeline refused the token as used and does not show yet how it ended')
    }
    case 'refused':
      await changeApproval(services, approvalId, (current) => {
        const now = clock.now()
        const next = withProblem(current, `AWS did not take the answer: ${outcome.because}`, now)
        return [next === current ? current : answered(next, now), null]
      })
      return again(60, outcome.because, [{ do: 'show-approval', approval: approvalId }])
  }
}
