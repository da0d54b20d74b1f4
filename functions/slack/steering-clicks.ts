import type { AckFn, App, BlockButtonAction, SlackViewAction, ViewResponseAction } from '@slack/bolt'
import type { Actor } from '../domain/act.ts'
import type { LastGood, SteeringAct, SteeringAim, SteeringRequest } from '../domain/steering.ts'
import { STEERING_ACTS, steeringRules } from '../domain/steering.ts'
import { Malformed } from '../malformed.ts'
import type { Log } from '../ports/log.ts'
import { placeIn, threadOf } from './clicked-thread.ts'
import { answerModal } from './decision-modal.ts'
import { showInHome } from './home-answer.ts'
import type { PrivateAnswer } from './private-answer.ts'
import { UNKNOWN_APPROVAL, asMessage, notOpened } from './private-answer.ts'
import type { SlackCall } from './slack-client.ts'
import { refusalFrom } from './slack-client.ts'
import { buttonOf } from './steering-buttons.ts'
import {
  STEERING_CALLBACK,
  aimIn,
  keptRefusal,
  missingWords,
  parseSteeringMetadata,
  steeringAnswer,
  steeringFrom,
  steeringModal,
  steeringTaken,
} from './steering-form.ts'
import { ROLLBACK_TO } from './words/steering-words.ts'

/** `because`: a sentence. */
export type LastGoodFound = { kind: 'found'; good: LastGood } | { kind: 'none'; because: string }

const NO_TARGET = { kind: 'found', good: null } as const

/** What the function does about one click, within the time that Slack gives it. */
export interface SteeringDecisions {
  /** Why the person cannot do it, in a sentence; null if they can, or it is not known yet. */
  considerSteering: (aim: SteeringAim, userId: string) => Promise<string | null>
  /** What the stage would be rolled back to, or why to nothing; null if it is not known in time. */
  findLastGood: (aim: SteeringAim) => Promise<LastGoodFound | null>
  /** The queue takes it. */
  steer: (asked: Omit<SteeringRequest, 'id' | 'at'>) => Promise<void>
}

interface SteeringClicks {
  begin: () => SteeringDecisions
  /** Opens a form while its trigger lives. */
  call: SlackCall
  actorFrom: (user: SlackViewAction['user'], team: { id: string } | null, from: string | null) => Actor
  log: Log
}

/** The buttons that steer a pipeline, and their forms. */
export const answerSteering = (app: App, { begin, call, actorFrom, log }: SteeringClicks): void => {
  /** Null if the form is open. */
  const open = async (
    act: SteeringAct,
    { action, body }: { action: { value?: string }; body: BlockButtonAction },
  ): Promise<PrivateAnswer | null> => {
    const aim = aimIn(act, action.value ?? '')
    if (!aim) return UNKNOWN_APPROVAL
    const deciding = begin()
    const refused = (because: string) => steeringAnswer({ steering: aim, answer: 'refused', because })
    const [because, found] = await Promise.all([
      deciding.considerSteering(aim, body.user.id),
      steeringRules(act).toLastGood ? deciding.findLastGood(aim) : NO_TARGET,
    ])
    if (because !== null) return refused(because)
    if (found?.kind !== 'found') return refused(found?.because ?? ROLLBACK_TO.slow)
    const view = steeringModal(aim, body.channel?.id ?? null, found.good, threadOf(body))
    try {
      await call((client) => client.views.open({ trigger_id: body.trigger_id, view }))
      return null
    } catch (error) {
      const refusal = refusalFrom(error, 'write')
      return notOpened(refusal.kind === 'busy' ? null : refusal.because)
    }
  }

  for (const act of STEERING_ACTS)
    app.action<BlockButtonAction>(buttonOf(act), async ({ ack, action, body, respond }) => {
      await ack()
      const answer = await open(act, { action, body })
      if (!answer) return
      try {
        if (body.response_url)
          await respond({
            response_type: 'ephemeral',
            replace_original: false,
            ...placeIn(threadOf(body)),
            ...asMessage(answer),
          })
        else await showInHome(call, body, answer)
      } catch (error) {
        log.warn('A private answer failed', { channel: body.channel?.id, user: body.user.id, error })
      }
    })

  app.view<SlackViewAction>(STEERING_CALLBACK, async ({ ack, body }) => {
    if (body.type !== 'view_submission') return ack()
    const { aim, from, target, ...inThread } = parseSteeringMetadata(body.view.private_metadata)
    const keep = (errors: Record<string, string>) =>
      (ack as AckFn<ViewResponseAction>)({ response_action: 'errors', errors })
    const errors = missingWords(aim, body.view.state.values)
    if (errors) return keep(errors)
    const steering = steeringFrom(aim, body.view.state.values, target)
    if (!steering) throw new Malformed('The form', ['it has a choice that it does not offer'])
    const deciding = begin()
    const who = actorFrom(body.user, body.team, from)
    const because = await deciding.considerSteering(steering, who.userId)
    const refused = because === null ? null : keptRefusal(aim, because)
    if (refused) return keep(refused)
    if (because === null) await deciding.steer({ ...steering, who, ...inThread })
    const answer = because === null ? steeringTaken(from) : steeringAnswer({ steering, answer: 'refused', because })
    await (ack as AckFn<ViewResponseAction | void>)({ response_action: 'update', view: answerModal(answer) })
  })
}
