import type { Approval } from '../../domain/approval.ts'
import { deciders, routeSubjectOf, votesFor, withEntry } from '../../domain/approval.ts'
import type { Vote } from '../../domain/policy.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { partitionOf } from '../../domain/partition.ts'
import { mustAnnounce } from '../../domain/attention.ts'
import { changeApproval, readApproval } from '../approval/change-approval.ts'
import type { Performed } from './performed.ts'
import { done } from './performed.ts'
import type { Services } from '../../ports/services.ts'

export const DECIDED = 'Greenlight Approval Decided'

/**
 * The event about an approval's end. schemas/approval-decided.schema.json describes it; `version` changes with every
 * incompatible change.
 */
export interface ApprovalDecided {
  version: '1'
  /** The approval's id: an event that is put twice has the same id. */
  approval: string
  account: string
  region: string
  pipeline: string
  stage: string
  action: string
  executionId: string
  environment: string
  /** How it ended: in Slack, in the AWS console, by expiry, by a stop, or by an edit of the pipeline. */
  how: 'slack' | 'console' | 'expired' | 'stopped' | 'pipeline-edited' | 'unknown'
  /** Null without a comment. */
  verdict: 'Approved' | 'Rejected' | null
  /**
   * All votes that were cast and not withdrawn. `counted`: it made the verdict, and its voter could still give it then.
   */
  votes: {
    user: string
    name: string
    verdict: 'Approved' | 'Rejected'
    comment: string
    at: string
    counted: boolean
    /** The person who was away and for whom the vote counts; null if it counts for the voter. */
    standsInFor: { user: string; name: string } | null
  }[]
  glassBroken: { user: string; name: string; reason: string; freeze: string; at: string } | null
  /** The approval in the AWS console that the policy would not have let; null without one. */
  pastPolicy: { because: string; name: string | null; user: string | null } | null
  revisions: string[]
  requestedAt: string
  decidedAt: string
  /**
   * The audit record up to this event: the number of entries, and the hash of the last. A reader who keeps it notices
   * every altered entry.
   */
  record: { entries: number; hash: string }
}

type Announcing = Pick<Services, 'announcements' | 'approvals' | 'clock' | 'configuration' | 'log'>

/** Story: an approval has ended, and other systems may want to know. The event is put at least once. */
export const announceVerdict = async (services: Announcing, approvalId: string): Promise<Performed> => {
  const { announcements, clock, log } = services
  const approval = await readApproval(services, approvalId)
  if (!approval || !mustAnnounce(approval)) return done()
  const { where, change } = approval
  const route = services.configuration.routeFor(where, routeSubjectOf(approval, clock.now()))
  const environment = route?.environment ?? (change.into.join(', ') || where.stage)
  const detail = decisionDetail(approval, environment)
  if (detail)
    await announcements.put({ detailType: DECIDED, detail, resources: [pipelineArn(approval)], at: clock.now() })
  await changeApproval(
    services,
    approvalId,
    (current) =>
      mustAnnounce(current)
        ? [withEntry({ ...current, announced: true }, clock.now(), { what: 'announced', event: DECIDED }), null]
        : [current, null],
    approval,
  )
  log.count('VerdictAnnounced')
  return done([{ do: 'file-entries', approval: approvalId }])
}

const decisionDetail = (approval: Approval, environment: string): ApprovalDecided | null => {
  const { where, state, override, journal } = approval
  if (state.name !== 'settled') return null
  const { outcome } = state
  // The votes, and the policy that they are compared with, are those of the moment at which the verdict was fixed.
  const counted = new Set(outcome.how === 'slack' ? deciders(approval, outcome.verdict) : [])
  return {
    version: '1',
    approval: approval.id,
    account: where.accountId,
    region: where.region,
    pipeline: where.pipeline,
    stage: where.stage,
    action: where.action,
    executionId: approval.executionId,
    environment,
    how: outcome.how,
    verdict: 'verdict' in outcome ? outcome.verdict : null,
    votes: approval.votes.map((vote) => ({
      user: vote.userId,
      name: vote.name,
      verdict: vote.verdict,
      comment: vote.comment,
      at: iso(vote.at),
      counted: counted.has(vote),
      standsInFor: absentIn(approval, vote),
    })),
    glassBroken: override && {
      user: override.userId,
      name: override.name,
      reason: override.reason,
      freeze: override.frozen.name,
      at: iso(override.at),
    },
    pastPolicy: pastPolicyOf(outcome),
    revisions: approval.change.revisions.map(({ id }) => id),
    requestedAt: iso(approval.requestedAt),
    decidedAt: iso(state.at),
    record: { entries: journal.count, hash: journal.head },
  }
}

const absentIn = (approval: Approval, vote: Vote): ApprovalDecided['votes'][number]['standsInFor'] => {
  const absent = votesFor(approval, vote)
  return absent && { user: absent.userId, name: absent.name }
}

const pastPolicyOf = (outcome: Outcome): ApprovalDecided['pastPolicy'] =>
  outcome.how === 'console' && outcome.past
    ? { because: outcome.past, name: outcome.by, user: outcome.userId ?? null }
    : null

const iso = (at: number): string => new Date(at).toISOString()

const pipelineArn = ({ where }: Approval): string =>
  `arn:${partitionOf(where.region).name}:codepipeline:${where.region}:${where.accountId}:${where.pipeline}`
