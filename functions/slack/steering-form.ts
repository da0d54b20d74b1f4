import type { KnownBlock, ModalView } from '@slack/types'
import * as z from 'zod/mini'
import type { LastGood, SteeringAct, SteeringAim, Steering } from '../domain/steering.ts'
import { LONGEST_STEERING_REASON, STEERING_ACTS, steeringRules } from '../domain/steering.ts'
import { parseAs, parseJson } from '../malformed.ts'
import { ownEntry } from '../own-entry.ts'
import type { CommandAnswer } from '../ports/cards.ts'
import { cut, moment, paragraph, text } from './block-kit.ts'
import type { InThread } from './clicked-thread.ts'
import { TIMESTAMP } from './clicked-thread.ts'
import type { PrivateAnswer } from './private-answer.ts'
import { say } from './sentence.ts'
import { namesInAim, valueOf } from './steering-buttons.ts'
import { namedRevision } from './wording.ts'
import { FORM } from './words/modal-words.ts'
import { ROLLBACK_TO, STEERING_SENT, STEERING_WORDS } from './words/steering-words.ts'

export const STEERING_CALLBACK = 'steer'

const CHOICE = { block: 'choice', action: 'which' } as const
const REASON_INPUT = { block: 'reason', action: 'words' } as const

/** Names of pipelines and stages have letters, digits and . @ - _ ("StageDeclaration", CodePipeline API reference). */
const VALUE = /^(\d{12})\/([a-z0-9-]{1,30})\/([\w.@-]{1,100})\/([\w-]{1,50})\/([\w.@-]{0,100})$/

/** Null if Greenlight did not write it. */
export const aimIn = (act: SteeringAct, value: string): SteeringAim | null => {
  const [, accountId, region, pipeline, executionId, stage] = VALUE.exec(value) ?? []
  if (stage === undefined) return null
  const execution = { accountId: accountId!, region: region!, pipeline: pipeline!, executionId: executionId! }
  return { act, execution, stage: stage || null }
}

/**
 * Says what will happen, and asks what the act needs. `from`: the channel of the button. `good`: what a rollback returns
 * the stage to; null for other acts.
 */
export const steeringModal = (
  aim: SteeringAim,
  from: string | null,
  good: LastGood | null = null,
  thread: InThread = {},
): ModalView => {
  const words = STEERING_WORDS[aim.act]
  return {
    type: 'modal',
    callback_id: STEERING_CALLBACK,
    private_metadata: JSON.stringify({
      act: aim.act,
      value: valueOf(aim),
      from,
      ...thread,
      ...(good && { target: good.executionId }),
    } satisfies SteeringMetadata),
    title: { type: 'plain_text', text: words.title },
    submit: { type: 'plain_text', text: words.submit },
    close: { type: 'plain_text', text: FORM.cancel },
    blocks: [
      paragraph(...say(words.target, namesInAim(aim, 100))),
      ...(good ? goodParagraphs(good) : []),
      paragraph(...say(words.what, namesInAim(aim, 100))),
      ...choiceInput(aim.act),
      ...reasonInput(aim.act),
    ],
  }
}

const goodParagraphs = ({ executionId, since, revisions }: LastGood): KnownBlock[] => {
  const [first] = revisions
  const change = first ? namedRevision(first, 200) : ''
  const back =
    revisions.length > 1
      ? say(ROLLBACK_TO.changes, { count: String(revisions.length), change })
      : first
        ? say(ROLLBACK_TO.change, { change })
        : say(ROLLBACK_TO.unknown)
  const at = since === null ? text(ROLLBACK_TO.sometime) : moment(since, ROLLBACK_TO.since)
  return [
    paragraph(...back),
    paragraph(...say(ROLLBACK_TO.execution, { execution: executionId.slice(0, 8), since: at })),
  ]
}

const choiceInput = (act: SteeringAct): KnownBlock[] => {
  const { which } = STEERING_WORDS[act]
  const { choices, asksReason } = steeringRules(act)
  const options = (choices ?? []).map((value) => ({
    text: { type: 'plain_text' as const, text: ownEntry(which?.options ?? {}, value) ?? value },
    value,
  }))
  if (!which || options.length === 0) return []
  return [
    {
      type: 'input',
      block_id: CHOICE.block,
      label: { type: 'plain_text', text: which.label },
      // The form's last input says what is kept.
      ...(!asksReason && { hint: { type: 'plain_text' as const, text: STEERING_SENT.hint } }),
      element: { type: 'radio_buttons', action_id: CHOICE.action, options, initial_option: options[0]! },
    },
  ]
}

