import type { Approval, DeferredClick, ResolvedPolicy } from '../../domain/approval.ts'
import type { Attempted } from '../../domain/attempt.ts'
import {
  attempt,
  hasDeferredClick,
  refusalOf,
  saidBy,
  withDecisionByEarlierVotes,
  withoutDeferredClick,
} from '../../domain/attempt.ts'
import { informedBy } from '../../domain/override-review.ts'
import { hasQueuedClick, withQueuedClick } from '../../domain/queued-click.ts'
import type { Refusal } from '../../domain/refusal.ts'
import type { Effect } from '../../domain/effect.ts'
import type { Act, Actor } from '../../domain/act.ts'
import type { Signed } from '../../domain/signature.ts'
import { factsOf, statementOf } from '../../domain/statement.ts'
import { changeApproval } from './change-approval.ts'
import type { Directory, LookupResult } from '../../ports/directory.ts'
import type { Metric } from '../../ports/log.ts'
import type { Patience } from '../../ports/records.ts'
import type { Services } from '../../ports/services.ts'
import type { ShowingLease } from '../../domain/showing.ts'
import { withShowingLease } from '../../domain/showing.ts'
import { resolvePolicy } from './resolve-policy.ts'

export interface Informed {
  who: Actor
  /** Left out if the approval is over: it makes no difference then. */
  resolvedPolicy?: ResolvedPolicy | null
  accountRefusal?: Refusal | null
  /** Missing if the act does not count, or could not be signed. */
  signed?: SignedAct | null
  /** Slack asked to wait at one of the lookups. */
  isBusy?: boolean
}

/** Refusals that may be for lack of what Slack has not told yet. */
const FOR_LACK_OF_ANSWERS = new Set<Refusal['because']>(['unread', 'unknown-person', 'unidentified'])

/** Whether the act may count once Slack answers. */
export const waitsForSlack = ({ isBusy }: Informed, refusal: Refusal): boolean =>
  isBusy === true && FOR_LACK_OF_ANSWERS.has(refusal.because)

/**
 * Everything about the person and the policy that must be looked up; and the signature of their act under that policy,
 * if there is one to `sign`: while Slack describes the person.
 */
export const inform = async (
  services: Services,
  approval: Approval,
  who: Actor,
  sign: (informed: Approval) => Promise<SignedAct | null> = () => Promise.resolve(null),
): Promise<Required<Informed>> => {
  const { clock } = services
  const { directory, wasBusy } = watched(services.directory)
  const reading = resolvePolicy({ ...services, directory }, approval, clock.now())
  const [resolvedPolicy, looked, signed] = await Promise.all([
    reading,
    directory.person(who.userId),
    reading.then((policy) => sign(informedBy(approval, policy, clock.now()))),
  ])
  const isBusy = wasBusy()
  if (looked.kind !== 'found') {
    const why = looked.kind === 'unread' ? looked.because : `No Slack account has the ID ${who.userId}`
    const isFinal = looked.kind === 'unread' && looked.isFinal
    return {
      who,
      resolvedPolicy,
      signed: null,
      isBusy,
      accountRefusal: { because: 'unknown-person', why, ...(isFinal && { isFinal }) },
    }
  }
  const { isDeactivated, isStranger, zone: _, ...person } = looked.value
  return {
    who: { ...person, from: who.from },
    resolvedPolicy,
    signed,
    isBusy,
    accountRefusal: isDeactivated ? { because: 'deactivated' } : isStranger ? { because: 'stranger' } : null,
  }
}

/** The directory, and whether Slack has asked to wait at one of its lookups. */
const watched = ({ person, byEmail, members }: Directory): { directory: Directory; wasBusy: () => boolean } => {
  let isBusy = false
  const noting =
    <T>(look: (of: string) => Promise<LookupResult<T>>) =>
    async (of: string): Promise<LookupResult<T>> => {
      const looked = await look(of)
      isBusy ||= 'isBusy' in looked
      return looked
    }
  const directory = { person: noting(person), byEmail: noting(byEmail), members: noting(members) }
  return { directory, wasBusy: () => isBusy }
}

/** The act as the person decided it, and its signature. */
export interface SignedAct {
  statement: string
  signed: Signed
}

/** Null if the act would not count, or KMS does not sign it: it is then deferred. */
export const sign = async (
  { signatures, log }: Services,
  approval: Approval,
  { userId }: Actor,
  act: Act,
  at: number,
): Promise<SignedAct | null> => {
  if (refusalOf(approval, userId, act, at)) return null
  const facts = factsOf(approval)
  const statement = statementOf(approval, saidBy(approval, userId, act, at), facts)
  try {
    return { statement, signed: { ...facts, ...(await signatures.sign(statement)) } }
  } catch (error) {
    log.error('KMS did not sign a click', { approval: approval.id, user: userId, error })
    return null
  }
}

interface Weighing {
  note?: DeferredClick
  from?: Approval | null
  patience?: Impatience
  once?: boolean
}

type NotWeighed = 'unsigned' | 'busy' | 'contended' | 'repeated'

/**
 * Weighs an act that was made at `at`, stores its result and counts it. With a `note`, only if that deferred click is
 * still there, and the same write removes it. `from`: the approval at hand. Null if there is no such approval or
 * deferred click. `unsigned`: it would count, and what was signed is not what it would count as. `busy`: it may
 * count once Slack answers, which asks to wait. `contended`: others wrote
 * until the patience of the person’s click was over, and nothing is stored. With `once`, for an act that the queue had,
 * `repeated`: it is recorded already.
 */
