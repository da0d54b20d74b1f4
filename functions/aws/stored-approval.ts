import type { Approval, DeferredClick, FreezeOverride, ResolvedPolicy } from '../domain/approval.ts'
import type { GateKind } from '../domain/gate.ts'
import { FIRST_KIND } from '../domain/gate.ts'
import type { Vote } from '../domain/policy.ts'
import type { Deployment } from '../domain/outcome.ts'
import type { CompressedPolicy } from './compressed-policy.ts'
import { compressedPolicy, decompressedPolicy } from './compressed-policy.ts'
import type { StoredChange } from './stored-change.ts'
import { restoredChange, storedChange } from './stored-change.ts'
import { DAY } from '../domain/time-units.ts'
import { windowsFrozenAt } from '../domain/window.ts'

/**
 * An approval as its item has it. Attributes keep the names that they were first stored under: while a new version is
 * deployed, or rolled back, functions of both versions read and write the same items.
 */
export interface StoredApproval extends Omit<
  Approval,
  | 'gate'
  | 'change'
  | 'otherApprovals'
  | 'unsignedVotes'
  | 'resolvedPolicy'
  | 'deferredClicks'
  | 'override'
  | 'deployment'
> {
  change: StoredChange
  /** Missing in approvals that were stored before there were kinds. */
  gate?: GateKind
  /** Missing in approvals that were stored before an approval knew the other approvals of its stage. */
  otherApprovals?: readonly string[]
  standing: ResolvedPolicy | CompressedPolicy | null
  noted: DeferredClick[]
  release: Deployment | null
  /** Without its windows in approvals whose freeze was overridden before they were stored. */
  glass: (Omit<FreezeOverride, 'windows'> & Partial<Pick<FreezeOverride, 'windows'>>) | null
}

export const storedApproval = ({
  change,
  resolvedPolicy,
  deferredClicks,
  override,
  deployment,
  votes,
  unsignedVotes = [],
  ...same
}: Approval): StoredApproval => ({
  ...same,
  votes: [...unsignedVotes.filter(({ userId }) => !votes.some((vote) => vote.userId === userId)), ...votes],
  change: storedChange(change),
  standing: resolvedPolicy && peopleIn(resolvedPolicy) > MOST_PLAIN ? compressedPolicy(resolvedPolicy) : resolvedPolicy,
  noted: deferredClicks,
  glass: override,
  release: deployment,
})

export const restoredApproval = ({
  gate = FIRST_KIND,
  change,
  otherApprovals = [],
  standing,
  noted,
  glass,
  release,
  ...same
}: StoredApproval): Approval => {
  const resolvedPolicy = standing && 'packed' in standing ? decompressedPolicy(standing) : standing
  const windows = () => windowsFrozenAt(resolvedPolicy?.policy.freezes ?? [], glass!.at)
  return withRetention({
    ...same,
    ...countedVotes(same),
    gate,
    change: restoredChange(change),
    otherApprovals,
    resolvedPolicy,
    deferredClicks: noted,
    deployment: release,
    override: glass && { ...glass, windows: glass.windows ?? windows() },
  })
}

/**
 * A vote that was cast before votes were signed does not count while the approval waits: the person can vote again. An
 * older function still finds it.
 */
const countedVotes = ({
  state,
  votes,
}: Pick<StoredApproval, 'state' | 'votes'>): Pick<Approval, 'votes' | 'unsignedVotes'> => {
  if (state.name !== 'waiting') return { votes }
  const [signed, unsigned] = [votes.filter(isSigned), votes.filter((vote) => !isSigned(vote))]
  return { votes: signed, ...(unsigned.length > 0 && { unsignedVotes: unsigned }) }
}

const isSigned = ({ signed }: Vote): boolean => signed !== undefined

/** A policy of up to so many people is stored as plain attributes, which a person can read in the table. */
const MOST_PLAIN = 1_000

const peopleIn = ({ policy, timing, review }: ResolvedPolicy): number =>
  [
    ...[...policy.rules, ...(policy.rejecters ?? [])].map(({ people }) => people),
    policy.breakGlass,
    timing.escalate?.people ?? [],
    review?.people ?? [],
  ].reduce((sum, people) => sum + people.length, 0)

/** The default of `retention` in greenlight.yml. */
const USUAL_RETENTION = 400 * DAY

/** An approval that was stored before approvals had a retention gets the default. */
const withRetention = (approval: Approval): Approval => {
  const { retention, journal, expiresAt, checkedAt }: Partial<Approval> & Omit<Approval, 'retention'> = approval
  if (retention !== undefined) return approval
  const keptUntil = Math.max(expiresAt, checkedAt) + USUAL_RETENTION
  return { ...approval, retention: USUAL_RETENTION, journal: { ...journal, keptUntil } }
}
