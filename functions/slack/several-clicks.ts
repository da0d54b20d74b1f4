import type { AckFn, App, BlockButtonAction, SlackViewAction, ViewResponseAction } from '@slack/bolt'
import type { Actor } from '../domain/act.ts'
import type { Offer, SeveralAnswers } from '../domain/several.ts'
import { Malformed } from '../malformed.ts'
import type { Judged } from '../ports/cards.ts'
import type { Log } from '../ports/log.ts'
import { answerModal } from './decision-modal.ts'
import { showInHome } from './home-answer.ts'
import type { PrivateAnswer } from './private-answer.ts'
import { asMessage, notOpened } from './private-answer.ts'
import type { SlackCall } from './slack-client.ts'
import { refusalFrom } from './slack-client.ts'
import {
  ANSWER_SEVERAL,
  OLD_OFFER,
  SEVERAL_CALLBACK,
  missingInSeveral,
  noneToAnswer,
  offerIn,
  parseSeveralMetadata,
  severalFrom,
  severalModal,
  severalTaken,
  wrongForSeveral,
} from './several-form.ts'

/** What the function does about one click, within the time that Slack gives it. */
export interface SeveralDecisions {
  /** Whether Greenlight made the offer for this person. */
  isOwnOffer: (offer: Offer, userId: string) => Promise<boolean>
  /** The approvals of the offer that still wait, each judged for the person. */
  judgeOffered: (offer: Offer, who: Actor) => Promise<Judged[]>
  /** Those of these that still wait, not judged. */
  awaited: (approvals: readonly string[]) => Promise<Judged[]>
  /** The queue takes them. */
  answerSeveral: (answers: Omit<SeveralAnswers, 'id' | 'at'>) => Promise<void>
}

interface SeveralClicks {
  begin: () => SeveralDecisions
  /** Opens a form while its trigger lives. */
  call: SlackCall
  actorFrom: (
    user: SlackViewAction['user'] | BlockButtonAction['user'],
    team: { id: string } | null,
    from: string | null,
  ) => Actor
  log: Log
}

/** The button that opens the form for several approvals, and that form. */
export const answerSeveralClicks = (app: App, { begin, call, actorFrom, log }: SeveralClicks): void => {
  /** Null if the form is open. */
  const open = async (value: string, body: BlockButtonAction): Promise<PrivateAnswer | null> => {
    const offer = offerIn(value)
    const deciding = begin()
    const who = actorFrom(body.user, body.team, body.channel?.id ?? null)
    if (!offer || !(await deciding.isOwnOffer(offer, who.userId))) return OLD_OFFER
    const judged = await deciding.judgeOffered(offer, who)
    const waiting = judged.filter(({ refusal }) => refusal === null)
    if (waiting.length === 0) return noneToAnswer(judged)
    const view = severalModal(offer, waiting, who.from)
    try {
      await call((client) => client.views.open({ trigger_id: body.trigger_id, view }))
      return null
    } catch (error) {
      const refusal = refusalFrom(error, 'write')
      return notOpened(refusal.kind === 'busy' ? null : refusal.because)
    }
  }

  app.action<BlockButtonAction>(ANSWER_SEVERAL, async ({ ack, action, body, respond }) => {
    await ack()
    const answer = await open(action.value ?? '', body)
    if (!answer) return
    try {
      if (body.response_url)
        await respond({ response_type: 'ephemeral', replace_original: false, ...asMessage(answer) })
      else await showInHome(call, body, answer)
    } catch (error) {
      log.warn('A private answer failed', { channel: body.channel?.id, user: body.user.id, error })
    }
  })

  app.view<SlackViewAction>(SEVERAL_CALLBACK, async ({ ack: acknowledge, body }) => {
    const ack = acknowledge as AckFn<ViewResponseAction | void>
    if (body.type !== 'view_submission') return ack()
    const { offer, from } = parseSeveralMetadata(body.view.private_metadata)
    const filled = severalFrom(offer, body.view.state.values)
    if (!filled) throw new Malformed('The form', ['it has a choice that it does not offer'])
    const deciding = begin()
    const who = actorFrom(body.user, body.team, from)
    const show = (answer: PrivateAnswer) => ack({ response_action: 'update', view: answerModal(answer) })
    if (!(await deciding.isOwnOffer(offer, who.userId))) return show(OLD_OFFER)
    const errors = missingInSeveral(filled) ?? wrongForSeveral(await deciding.awaited(filled.approvals), filled)
    if (errors) return ack({ response_action: 'errors', errors })
    const { approvals, verdict, comment } = filled
    await deciding.answerSeveral({ approvals, verdict: verdict!, comment, who })
    await show(severalTaken(approvals.length))
  })
}
