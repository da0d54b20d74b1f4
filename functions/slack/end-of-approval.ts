import type { Approval } from '../domain/approval.ts'
import type { Outcome } from '../domain/outcome.ts'
import { deciders, isByRule } from '../domain/approval.ts'
import type { Verdict } from '../domain/policy.ts'
import { cut } from './block-kit.ts'
import { namesOf } from './wording.ts'
import { ENDED } from './words/approval-words.ts'

/** How an approval ended, with the names that the tables of words use. */
export type End =
  | 'approved'
  | 'rejected'
  | 'approvedInConsole'
  | 'approvedInConsoleBy'
  | 'rejectedInConsole'
  | 'rejectedInConsoleBy'
  | 'expired'
  | 'stopped'
  | 'stoppedBy'
  | 'stoppedInSlack'
  | 'canceled'
  | 'deleted'
  | 'outOfReach'
  | 'unknown'

/** The people whose votes decided, or the rule. */
export const deciderNames = (approval: Approval, verdict: Verdict): string =>
  isByRule(approval, verdict) ? ENDED.rule : namesOf(deciders(approval, verdict)) || ENDED.unknownPeople

/** The end, and the person, if known. */
export const endOf = (approval: Approval, outcome: Outcome): { end: End; people: string } => {
  const by = 'by' in outcome ? cut(outcome.by ?? '', 60).trim() : ''
  switch (outcome.how) {
    case 'slack':
      return {
        end: outcome.verdict === 'Approved' ? 'approved' : 'rejected',
        people: deciderNames(approval, outcome.verdict),
      }
    case 'console': {
      const end = outcome.verdict === 'Approved' ? 'approvedInConsole' : 'rejectedInConsole'
      return { end: by ? `${end}By` : end, people: by }
    }
    case 'stopped':
      if (outcome.inSlack) return { end: 'stoppedInSlack', people: by || ENDED.unknownPeople }
      return { end: by ? 'stoppedBy' : 'stopped', people: by }
    case 'expired':
      return { end: 'expired', people: '' }
    case 'pipeline-edited':
      return { end: outcome.isDeleted ? 'deleted' : 'canceled', people: '' }
    case 'unknown':
      return { end: outcome.isOutOfReach ? 'outOfReach' : 'unknown', people: '' }
  }
}
