import type { Approval } from '../domain/approval.ts'
import type { Outcome } from '../domain/outcome.ts'
import { deciders } from '../domain/approval.ts'
import { deploysHere, executionAhead, heldAhead } from '../domain/approval-in-pipeline.ts'
import type { NoticeKind } from '../domain/notice.ts'
import { isOfCause } from '../domain/deployment-notices.ts'
import { directlyToldBy, turnOf } from '../domain/due-notices.ts'
import { overtakenSince, sendAt } from '../domain/later.ts'
import { stillNeededPeople } from '../domain/policy.ts'
import { pushedBy } from '../domain/revision.ts'
import { restoresEarlier } from '../domain/starter.ts'
import type { NoticeCard } from '../ports/cards.ts'
import type { SlackMessage } from './approval-message.ts'
import { approvalButtons, confirmButtons } from './approval-buttons.ts'
import { causeNotice } from './cause-lines.ts'
import { countOf, countWords, missingGroups } from './approver-lines.ts'
import type { Inline } from './block-kit.ts'
import { cut, link, moment, richText, section, spoken, text } from './block-kit.ts'
import { changesInShort, newerChange, changeWarnings, revisionsOf } from './change-blocks.ts'
import { aheadParts } from './execution-ahead.ts'
import { failureOf } from './deployment-end.ts'
import { firstOf, fitting } from './detail.ts'
import { endOf } from './end-of-approval.ts'
import { facts } from './facts.ts'
import { freezeInForce, freezeParts, reviewParts } from './freeze-parts.ts'
import { formFor, listed, roughDuration } from './language.ts'
import { laterLine } from './later-line.ts'
import { MOST_MENTIONED, mentionsOf, nameOf } from './people-parts.ts'
import { pastPolicyParts } from './past-policy-parts.ts'
import { plain, say } from './sentence.ts'
import { steeringButtons } from './steering-buttons.ts'
import type { Target } from './target.ts'
import { serviceOf, targetOf } from './target.ts'
import { warningLines } from './warning-lines.ts'
import { withoutMark } from './with-warning.ts'
import { startedBy } from './wording.ts'
import { AFTERWARDS, DEPLOYMENT_NOTICE, END_WORDS, MORE, NOTICE, TIMES } from './words/notice-words.ts'
import { FREEZE } from './words/shared-words.ts'

interface Times {
  since: (at: number) => Inline
  expires: (at: number) => Inline
}

interface NoticeContext extends NoticeCard {
  target: Target
  /** When it is sent. Epoch milliseconds. */
  now: number
  times: Times
}

interface Said {
  mark: string
  lines: Inline[][]
}

/** In the reader's own zone. */
const DATES: Times = {
  since: (at) => moment(at, TIMES.since),
  expires: (at) => moment(at, TIMES.expires),
}

/** As of the moment at which a phone rings. */
const relativeTo = (now: number): Times => ({
  since: (at) => text(plain(TIMES.sinceSpoken, { duration: roughDuration(now - at) })),
  expires: (at) => text(plain(TIMES.expiresSpoken, { duration: roughDuration(at - now) })),
})

/** A notice about an approval, sent once: in its thread, or in the channel that it was escalated to. */
export const noticeMessage = (card: NoticeCard): SlackMessage => {
  const { approval, route, notice } = card
  const { pipeline, environment } = targetOf(approval, route)
  const target = { pipeline: cut(pipeline, 100), environment: cut(environment, 100) }
  const now = approval.resolvedPolicy?.at ?? notice.dueAt
  const isClosed = ASKS.has(notice.kind) && approval.state.name !== 'waiting'
  const row = isClosed ? closed : NOTICES[notice.kind]
  const said = (times: Times): Said => row({ ...card, target, now, times })
  const { mark, lines } = said(DATES)
  const [first = [], ...rest] = nonEmpty(lines)
  const inText = nonEmpty(said(relativeTo(now)).lines).map(withoutMark)
  return {
    text: spoken(...inText.flatMap((line, index) => (index > 0 ? [text('\n'), ...line] : line))),
    // Links of warnings can make it too large.
    blocks: fitting(() => [
      richText(section(text(`${mark} `), ...first), ...rest.map((line) => section(...line))),
      // In the approval's own thread they are right above.
      ...(ASKS.has(notice.kind) && notice.channel && !isClosed ? approvalButtons(card, target) : []),
      ...(REVIEWS.has(notice.kind) ? confirmButtons(approval, target) : []),
      ...(isOfCause(notice.key) ? [] : steeringButtons(card.steering ?? [])),
    ]),
  }
}

