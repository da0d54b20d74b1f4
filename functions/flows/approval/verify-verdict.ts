import type { StoredAbsence } from '../../domain/absence.ts'
import { statementOfAbsence } from '../../domain/absence.ts'
import type { Approval } from '../../domain/approval.ts'
import type { Verdict, Vote } from '../../domain/policy.ts'
import type { Doubt, Evidence, PolicyThen, Unproven } from '../../domain/proof.ts'
import { doubtAbout, doubtAboutRequest, doubtAboutRule } from '../../domain/proof.ts'
import type { Signed } from '../../domain/signature.ts'
import type { Decided } from '../../domain/statement.ts'
import { sha256, statementOf } from '../../domain/statement.ts'
import { gateOf } from '../gates/gates.ts'
import type { Objection } from '../../ports/objections.ts'
import type { Services } from '../../ports/services.ts'
import { readSoak } from './automatic-approval.ts'
import { freezesOn, resolvePolicy } from './resolve-policy.ts'

export type Verified =
  /** The votes that make the verdict, each with a genuine signature. */
  | { kind: 'proven'; votes: readonly Vote[] }
  | { kind: 'doubtful'; doubt: Unproven }
  /** AWS no longer waits for it. */
  | { kind: 'over' }
  /** AWS does not show that it waits. */
  | { kind: 'not-shown'; because: string }
  /** What the verdict depends on could not be read. */
  | { kind: 'unclear'; because: string }

/**
 * Whether the verdict of an approval is what people decided. The table is believed in nothing that authorizes: votes
 * count by their signatures, what would be deployed and who made it are read from AWS again, and who may approve from
 * the configuration and Slack.
 */
export const verifyVerdict = (services: Services, approval: Approval, verdict: Verdict): Promise<Verified> =>
  verdict === 'Approved' && approval.approvedBy
    ? verifyRule(services, approval)
    : verifyVotes(services, approval, verdict)

/** No one has signed what a rule decides: the sender reads for itself all that the rule depends on. */
const verifyRule = async (services: Services, approval: Approval): Promise<Verified> => {
  const now = services.clock.now()
  const genuine = await genuineAmong(services, approval, approval.votes)
  const doubt = doubtAboutRequest(approval, (vote) => genuine.has(vote))
  if (doubt) return { kind: 'doubtful', doubt }
  const objections = await services.objections.of(approval.id)
  const read = await gather(services, approval, 'Approved', now, objections)
  if (read.kind !== 'read') return read
  const { evidence, since } = read
  const behind = () => gateOf(services, approval).behind(approval.where, evidence.executionId)
  const wasRefused = () => gateOf(services, approval).wasRefused(approval.where, evidence.executionId)
  const soak = await readSoak({ ...services, behind, wasRefused }, approval.where, evidence.policy, since)
  const stoppedBy = objections.find(({ what }) => what === 'automatic-stopped')?.userId ?? null
  return verifiedBy(doubtAboutRule(approval, evidence, { stoppedBy, soak, now }), [])
}

const verifyVotes = async (services: Services, approval: Approval, verdict: Verdict): Promise<Verified> => {
  const { votes, override } = approval
  const [genuine, hasGenuineOverride] = await Promise.all([
    genuineAmong(services, approval, votes),
    override && isGenuine(services, approval, overrideSaid(override), override.signed),
  ])
  const doubt = doubtAboutRequest(approval, (vote) => genuine.has(vote))
  if (doubt) return { kind: 'doubtful', doubt }
  if (override?.signed && !hasGenuineOverride)
    return {
      kind: 'doubtful',
      doubt: { kind: 'tampered', because: 'the override of the freeze is not the one that was signed' },
    }

  const proven = votes.filter((vote) => genuine.has(vote) && vote.verdict === verdict)
  // A verdict that waited for its time is judged by the policy of that time.
  const now = services.clock.now()
  const isInTime = proven.length === 0 || proven.some(({ notBefore }) => notBefore !== undefined)
  const decidedAt = isInTime ? now : Math.max(...proven.map(({ at }) => at))
  const objections = await services.objections.of(approval.id)
  const read = await gather(services, approval, verdict, decidedAt, objections)
  if (read.kind !== 'read') return read
  const signed = hasGenuineOverride ? override : null
  return verifiedBy(doubtAbout(approval, verdict, proven, signed, read.evidence), proven)
}

const verifiedBy = (doubt: Doubt | null, votes: readonly Vote[]): Verified => {
  if (!doubt) return { kind: 'proven', votes }
  return doubt.kind === 'unclear' ? doubt : { kind: 'doubtful', doubt }
}

const genuineAmong = async (services: Services, approval: Approval, votes: readonly Vote[]): Promise<Set<Vote>> => {
  const found = await Promise.all(
    votes.map(async (vote) => {
      const { userId, verdict: act, comment: words, at, notBefore, standsInFor, signed } = vote
      const decided: Decided = {
        ...{ userId, act, words, at },
        ...(notBefore !== undefined && { notBefore }),
        ...(standsInFor && { standsInFor }),
      }
      return (await isGenuine(services, approval, decided, signed)) ? [vote] : []
    }),
  )
  return new Set(found.flat())
}

