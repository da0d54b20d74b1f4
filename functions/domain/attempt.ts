import type { Approval, Newer, DeferredClick, ResolvedPolicy, SlowPart } from './approval.ts'
import type { Refusal } from './refusal.ts'
import { automaticRuleOf, deciders, freezeOf, freezesInForce, withEntry } from './approval.ts'
import type { Act, Actor } from './act.ts'
import { aimOf } from './act.ts'
import type { Policy, Ruling, Verdict, Vote } from './policy.ts'
import { isOfForm, ticketIn } from './comment.ts'
import { isEarly, isTime, notBeforeOf, wrongTime } from './later.ts'
import { barrierFor, counts, isOutOfTurn, judge, placesTaken, standsInFor } from './policy.ts'
import { countsFor, isNamedBy } from './stand-in.ts'
import { reviewRefusal, unconfirmedRefusal } from './override-review.ts'
import { recordedRefusal } from './recorded.ts'
import { shortId } from './revision.ts'
import type { Signed } from './signature.ts'
import type { Decided } from './statement.ts'
import { same } from './canonical.ts'
import { touched } from './showing.ts'
import { ownEntry } from '../own-entry.ts'
import { windowsFrozenAt } from './window.ts'

export type Attempted =
  | { kind: 'counted'; ruling: Ruling }
  | { kind: 'withdrawn' | 'freeze-overridden' | 'automatic-stopped' | 'override-confirmed' }
  | { kind: 'refused'; refusal: Refusal }

/**
 * Why this click would not count now. Null if it would; computed before a modal opens and again when it is submitted.
 */
export const refusalFor = (
  approval: Approval,
  userId: string,
  act: Act['do'] | Verdict,
  now: number,
): Refusal | null => {
  const { state, resolvedPolicy } = approval
  if (act === 'confirm-override') return reviewRefusal(approval, userId)
  if (state.name === 'settled') {
    const { outcome, at } = state
    const verdict = outcome.how === 'slack' ? outcome.verdict : null
    return { because: 'already-settled', outcome, at, ...ownPartIn(approval, verdict, userId, act) }
  }
  if (state.name === 'deciding')
    return {
      because: 'already-deciding',
      verdict: state.verdict,
      ...ownPartIn(approval, state.verdict, userId, act),
    }
  if (now >= approval.expiresAt) return { because: 'expired' }
  if (!resolvedPolicy) return { because: 'no-route' }
  const { policy } = resolvedPolicy
  switch (act) {
    case 'withdraw':
      return [...approval.votes, ...approval.deferredClicks.map(({ who }) => who)].some((one) => one.userId === userId)
        ? null
        : { because: 'no-vote' }
    case 'break-glass':
      if (policy.consoleOnly !== null) return { because: 'console-only', why: policy.consoleOnly }
      if (!freezeOf(approval, now)) return { because: 'not-frozen' }
      if (policy.breakGlass.includes(userId)) return unconfirmedRefusal(approval)
      return policy.unread.length > 0
        ? { because: 'unread', unread: policy.unread }
        : { because: 'may-not-break-glass', breakGlass: policy.breakGlass }
    // Any person who is no stranger may: it only leaves the approval to people.
    case 'stop-automatic':
      return automaticRuleOf(approval) ? null : { because: 'not-automatic' }
    case 'deploy-now':
      return (
        barrierFor(policy, userId, 'Approved', now, freezesInForce(approval, now), approval.votes) ??
        (timedVote(approval, userId) ? null : { because: 'no-time' })
      )
    case 'take-newer':
      return (
        barrierFor(policy, userId, 'Rejected', now, freezesInForce(approval, now), approval.votes) ??
        (approval.newer ? null : { because: 'nothing-newer' })
      )
    case 'vote':
    case 'Approved':
      return barrierFor(policy, userId, 'Approved', now, freezesInForce(approval, now), approval.votes)
    case 'Rejected':
      return barrierFor(policy, userId, 'Rejected', now, freezesInForce(approval, now), approval.votes)
  }
}