const nonEmpty = (lines: Inline[][]): Inline[][] => lines.filter((line) => line.length > 0)

/** "0 of 2 approved, waiting for release managers · expires today at 10:50" */
const countLine = ({ approval, times }: NoticeContext): Inline[] =>
  facts(wordsOrNothing(countWords(approval)), [times.expires(approval.expiresAt)])

const changeLine = ({ approval }: NoticeContext): Inline[] => changesInShort(approval)

/** In the approval's own thread they are right above, with the buttons. */
const warningsOf = ({ approval, notice }: NoticeContext): Inline[][] => (notice.channel ? warningLines(approval) : [])

/** No one is asked for what a freeze forbids. */
const freezeLine = ({ approval }: NoticeContext): Inline[] => {
  const freeze = approval.state.name === 'waiting' ? freezeInForce(approval) : null
  return freeze ? freezeParts(freeze) : []
}

/** The people whom it mentions, after its text; none in quiet hours. */
const forLine = ({ mention }: NoticeContext): Inline[] =>
  mention.length > 0 ? say(MORE.forPeople, { people: mentionsOf(mention, MOST_MENTIONED, 'conjunction') }) : []

const wordsOrNothing = (words: string): Inline[] => (words ? [text(words)] : [])

/** For whom or what the approval waits, in a notice to people who are not needed any more. */
const waitsFor = ({ approval, target }: NoticeContext): { mark: string; first: Inline[] } => {
  const groups = missingGroups(approval)
  const isForLater = sendAt(approval) !== null
  const isOvertaken = isForLater && overtakenSince(approval) !== null
  const { mark, words } = NOTICE[groups ? 'turnOver' : isOvertaken ? 'overtaken' : isForLater ? 'later' : 'enough']
  return { mark, first: say(words, { ...target, groups }) }
}

/** To one person. Once others have approved in their place, it says for whom the approval waits. */
const direct = (about: NoticeContext): Said => {
  const { approval, target, notice } = about
  const { resolvedPolicy, votes } = approval
  const isNeeded = resolvedPolicy && stillNeededPeople(resolvedPolicy.policy, votes).includes(directlyToldBy(notice))
  const { mark, first } = isNeeded
    ? { mark: NOTICE.direct.mark, first: say(NOTICE.direct.words, target) }
    : waitsFor(about)
  const there = approval.showing.place?.link
  return {
    mark,
    lines: [
      first,
      laterLine(approval),
      countLine(about),
      freezeLine(about),
      changeLine(about),
      ...warningsOf(about),
      there ? [link(MORE.openApproval, there)] : [],
    ],
  }
}

const reminder = (about: NoticeContext): Said => {
  const { approval, target, times } = about
  const { mark, words } = NOTICE.reminder
  const first = say(words, { ...target, since: times.since(approval.requestedAt) })
  return { mark, lines: [first, countLine(about), freezeLine(about), changeLine(about), forLine(about)] }
}

/**
 * The groups before it are complete. Once its own is, or an approval before it is gone, or a freeze has begun, the notice says
 * for whom it waits.
 */
const turn = (about: NoticeContext): Said => {
  const { approval, target, notice } = about
  const isOn = freezeInForce(approval) ? null : turnOf(approval, notice)
  const rule = isOn && approval.resolvedPolicy?.policy.rules[isOn.rule]
  const { mark, first } = rule
    ? { mark: NOTICE.turn.mark, first: say(NOTICE.turn.words, { ...target, groups: cut(rule.name, 60) }) }
    : waitsFor(about)
  return {
    mark,
    lines: [first, laterLine(approval), countLine(about), freezeLine(about), changeLine(about), forLine(about)],
  }
}

