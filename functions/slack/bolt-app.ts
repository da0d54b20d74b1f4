import { App, AwsLambdaReceiver } from '@slack/bolt'
import type { AckFn, BlockButtonAction, SlackViewAction, ViewResponseAction, ViewSubmitAction } from '@slack/bolt'
import { isApprovalId } from '../domain/approval.ts'
import { repeated } from '../domain/attempt.ts'
import type { Act, Actor } from '../domain/act.ts'
import type { Acted, ActRequest, Considered } from '../flows/approval/act-on-approval.ts'
import type { Log } from '../ports/log.ts'
import type { Secrets } from '../ports/secrets.ts'
import type { ActionName } from './approval-buttons.ts'
import { ACTIONS, OPEN_CONSOLE } from './approval-buttons.ts'
import { boltLogger } from './bolt-logger.ts'
import { placeIn, threadOf } from './clicked-thread.ts'
import type { Decision, FormErrors } from './decision-modal.ts'
import {
  DECISIONS,
  DECISION_CALLBACK,
  actFrom,
  alwaysAsks,
  answerModal,
  asksFor,
  commentFrom,
  decisionModal,
  missingReason,
  parseDecisionMetadata,
  refusedInForm,
  timeFrom,
  tooLong,
} from './decision-modal.ts'
import type { PrivateAnswer } from './private-answer.ts'
import {
  UNKNOWN_APPROVAL,
  WITHDRAWN,
  approvalCounts,
  approvalLater,
  asMessage,
  checkingAnswer,
  notOpened,
  refused,
} from './private-answer.ts'
import { showInHome } from './home-answer.ts'
import type { HomeDecisions } from './home-clicks.ts'
import { answerHomeClicks } from './home-clicks.ts'
import type { SlackCall } from './slack-client.ts'
import { clientOptions, refusalFrom, slackClient } from './slack-client.ts'
import type { SeveralDecisions } from './several-clicks.ts'
import { answerSeveralClicks } from './several-clicks.ts'
import type { SteeringDecisions } from './steering-clicks.ts'
import { answerSteering } from './steering-clicks.ts'
import type { WatchDecisions } from './watch-clicks.ts'
import { answerWatching } from './watch-clicks.ts'

/** What the function does about one click, within the time that Slack gives it. */
export interface Deciding extends SteeringDecisions, SeveralDecisions, HomeDecisions, WatchDecisions {
  consider: (approvalId: string, who: Actor, aim: (typeof ACTIONS)[ActionName]['aim']) => Promise<Considered>
  act: (request: ActRequest) => Promise<Acted>
  /** Milliseconds of that time that are left. */
  left: () => number
}

interface Options {
  slackApiUrl: string | undefined
  log: Log
}

/** A trigger lives three seconds, and so does the click: a form that takes longer is not opened. */
const OPEN_MS = 1_500

/** Buttons that act at once; Slack has asked for confirmation before. */
const AT_ONCE = {
  withdraw: { do: 'withdraw' },
  'stop-automatic': { do: 'stop-automatic' },
  'deploy-now': { do: 'deploy-now' },
  'take-newer': { do: 'take-newer' },
} as const satisfies Partial<Record<ActionName, Act>>

/**
 * The Slack app: which flow a click or a submitted modal starts, and how the person is answered. The handler has
 * verified every request before. `begin` is called once for each of them.
 */
