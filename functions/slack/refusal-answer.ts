import type { Approval } from '../domain/approval.ts'
import { timedApprovals } from '../domain/later.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Verdict } from '../domain/policy.ts'
import { stillNeededPeople } from '../domain/policy.ts'
import { missingGroups, whyNoApprover } from './approver-lines.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment, text, user } from './block-kit.ts'
import { rejecterWords, unknownWords, whatHelps } from './blocker-lines.ts'
import { formHint } from './comment-parts.ts'
import { deciderNames, endOf } from './end-of-approval.ts'
import { freezeParts, overrideBy } from './freeze-parts.ts'
import { mentionsOf, nameOf } from './people-parts.ts'
import { plain, say } from './sentence.ts'
import { serviceOf } from './target.ts'
import { CLOSED, REFUSED } from './words/answer-words.ts'

/**
 * The private answer to a person whose click did not count: why, and what they or others can do now. Its mentions
 * notify no one, since only the person who clicked sees it.
 */
export const refusalAnswer = (refusal: Refusal, approval: Approval): Inline[] =>
  ANSWERS[refusal.because](refusal as never, approval)

/** The same in words alone, if another try may count; null for any other refusal. */
export const passingRefusal = (refusal: Refusal): string | null =>
  refusal.because === 'unread'
    ? plain(REFUSED.unread, unreadWords(refusal))
    : refusal.because === 'unknown-person' && !refusal.isFinal
      ? plain(REFUSED.unknownPerson, strangeWords(refusal))
      : null

type Because<B extends Refusal['because']> = Extract<Refusal, { because: B }>

const unreadWords = ({ unread }: Because<'unread'>) => ({ clauses: cut(unread.join('; '), 400), again: tryAgain })

const strangeWords = ({ why, isFinal }: Because<'unknown-person'>) => ({
  why: cut(why, 300),
  again: isFinal ? REFUSED.askAdmin : tryAgain,
})

type Answers = {
  [B in Refusal['because']]: (refusal: Because<B>, approval: Approval) => Inline[]
}

const { again: tryAgain, instead } = REFUSED

/** Where every approver may reject, so may the person who may not approve. */
const rejectIn = ({ resolvedPolicy }: Approval): string =>
  resolvedPolicy?.policy.rejecters ? '' : ` ${REFUSED.reject}`