/** Enough approved it for a later time, and none of them has seen what came since. */
const overtakenNotice = (about: NoticeContext): Said => {
  const { approval, target } = about
  const { mark, words } = NOTICE.overtaken
  const lines = [
    say(words, target),
    say(MORE.overtaken),
    ...changeWarnings(approval).map(withoutMark),
    changeLine(about),
    forLine(about),
  ]
  return { mark, lines }
}

/** Enough may have approved it for a later time, and something keeps it since. */
const lastCall = (about: NoticeContext): Said => {
  const { approval, target, times } = about
  const { mark, words } = NOTICE['last-call']
  const first = say(words, { ...target, expires: times.expires(approval.expiresAt) })
  const count = wordsOrNothing(countWords(approval))
  const lines = [
    first,
    laterLine(approval),
    say(sendAt(approval) === null ? MORE.lastCall : MORE.lastCallLater, { service: serviceOf(approval) }),
    count,
    freezeLine(about),
    changeLine(about),
    forLine(about),
  ]
  return { mark, lines }
}

/** Its stand-ins are told what they can do; in quiet hours, without their names, the rest is said all the same. */
const escalation = (about: NoticeContext): Said => {
  const { approval, target, now, mention, notice } = about
  const { mark, words: heading } = NOTICE.escalation
  const first = say(heading, { ...target, duration: roughDuration(now - approval.requestedAt) })
  const people = mentionsOf(mention, MOST_MENTIONED, 'conjunction')
  const groups = missingGroups(approval, 'disjunction')
  const words = MORE[freezeInForce(approval) ? 'standInAfterFreeze' : 'standIn']
  const standIn = groups ? say(words.forGroups, { people, groups }) : say(words.forAny, { people })
  const there = notice.channel ? [link(MORE.openApproval, approval.showing.place?.link ?? null)] : []
  const lines = [
    first,
    countLine(about),
    freezeLine(about),
    changeLine(about),
    ...warningsOf(about),
    mention.length > 0 ? standIn : [],
    there,
  ]
  return { mark, lines }
}

/** Notices that ask for an approval: they say how it ended, once it has. */
const ASKS: ReadonlySet<NoticeKind> = new Set(['direct', 'reminder', 'turn', 'escalation', 'overtaken', 'last-call'])

/** Notices with the button that confirms an override. */
const REVIEWS: ReadonlySet<NoticeKind> = new Set(['glass-broken', 'review', 'review-overdue'])

const closed = ({ approval, target, notice }: NoticeContext): Said => {
  const { state } = approval
  if (state.name === 'waiting') return { mark: NOTICE.reminder.mark, lines: [] }
  const outcome: Outcome = state.name === 'settled' ? state.outcome : { how: 'slack', verdict: state.verdict }
  const { end, people } = endOf(approval, outcome)
  const { mark, words } = NOTICE[end]
  const there = notice.channel ? [link(MORE.openApproval, approval.showing.place?.link ?? null)] : []
  return { mark, lines: [say(words, { ...target, people }), pastPolicyParts(approval, { mentions: true }), there] }
}

const overridden = (about: NoticeContext): Said => {
  const { approval, target } = about
  const { override } = approval
  const { mark, words } = NOTICE.overridden
  if (!override) return { mark, lines: [] }
  const first = say(words, { ...target, people: nameOf(override) })
  const reason = say(MORE.quote, { words: cut(override.reason, 300) })
  const count = wordsOrNothing(countWords(approval))
  const review = reviewParts(override, { mentions: false, words: 300 })
  return { mark, lines: [first, reason, say(FREEZE.rulesHold), review, count, changeLine(about), forLine(about)] }
}

