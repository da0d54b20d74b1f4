import type { ModalView } from '@slack/types'
import * as z from 'zod/mini'
import type { Approval } from '../domain/approval.ts'
import type { Route } from '../flows/ports.ts'
import { parseAs, parseJson } from '../malformed.ts'
import type { Decision } from './approval-buttons.ts'
import { DECISIONS } from './approval-buttons.ts'
import { bold, cut, paragraph, richText, section, text } from './block-kit.ts'
import { revisionLine } from './change-blocks.ts'

export const DECISION_CALLBACK = 'decide'
const COMMENT = { block: 'comment', action: 'text' } as const
/** Leaves room for names in PutApprovalResult's 512 characters, which go on record. */
const LONGEST_COMMENT = 300

const LABELS: Record<Decision, { label: string; hint: string }> = {
  approve: { label: 'Comment', hint: 'Goes on record in AWS, with your name.' },
  reject: { label: 'Reason', hint: 'Goes on record in AWS, with your name. The author reads it in the channel.' },
}

/** Asks for a comment or a reason before the decision counts. */
export const decisionModal = (approval: Approval, route: Route, decision: Decision): ModalView => {
  const { verb } = DECISIONS[decision]
  const { label, hint } = LABELS[decision]
  const optional = decision === 'approve' && route.comment !== 'required'
  const revision = approval.change.revisions[0]
  return {
    type: 'modal',
    callback_id: DECISION_CALLBACK,
    // Says which approval and no more; who may decide what is looked up again when it comes back.
    private_metadata: JSON.stringify({ approval: approval.id, decision }),
    title: { type: 'plain_text', text: `${verb} release` },
    submit: { type: 'plain_text', text: verb },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      richText(
        section(bold(cut(`${approval.where.pipeline} to ${route.environment}`, 200))),
        ...(revision ? [revisionLine(revision)] : []),
      ),
      {
        type: 'input',
        block_id: COMMENT.block,
        optional,
        label: { type: 'plain_text', text: label },
        hint: { type: 'plain_text', text: hint },
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

const METADATA = z.object({
  approval: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  decision: z.enum(['approve', 'reject']),
})

/** @throws {Malformed} when the modal is none of ours. */
export const parseDecisionMetadata = (metadata: string): { approval: string; decision: Decision } =>
  parseAs(METADATA, parseJson(metadata, 'The modal’s metadata'), 'The modal’s metadata')

type Values = Record<string, Record<string, { value?: string | null | undefined }>>

export const commentFrom = (values: Values): string => (values[COMMENT.block]?.[COMMENT.action]?.value ?? '').trim()

/** Slack enforces a required input, but lets a blank one through. */
export const missingReason = (decision: Decision): Record<string, string> => ({
  [COMMENT.block]: decision === 'reject' ? 'Say why: the author will want to know.' : 'A comment is required here.',
})

/** Takes the place of the modal when the decision did not count. */
export const answerModal = (answer: string): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'Not counted' },
  close: { type: 'plain_text', text: 'Close' },
  blocks: [paragraph(text(cut(answer, 2_000)))],
})