const reasonInput = (act: SteeringAct): KnownBlock[] =>
  steeringRules(act).asksReason
    ? [
        {
          type: 'input',
          block_id: REASON_INPUT.block,
          label: { type: 'plain_text', text: STEERING_SENT.reason },
          hint: { type: 'plain_text', text: STEERING_SENT.reasonHint },
          element: { type: 'plain_text_input', action_id: REASON_INPUT.action, max_length: LONGEST_STEERING_REASON },
        },
      ]
    : []

interface SteeringMetadata extends InThread {
  act: SteeringAct
  value: string
  from: string | null
  /** The execution that the form says the stage returns to. */
  target?: string
}

const METADATA = z.lazy(() =>
  z
    .object({
      act: z.enum(STEERING_ACTS),
      value: z.string(),
      from: z.nullable(z.string().check(z.regex(/^[A-Z][A-Z0-9]{1,30}$/))),
      thread: z.exactOptional(TIMESTAMP),
      target: z.exactOptional(z.string().check(z.regex(/^[\w-]{1,50}$/))),
    })
    .check(z.refine(({ act, value }) => aimIn(act, value) !== null)),
)

/** @throws {Malformed} if Greenlight did not open the modal. */
export const parseSteeringMetadata = (
  metadata: string,
): InThread & { aim: SteeringAim; from: string | null; target: string | null } => {
  const {
    act,
    value,
    from,
    target = null,
    ...inThread
  } = parseAs(METADATA, parseJson(metadata, 'The modal’s metadata'), 'The modal’s metadata')
  return { aim: aimIn(act, value)!, from, target, ...inThread }
}

interface FormValue {
  value?: string | null | undefined
  selected_option?: { value?: string } | null | undefined
  selected_options?: readonly { value?: string }[] | null | undefined
}
export type FormValues = Record<string, Record<string, FormValue>>

const typedReason = (values: FormValues): string =>
  (values[REASON_INPUT.block]?.[REASON_INPUT.action]?.value ?? '').trim()

/** Slack lets a blank input through. Null if nothing is missing. */
export const missingWords = ({ act }: SteeringAim, values: FormValues): Record<string, string> | null =>
  steeringRules(act).asksReason && typedReason(values) === '' ? { [REASON_INPUT.block]: STEERING_SENT.noReason } : null

/** The refusal under the person's words, which the form keeps; null if it asks for none. */
export const keptRefusal = ({ act }: SteeringAim, because: string): Record<string, string> | null =>
  steeringRules(act).asksReason ? { [REASON_INPUT.block]: cut(because, 300) } : null

/** What the person has filled in; null if it is nothing that the form offers. */
export const steeringFrom = (aim: SteeringAim, values: FormValues, target: string | null = null): Steering | null => {
  const { choices = null, toLastGood } = steeringRules(aim.act)
  const chosen = values[CHOICE.block]?.[CHOICE.action]?.selected_option?.value
  const choice = toLastGood ? (target ?? undefined) : choices ? choices.find((one) => one === chosen) : null
  const reason = steeringRules(aim.act).asksReason ? typedReason(values) : null
  return choice === undefined || (reason?.length ?? 0) > LONGEST_STEERING_REASON ? null : { ...aim, choice, reason }
}

/** `from`: the channel of the button; null in the Home tab. */
export const steeringTaken = (from: string | null): PrivateAnswer => ({
  title: STEERING_SENT.title,
  parts: say(from === null ? STEERING_SENT.sentFromHome : STEERING_SENT.sent),
  buttons: [],
})

/** How it ended. */
export const steeringAnswer = ({
  steering,
  answer,
  because,
}: Pick<Extract<CommandAnswer, { kind: 'steered' }>, 'steering' | 'answer' | 'because'>): PrivateAnswer => {
  const named = namesInAim(steering, 100)
  const words = STEERING_WORDS[steering.act]
  return {
    title: words.titles[answer],
    parts:
      answer === 'taken' ? say(words.taken, named) : say(words.refused, { ...named, because: cut(because ?? '', 500) }),
    buttons: [],
  }
}
