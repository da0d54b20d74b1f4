import type { Act } from '../domain/act.ts'
import { aimOf } from '../domain/act.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Approval } from '../domain/approval.ts'
import type { SlackMessage } from './approval-message.ts'
import type { Inline } from './block-kit.ts'
import { paragraph, spoken, text } from './block-kit.ts'
import { refusalAnswer } from './refusal-answer.ts'
import { NOUN } from './blocker-lines.ts'

/** Something that one person is told and nobody else sees, under a title where there is room for one. */
export interface PrivateAnswer {
  title: string
  parts: Inline[]
}

export const refused = (refusal: Refusal, approval: Approval): PrivateAnswer => ({
  title: 'Not counted',
  parts: refusalAnswer(refusal, approval),
})

export const UNKNOWN_APPROVAL: PrivateAnswer = {
  title: 'Not counted',
  parts: [text('Greenlight has no record of this approval any more. It can be decided in the AWS console.')],
}

/** They are answered again where it turns out not to count. */
export const notedAnswer = (act: Act): PrivateAnswer => ({
  title: 'Noted',
  parts: [
    text('Slack is slow to say who is in which group. '),
    text(`Your ${NOUN[aimOf(act)]} is noted and will be counted in a moment; if it may not be, you hear why.`),
  ],
})

/** A window that could not be opened; a trigger lives three seconds only ("views.open", expired_trigger_id). */
export const notOpened = (because: string): PrivateAnswer => ({
  title: 'Not counted',
  parts: [text(`Slack did not open the form to ask you (${because}). Nothing was counted; please press again.`)],
})

export const asMessage = ({ parts }: PrivateAnswer): SlackMessage => ({
  text: spoken(...parts),
  blocks: [paragraph(...parts)],
})
