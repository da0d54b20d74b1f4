import type { Approval, Refusal } from '../domain/approval.ts'
import { deciders } from '../domain/approval.ts'
import type { Verdict } from '../domain/policy.ts'
import { rule } from '../domain/policy.ts'
import type { Route } from '../flows/ports.ts'
import { stillNeeded } from './approvers-block.ts'
import { endedBy, namesOf } from './wording.ts'

/** What a person is told, in private, whose click did not count. Plain text: names in it are to be escaped. */
export const refusalAnswer = (refusal: Refusal, approval: Approval, route: Route | null): string =>
  ANSWERS[refusal.because](refusal as never, approval, route).trim()

type Answers = {
  [B in Refusal['because']]: (
    refusal: Extract<Refusal, { because: B }>,
    approval: Approval,
    route: Route | null,
  ) => string
}

const ANSWERS: Answers = {
  'not-an-approver': (_, approval, route) =>
    `You can’t decide this one: you are not among its approvers. ${needed(approval, route)}`,
  'no-policy': () =>
    'Nobody can decide this one in Slack: no route in greenlight.yml matches it. It can be decided in the AWS console.',
  expired: () => 'It is too late: this approval has run out, and CodePipeline is closing it.',
  'already-voted': ({ vote }, approval, route) =>
    `You have ${vote.verdict.toLowerCase()} this one already. ${needed(approval, route)}`,
  'already-deciding': ({ verdict }, approval) =>
    `This was just ${verdict.toLowerCase()} by ${names(approval, verdict)}. AWS CodePipeline is being told.`,
  'already-settled': ({ outcome }, approval) =>
    outcome.how === 'slack'
      ? `This was already ${outcome.verdict.toLowerCase()} by ${names(approval, outcome.verdict)}.`
      : `This is over: it was ${endedBy(outcome)}.`,
}

export const UNKNOWN_APPROVAL =
  'Greenlight has no record of this approval any more. It can be decided in the AWS console.'

const names = (approval: Approval, verdict: Verdict): string => namesOf(deciders(approval, verdict))

const needed = (approval: Approval, route: Route | null): string =>
  route ? stillNeeded(rule(route.policy, approval.votes).progress, 'Still needed:') : ''