/** They press again what they have decided: Slack was late to answer, or they are impatient. */
const ownPartIn = (approval: Approval, verdict: Verdict | null, userId: string, act: Act['do'] | Verdict) => {
  if (verdict === null || act !== verdict) return null
  const own = deciders(approval, verdict).find((vote) => vote.userId === userId)
  return own ? { own: own.at } : null
}

const timedVote = ({ votes }: Approval, userId: string): Vote | undefined =>
  votes.find((vote) => vote.userId === userId && vote.verdict === 'Approved' && vote.notBefore !== undefined)

/** The same, with the reason why no act of the account counts. That reason comes first, unless the approval is over. */
export const firstRefusal = (
  approval: Approval,
  userId: string,
  act: Act['do'] | Verdict,
  now: number,
  accountRefusal: Refusal | null,
): Refusal | null => {
  const refusal = refusalFor(approval, userId, act, now)
  return refusal && REFUSES_EVERYONE.has(refusal.because) ? refusal : (accountRefusal ?? refusal)
}

/**
 * A person acts on the approval: the act counts, or it is refused, and either is recorded. The one writer whose vote
 * meets the policy fixes the verdict. `accountRefusal` is why no act of this account counts; `signed` is the signature
 * of what they decided.
 */
export const attempt = (
  current: Approval,
  who: Actor,
  act: Act,
  at: number,
  accountRefusal: Refusal | null = null,
  signed: Signed | null = null,
): [Approval, Attempted] => {
  const refusal = refusalOf(current, who.userId, act, at, accountRefusal)
  if (refusal) return [withRefusal(current, who, act.do, refusal, at), { kind: 'refused', refusal }]
  // A deferred click of the same person no longer counts: they have clicked again.
  const deferredClicks = current.deferredClicks.filter((click) => click.who.userId !== who.userId || click.at > at)
  const approval = deferredClicks.length === current.deferredClicks.length ? current : { ...current, deferredClicks }
  const said = saidBy(approval, who.userId, act, at)
  const signature = signed && { signed }
  switch (act.do) {
    case 'vote':
      return voted(approval, who, act.verdict, said, at, signature)
    case 'deploy-now':
      return voted(approval, who, 'Approved', said, at, signature)
    case 'take-newer':
      return voted(approval, who, 'Rejected', said, at, signature)
    case 'withdraw':
      return [
        withEntry(
          {
            ...approval,
            votes: approval.votes.filter(({ userId }) => userId !== who.userId),
            withdrawn: { ...approval.withdrawn, [who.userId]: at },
            showing: touched(approval.showing, at),
          },
          at,
          { what: 'withdrawn', who, ...signature },
        ),
        { kind: 'withdrawn' },
      ]
    case 'stop-automatic': {
      const { userId, name } = who
      const { soak: _, ...left } = approval
      return [
        withEntry({ ...left, automaticStop: { userId, name, at }, showing: touched(approval.showing, at) }, at, {
          what: 'automatic-stopped',
          who,
          ...signature,
        }),
        { kind: 'automatic-stopped' },
      ]
    }
    case 'break-glass': {
      const frozen = freezeOf(approval, at)!
      const windows = said.windows!
      const { userId, name } = who
      const { review } = approval.resolvedPolicy!
      const until = review && { reviewUntil: at + review.within }
      const override = { userId, name, reason: act.reason, frozen, windows, at, ...signature, ...until }
      return [
        withEntry({ ...approval, override, showing: touched(approval.showing, at) }, at, {
          what: 'glass-broken',
          who,
          reason: act.reason,
          frozen,
          ...(signed && { windows, signed }),
          ...until,
        }),
        { kind: 'freeze-overridden' },
      ]
    }
    case 'confirm-override': {
      const { userId, name } = who
      const { comment } = act
      const override = { ...approval.override!, confirmed: { userId, name, comment, at, ...signature } }
      return [
        withEntry({ ...approval, override, showing: touched(approval.showing, at) }, at, {
          what: 'override-confirmed',
          who,
          comment,
          ...signature,
        }),
        { kind: 'override-confirmed' },
      ]
    }
  }
}