/** An override is to be confirmed, or was not confirmed in time: by whom it was made, why, and until when. */
const reviewNotice = (about: NoticeContext): Said => {
  const { approval, target, notice } = about
  const { override } = approval
  const { mark, words } = NOTICE[notice.kind === 'review' ? 'review' : 'review-overdue']
  if (!override) return { mark, lines: [] }
  const what = say(MORE.overriddenBy, { person: nameOf(override), reason: cut(override.reason, 300) })
  const until = reviewParts(override, { mentions: false, words: 300 })
  const there = notice.channel ? [link(MORE.openApproval, approval.showing.place?.link ?? null)] : []
  return { mark, lines: [say(words, target), what, until, changeLine(about), forLine(about), there] }
}

const overrideConfirmed = (about: NoticeContext): Said => {
  const { approval, target } = about
  const { mark, words } = NOTICE['override-confirmed']
  const confirmed = approval.override?.confirmed
  if (!confirmed) return { mark, lines: [] }
  const { comment } = confirmed
  const said = comment ? say(MORE.quote, { words: cut(comment, 300) }) : []
  return { mark, lines: [say(words, { ...target, people: nameOf(confirmed) }), said, forLine(about)] }
}

const pastPolicyNotice = (about: NoticeContext): Said => {
  const { approval, target } = about
  const { mark, words } = NOTICE['past-policy']
  return {
    mark,
    lines: [say(words, target), pastPolicyParts(approval, { mentions: true }), changeLine(about), forLine(about)],
  }
}

const outcome = (about: NoticeContext): Said => {
  const { approval, target, mention } = about
  const { state, starter, change } = approval
  if (state.name !== 'settled') return { mark: NOTICE.expired.mark, lines: [] }
  const { end, people } = endOf(approval, state.outcome)
  const { mark, words } = NOTICE[end]
  // If no one is mentioned, its author is named.
  const whose = mention.length > 0 ? forLine(about) : [text(startedBy(starter, pushedBy(change)))]
  const first = say(words, { ...target, people })
  return { mark, lines: [first, ...wordsSaid(approval, state.outcome), afterwards(about, state.outcome), whose] }
}

const MOST_COMMENTS = 5

/** The comments of the verdict, each on a line of its own. */
const wordsSaid = (approval: Approval, outcome: Outcome): Inline[][] => {
  const quoted = (words: string | null): Inline[][] => (words ? [say(MORE.quote, { words: cut(words, 300) })] : [])
  if (outcome.how === 'console') return quoted(outcome.summary)
  if (outcome.how === 'stopped') return quoted(outcome.reason)
  if (outcome.how !== 'slack') return []
  const votes = deciders(approval, outcome.verdict)
  const { shown, rest } = firstOf(
    votes.filter(({ comment }) => comment),
    MOST_COMMENTS,
  )
  return [
    ...shown.map((vote) =>
      votes.length === 1
        ? say(MORE.quote, { words: cut(vote.comment, 300) })
        : say(MORE.comment, { name: nameOf(vote), comment: cut(vote.comment, 300) }),
    ),
    ...(rest > 0 ? [say(formFor(MORE.comments, rest), { count: String(rest) })] : []),
  ]
}

/** What comes next, and what its author can do. */
const afterwards = (about: NoticeContext, outcome: Outcome): Inline[] => {
  const { approval, route } = about
  const service = serviceOf(approval)
  switch (outcome.how) {
    case 'slack':
    case 'console':
      return outcome.verdict === 'Approved'
        ? approvedParts(approval)
        : nextParts(approval, AFTERWARDS.again[mayRetry(route) ? 'inSlack' : 'inConsole'])
    case 'expired': {
      const count = countOf(approval)
      const why = count ? say(AFTERWARDS.expired, { ...count, service }) : say(AFTERWARDS.expiredUncounted, { service })
      return [...why, text(' '), ...nextParts(approval, AFTERWARDS.retry)]
    }
    case 'stopped':
      return say(AFTERWARDS.stopped)
    case 'pipeline-edited':
      return say(outcome.isDeleted ? AFTERWARDS.deleted : AFTERWARDS.canceled)
    case 'unknown':
      if (outcome.isOutOfReach) return say(AFTERWARDS.outOfReach)
      return say(outcome.status ? AFTERWARDS.unknown : AFTERWARDS.untold, { service, status: cut(outcome.status, 60) })
  }
}