export const weigh = async (
  services: Services,
  approvalId: string,
  known: Informed,
  act: Act,
  at: number,
  { note, from = null, patience, once = false }: Weighing,
): Promise<Weighed | NotWeighed | null> => {
  const { clock } = services
  const { who, resolvedPolicy, accountRefusal = null, signed = null } = known
  const owner = clock.newId()
  const result = await changeApproval<Weighed | NotWeighed | null>(
    services,
    approvalId,
    (current) => {
      const now = clock.now()
      if (note && !hasDeferredClick(current, note)) return [current, null]
      if (once && hasQueuedClick(current, { who, at })) return [current, 'repeated']
      const waiting = note ? withoutDeferredClick(current, note, now) : current
      const informed = resolvedPolicy === undefined ? waiting : informedBy(waiting, resolvedPolicy, now)
      const refusal = refusalOf(informed, who.userId, act, at, accountRefusal)
      if (refusal && waitsForSlack(known, refusal)) return [current, 'busy']
      if (
        !refusal &&
        signed?.statement !== statementOf(informed, saidBy(informed, who.userId, act, at), factsOf(informed))
      )
        return [current, 'unsigned']
      const [acted, attempted] = attempt(informed, who, act, at, accountRefusal, signed?.signed ?? null)
      // A vote that counts has decided already, where it may.
      const next = attempted.kind === 'counted' ? acted : withDecisionByEarlierVotes(acted, current.resolvedPolicy, now)
      const recorded = once ? withQueuedClick(next, { who, at }) : next
      const [approval, lease] = withShowingLease(recorded, owner, now)
      const isDecided = current.state.name === 'waiting' && approval.state.name === 'deciding'
      return [approval, { attempted, approval, isDecided, lease }]
    },
    from,
    patience && { ...patience, result: 'contended' },
  )
  if (!result || typeof result === 'string') return result
  const { attempted, approval } = result
  await objectTo(services, approval, who.userId, attempted, at, act.do === 'vote' ? act.notBefore : undefined)
  if (attempted.kind === 'refused') logRefusal(services, approvalId, who.userId, attempted.refusal)
  else {
    services.log.info('A click counted', {
      approval: approvalId,
      user: who.userId,
      act: act.do,
      ...rulingOf(attempted),
    })
    services.log.count(COUNTED[attempted.kind])
  }
  return result
}

/**
 * A withdrawal, a rejection and a chosen time are also kept where the table's other writers cannot remove them. After the act: one that
 * came too late must not stop the verdict that came first.
 */
const objectTo = async (
  { objections }: Services,
  { id: approval, journal: { keptUntil } }: Approval,
  userId: string,
  attempted: Attempted,
  at: number,
  notBefore: number | undefined,
): Promise<void> => {
  const what =
    attempted.kind === 'withdrawn' || attempted.kind === 'automatic-stopped'
      ? attempted.kind
      : attempted.kind === 'counted' && attempted.ruling.kind === 'rejected' && attempted.ruling.by.userId === userId
        ? 'rejected'
        : attempted.kind === 'counted' && notBefore !== undefined
          ? 'later'
          : null
  const chosen = what === 'later' && notBefore !== undefined && { notBefore }
  if (what) await objections.add({ approval, userId, at, what, ...chosen, keptUntil })
}

/** How long a click tries to be stored. */
export type Impatience = Omit<Patience<never>, 'result'>

export interface Weighed {
  attempted: Attempted
  approval: Approval
  /** The same write has fixed the verdict. */
  isDecided: boolean
  /** Shows the approval, if its message is outdated. */
  lease: ShowingLease | null
}

const COUNTED: Record<Exclude<Attempted['kind'], 'refused'>, Metric> = {
  counted: 'VoteCounted',
  withdrawn: 'VoteWithdrawn',
  'freeze-overridden': 'GlassBroken',
  'automatic-stopped': 'AutomaticStopped',
  'override-confirmed': 'OverrideConfirmed',
}

const rulingOf = (attempted: Attempted): object =>
  attempted.kind === 'counted' ? { ruling: attempted.ruling.kind } : {}

/**
 * The effects of an act, the verdict first. Its entry stays in the approval, and is filed with those that follow it, by
 * the sweep or at the end: many who click at once would all file the same ones.
 */
export const effectsOf = ({ approval: weighed, attempted, isDecided, lease }: Weighed): Effect[] => {
  const { id: approval, resolvedPolicy } = weighed
  return [
    ...(isDecided ? [{ do: 'settle-approval', approval } as const] : []),
    ...(lease ? [{ do: 'show-approval', approval, lease } as const] : []),
    ...(attempted.kind === 'freeze-overridden' ||
    attempted.kind === 'override-confirmed' ||
    mayBeginTurn(attempted, resolvedPolicy)
      ? [{ do: 'send-notices', approval } as const]
      : []),
    ...filingOf(weighed),
  ]
}

/** An item holds 400 kB: neither many clicks of one person nor a policy that is read again each time may fill it. */
const MUCH_UNFILED = 50_000

export const filingOf = ({ id: approval, journal }: Approval): Effect[] =>
  JSON.stringify(journal.unfiled).length >= MUCH_UNFILED ? [{ do: 'file-entries', approval }] : []

/** In a sequence, an approval may bring the turn of the next group. */
const mayBeginTurn = (attempted: Attempted, resolvedPolicy: ResolvedPolicy | null): boolean =>
  attempted.kind === 'counted' && attempted.ruling.kind === 'open' && resolvedPolicy?.policy.order !== undefined

export const logRefusal = ({ log }: Services, approval: string, user: string, refusal: Refusal): void => {
  log.info('A click was refused', { approval, user, because: refusal.because })
  log.count('VoteRefused')
}