/** Why the act does not count, all in all; null if it does. */
export const refusalOf = (
  approval: Approval,
  userId: string,
  act: Act,
  at: number,
  accountRefusal: Refusal | null = null,
): Refusal | null =>
  firstRefusal(approval, userId, aimOf(act), at, accountRefusal) ??
  commentRefusal(approval, act) ??
  timeRefusal(approval, act, at) ??
  ofLaterOverride(approval, act, at) ??
  overtaken(approval, userId, act, at) ??
  repeated(approval, userId, act, at)

/**
 * Two clicks of one person may be recorded in another order than they were made. What they did last counts, and the
 * proof of a verdict judges by the times of the clicks.
 */
const overtaken = ({ votes, withdrawn = {} }: Approval, userId: string, act: Act, at: number): Refusal | null => {
  if (!REPLACES_A_VOTE.has(act.do)) return null
  const vote = votes.find((one) => one.userId === userId)
  const last = Math.max(vote?.at ?? -Infinity, ownEntry(withdrawn, userId) ?? -Infinity)
  return at < last ? { because: 'overtaken' } : null
}

/** A confirmation that was weighed late is about the override that its person saw. */
const ofLaterOverride = ({ override }: Approval, act: Act, at: number): Refusal | null =>
  act.do === 'confirm-override' && override && at < override.at ? { because: 'nothing-to-confirm' } : null

/** Acts of which a person's last one counts alone. */
const REPLACES_A_VOTE = new Set<Act['do']>(['vote', 'take-newer', 'deploy-now', 'withdraw'])

const commentRefusal = ({ resolvedPolicy }: Approval, act: Act): Refusal | null => {
  const form = resolvedPolicy?.policy.comment
  if (!form || act.do !== 'vote' || act.verdict !== 'Approved' || isOfForm(form, act.comment)) return null
  return { because: 'comment', form }
}

const timeRefusal = (approval: Approval, act: Act, at: number): Refusal | null => {
  if (act.do !== 'vote' || act.notBefore === undefined) return null
  const wrong = act.verdict === 'Rejected' ? { why: 'not-offered' as const } : wrongTime(approval, act.notBefore, at)
  return wrong && { because: 'time', ...wrong }
}

/** What the person decides with an act that counts. */
export const saidBy = (approval: Approval, userId: string, act: Act, at: number): Decided => {
  switch (act.do) {
    case 'vote':
      return {
        userId,
        act: act.verdict,
        words: act.comment,
        at,
        ...(act.notBefore !== undefined && { notBefore: act.notBefore }),
        ...absentFor(approval, userId, at),
      }
    case 'deploy-now': {
      const words = timedVote(approval, userId)?.comment ?? ''
      return { userId, act: 'Approved', words, at, ...absentFor(approval, userId, at) }
    }
    case 'take-newer': {
      const words = `Superseded by ${namedNewer(approval.newer!)}`
      return { userId, act: 'Rejected', words, at, ...absentFor(approval, userId, at) }
    }
    case 'withdraw':
      return { userId, act: 'withdraw', words: '', at }
    case 'stop-automatic':
      return { userId, act: 'stop-automatic', words: '', at }
    case 'confirm-override':
      return { userId, act: 'confirm-override', words: act.comment, at }
    case 'break-glass': {
      const windows = windowsFrozenAt(approval.resolvedPolicy!.policy.freezes, at)
      return { userId, act: 'break-glass', words: act.reason, at, windows }
    }
  }
}

/** For whom the person decides beside themselves. */
const absentFor = ({ resolvedPolicy, votes }: Approval, userId: string, at: number): Pick<Vote, 'standsInFor'> => {
  const absent = resolvedPolicy ? standsInFor(resolvedPolicy.policy, userId, at, votes) : []
  return absent.length > 0 ? { standsInFor: absent } : {}
}

/** The click is recorded, and does not count. */
export const withRefusal = (approval: Approval, who: Actor, act: Act['do'], refusal: Refusal, at: number): Approval =>
  withEntry(approval, at, { what: 'refused', who, act, refusal: recordedRefusal(refusal) })