const overrideSaid = ({ userId, reason: words, at, windows }: NonNullable<Approval['override']>): Decided => ({
  userId,
  act: 'break-glass',
  words,
  at,
  windows,
})

/** Signed by a key of the installation, for this approval and its token. */
const isGenuine = async (
  { signatures }: Services,
  approval: Approval,
  decided: Decided,
  signed: Signed | undefined,
): Promise<boolean> => {
  if (!signed || signed.tokenHash !== sha256(approval.token)) return false
  const { key, value, ...facts } = signed
  return signatures.verify(statementOf(approval, decided, facts), { key, value })
}

/** `since`: when CodePipeline began to wait. */
type Gathered =
  | { kind: 'read'; evidence: Evidence; since: number | null }
  | Extract<Verified, { kind: 'over' | 'not-shown' | 'unclear' }>

/**
 * Reads again what the policy depends on, for the time at which the last vote was cast. An approval is also judged by
 * the rejections that were cast, each for its own time.
 */
const gather = async (
  services: Services,
  approval: Approval,
  verdict: Verdict,
  decidedAt: number,
  objections: readonly Objection[],
): Promise<Gathered> => {
  const { id, gate: kind, where, executionId, token, expiresAt } = approval
  const gate = gateOf(services, approval)
  const notification = { id, gate: kind, told: 'topic', where, token, expiresAt } as const
  const pending = await gate.findPending(notification, executionId)
  if (pending.kind === 'over') return { kind: 'over' }
  if (pending.kind === 'not-shown-yet') return { kind: 'not-shown', because: pending.because }

  const { change, starter } = await gate.describe(where, { ...pending, newerExecutionId: null })
  if (change.revisions.length === 0 && approval.change.revisions.length > 0)
    return { kind: 'unclear', because: 'CodePipeline does not list the revisions of the execution' }
  const asked = { where, change, starter, votes: approval.votes }
  const freezes = services.freezes.all()
  const reading = { ...services, freezes: { all: () => freezes }, absences: genuineAbsences(services) }
  const isAgainst = (one: Objection): boolean => verdict === 'Approved' && one.what === 'rejected'
  const route = services.configuration.routeFor(where, { ...asked, at: decidedAt })
  const [decided, freezesNow, ...rejections] = await Promise.all([
    policyThen(reading, asked, decidedAt, approval.escalatedAt === null ? null : pending.since),
    route ? freezesOn(reading, route, where.pipeline, services.clock.now()) : [],
    // A stand-in has rejected it only after the escalation, whatever the table says of that. If CodePipeline does not say
    // since when it waits, every rejection of a stand-in counts.
    ...objections.filter(isAgainst).map(async (one) => ({
      userId: one.userId,
      at: one.at,
      under: await policyThen(reading, asked, one.at, pending.since ?? 0),
    })),
  ])
  const withdrawals = objections.filter(({ what }) => what === 'withdrawn')
  const revisions = change.revisions.map((revision) => revision.id)
  return {
    kind: 'read',
    since: pending.since,
    evidence: {
      now: services.clock.now(),
      freezesNow,
      executionId: pending.executionId,
      revisions,
      ...decided,
      withdrawals,
      rejections,
      chosen: objections.flatMap(({ what, userId, at, notBefore }) =>
        what === 'later' && notBefore !== undefined ? [{ userId, at, notBefore }] : [],
      ),
    },
  }
}

/** Only absences that their people have signed let anyone stand in. */
const genuineAbsences = ({ absences, log, signatures }: Services): Pick<Services['absences'], 'endingFrom'> => ({
  endingFrom: async (from) => {
    const stored = await absences.endingFrom(from)
    return Promise.all(
      stored.map(async (one): Promise<StoredAbsence> => {
        if (one.kind === 'unreadable' || (await signatures.verify(statementOfAbsence(one.absence), one.absence.signed)))
          return one
        log.error('An absence lets no one stand in, because it is not the one that was signed', {
          absence: one.absence.id,
        })
        log.count('VerdictNotProven')
        return { kind: 'unreadable', because: `the absence ${one.absence.id} is not the one that was signed` }
      }),
    )
  },
})

/** `since`: when CodePipeline began to wait, if stand-ins may approve then after the time that the route says. */
const policyThen = async (
  services: Parameters<typeof resolvePolicy>[0] & Pick<Services, 'clock'>,
  asked: Omit<Parameters<typeof resolvePolicy>[1], 'escalatedAt'>,
  at: number,
  since: number | null,
): Promise<PolicyThen> => {
  const escalate = services.configuration.routeFor(asked.where, { ...asked, at })?.escalate
  const escalatedAt = escalate && since !== null ? since + escalate.after : null
  const [resolved, late] = await Promise.all([
    resolvePolicy(services, { ...asked, escalatedAt: null }, at),
    escalatedAt !== null && escalatedAt <= services.clock.now()
      ? resolvePolicy(services, { ...asked, escalatedAt }, at)
      : null,
  ])
  const escalated = late && escalatedAt !== null ? { policy: late.policy, since: escalatedAt } : null
  return { policy: resolved?.policy ?? null, escalated }
}