export const boltReceiver = (begin: () => Deciding, secrets: Secrets, options: Options): AwsLambdaReceiver => {
  const { slackApiUrl, log } = options
  const logger = boltLogger(log)
  const receiver = new AwsLambdaReceiver({ signingSecret: '', signatureVerification: false, logger })
  const app = new App({
    receiver,
    // The app does not need the bot's own ids, so no auth.test delays a cold start.
    authorize: async () => ({ botToken: (await secrets.current()).botToken }),
    clientOptions: clientOptions(slackApiUrl),
    processBeforeResponse: true,
    logger,
  })
  endLateAckTimer(app)
  const call = slackClient(secrets, slackApiUrl, OPEN_MS)

  type Pressed = (deciding: Deciding, click: Click) => Promise<PrivateAnswer | null>
  const onPress = (name: ActionName, pressed: Pressed) =>
    app.action<BlockButtonAction>(name, async ({ ack, action, body, respond }) => {
      await ack()
      const value = action.value ?? ''
      const answer = isApprovalId(value) ? await pressed(begin(), clickOf(body, value)) : UNKNOWN_APPROVAL
      // A private answer with a button is replaced by the next one; the approval's own message stays.
      const replace_original = body.container['is_ephemeral'] === true
      if (!answer) return
      const place = replace_original ? {} : placeIn(threadOf(body))
      try {
        if (body.response_url)
          await respond({ response_type: 'ephemeral', replace_original, ...place, ...asMessage(answer) })
        else await showInHome(call, body, answer)
      } catch (error) {
        log.warn('A private answer failed', { channel: body.channel?.id, user: body.user.id, error })
      }
    })

  for (const decision of DECISIONS) onPress(decision, (deciding, click) => decide(deciding, decision, click, call, log))
  for (const name of Object.keys(AT_ONCE) as (keyof typeof AT_ONCE)[])
    onPress(
      name,
      async (deciding, { approvalId, who }) =>
        (await performAct(deciding, { approvalId, who, act: AT_ONCE[name] })).answer,
    )

  app.action(OPEN_CONSOLE, ({ ack }) => ack())

  answerSteering(app, { begin, call, actorFrom, log })
  answerSeveralClicks(app, { begin, call, actorFrom, log })
  answerHomeClicks(app, { begin, actorFrom })
  answerWatching(app, { begin, log })

  app.view<SlackViewAction>(DECISION_CALLBACK, async ({ ack, body }) => {
    if (body.type === 'view_submission') await submit(begin(), body, ack as AckFn<ViewResponseAction | void>, tell)
    else await ack()
  })

  /** In the channel where they pressed the button. If it does not reach them, the button tells them the same. */
  const tell: Tell = async ({ userId, from }, answer, ms) => {
    if (from === null || ms <= 0) return
    try {
      await slackClient(
        secrets,
        slackApiUrl,
        ms,
      )((client) => client.chat.postEphemeral({ channel: from, user: userId, ...asMessage(answer) }))
    } catch (error) {
      log.warn('A private answer failed', { channel: from, user: userId, error })
    }
  }

  return receiver
}

/** Tells one person alone, within so many milliseconds. */
type Tell = (who: Actor, answer: PrivateAnswer, ms: number) => Promise<void>

/**
 * The receiver of Bolt starts a timer that logs an error when a request has no answer after three seconds, and stops it
 * when the request is acknowledged. A request that fails is answered with a 500, and its timer would log during another
 * request. Acknowledging it stops the timer; the receiver still answers with the 500.
 */
const endLateAckTimer = (app: App): void => {
  const processEvent = app.processEvent.bind(app)
  app.processEvent = async (event) => {
    try {
      await processEvent(event)
    } catch (error) {
      // It rejects if the request was acknowledged before it failed: the timer is stopped already.
      await event.ack().catch(() => undefined)
      throw error
    }
  }
}

interface Click {
  approvalId: string
  who: Actor
  triggerId: string
}

const clickOf = ({ user, team, channel, trigger_id }: BlockButtonAction, approvalId: string): Click => ({
  approvalId,
  who: actorFrom(user, team, channel?.id ?? null),
  triggerId: trigger_id,
})

interface Clicker {
  id: string
  name?: string
  username?: string
  team_id?: string
}

/** Their name is for readers only: people can change their names in Slack, so no decision depends on them. */
const actorFrom = (user: Clicker, team: { id: string } | null, from: string | null): Actor => ({
  userId: user.id,
  teamId: user.team_id ?? team?.id ?? null,
  name: user.name ?? user.username ?? user.id,
  email: null,
  from,
})