/** Refusals that apply to every person. */
const REFUSES_EVERYONE = new Set<Refusal['because']>([
  'already-settled',
  'already-deciding',
  'expired',
  'no-route',
  'nothing-to-confirm',
  'already-confirmed',
])

const voted = (
  approval: Approval,
  who: Actor,
  verdict: Verdict,
  { words: comment, notBefore, standsInFor: absent }: Decided,
  at: number,
  signature: Pick<Vote, 'signed'> | null,
): [Approval, Attempted] => {
  const { notSent: _, ...rest } = approval
  const chosen = { ...(notBefore !== undefined && { notBefore }), ...(absent && { standsInFor: absent }) }
  const vote: Vote = { userId: who.userId, name: who.name, verdict, comment, at, ...chosen, ...signature }
  const votes = [...approval.votes.filter(({ userId }) => userId !== who.userId), vote]
  const { policy } = approval.resolvedPolicy!
  const ruling = judge(policy, votes)
  const ticket = policy.comment && verdict === 'Approved' ? ticketIn(policy.comment, comment)?.text : undefined
  const counted = withEntry({ ...rest, votes, showing: touched(approval.showing, at) }, at, {
    what: 'voted',
    who,
    verdict,
    comment,
    ruling: ruling.kind,
    rules: policy.rules.filter((one) => isNamedBy(policy, one, vote)).map(({ name }) => name),
    ...chosen,
    ...(ticket !== undefined && { ticket }),
    ...signature,
  })
  const waits = ruling.kind === 'granted' && isEarly(policy, votes, at)
  if (ruling.kind === 'open' || waits) return [counted, { kind: 'counted', ruling }]
  if (ruling.kind === 'granted' && isObjectedTo(approval, at))
    return [
      { ...counted, awaitsClicks: true },
      { kind: 'counted', ruling },
    ]
  return [withDecision(counted, VERDICT_OF_RULING[ruling.kind], at), { kind: 'counted', ruling }]
}

/** Whether a click from before `at` that has not been weighed yet may reject it, or take an approval back. */
const isObjectedTo = ({ deferredClicks }: Approval, at: number): boolean =>
  deferredClicks.some((click) => click.at < at && OBJECTS.has(aimOf(click.act)))

const OBJECTS = new Set<Act['do'] | Verdict>(['Rejected', 'take-newer', 'withdraw'])

const withDecision = ({ awaitsClicks: _, ...approval }: Approval, verdict: Verdict, at: number): Approval => {
  const votes = deciders(approval, verdict)
  const by = votes.map(({ userId }) => userId)
  const { policy } = approval.resolvedPolicy!
  // Of several ways, the one that was met.
  const decisive =
    verdict === 'Approved' ? judge(policy, approval.votes).progress.map(({ rule }) => rule) : policy.rules
  const places = placesTaken(policy, approval.votes)
  const rules = decisive.map((one) => ({
    name: one.name,
    count: one.count,
    people: votes
      .filter((vote) => one.people.includes(vote.userId) || countsFor(one, vote.userId, places.get(vote)))
      .map(({ userId }) => userId),
  }))
  return withEntry(
    { ...approval, state: { name: 'deciding', verdict, since: at }, showing: touched(approval.showing, at) },
    at,
    { what: 'decided', verdict, by, rules },
  )
}

const VERDICT_OF_RULING = { granted: 'Approved', rejected: 'Rejected' } as const

/** A repeated vote changes nothing, unless the policy has changed and the vote now meets it. */
export const repeated = (approval: Approval, userId: string, act: Act, at: number): Refusal | null => {
  if (act.do !== 'vote') return null
  const earlier = approval.votes.find((vote) => vote.userId === userId)
  const { policy } = approval.resolvedPolicy!
  if (earlier?.verdict !== act.verdict || earlier.notBefore !== act.notBefore || !counts(policy, earlier)) return null
  if (isOutOfTurn(policy, approval.votes, earlier)) return null
  const known = new Set(earlier.standsInFor?.map(({ absence }) => absence))
  // Since then an approver has named them.
  if (standsInFor(policy, userId, at, approval.votes).some(({ absence }) => !known.has(absence))) return null
  const isMet = judge(policy, approval.votes).kind !== 'open'
  return isMet ? null : { because: 'already-voted', vote: earlier }
}

