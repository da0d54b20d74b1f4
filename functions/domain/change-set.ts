import type { AccountRegion } from './pipeline.ts'
import { isStateful } from './stateful-types.ts'

/** A change set of CloudFormation by its names, in an account and Region. */
export interface NamedChangeSet extends AccountRegion {
  stack: string
  name: string
}

/** What a change set does to one resource. */
export interface ResourceChange {
  /** `mayReplace`: CloudFormation knows only once it executes the change set. */
  what: 'added' | 'changed' | 'replaced' | 'mayReplace' | 'removed'
  /** Its logical ID in the template. */
  id: string
  /** Such as `AWS::S3::Bucket`. */
  type: string
  /** The resource that is replaced or removed stays outside the stack (DeletionPolicy, UpdateReplacePolicy). */
  isKept?: true
}

export type ChangeSetRead =
  /** CloudFormation found nothing to change. */
  | { kind: 'empty' }
  /** Without a change of a resource, it changes outputs, tags or metadata of the stack. */
  | { kind: 'changes'; changes: readonly ResourceChange[] }
  /** `because` is a clause for people. `isFinal`: another look would say the same. */
  | { kind: 'unread'; because: string; isFinal?: true }

/** What no other look would tell. */
export const finallyUnread = (because: string): ChangeSetRead => ({ kind: 'unread', because, isFinal: true })

/** What a change set that waits behind an approval would do, as the approval shows it and the audit record keeps it. */
export type ChangeSetEvidence = { stack: string; url: string | null } & (
  | { kind: 'empty' }
  | {
      kind: 'changes'
      /** How many resources are concerned in each way. */
      counts: Partial<Record<ResourceChange['what'], number>>
      /** The first of the resources with data of their own that are replaced or removed, and how many there are. */
      atRisk: ResourceChange[]
      atRiskCount: number
    }
  | { kind: 'unread'; because: string }
)

const AT_RISK_KEPT = 3

export const changeSetEvidence = (stack: string, url: string | null, read: ChangeSetRead): ChangeSetEvidence => {
  if (read.kind === 'empty') return { stack, url, kind: 'empty' }
  if (read.kind === 'unread') return { stack, url, kind: 'unread', because: read.because }
  const atRisk = read.changes.filter(isAtRisk)
  const counts: Partial<Record<ResourceChange['what'], number>> = {}
  for (const { what } of read.changes) counts[what] = (counts[what] ?? 0) + 1
  return { stack, url, kind: 'changes', counts, atRisk: atRisk.slice(0, AT_RISK_KEPT), atRiskCount: atRisk.length }
}

const LOSES: ReadonlySet<ResourceChange['what']> = new Set(['replaced', 'mayReplace', 'removed'])

/** What it holds would be gone. */
const isAtRisk = ({ what, type, isKept }: ResourceChange): boolean => LOSES.has(what) && !isKept && isStateful(type)

/** An approval's change sets, and what else it would let go on. */
export interface BehindApproval {
  /** Of each change set that the execution has made and not executed yet. */
  changeSets: readonly ({ stack: string } & ChangeSetRead)[]
  /**
   * The actions behind the approval that may do more than to execute these change sets, such as `Production/Migrate`; null
   * if they are not known.
   */
  others: readonly string[] | null
}

/**
 * Why the change sets behind an approval are not all empty, in a clause for people; null if they are. `isUnread`: they may
 * be, and another look may tell.
 */
export const whyNotEmpty = ({ changeSets, others }: BehindApproval): { because: string; isUnread?: true } | null => {
  const full = changeSets.find(({ kind }) => kind === 'changes')
  if (full) return { because: `the change set of the stack ${full.stack} is not empty` }
  if (!others) return { because: 'CodePipeline does not tell which actions are behind the approval' }
  const [other] = others
  if (other !== undefined)
    return { because: `the action ${other} behind the approval may do more than the change sets say` }
  const unread = changeSets.filter((one) => one.kind === 'unread')
  const [first] = [...unread.filter(({ isFinal }) => isFinal), ...unread]
  if (first)
    return {
      because: `the change set of the stack ${first.stack} is not known to be empty: ${first.because}`,
      ...(!first.isFinal && { isUnread: true }),
    }
  return changeSets.length === 0 ? { because: 'no change set waits behind the approval' } : null
}