const ANSWERS: Answers = {
  'no-route': () => say(REFUSED.noRoute, { instead }),
  'no-approvers': (_, { resolvedPolicy }) =>
    say(REFUSED.noApprovers, { instead: resolvedPolicy?.policy.rejecters ? REFUSED.insteadOfApproving : instead }),
  'console-only': ({ why }) => say(REFUSED.consoleOnly, { why: cut(why, 300) }),
  'not-an-approver': (_, approval) => [...say(REFUSED.notAnApprover), ...missing(approval)],
  'absent-forbidden': ({ for: absent, own }, approval) => [
    ...say(REFUSED.absentForbidden[own], { person: user(absent) }),
    ...missing(approval),
  ],
  'absent-decided': ({ for: absent, by }, approval) => [
    ...(by === absent
      ? say(REFUSED.absentDecided.self, { person: user(absent) })
      : say(REFUSED.absentDecided.other, { person: user(absent), other: user(by) })),
    ...missing(approval),
  ],
  'not-your-turn': ({ first }) => say(REFUSED.notYourTurn, { groups: rejecterWords(first) }),
  'not-a-rejecter': ({ rejecters }) => say(REFUSED.notARejecter, { groups: rejecterWords(rejecters) }),
  unread: (refusal) => say(REFUSED.unread, unreadWords(refusal)),
  author: ({ revision }, approval) => [
    ...(revision
      ? say(REFUSED.author, { revision: cut(revision, 40), reject: rejectIn(approval) })
      : say(REFUSED.authorOfPart, { reject: rejectIn(approval) })),
    ...missing(approval),
  ],
  starter: (_, approval) => [...say(REFUSED.starter, { reject: rejectIn(approval) }), ...missing(approval)],
  unidentified: ({ unidentified }, approval) =>
    say(REFUSED.unidentified, {
      unknown: unknownWords(unidentified),
      instead: whatHelps(unidentified),
      reject: rejectIn(approval),
    }),
  frozen: ({ frozen, breakGlass }) =>
    say(REFUSED.frozen, { freeze: freezeParts(frozen), override: overrideBy(breakGlass) }),
  deactivated: () => say(REFUSED.deactivated),
  stranger: (_, approval) => [...say(REFUSED.stranger), ...missing(approval)],
  'unknown-person': (refusal) => say(REFUSED.unknownPerson, strangeWords(refusal)),
  comment: ({ form }) => say(REFUSED.comment, { hint: cut(formHint(form), 400) }),
  expired: (_, approval) => say(REFUSED.expired, { service: serviceOf(approval) }),
  'already-voted': ({ vote: { verdict, at } }, approval) => [
    ...say(verdict === 'Approved' ? REFUSED.approvedAlready : REFUSED.rejectedAlready, { at: moment(at, REFUSED.at) }),
    ...missing(approval),
  ],
  'already-deciding': ({ verdict, own }, approval) => [
    ...onRecord(verdict, own),
    ...say(REFUSED.deciding[verdict], {
      people: deciderNames(approval, verdict),
      service: serviceOf(approval),
    }),
  ],
  'already-settled': ({ outcome, at, own }, approval) => {
    const { end, people } = endOf(approval, outcome)
    const verdict = outcome.how === 'slack' ? outcome.verdict : null
    return [
      ...(verdict ? onRecord(verdict, own) : []),
      ...say(CLOSED[end], { people, at: moment(at, REFUSED.at), service: serviceOf(approval) }),
    ]
  },
  time: (refusal) =>
    'latest' in refusal
      ? say(REFUSED.time[refusal.why], { latest: moment(refusal.latest, REFUSED.latest[refusal.why]) })
      : say(REFUSED.time[refusal.why]),
  'no-time': (_, approval) => {
    const people = timedApprovals(approval).map(({ userId }) => userId)
    return people.length > 0
      ? say(REFUSED.noTime, { people: mentionsOf(people, MOST_APPROVERS, 'conjunction') })
      : [...say(REFUSED.noTimeChosen), ...missing(approval)]
  },
  'no-vote': (_, approval) => [...say(REFUSED.noVote), ...missing(approval)],
  overtaken: (_, approval) => [...say(REFUSED.overtaken), ...missing(approval)],
  'nothing-newer': () => say(REFUSED.nothingNewer),
  'not-automatic': () => say(REFUSED.notAutomatic),
  'not-frozen': () => say(REFUSED.notFrozen),
  'unconfirmed-override': ({ by }) =>
    say(REFUSED.unconfirmedOverride, { people: nameOf(by), at: moment(by.at, REFUSED.at) }),
  'nothing-to-confirm': () => say(REFUSED.nothingToConfirm),
  'already-confirmed': ({ by }) => say(REFUSED.confirmedAlready, { people: nameOf(by), at: moment(by.at, REFUSED.at) }),
  'own-override': () => say(REFUSED.ownOverride),
  'not-a-reviewer': ({ reviewers }) =>
    reviewers.length > 0
      ? say(REFUSED.notAReviewer, { people: mentionsOf(reviewers, MOST_APPROVERS, 'disjunction') })
      : say(REFUSED.noReviewer),
  'unidentified-review': ({ unidentified }) => say(REFUSED.unidentifiedReview, { unknown: unknownWords(unidentified) }),
  'may-not-break-glass': ({ breakGlass }) => say(REFUSED.mayNotOverride, { override: overrideBy(breakGlass) }),
}

/** The person has decided so already, and it is part of the verdict. */
const onRecord = (verdict: Verdict, own: number | undefined): Inline[] =>
  own === undefined ? [] : [...say(REFUSED.onRecord[verdict], { at: moment(own, REFUSED.at) }), text(' ')]

const MOST_APPROVERS = 4

/** On a line of its own: whose approval is missing, and when they were last reminded of it. */
const missing = (approval: Approval): Inline[] => {
  const { resolvedPolicy, votes, state } = approval
  if (!resolvedPolicy || whyNoApprover(resolvedPolicy) || state.name !== 'waiting') return []
  const groups = missingGroups(approval)
  const people = stillNeededPeople(resolvedPolicy.policy, votes)
  if (!groups || people.length === 0) return []
  const remindedAt = lastReminded(approval)
  return [
    text('\n'),
    ...say(REFUSED.waitingFor, { groups, people: mentionsOf(people, MOST_APPROVERS, 'disjunction') }),
    ...(remindedAt === null
      ? []
      : [text(' '), ...say(REFUSED.reminded, { reminded: moment(remindedAt, REFUSED.remindedAt) })]),
  ]
}

/** When the approvers who are missing were last mentioned in the thread. */
const lastReminded = ({ notices }: Approval): number | null => {
  const said = Object.entries(notices).flatMap(([key, saying]) =>
    saying.name === 'said' && /^(?:reminder|last-call)/.test(key) ? [saying.at] : [],
  )
  return said.length > 0 ? Math.max(...said) : null
}
