import type { KnownBlock, ModalView } from '@slack/types'
import * as z from 'zod/mini'
import type { Approval } from '../domain/approval.ts'
import type { Act } from '../domain/act.ts'
import type { Route } from '../domain/route.ts'
import { parseAs, parseJson } from '../malformed.ts'
import { bold, bullets, cut, moment, paragraph, richText, section, text } from './block-kit.ts'
import { revisionLine } from './change-blocks.ts'
import { frozenOf } from './freeze-parts.ts'
import type { PrivateAnswer } from './private-answer.ts'

export const DECISION_CALLBACK = 'decide'
const COMMENT = { block: 'comment', action: 'text' } as const
/** Leaves room for names in PutApprovalResult's 512 characters, which go on record. */
const LONGEST_COMMENT = 300

interface Form {
  title: string
  submit: string
  label: string
  hint: string
  /** Said at the input when it comes back blank. */
  missing: string
  isRequired: (comment: Route['comment']) => boolean
  act: (comment: string) => Act
}

/** What is asked before it counts: a comment, or a reason. One table gives the forms, their errors and their acts. */
const FORMS = {
  approve: {
    title: 'Approve release',
    submit: 'Approve',
    label: 'Comment',
    hint: 'Goes on record in AWS, with your name.',
    missing: 'A comment is required here.',
    isRequired: (comment) => comment === 'required',
    act: (comment) => ({ do: 'vote', verdict: 'Approved', comment }),
  },
  reject: {
    title: 'Reject release',
    submit: 'Reject',
    label: 'Reason',
    hint: 'Goes on record in AWS, with your name. The author reads it in the channel.',
    missing: 'Say why: the author will want to know.',
    isRequired: () => true,
    act: (comment) => ({ do: 'vote', verdict: 'Rejected', comment }),
  },
  'break-glass': {
    title: 'Break glass',
    submit: 'Break glass',
    label: 'Reason',
    hint: 'Goes on record, with your name. Everybody in the channel reads it.',
    missing: 'Say why this cannot wait until the freeze is over.',
    isRequired: () => true,
    act: (reason) => ({ do: 'break-glass', reason }),
  },
} as const satisfies Record<string, Form>

export type Decision = keyof typeof FORMS

export const DECISIONS = Object.keys(FORMS) as Decision[]

export interface Asked {
  approval: string
  decision: Decision
  /** The channel in which the button was pressed; null where Slack did not say. */
  from: string | null
}

/** Asks for a comment or a reason before the decision counts. */
export const decisionModal = (
  approval: Approval,
  route: Route | null,
  decision: Decision,
  from: string | null = null,
): ModalView => {
  const form: Form = FORMS[decision]
  const revision = approval.change.revisions[0]
  const place = `${approval.where.pipeline} to ${route?.environment ?? approval.where.stage}`
  return {
    type: 'modal',
    callback_id: DECISION_CALLBACK,
    // Says which approval and where it was asked; who may decide is looked up again when it comes back.
    private_metadata: JSON.stringify({ approval: approval.id, decision, from } satisfies Asked),
    title: { type: 'plain_text', text: form.title },
    submit: { type: 'plain_text', text: form.submit },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      richText(section(bold(cut(place, 200))), ...(revision ? [revisionLine(revision)] : [])),
      ...(decision === 'break-glass' ? [glassWarning(approval)] : []),
      {
        type: 'input',
        block_id: COMMENT.block,
        optional: !form.isRequired(route?.comment ?? 'optional'),
        label: { type: 'plain_text', text: form.label },
        hint: { type: 'plain_text', text: form.hint },
        element: {
          type: 'plain_text_input',
          action_id: COMMENT.action,
          multiline: true,
          max_length: LONGEST_COMMENT,
          focus_on_load: true,
        },
      },
    ],
  }
}

/** What breaking the glass does, before it is done. */
const glassWarning = (approval: Approval): KnownBlock => {
  const frozen = frozenOf(approval)
  return richText(
    section(
      bold('🚨 This lifts the freeze for this approval'),
      ...(frozen
        ? [
            text(` (${cut(frozen.name, 60)}`),
            ...(frozen.until === null ? [] : [text(', which lasts until '), moment(frozen.until)]),
            text(')'),
          ]
        : []),
      text('.'),
    ),
    bullets(
      section(text('It can be released at once, as soon as its approvers agree.')),
      section(text('All other rules still hold: who may approve, how many, and not their own change.')),
      section(text('The channel, the record and an alarm will name you and your reason.')),
    ),
  )
}

const METADATA = z.object({
  approval: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  decision: z.enum(DECISIONS),
  from: z.nullable(z.string().check(z.regex(/^[A-Z][A-Z0-9]{1,30}$/))),
})

/** @throws {Malformed} when the modal is none of ours. */
export const parseDecisionMetadata = (metadata: string): Asked =>
  parseAs(METADATA, parseJson(metadata, 'The modal’s metadata'), 'The modal’s metadata')

type Values = Record<string, Record<string, { value?: string | null | undefined }>>

/** No longer than Slack's own input lets it be. */
export const commentFrom = (values: Values): string =>
  (values[COMMENT.block]?.[COMMENT.action]?.value ?? '').trim().slice(0, LONGEST_COMMENT)

export const actFrom = (decision: Decision, comment: string): Act => FORMS[decision].act(comment)

/** Whether it counts only with words, by whatever route it is. */
export const alwaysAsks = (decision: Decision): boolean => FORMS[decision].isRequired('none')

/** Whether it counts only with words on a route that asks for comments like this. */
export const asksFor = (decision: Decision, comment: Route['comment']): boolean => FORMS[decision].isRequired(comment)

/** Slack enforces a required input, but lets a blank one through. */
export const missingReason = (decision: Decision): Record<string, string> => ({
  [COMMENT.block]: FORMS[decision].missing,
})

/** Takes the place of the modal when the decision did not count, or not yet. */
export const answerModal = ({ title, parts }: PrivateAnswer): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: title },
  close: { type: 'plain_text', text: 'Close' },
  blocks: [paragraph(...parts)],
})
