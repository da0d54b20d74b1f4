import type { KnownBlock, ModalView } from '@slack/types'
import * as z from 'zod/mini'
import type { Approval } from '../domain/approval.ts'
import { isApprovalId } from '../domain/approval.ts'
import type { Act } from '../domain/act.ts'
import { visible } from '../domain/visible-text.ts'
import type { Frozen } from '../domain/window.ts'
import type { Route } from '../domain/route.ts'
import type { Refusal } from '../domain/refusal.ts'
import { Malformed, parseAs, parseJson } from '../malformed.ts'
import type { Inline } from './block-kit.ts'
import { bullets, cut, moment, paragraph, richText, section } from './block-kit.ts'
import { changesInShort, changeWarnings } from './change-blocks.ts'
import { formHint } from './comment-parts.ts'
import { freezeInForce, overriddenParts } from './freeze-parts.ts'
import { roughDuration } from './language.ts'
import type { PrivateAnswer } from './private-answer.ts'
import { passingRefusal } from './refusal-answer.ts'
import { plain, say } from './sentence.ts'
import { targetOf } from './target.ts'
import { FORM, FORM_WORDS, CHOSEN_TIME, WARNING } from './words/modal-words.ts'

export const DECISION_CALLBACK = 'decide'
export const COMMENT = { block: 'comment', action: 'text' } as const
const CHOSEN = { block: 'later', action: 'at' } as const
/** Leaves room for names in the 512 characters of PutApprovalResult's summary. */
const LONGEST_COMMENT = 300
/** The most that Slack's input takes. A comment that is too long is refused with its length; no text is cut. */
export const LONGEST_INPUT = 3_000

interface Form {
  isRequired: (comment: Route['comment']) => boolean
  act: (comment: string, notBefore?: number) => Act
}

/**
 * What the person must enter before it counts: a comment, or a reason. One table gives the forms, their errors and
 * their acts.
 */
const FORMS = {
  approve: {
    isRequired: (comment) => comment === 'required',
    act: (comment, notBefore) => ({
      do: 'vote',
      verdict: 'Approved',
      comment,
      ...(notBefore !== undefined && { notBefore }),
    }),
  },
  reject: {
    isRequired: () => true,
    act: (comment) => ({ do: 'vote', verdict: 'Rejected', comment }),
  },
  'break-glass': {
    isRequired: () => true,
    act: (reason) => ({ do: 'break-glass', reason }),
  },
  'confirm-override': {
    isRequired: () => false,
    act: (comment) => ({ do: 'confirm-override', comment }),
  },
} as const satisfies Record<keyof typeof FORM_WORDS, Form>

export type Decision = keyof typeof FORMS

export const DECISIONS = Object.keys(FORMS) as Decision[]

export interface Asked {
  approval: string
  decision: Decision
  /** The channel in which the button was pressed; null if Slack did not say. */
  from: string | null
  /** The form has an input for a time. */
  asksTime?: true
}

/** Asks for a comment or a reason before the decision counts. */
export const decisionModal = (
  approval: Approval,
  route: Route | null,
  decision: Decision,
  from: string | null = null,
): ModalView => {
  const { title, submit, label, hint } = FORM_WORDS[decision]
  const form = decision === 'approve' ? route?.commentForm : null
  const changes = changesInShort(approval)
  const { pipeline, environment } = targetOf(approval, route)
  const time = decision === 'approve' ? timeInput(approval) : []
  const asked: Asked = { approval: approval.id, decision, from, ...(time.length > 0 && { asksTime: true }) }
  return {
    type: 'modal',
    callback_id: DECISION_CALLBACK,
    // The approval and the channel. The policy is read again when the form is sent.
    private_metadata: JSON.stringify(asked),
    title: { type: 'plain_text', text: title },
    submit: { type: 'plain_text', text: submit },
    close: { type: 'plain_text', text: FORM.cancel },
    blocks: [
      richText(
        section(...say(FORM.target, { pipeline: cut(pipeline, 100), environment: cut(environment, 100) })),
        ...(changes.length > 0 ? [section(...changes)] : []),
      ),
      ...(decision !== 'reject' && decision !== 'confirm-override'
        ? changeWarnings(approval).map((line) => paragraph(...line))
        : []),
      ...(decision === 'break-glass' ? [overrideWarning(approval)] : []),
      ...(decision === 'confirm-override' && approval.override
        ? [paragraph(...overriddenParts(approval.override, { mentions: true, words: 300 }))]
        : []),
      ...time,
      {
        type: 'input',
        block_id: COMMENT.block,
        optional: !asksFor(decision, route?.comment ?? 'optional'),
        label: { type: 'plain_text', text: label },
        hint: { type: 'plain_text', text: form ? `${formHint(form)} ${hint}` : hint },
        element: {
          type: 'plain_text_input',
          action_id: COMMENT.action,
          multiline: true,
          max_length: LONGEST_INPUT,
          focus_on_load: true,
        },
      },
    ],
  }
}

