import { App, AwsLambdaReceiver, LogLevel } from '@slack/bolt'
import type { AckFn, BlockButtonAction, SlackViewAction, ViewResponseAction, ViewSubmitAction } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import type { Decision } from './approval-buttons.ts'
import { DECISIONS, OPEN_CONSOLE } from './approval-buttons.ts'
import { cut, escaped } from './block-kit.ts'
import type { Secrets } from '../flows/ports.ts'
import type { Considered, Recorded, VoteRequest } from '../flows/record-vote.ts'
import {
  DECISION_CALLBACK,
  answerModal,
  commentFrom,
  decisionModal,
  missingReason,
  parseDecisionMetadata,
} from './decision-modal.ts'
import { UNKNOWN_APPROVAL, refusalAnswer } from './refusal-answer.ts'
import { clientOptions } from './slack-client.ts'

/** Slack takes 4,000 characters, and one that must be escaped takes up to five. */
const LONGEST_ANSWER = 750

/** What the door does when somebody decides. */
export interface Decisions {
  consider: (approvalId: string, userId: string) => Promise<Considered>
  record: (request: VoteRequest) => Promise<Recorded>
}

/**
 * The Slack app: which of our flows a click or a sent modal means, and what the person is answered. Requests reach it
 * already verified by the door.
 */
export const boltReceiver = (
  decisions: Decisions,
  secrets: Secrets,
  options: { slackApiUrl: string | undefined; logLevel?: LogLevel },
): AwsLambdaReceiver => {
  const receiver = new AwsLambdaReceiver({
    signingSecret: '',
    signatureVerification: false,
    logLevel: options.logLevel ?? LogLevel.WARN,
  })
  const app = new App({
    receiver,
    // The bot's own ids are of no use here, so no auth.test delays a cold start.
    authorize: async () => ({ botToken: (await secrets.current()).botToken }),
    clientOptions: clientOptions(options.slackApiUrl),
    processBeforeResponse: true,
    logLevel: options.logLevel ?? LogLevel.WARN,
  })

  for (const decision of Object.keys(DECISIONS) as Decision[])
    app.action<BlockButtonAction>(decision, async ({ ack, action, body, client, respond }) => {
      await ack()
      const answer = await decide(decisions, decision, action.value ?? '', body, client)
      if (answer)
        await respond({
          response_type: 'ephemeral',
          replace_original: false,
          text: escaped(cut(answer, LONGEST_ANSWER)),
        })
    })

  app.action(OPEN_CONSOLE, ({ ack }) => ack())

  app.view<SlackViewAction>(DECISION_CALLBACK, async ({ ack, body }) => {
    if (body.type === 'view_submission') await submit(decisions, body, ack as AckFn<ViewResponseAction | void>)
    else await ack()
  })

  return receiver
}

/** Answers with a sentence for the person, or opens the modal and says nothing. */
const decide = async (
  { consider, record }: Decisions,
  decision: Decision,
  approvalId: string,
  { user, trigger_id }: BlockButtonAction,
  client: WebClient,
): Promise<string | null> => {
  const considered = await consider(approvalId, user.id)
  if (considered.kind === 'unknown') return UNKNOWN_APPROVAL
  const { approval, route } = considered
  if (considered.kind === 'refused') return refusalAnswer(considered.refusal, approval, route)
  if (decision === 'approve' && considered.route.comment === 'none') {
    const name = nameOf(user)
    return answerTo(await record({ approvalId, userId: user.id, name, verdict: 'Approved', comment: '' }))
  }
  // A trigger lives three seconds: nothing slow comes before this.
  await client.views.open({ trigger_id, view: decisionModal(approval, considered.route, decision) })
  return null
}

const submit = async (
  { consider, record }: Decisions,
  { view, user }: ViewSubmitAction,
  ack: AckFn<ViewResponseAction | void>,
): Promise<void> => {
  const { approval: approvalId, decision } = parseDecisionMetadata(view.private_metadata)
  const comment = commentFrom(view.state.values)
  const considered = await consider(approvalId, user.id)
  const required = decision === 'reject' || (considered.kind === 'may-vote' && considered.route.comment === 'required')
  if (considered.kind === 'may-vote' && required && !comment)
    return ack({ response_action: 'errors', errors: missingReason(decision) })

  const { verdict } = DECISIONS[decision]
  const answer = answerTo(await record({ approvalId, userId: user.id, name: nameOf(user), verdict, comment }))
  await (answer ? ack({ response_action: 'update', view: answerModal(answer) }) : ack())
}

const answerTo = (recorded: Recorded): string | null => {
  if (recorded.kind === 'counted') return null
  return recorded.kind === 'unknown'
    ? UNKNOWN_APPROVAL
    : refusalAnswer(recorded.refusal, recorded.approval, recorded.route)
}

/** Shown to people only: names in Slack can be changed, so nothing is decided by them. */
const nameOf = (user: { id: string; name?: string; username?: string }): string => user.name ?? user.username ?? user.id
