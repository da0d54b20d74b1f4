import type { Approval } from '../domain/approval.ts'
import { automaticRuleOf } from '../domain/approval.ts'
import { executionAhead, heldAhead } from '../domain/approval-in-pipeline.ts'
import { overtakenSince, sendAt } from '../domain/later.ts'
import { passedBy } from '../domain/past-policy.ts'
import { mayBeMet, whyNoApprover } from './approver-lines.ts'
import { failureOf } from './deployment-end.ts'
import { aheadName } from './execution-ahead.ts'
import { freezeInForce } from './freeze-parts.ts'
import { cut } from './block-kit.ts'
import { listed } from './language.ts'
import { plain } from './sentence.ts'
import type { Target } from './target.ts'
import type { Heading } from './words/approval-words.ts'
import { HEADINGS } from './words/approval-words.ts'
import { MARK } from './words/marks.ts'

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
      if (!('verdict' in outcome)) return HEADING_OF_END[outcome.how]
      return outcome.verdict === 'Rejected' ? 'rejected' : deploymentHeading(approval)
    }
  }
}

const HEADING_OF_END = {
  expired: 'expired',
  stopped: 'stopped',
  'pipeline-edited': 'canceled',
  unknown: 'ended',
} as const

/** It requests only approvals that can be given. */
const waitingHeading = (approval: Approval): Heading => {
  const { resolvedPolicy } = approval
  if (resolvedPolicy && resolvedPolicy.policy.consoleOnly !== null) return 'in-console'
  const needsPerson = automaticRuleOf(approval) === null
  if (!resolvedPolicy || (needsPerson && (whyNoApprover(resolvedPolicy) || !mayBeMet(resolvedPolicy.policy))))
    return 'no-approver'
  if (freezeInForce(approval)) return 'frozen'
  if (sendAt(approval) === null) return 'waiting'
  return overtakenSince(approval) === null ? 'later' : 'again'
}

const DEPLOYMENTS = { running: 'deploying', live: 'live', stopped: 'stopped-later' } as const

const deploymentHeading = (approval: Approval): Heading => {
  const { deployment } = approval
  if (deployment?.name === 'running' && (deployment.waitsFor ?? []).length > 0) return 'waits-for-others'
  const failure = failureOf(approval)
  if (failure) return failure.liveAgain === null ? 'failed' : 'rolled-back'
  const name = deployment?.name ?? 'running'
  if (name === 'running' && approval.mayAskMore) return 'approved'
  if (heldAhead(approval)) return 'held'
  if (executionAhead(approval)) return 'queued'
  return name === 'failed' ? 'stopped-later' : DEPLOYMENTS[name]
}

/** With the mark that is easy to find in a busy channel. */
export const headline = (approval: Approval, target: Target): string =>
  `${isPastPolicy(approval) ? MARK.warning : HEADINGS[headingOf(approval)].mark} ${spokenHeadline(approval, target)}`

const isPastPolicy = ({ state }: Approval): boolean => state.name === 'settled' && passedBy(state.outcome) !== null

/** Without it: a screen reader would say "pause button" first. */
export const spokenHeadline = (approval: Approval, { pipeline, environment }: Target): string => {
  const ahead = executionAhead(approval)
  return plain(HEADINGS[headingOf(approval)].words, {
    pipeline,
    environment,
    others: listed(othersOf(approval), 'conjunction'),
    stage: cut(heldAhead(approval)?.stage ?? '', 60),
    ahead: ahead ? aheadName(ahead) : '',
  })
}

const MOST_OTHERS = 3

/** The other approvals of the stage that the deployment waits for. */
const othersOf = ({ deployment }: Approval): string[] =>
  (deployment?.name === 'running' ? (deployment.waitsFor ?? []) : []).slice(0, MOST_OTHERS).map((name) => cut(name, 40))
