import { createHash } from 'node:crypto'
import type { Act, Actor } from './act.ts'
import { canonical } from './canonical.ts'
import type { AutomaticRule } from './automatic-rule.ts'
import type { ChangeSetEvidence } from './change-set.ts'
import type { Outcome, Deployment } from './outcome.ts'
import type { FreezeNoticeKind, NoticeKind } from './notice.ts'
import type { ExecutionKey, Pipeline } from './pipeline.ts'
import type { PastPolicy, Verdict } from './policy.ts'
import type { RecordedPeople, RecordedPolicy, RecordedRefusal } from './recorded.ts'
import type { RecordedLive } from './live-now.ts'
import type { TestEvidence } from './test-evidence.ts'
import type { Signature, Signed } from './signature.ts'
import type { StoodIn } from './stand-in.ts'
import type { Starter } from './starter.ts'
import type { Frozen, Window } from './window.ts'

/**
 * What happened to an approval, entry by entry. An entry holds the hash of the one before it, so verification finds an
 * entry that was altered, removed or inserted. An entry is added in the same write as the change that it describes.
 */
export interface Journal {
  /** How many entries there are in all, and the hash of the last. */
  count: number
  head: string
  /** Until when all of them are kept. Epoch milliseconds. */
  keptUntil: number
  /** Those that are not filed yet, oldest first. */
  unfiled: Entry[]
}

export interface Entry {
  approval: string
  /** From 1, without a gap. */
  number: number
  /** Epoch milliseconds. */
  at: number
  happened: Happening
  /** The hash of the entry before; GENESIS for the first. */
  previous: string
  /**
   * Until when the entries before it are kept: a reader then knows why they are missing. Epoch milliseconds; 0 for the
   * first.
   */
  earlierUntil: number
  /** SHA-256 of all the above, as canonical JSON; 64 hexadecimal digits. */
  hash: string
}

