import type { ActionsBlock } from '@slack/types'
import type { Act } from '../domain/act.ts'
import { aimOf } from '../domain/act.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Approval } from '../domain/approval.ts'
import { sendAt } from '../domain/later.ts'
import type { Route } from '../domain/route.ts'
import type { RefusalCard } from '../ports/cards.ts'
import { withdrawButtons } from './approval-buttons.ts'
import type { SlackMessage } from './approval-message.ts'
import { countWords } from './approver-lines.ts'
import type { Inline } from './block-kit.ts'
import { moment, paragraph, spoken } from './block-kit.ts'
import { refusalAnswer } from './refusal-answer.ts'
import { say } from './sentence.ts'
import { targetLink, targetOf } from './target.ts'
import { LATER } from './words/approval-words.ts'
import { CHECKING, CLICKED, DONE, FORM_NOT_OPENED, NO_RECORD, REFUSED_LATER, TITLES } from './words/answer-words.ts'

/** A message for one person that only they see, under a title if there is room for one. */
export interface PrivateAnswer {
  title: string
  parts: Inline[]
  /** What they can do about it; shown in a message only. */
  buttons: ActionsBlock[]
}

const answer = (title: string, parts: Inline[], buttons: ActionsBlock[] = []): PrivateAnswer => ({
  title,
  parts,
  buttons,
})

export const refused = (refusal: Refusal, approval: Approval, route: Route | null): PrivateAnswer =>
  answer(refusalTitle(refusal), refusalAnswer(refusal, approval), buttonsFor(refusal, approval, route))

/** A person who presses again, because Slack was late to answer, has not failed. */
const refusalTitle = (refusal: Refusal): string =>
  'own' in refusal || refusal.because === 'already-voted' ? TITLES.counted : TITLES.notCounted

/** An approval that counts can be withdrawn. */
const buttonsFor = (refusal: Refusal, approval: Approval, route: Route | null): ActionsBlock[] =>
  refusal.because === 'already-voted' && refusal.vote.verdict === 'Approved'
    ? withdrawButtons(approval, targetOf(approval, route))
    : []

/** Their approval counts, and more are required. */
export const approvalCounts = (approval: Approval, route: Route | null): PrivateAnswer =>
  answer(
    TITLES.counted,
    say(DONE.approved, { count: countWords(approval) }),
    withdrawButtons(approval, targetOf(approval, route)),
  )

/** Enough have approved, and the verdict waits for the time that they chose. */
export const approvalLater = (approval: Approval, route: Route | null): PrivateAnswer =>
  answer(
    TITLES.counted,
    say(DONE.later, { deploys: moment(sendAt(approval) ?? approval.expiresAt, LATER.deploys) }),
    withdrawButtons(approval, targetOf(approval, route)),
  )

export const WITHDRAWN = answer(TITLES.withdrawn, say(DONE.withdrawn))

export const UNKNOWN_APPROVAL = answer(TITLES.notCounted, say(NO_RECORD))

/** If it turns out not to count, they get another answer. */
export const checkingAnswer = (act: Act): PrivateAnswer =>
  answer(TITLES.checking, say(CHECKING, { click: CLICKED[aimOf(act)] }))

/** The answer after that: by then they are elsewhere, so it names the approval. */
export const refusedLater = ({ act, refusal, approval, route }: RefusalCard): PrivateAnswer => {
  const { title, parts, buttons } = refused(refusal, approval, route)
  const target = targetLink(approval, route)
  return answer(title, say(REFUSED_LATER, { title, click: CLICKED[aimOf(act)], target, why: parts }), buttons)
}

/** A trigger opens one form, within three seconds. */
const TRIGGER_USED = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id'])

/** A form that could not be opened; a trigger lives three seconds only ("views.open", expired_trigger_id). */
export const notOpened = (because: string | null): PrivateAnswer =>
  answer(
    TITLES.notCounted,
    because === null
      ? say(FORM_NOT_OPENED.busy)
      : TRIGGER_USED.has(because)
        ? say(FORM_NOT_OPENED.late)
        : say(FORM_NOT_OPENED.refused, { because }),
  )

export const asMessage = ({ parts, buttons }: PrivateAnswer): SlackMessage => ({
  text: spoken(...parts),
  blocks: [paragraph(...parts), ...buttons],
})
