import type { Approval, Refusal } from '../domain/approval.ts'
import { deciders } from '../domain/approval.ts'
import { rule } from '../domain/policy.ts'
import type { Route } from '../flows/ports.ts'
import { escaped } from './block-kit.ts'
import { endedBy } from './wording.ts'

/** What a person is told, in private, whose click did not count. Plain sentences, safe for mrkdwn. */
export const refusalAnswer = (refusal: Refusal, approval: Approval, route: Route | null): string =>
  escaped(ANSWERS[refusal.because](refusal as never, approval, route))

type Answers = {
  [B in Refusal['because']]: (
    refusal: Extract<Refusal, { because: B }>,
    approval: Approval,
    route: Route | null,
  ) => string
}

const ANSWERS: Answers = {
  'not-an-approver': (_, approval, route) =>
    `You can’t decide this one: you are not among its approvers. ${stillNeeded(approval, route)}`,
  'no-policy': () =>
    'Nobody can decide this one in Slack: no route in greenlight.yml matches it. It can be decided in the AWS console.',
  expired: () => 'It is too late: this approval has run out, and CodePipeline is closing it.',
  'already-voted': ({ vote }, approval, route) =>
    `You have ${vote.verdict.toLowerCase()} this one already. ${stillNeeded(approval, route)}`,
  'already-deciding': ({ verdict }, approval) =>
    `This was just ${verdict.toLowerCase()} by ${names(approval, verdict)}. AWS CodePipeline is being told.`,
  'already-settled': ({ outcome }, approval) =>
    outcome.how === 'slack'
      ? `This was already ${outcome.verdict.toLowerCase()} by ${names(approval, outcome.verdict)}.`
      : `This is over: it was ${endedBy(outcome)}.`,
}

export const UNKNOWN_APPROVAL =
  'Greenlight has no record of this approval any more. It can be decided in the AWS console.'

const names = (approval: Approval, verdict: 'Approved' | 'Rejected'): string =>
  deciders(approval, verdict)
    .map(({ name }) => name)
    .join(', ')

const stillNeeded = (approval: Approval, route: Route | null): string => {
  const missing = route ? rule(route.policy, approval.votes).progress.filter(({ missing }) => missing > 0) : []
  return missing.length === 0
    ? ''
    : `Still needed: ${missing.map(({ rule, missing }) => `${missing} of ${rule.name}`).join(' and ')}.`
}
