import type { ActionsBlock, ModalView } from '@slack/types'
import * as z from 'zod/mini'
import type { FailedStage, RetryMode } from '../domain/stage-retry.ts'
import { RETRY_MODES } from '../domain/stage-retry.ts'
import { parseAs, parseJson } from '../malformed.ts'
import type { RetryAnswerCard } from '../ports/cards.ts'
import { actions, button, cut, paragraph } from './block-kit.ts'
import type { PrivateAnswer } from './private-answer.ts'
import { plain, say } from './sentence.ts'
import { FORM } from './words/modal-words.ts'
import { RETRY, RETRY_TITLES } from './words/retry-words.ts'

export const RETRY_STAGE = 'retry-stage'
export const RETRY_CALLBACK = 'retry'
const WHICH_ACTIONS = { block: 'mode', action: 'which' } as const

/** The button of a status message whose execution failed in the stage. It carries where that is and nothing else. */
export const retryButtons = ({ execution, stage }: FailedStage): ActionsBlock[] => {
  const { accountId, region, pipeline, executionId } = execution
  return actions('retry', [
    button({
      actionId: RETRY_STAGE,
      label: RETRY.label,
      describedAs: plain(RETRY.spoken, { stage: cut(stage, 40), pipeline: cut(pipeline, 40) }),
      value: [accountId, region, pipeline, executionId, stage].join('/'),
    }),
  ])
}

/** Names of pipelines and stages have letters, digits and . @ - _ ("StageDeclaration", CodePipeline API reference). */
const VALUE = /^(\d{12})\/([a-z0-9-]{1,30})\/([\w.@-]{1,100})\/([\w-]{1,50})\/([\w.@-]{1,100})$/

/** Null if Greenlight did not write it. */
export const failedStageIn = (value: string): FailedStage | null => {
  const [, accountId, region, pipeline, executionId, stage] = VALUE.exec(value) ?? []
  return stage === undefined
    ? null
    : { execution: { accountId: accountId!, region: region!, pipeline: pipeline!, executionId: executionId! }, stage }
}

const OPTIONS: Record<RetryMode, string> = { FAILED_ACTIONS: RETRY.failed, ALL_ACTIONS: RETRY.all }
const options = RETRY_MODES.map((mode) => ({ text: { type: 'plain_text' as const, text: OPTIONS[mode] }, value: mode }))

/** Says what will happen, and asks which actions run again. `value`: of the button. `from`: the channel it is in. */
export const retryModal = ({ execution, stage }: FailedStage, value: string, from: string | null): ModalView => ({
  type: 'modal',
  callback_id: RETRY_CALLBACK,
  private_metadata: JSON.stringify({ value, from } satisfies RetryMetadata),
  title: { type: 'plain_text', text: RETRY.title },
  submit: { type: 'plain_text', text: RETRY.submit },
  close: { type: 'plain_text', text: FORM.cancel },
  blocks: [
    paragraph(...say(RETRY.target, { stage: cut(stage, 100), pipeline: cut(execution.pipeline, 100) })),
    paragraph(...say(RETRY.what)),
    {
      type: 'input',
      block_id: WHICH_ACTIONS.block,
      label: { type: 'plain_text', text: RETRY.which },
      hint: { type: 'plain_text', text: RETRY.hint },
      element: { type: 'radio_buttons', action_id: WHICH_ACTIONS.action, options, initial_option: options[0]! },
    },
  ],
})

interface RetryMetadata {
  value: string
  from: string | null
}

const METADATA = z.object({
  value: z.string().check(z.refine((value) => failedStageIn(value) !== null)),
  from: z.nullable(z.string().check(z.regex(/^[A-Z][A-Z0-9]{1,30}$/))),
})

/** @throws {Malformed} if Greenlight did not open the modal. */
export const parseRetryMetadata = (metadata: string): { failed: FailedStage; from: string | null } => {
  const { value, from } = parseAs(METADATA, parseJson(metadata, 'The modal’s metadata'), 'The modal’s metadata')
  return { failed: failedStageIn(value)!, from }
}

type ChosenValues = Record<string, Record<string, { selected_option?: { value?: string } | null | undefined }>>

/** Null if nothing was chosen that the form offers. */
export const modeFrom = (values: ChosenValues): RetryMode | null => {
  const chosen = values[WHICH_ACTIONS.block]?.[WHICH_ACTIONS.action]?.selected_option?.value
  return RETRY_MODES.find((mode) => mode === chosen) ?? null
}

export const RETRY_SENT: PrivateAnswer = { title: RETRY_TITLES.sent, parts: say(RETRY.sent), buttons: [] }

/** How it ended. */
export const retryAnswer = (
  card: Pick<RetryAnswerCard, 'pipeline' | 'stage' | 'answer' | 'because'>,
): PrivateAnswer => {
  const named = { stage: cut(card.stage, 100), pipeline: cut(card.pipeline, 100) }
  return {
    title: RETRY_TITLES[card.answer],
    parts:
      card.answer === 'retried'
        ? say(RETRY.retried, named)
        : say(RETRY.refused, { ...named, because: cut(card.because ?? '', 500) }),
    buttons: [],
  }
}
