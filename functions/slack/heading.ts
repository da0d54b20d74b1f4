import type { Approval } from '../domain/approval.ts'
import { mayBeMet, whyNoApprover } from './approver-lines.ts'
import { failureOf } from './deployment-end.ts'
import { freezeInForce } from './freeze-parts.ts'
import { plain } from './sentence.ts'
import type { Target } from './target.ts'
import type { Heading } from './words/approval-words.ts'
import { HEADINGS } from './words/approval-words.ts'

/** The state of an approval, as its heading names it. */
export const headingOf = (approval: Approval): Heading => {
  const { state } = approval
  switch (state.name) {
    case 'waiting':
      return waitingHeading(approval)
    case 'deciding':
      return state.verdict === 'Approved' ? 'approved' : 'rejected'
    case 'settled': {
      const { outcome } = state
      if (!('verdict' in outcome)) return ENDS[outcome.how]
      return outcome.verdict === 'Rejected' ? 'rejected' : deploymentHeading(approval)
    }
  }
}

const ENDS = { expired: 'expired', stopped: 'stopped', 'pipeline-edited': 'canceled', unknown: 'ended' } as const

/** It requests only approvals that can be given. */
const waitingHeading = (approval: Approval): Heading => {
  const { resolvedPolicy } = approval
  if (resolvedPolicy && resolvedPolicy.policy.consoleOnly !== null) return 'in-console'
  if (!resolvedPolicy || whyNoApprover(resolvedPolicy) || !mayBeMet(resolvedPolicy.policy)) return 'no-approver'
  return freezeInForce(approval) ? 'frozen' : 'waiting'
}

const DEPLOYMENTS = { running: 'deploying', live: 'live', stopped: 'stopped-later' } as const

const deploymentHeading = (approval: Approval): Heading => {
  const failure = failureOf(approval)
  if (failure) return failure.liveAgain === null ? 'failed' : 'rolled-back'
  const name = approval.release?.name ?? 'running'
  return name === 'failed' ? 'failed' : DEPLOYMENTS[name]
}

/** With the mark that is easy to find in a busy channel. */
export const headline = (heading: Heading, target: Target): string =>
  `${HEADINGS[heading].mark} ${spokenHeadline(heading, target)}`

/** Without it: a screen reader would say "pause button" first. */
export const spokenHeadline = (heading: Heading, target: Target): string =>
  plain(HEADINGS[heading].words, { pipeline: target.pipeline, environment: target.environment })
