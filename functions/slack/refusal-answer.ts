import type { Approval } from '../domain/approval.ts'
import { deciders } from '../domain/approval.ts'
import type { Refusal } from '../domain/refusal.ts'
import { stillNeededPeople } from '../domain/policy.ts'
import type { Verdict } from '../domain/policy.ts'
import { stillNeeded, whyNobody } from './approvers-block.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment, text } from './block-kit.ts'
import { frozenParts } from './freeze-parts.ts'
import { mentionsOf } from './people-parts.ts'
import { namedUnidentified } from './blocker-lines.ts'
import { endedBy, namesOf } from './wording.ts'

/**
 * What a person is told, in private, whose click did not count: why, and what they or somebody else can do now. Nobody
 * who is mentioned in it is pinged, since only the one who clicked sees it.
 */
export const refusalAnswer = (refusal: Refusal, approval: Approval): Inline[] =>
  ANSWERS[refusal.because](refusal as never, approval).filter((part) => part.type !== 'text' || part.text !== '')

type Answers = {
  [B in Refusal['because']]: (refusal: Extract<Refusal, { because: B }>, approval: Approval) => Inline[]
}

const IN_CONSOLE = 'It can be decided in the AWS console.'
const AGAIN = 'Nothing was counted; please try again in a minute.'
const STILL_REJECT = 'You can still reject it.'

const ANSWERS: Answers = {
  'no-route': () => [text(`Nobody can decide this one in Slack: no route in greenlight.yml matches it. ${IN_CONSOLE}`)],
  'no-approvers': () => [
    text(`Nobody can decide this one in Slack: its route in greenlight.yml names no approvers. ${IN_CONSOLE}`),
  ],
  'console-only': ({ why }) => [text(`This one is decided in the AWS console only: ${cut(why, 300)}`)],
  'not-an-approver': (_, approval) => [
    text('You can’t decide this one: you are not among its approvers.'),
    ...needed(approval),
  ],
  unread: ({ unread }) => [
    text(`Greenlight can’t tell whether you may do that: ${cut(unread.join('; '), 400)}. ${AGAIN}`),
  ],
  author: ({ revision }, approval) => [
    text(`You can’t approve this one: you wrote ${cut(revision ?? 'a part of it', 40)}, `),
    text(`and authors don’t approve their own changes here. ${STILL_REJECT}`),
    ...needed(approval),
  ],
  starter: (_, approval) => [
    text('You can’t approve this one: you started it, and whoever starts a release doesn’t approve it here. '),
    text(STILL_REJECT),
    ...needed(approval),
  ],
  unidentified: ({ unidentified }) => [
    text(`Nobody can approve this one in Slack: nobody here is known for ${namedUnidentified(unidentified)}, `),
    text(`and people don’t approve their own changes here. ${STILL_REJECT} ${IN_CONSOLE} `),
    text('Whoever keeps greenlight.yml can name them under “people”.'),
  ],
  frozen: ({ frozen, breakGlass }) => [
    text('You can’t approve this one now. '),
    ...frozenParts(frozen),
    text('. '),
    ...canBreakGlass(breakGlass),
  ],
  deactivated: () => [
    text('It did not count: Slack says that your account is switched off. Please ask whoever looks after your Slack.'),
  ],
  stranger: (_, approval) => [
    text('It did not count: you are from another company’s workspace, and only people of this one decide here.'),
    ...needed(approval),
  ],
  'unknown-person': ({ why }) => [
    text(`It did not count, because Greenlight can’t tell who you are: ${cut(why, 300)}. ${AGAIN}`),
  ],
  expired: () => [text('It is too late: this approval has run out, and CodePipeline is closing it.')],
  'already-voted': ({ vote }, approval) => [
    text(`You have ${vote.verdict.toLowerCase()} this one already, `),
    moment(vote.at),
    text('. “Withdraw my approval” takes it back.'),
    ...needed(approval),
  ],
  'already-deciding': ({ verdict }, approval) => [
    text(`This was just ${verdict.toLowerCase()} by ${names(approval, verdict)}. AWS CodePipeline is being told.`),
  ],
  'already-settled': ({ outcome, at }, approval) => [
    text(
      outcome.how === 'slack'
        ? `This was already ${outcome.verdict.toLowerCase()} by ${names(approval, outcome.verdict)}, `
        : `This is over: it was ${endedBy(outcome)}, `,
    ),
    moment(at),
    text('.'),
  ],
  'no-vote': (_, approval) => [
    text('There is nothing to withdraw: no approval of yours counts here.'),
    ...needed(approval),
  ],
  'nothing-newer': () => [
    text('There is no newer change to take: none waits behind this approval any more. “Reject” still stops this one.'),
  ],
  'not-frozen': () => [text('There is no glass to break: no freeze holds for this approval now.')],
  'may-not-break-glass': ({ breakGlass }) => [
    text('You can’t break the glass here: you are not among those who may. '),
    ...canBreakGlass(breakGlass),
  ],
}

const ASKED = 4

const canBreakGlass = (breakGlass: readonly string[]): Inline[] =>
  breakGlass.length === 0
    ? [text(`Nobody is named who can break glass. ${IN_CONSOLE}`)]
    : [...mentionsOf(breakGlass, ASKED, 'or'), text(' can break glass.')]

const names = (approval: Approval, verdict: Verdict): string =>
  namesOf(deciders(approval, verdict)) || 'somebody who is not on record'

/** On a line of its own: "Still needed: 1 from release managers (@dana or @eli). They were reminded today at 10:32." */
const needed = (approval: Approval): Inline[] => {
  const { resolvedPolicy, votes, state } = approval
  if (!resolvedPolicy || whyNobody(resolvedPolicy) || state.name !== 'waiting') return []
  const still = stillNeeded(approval, 'Still needed:')
  const people = stillNeededPeople(resolvedPolicy.policy, votes)
  if (!still || people.length === 0) return []
  const remindedAt = lastReminded(approval)
  return [
    text(`\n${still.slice(0, -1)} (`),
    ...mentionsOf(people, ASKED, 'or'),
    text(').'),
    ...(remindedAt === null ? [] : [text(' They were reminded '), moment(remindedAt), text('.')]),
  ]
}

/** When those who are needed were last pinged in the thread. */
const lastReminded = ({ notices }: Approval): number | null => {
  const said = Object.entries(notices).flatMap(([key, saying]) =>
    saying.name === 'said' && /^(?:reminder|last-call)/.test(key) ? [saying.at] : [],
  )
  return said.length > 0 ? Math.max(...said) : null
}