export type Happening =
  | {
      what: 'requested'
      where: Pipeline & { stage: string; action: string }
      executionId: string
      /** `committedAt`: when it was written, in epoch milliseconds; missing where the source does not say. */
      revisions: { id: string; title: string; author: string | null; committedAt?: number }[]
      starter: Starter
      expiresAt: number
      /** Missing where they were not read. */
      tests?: TestEvidence
      changeSets?: readonly ChangeSetEvidence[]
      /** What is live, to which a rollback would return; missing in entries of earlier versions. */
      live?: RecordedLive[]
    }
  /** Another execution went live while the approval waited: a rollback would return to that. */
  | { what: 'live-changed'; live: RecordedLive[] }
  /** The policy as it was read, whenever it differs from the one before; null if no route matched. */
  | { what: 'policy-seen'; policy: RecordedPolicy | null; frozen: Frozen | null }
  | {
      what: 'voted'
      who: Actor
      verdict: Verdict
      comment: string
      ruling: 'open' | 'granted' | 'rejected'
      /** The rules that named them then. */
      rules: string[]
      /** The time that the approver chose for the verdict; missing if they chose none. */
      notBefore?: number
      /** The absent people for whom it may count; missing if it counts for its own person alone. */
      standsInFor?: readonly StoodIn[]
      /** The part of the comment that is of the form that the route requires. */
      ticket?: string
      /** Missing in votes that were cast before votes were signed. */
      signed?: Signed
    }
  /** Slack was too slow to list the members of a group; the click is weighed when it does. */
  | { what: 'noted'; who: Actor; act: Act['do'] }
  | { what: 'refused'; who: Actor; act: Act['do']; refusal: RecordedRefusal }
  | { what: 'withdrawn'; who: Actor; signed?: Signed }
  /**
   * `windows`: those that the override lifts, where it is signed. `reviewUntil`: until when another person must confirm
   * it, if the route requires that.
   */
  | {
      what: 'glass-broken'
      who: Actor
      reason: string
      frozen: Frozen
      windows?: readonly Window[]
      signed?: Signed
      reviewUntil?: number
    }
  /** Another person has confirmed the override. */
  | { what: 'override-confirmed'; who: Actor; comment: string; signed?: Signed }
  /** A person left the approval to people: it no longer approves itself. */
  | { what: 'automatic-stopped'; who: Actor; signed?: Signed }
  /** The people whose votes count, and the rules that they counted for. `automatic`: the rule, if it decided and no person. */
  | {
      what: 'decided'
      verdict: Verdict
      by: string[]
      rules: { name: string; count: number; people: string[] }[]
      automatic?: AutomaticRule
    }
  /** The sender has verified the votes and judged them again. Its signature also covers the record up to then. */
  | {
      what: 'verified'
      verdict: Verdict
      votes: string[]
      record: RecordedHead
      signed: Pick<Signed, 'key' | 'value' | 'tokenHash'>
    }
  /** The sender's verification failed. */
  | { what: 'not-sent'; verdict: Verdict; because: string }
  /** What PutApprovalResult returned. `requestId`: of the request, as CloudTrail has it. */
  | {
      what: 'answered'
      verdict: Verdict
      answer: 'recorded' | 'too-late' | 'gone' | 'refused'
      because: string | null
      requestId?: string
    }
  | { what: 'settled'; outcome: Outcome }
  /** Approved in the AWS console by a person whom the policy would not have let, and why. */
  | { what: 'past-policy'; by: string | null; userId: string | null; because: PastPolicy }
  | { what: 'released'; release: Deployment }
  | { what: 'told'; notice: NoticeKind | FreezeNoticeKind; key: string; mentioned: RecordedPeople; channel: string }
  | { what: 'announced'; event: string }
  /**
   * A condition skipped the stage, and its approval was not requested. `because`: what its rule said, or null;
   * `overriddenBy`: who overrode a rule, as AWS names them. The one entry of a chain of its own.
   */
  | {
      what: 'approval-skipped'
      where: Pipeline & { stage: string; action: string }
      executionId: string
      because: string | null
      overriddenBy?: string
    }
  /** A person has set a change freeze in Slack, lengthened it or lifted it before its end. Entries of a freeze's own chain. */
  | {
      what: 'freeze-set'
      who: Actor
      patterns: readonly string[]
      reason: string
      from: number
      until: number
      signed: Signature
    }
  | { what: 'freeze-lengthened'; who: Actor; reason: string; until: number; signed: Signature }
  | { what: 'freeze-lifted'; who: Actor; reason: string; signed: Signature }
  /** Its time is over. */
  | { what: 'freeze-ended' }
  /** A person has said who answers for them while they are away, or that they are back. Entries of a chain of the absence's own. */
  | {
      what: 'absence-set'
      who: Actor
      standIn: { userId: string; name: string }
      from: number
      until: number
      signed: Signature
    }
  | { what: 'absence-ended'; who: Actor; signed: Signature }
  /** Its time is over. */
  | { what: 'absence-over' }
  /** A person steered a pipeline, and what CodePipeline or Greenlight answered. Entries of a chain of their own. */
  | {
      what: 'steering-requested'
      who: Actor
      steering: {
        act: string
        execution: ExecutionKey
        stage: string | null
        choice: string | null
        reason: string | null
      }
      signed: Signature
    }
  | { what: 'steering-answered'; answer: 'taken' | 'refused'; because: string | null }

/** The number of entries, and the hash of the last. */
export interface RecordedHead {
  entries: number
  hash: string
}

export const GENESIS = '0'.repeat(64)

export const emptyJournal: Journal = { count: 0, head: GENESIS, keptUntil: 0, unfiled: [] }

export interface NewEntry extends Pick<Entry, 'approval' | 'at' | 'happened'> {
  /** Epoch milliseconds. No entry is kept for less time than those before it. */
  keptUntil: number
}

/** The journal with one more entry. */
export const written = (journal: Journal, { keptUntil, ...told }: NewEntry): Journal => {
  const { count, head: previous, keptUntil: earlierUntil, unfiled } = journal
  const unsigned = { ...told, number: count + 1, previous, earlierUntil }
  const hash = hashOf(unsigned)
  return {
    count: unsigned.number,
    head: hash,
    keptUntil: Math.max(earlierUntil, keptUntil),
    unfiled: [...unfiled, { ...unsigned, hash }],
  }
}

/** The entries that are not filed yet, each with how long it is kept. */
export const toFile = ({ unfiled, keptUntil }: Journal): { entry: Entry; keptUntil: number }[] =>
  unfiled.map((entry, index) => ({ entry, keptUntil: unfiled[index + 1]?.earlierUntil ?? keptUntil }))

/** These entries are in the table, each as an item of its own. */
export const filed = (journal: Journal, upTo: number): Journal => ({
  ...journal,
  unfiled: journal.unfiled.filter(({ number }) => number > upTo),
})

export const hashOf = ({ approval, number, at, happened, previous, earlierUntil }: Omit<Entry, 'hash'>): string =>
  createHash('sha256').update(canonical({ approval, number, at, happened, previous, earlierUntil })).digest('hex')