/**
 * The verdict that waited for Slack to list the members of a group, once Slack does, and for the clicks that are weighed
 * late. Only these let earlier votes decide: after a change of the policy itself, the approval waits for a new vote.
 * `before`: the policy before it was read again.
 */
export const withDecisionByEarlierVotes = (
  approval: Approval,
  before: ResolvedPolicy | null,
  now: number,
): Approval => {
  const { awaitsClicks, ...rest } = approval
  const { resolvedPolicy, state, votes, deferredClicks } = approval
  const mayDecide = (policy: Policy, was: Policy): boolean =>
    (awaitsClicks === true || listsMore(was, policy)) && same(setIn(was), setIn(policy))
  const isGranted =
    state.name === 'waiting' &&
    resolvedPolicy !== null &&
    before !== null &&
    mayDecide(resolvedPolicy.policy, before.policy) &&
    judge(resolvedPolicy.policy, votes).kind === 'granted' &&
    !freezeOf(approval, now) &&
    (notBeforeOf(resolvedPolicy.policy, votes) === null || isTime(approval, now)) &&
    now < approval.expiresAt
  if (!isGranted) return awaitsClicks ? rest : approval
  return deferredClicks.length > 0 ? { ...approval, awaitsClicks: true } : withDecision(approval, 'Approved', now)
}

/** The verdict that waited for the time that its approvers chose, once it has come: judged as of now. */
export const withDecisionInTime = (approval: Approval, now: number): Approval =>
  isTime(approval, now) ? withDecision(approval, 'Approved', now) : approval

const listsMore = (before: Policy, after: Policy): boolean =>
  before.unread.some((clause) => !after.unread.includes(clause))

/** What the configuration and the change make of a policy, whomever Slack lists. */
const setIn = ({
  rules,
  ways,
  order,
  automatic,
  rejecters,
  comment,
  later,
  consoleOnly,
  forbidden,
  unidentified,
  freezes,
}: Policy) => ({
  rules: rules.map(({ name, count }) => ({ name, count })),
  ways,
  order,
  automatic,
  comment,
  later,
  rejecters: rejecters?.map(({ name }) => name),
  consoleOnly,
  forbidden,
  unidentified,
  freezes,
})

const namedNewer = ({ revision, executionId }: Newer): string =>
  revision ? `${shortId(revision)} “${revision.title.slice(0, 120)}”` : `execution ${executionId.slice(0, 8)}`

/** A click that must wait for Slack or KMS. Only the newest click of a person counts. */
export const withDeferredClick = (approval: Approval, click: DeferredClick): Approval => {
  const { who, act, at } = click
  return withEntry(
    {
      ...approval,
      deferredClicks: [...approval.deferredClicks.filter((other) => other.who.userId !== who.userId), click],
      showing: touched(approval.showing, at),
    },
    at,
    { what: 'noted', who, act: act.do },
  )
}

/** The click waits for something else now. */
export const waitingFor = (approval: Approval, click: DeferredClick, waitsFor: SlowPart, now: number): Approval =>
  hasDeferredClick(approval, click) && click.waitsFor !== waitsFor
    ? {
        ...approval,
        deferredClicks: approval.deferredClicks.map((other) =>
          other.who.userId === click.who.userId ? { ...other, waitsFor } : other,
        ),
        showing: touched(approval.showing, now),
      }
    : approval

export const hasDeferredClick = (approval: Approval, { who, at }: DeferredClick): boolean =>
  approval.deferredClicks.some((other) => other.who.userId === who.userId && other.at === at)

/** The click is weighed. */
export const withoutDeferredClick = (approval: Approval, { who, at }: DeferredClick, now: number): Approval => ({
  ...approval,
  deferredClicks: approval.deferredClicks.filter((other) => other.who.userId !== who.userId || other.at !== at),
  showing: touched(approval.showing, now),
})