/** Answers with a sentence for the person, or opens the modal and says nothing. */
const decide = async (
  deciding: Deciding,
  decision: Decision,
  { approvalId, who, triggerId }: Click,
  call: SlackCall,
  log: Log,
): Promise<PrivateAnswer | null> => {
  const considered = await deciding.consider(approvalId, who, ACTIONS[decision].aim)
  if (considered.kind === 'unknown') return UNKNOWN_APPROVAL
  const { approval, route } = considered
  if (considered.kind === 'refused') return refused(considered.refusal, approval, route)
  const earlier = repeated(approval, who.userId, actFrom(decision, ''), considered.at)
  if (earlier) return refused(earlier, approval, route)
  if (decision === 'approve' && route?.comment === 'none' && !approval.resolvedPolicy?.policy.later)
    return (await performAct(deciding, { approvalId, who, act: actFrom(decision, '') })).answer
  const view = decisionModal(approval, route, decision, who.from)
  try {
    await call((client) => client.views.open({ trigger_id: triggerId, view }))
    return null
  } catch (error) {
    const refusal = refusalFrom(error, 'write')
    const because = refusal.kind === 'busy' ? null : refusal.because
    log.warn('Slack did not open a modal', { approval: approvalId, user: who.userId, because: because ?? refusal.kind })
    return notOpened(because)
  }
}

const submit = async (
  deciding: Deciding,
  { view, user, team }: ViewSubmitAction,
  ack: AckFn<ViewResponseAction | void>,
  tell: Tell,
): Promise<void> => {
  const asked = parseDecisionMetadata(view.private_metadata)
  const { approval: approvalId, decision, from } = asked
  const comment = commentFrom(view.state.values)
  const who = actorFrom(user, team, from)
  const keep = (errors: FormErrors) => ack({ response_action: 'errors', errors })
  const finish = async ({ counts, answer, errors }: Done) => {
    if (errors) return keep(errors)
    // The Home tab has no channel in which they could be told.
    if (answer && (!counts || from === null)) return ack({ response_action: 'update', view: answerModal(answer) })
    await ack()
    if (answer) await tell(who, answer, deciding.left())
  }
  const long = tooLong(comment)
  if (long) return keep(long)
  // Slack lets a blank input through.
  if (!comment) {
    const considered = alwaysAsks(decision) ? null : await deciding.consider(approvalId, who, ACTIONS[decision].aim)
    if (considered?.kind === 'refused') return finish(notCounted(considered))
    if (!considered || (considered.kind === 'may-act' && asksFor(decision, considered.route?.comment ?? 'optional')))
      return keep(missingReason(decision))
  }
  const act = actFrom(decision, comment, timeFrom(asked, view.state.values))
  await finish(await performAct(deciding, { approvalId, who, act }))
}

interface Done {
  /** Whether the act counts; not yet if it is still being checked. */
  counts: boolean
  /** What the person is told of it; null if everyone sees it. */
  answer: PrivateAnswer | null
  /** What the form says instead, and stays open. */
  errors?: FormErrors | null
}

const performAct = async ({ act }: Deciding, request: ActRequest): Promise<Done> => {
  const acted = await act(request)
  switch (acted.kind) {
    case 'done':
      return { counts: true, answer: countedAnswer(acted) }
    case 'deferred':
      return { counts: false, answer: checkingAnswer(request.act) }
    case 'refused':
      return notCounted(acted)
    case 'unknown':
      return { counts: false, answer: UNKNOWN_APPROVAL }
  }
}

const notCounted = ({ refusal, approval, route }: Extract<Acted | Considered, { kind: 'refused' }>): Done => ({
  counts: false,
  answer: refused(refusal, approval, route),
  errors: refusedInForm(refusal),
})

/** An approval that counts can be withdrawn for as long as more are required. */
const countedAnswer = ({ attempted, approval, route }: Extract<Acted, { kind: 'done' }>): PrivateAnswer | null => {
  if (attempted.kind === 'withdrawn') return WITHDRAWN
  if (attempted.kind !== 'counted') return null
  if (attempted.ruling.kind === 'open' || approval.awaitsClicks) return approvalCounts(approval, route)
  return approval.state.name === 'waiting' ? approvalLater(approval, route) : null
}