const mayRetry = (route: NoticeContext['route']): boolean =>
  route !== null && route.may.retry.people.length + route.may.retry.groups.length > 0

/** A newer change that waited behind it enters the stage by itself: then the stage cannot be retried. */
const nextParts = (approval: Approval, advice: string): Inline[] => {
  const { newer } = approval
  return newer ? say(AFTERWARDS.newer, { newer: newerChange(newer, revisionsOf(approval)) }) : [text(advice)]
}

/** Behind a stage of approvals alone, another execution may be in the stage that deploys. */
const approvedParts = (approval: Approval): Inline[] => {
  const { deployment, mayAskMore } = approval
  const others = deployment?.name === 'running' ? (deployment.waitsFor ?? []) : []
  const held = heldAhead(approval)
  const ahead = executionAhead(approval)
  if (others.length > 0)
    return say(AFTERWARDS.waits, {
      others: listed(
        others.slice(0, 3).map((name) => cut(name, 40)),
        'conjunction',
      ),
    })
  if (held) return say(AFTERWARDS.held, { stage: cut(held.stage, 60) })
  if (ahead) return say(AFTERWARDS.behind, { ahead: aheadParts(ahead) })
  return say(mayAskMore || !deploysHere(approval) ? AFTERWARDS.goesOn : AFTERWARDS.approved)
}

/** How the deployment ended, why it failed, and what is live. */
const deploymentEnd = (about: NoticeContext): Said => {
  const { approval, target, failingSince = null } = about
  const { deployment, state, starter } = approval
  if (!deployment || deployment.name === 'running' || state.name !== 'settled')
    return { mark: DEPLOYMENT_NOTICE.stopped.mark, lines: [] }
  const failure = failureOf(approval)
  const took = say(END_WORDS.afterApproval, { duration: roughDuration(deployment.at - state.at) })
  const lines = (first: Inline[], ...rest: Inline[][]): Inline[][] => [
    first,
    ...rest,
    changeLine(about),
    forLine(about),
  ]
  if (failure && isOfCause(about.notice.key)) {
    const { mark, words } = DEPLOYMENT_NOTICE.cause
    return { mark, lines: [say(words, target), ...causeNotice(failure, failure.cause?.log ?? null)] }
  }
  if (failure) {
    const { mark, words } = DEPLOYMENT_NOTICE[failure.liveAgain === null ? 'failed' : 'rolled-back']
    const liveAgain = failure.liveAgain === null ? [] : say(END_WORDS.liveAgain, { version: failure.liveAgain })
    const why = causeNotice(failure, failure.cause?.log ?? null)
    return { mark, lines: lines(say(words, target), liveAgain, ...why) }
  }
  if (deployment.name === 'live' && failingSince !== null) {
    const { mark, words } = DEPLOYMENT_NOTICE.recovered
    const duration = roughDuration(deployment.at - failingSince)
    return { mark, lines: lines(say(words, { ...target, duration }), took) }
  }
  const end = deployment.name === 'live' ? (restoresEarlier(starter) ? 'restored' : 'live') : 'stopped'
  const { mark, words } = DEPLOYMENT_NOTICE[deployment.isSuperseded ? 'superseded' : end]
  return { mark, lines: lines(say(words, target), deployment.isSuperseded ? say(END_WORDS.superseded) : took) }
}

const NOTICES: Record<NoticeKind, (about: NoticeContext) => Said> = {
  direct,
  reminder,
  turn,
  'last-call': lastCall,
  escalation,
  overtaken: overtakenNotice,
  'glass-broken': overridden,
  'past-policy': pastPolicyNotice,
  deployment: deploymentEnd,
  outcome,
  review: reviewNotice,
  'review-overdue': reviewNotice,
  'override-confirmed': overrideConfirmed,
}