/** An optional time for the verdict, where the route lets approvers choose one. Slack shows it in the person's own zone. */
const timeInput = ({ resolvedPolicy }: Approval): KnownBlock[] => {
  const later = resolvedPolicy?.policy.later
  if (!later) return []
  return [
    {
      type: 'input',
      block_id: CHOSEN.block,
      optional: true,
      label: { type: 'plain_text', text: CHOSEN_TIME.label },
      hint: { type: 'plain_text', text: plain(CHOSEN_TIME.hint, { duration: roughDuration(later.within) }) },
      element: { type: 'datetimepicker', action_id: CHOSEN.action },
    },
  ]
}

const overrideWarning = (approval: Approval): KnownBlock => {
  const freeze = freezeInForce(approval)
  return richText(
    section(...(freeze ? freezeOverridden(freeze) : say(WARNING.unknown))),
    bullets(section(...say(WARNING.atOnce)), section(...say(WARNING.rulesHold)), section(...say(WARNING.named))),
  )
}

const freezeOverridden = ({ name, until }: Frozen): Inline[] =>
  until === null
    ? say(WARNING.withoutEnd, { name: cut(name, 60) })
    : say(WARNING.lasts, { name: cut(name, 60), until: moment(until, WARNING.until) })

const MODAL_METADATA = z.lazy(() =>
  z.object({
    approval: z.string().check(z.refine(isApprovalId)),
    decision: z.enum(DECISIONS),
    from: z.nullable(z.string().check(z.regex(/^[A-Z][A-Z0-9]{1,30}$/))),
    asksTime: z.exactOptional(z.literal(true)),
  }),
)

/** @throws {Malformed} if Greenlight did not open the modal. */
export const parseDecisionMetadata = (metadata: string): Asked =>
  parseAs(MODAL_METADATA, parseJson(metadata, 'The modal’s metadata'), 'The modal’s metadata')

type SubmittedValues = Record<
  string,
  Record<string, { value?: string | null | undefined; selected_date_time?: unknown }>
>

/** Without invisible characters, so that a comment of these alone counts as empty. */
export const commentFrom = (values: SubmittedValues): string =>
  visible(values[COMMENT.block]?.[COMMENT.action]?.value ?? '').trim()

/**
 * The time that the person chose, in epoch milliseconds; undefined if they chose none. A form that asks for a time and says
 * nothing of it deploys nothing at once.
 *
 * @throws {Malformed}
 */
export const timeFrom = ({ asksTime }: Asked, values: SubmittedValues): number | undefined => {
  if (!asksTime) return undefined
  const chosen = values[CHOSEN.block]?.[CHOSEN.action]?.selected_date_time
  if (chosen === null) return undefined
  if (typeof chosen !== 'number' || !Number.isSafeInteger(chosen * 1_000))
    throw new Malformed('The form', ['its time is not a number of seconds'])
  return chosen * 1_000
}

export const actFrom = (decision: Decision, comment: string, notBefore?: number): Act => {
  const { act }: Form = FORMS[decision]
  return act(comment, notBefore)
}

/** Whether the decision requires a comment on every route. */
export const alwaysAsks = (decision: Decision): boolean => FORMS[decision].isRequired('none')

/** Whether the decision requires a comment on a route with this setting. */
export const asksFor = (decision: Decision, comment: Route['comment']): boolean => FORMS[decision].isRequired(comment)

/** By the block of the wrong input, as Slack shows it beneath that input. */
export type FormErrors = Record<string, string>

/** Slack enforces a required input, but lets a blank one through. */
export const missingReason = (decision: Decision): FormErrors => ({ [COMMENT.block]: FORM_WORDS[decision].missing })

/** What the person can change, or send again: the form keeps what they entered. Null if it would not count all the same. */
export const refusedInForm = (refusal: Refusal): FormErrors | null => {
  if (refusal.because === 'time') return { [CHOSEN.block]: CHOSEN_TIME[refusal.why] }
  const words = refusal.because === 'comment' ? formHint(refusal.form) : passingRefusal(refusal)
  return words === null ? null : { [COMMENT.block]: words }
}

/** Null if the comment is short enough. */
export const tooLong = (comment: string): FormErrors | null =>
  comment.length <= LONGEST_COMMENT
    ? null
    : {
        [COMMENT.block]: plain(FORM.tooLong, { length: String(comment.length), most: String(LONGEST_COMMENT) }),
      }

/** Replaces the modal if the decision did not count, or not yet. */
export const answerModal = ({ title, parts }: PrivateAnswer): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: title },
  close: { type: 'plain_text', text: FORM.close },
  blocks: [paragraph(...parts)],
})
