import type { ActionsBlock, KnownBlock, ModalView } from '@slack/types'
import * as z from 'zod/mini'
import type { Approval } from '../domain/approval.ts'
import { isOfForm } from '../domain/comment.ts'
import type { Verdict } from '../domain/policy.ts'
import { namedRevisions, shortId } from '../domain/revision.ts'
import type { Offer } from '../domain/several.ts'
import { MOST_TOGETHER } from '../domain/several.ts'
import { parseAs, parseJson } from '../malformed.ts'
import type { Judged } from '../ports/cards.ts'
import { countOf } from './approver-lines.ts'
import { actions, bullets, button, cut, richText, section } from './block-kit.ts'
import { countedInShort, changeWarnings } from './change-blocks.ts'
import { formHint } from './comment-parts.ts'
import type { FormErrors } from './decision-modal.ts'
import { COMMENT, LONGEST_INPUT, commentFrom, tooLong } from './decision-modal.ts'
import { firstOf } from './detail.ts'
import { formFor, listed } from './language.ts'
import type { PrivateAnswer } from './private-answer.ts'
import { refusalAnswer } from './refusal-answer.ts'
import { plain, say } from './sentence.ts'
import type { FormValues } from './steering-form.ts'
import { targetOf } from './target.ts'
import { code } from './typed-command.ts'
import { withoutMark } from './with-warning.ts'
import { COUNT } from './words/approval-words.ts'
import { COMMAND } from './words/command-words.ts'
import { FORM } from './words/modal-words.ts'
import { SEVERAL_FORM, SEVERAL_SENT } from './words/several-words.ts'

export const SEVERAL_CALLBACK = 'several'
/** The action ID of the button that opens the form. */
export const ANSWER_SEVERAL = 'answer-several'

const CHECKED = { block: 'approvals', action: 'which' } as const
const CHOSEN_VERDICT = { block: 'verdict', action: 'which' } as const
const VERDICTS = Object.keys(SEVERAL_FORM.verdicts) as Verdict[]

/** The text and the description of an option have so many characters ("Option object", Slack). */
const LONGEST_OPTION = 75

export const PENDING_COMMAND = code(`${COMMAND.name} pending`)

export const severalButton = (offer: Offer): ActionsBlock[] =>
  actions('several', [
    button({
      actionId: ANSWER_SEVERAL,
      label: SEVERAL_FORM.button,
      describedAs: SEVERAL_FORM.spoken,
      value: valueOf(offer),
    }),
  ])

const valueOf = ({ approvals, rest, seal }: Offer): string => [rest, seal, approvals.join('')].join('.')

const OFFER_VALUE = new RegExp(`^(\\d{1,6})\\.([0-9a-f]{64})\\.((?:[0-9a-f]{32}){1,${MOST_TOGETHER}})$`)

/** Null if Greenlight did not write it. The seal shows whether it did. */
export const offerIn = (value: string): Offer | null => {
  const [, rest, seal, ids] = OFFER_VALUE.exec(value) ?? []
  return ids === undefined ? null : { rest: Number(rest), seal: seal!, approvals: ids.match(/.{32}/g)! }
}

/** Asks which of the approvals the person answers, and how. `from`: the channel of the button. */
export const severalModal = (offer: Offer, waiting: readonly Judged[], from: string | null): ModalView => ({
  type: 'modal',
  callback_id: SEVERAL_CALLBACK,
  private_metadata: JSON.stringify({ offer: valueOf(offer), from } satisfies Metadata),
  title: { type: 'plain_text', text: SEVERAL_FORM.title },
  submit: { type: 'plain_text', text: SEVERAL_FORM.submit },
  close: { type: 'plain_text', text: FORM.cancel },
  blocks: [
    richText(
      section(...say(SEVERAL_FORM.each)),
      ...(offer.rest > 0
        ? [
            section(
              ...say(formFor(SEVERAL_FORM.rest, offer.rest), { count: String(offer.rest), command: PENDING_COMMAND }),
            ),
          ]
        : []),
      ...warnings(waiting),
    ),
    {
      type: 'input',
      block_id: CHECKED.block,
      label: { type: 'plain_text', text: SEVERAL_FORM.approvals },
      element: { type: 'checkboxes', action_id: CHECKED.action, options: waiting.map(optionOf) },
    },
    {
      type: 'input',
      block_id: CHOSEN_VERDICT.block,
      label: { type: 'plain_text', text: SEVERAL_FORM.verdict },
      element: {
        type: 'radio_buttons',
        action_id: CHOSEN_VERDICT.action,
        options: VERDICTS.map((value) => ({
          text: { type: 'plain_text' as const, text: SEVERAL_FORM.verdicts[value] },
          value,
        })),
      },
    },
    commentInput(waiting),
  ],
})

/** The newer changes of each, as its own form would say it. */
const warnings = (waiting: readonly Judged[]) => {
  const items = waiting.flatMap(({ approval, route }) =>
    changeWarnings(approval).map((line) =>
      section(...say(SEVERAL_FORM.newer, { target: namedTarget(approval, route) }), ...withoutMark(line)),
    ),
  )
  return items.length > 0 ? [bullets(...items)] : []
}

const optionOf = ({ approval, route }: Judged) => ({
  text: { type: 'plain_text' as const, text: namedTarget(approval, route), emoji: false },
  value: approval.id,
  description: { type: 'plain_text' as const, text: describedIn(approval), emoji: false },
})

/** The newest change first: two approvals of one pipeline differ in it. */
const describedIn = (approval: Approval): string => {
  const { change, where } = approval
  const [newest] = namedRevisions(change).named
  const all = countedInShort(change)
  const withOthers = (one: string): string => (all ? plain(all.words, { ...all, one }) : one)
  const count = countOf(approval)
  const counted = count ? plain(COUNT.approved, count) : ''
  const room = LONGEST_OPTION - counted.length - ' · '.length - withOthers('').length
  const title = newest ? withOthers(cut(newest.title, room).trim() || shortId(newest)) : ''
  return cut([title, counted].filter((part) => part !== '').join(' · ') || where.action, LONGEST_OPTION)
}

const namedTarget = (approval: Approval, route: Judged['route']): string => {
  const { pipeline, environment } = targetOf(approval, route)
  const target = { pipeline: cut(pipeline, 41), environment: cut(environment, 30) }
  return cut(plain(SEVERAL_FORM.option, target), LONGEST_OPTION)
}

const MOST_REQUIRING = 3

const commentInput = (waiting: readonly Judged[]): KnownBlock => {
  const requiring = waiting
    .filter(({ route }) => route?.comment === 'required')
    .map((one) => namedTarget(one.approval, one.route))
  const { shown, rest } = firstOf([...new Set(requiring)], MOST_REQUIRING)
  const more = rest > 0 ? [plain(SEVERAL_FORM.moreNames, { count: String(rest) })] : []
  const names = listed([...shown, ...more], 'conjunction')
  return {
    type: 'input',
    block_id: COMMENT.block,
    optional: true,
    label: { type: 'plain_text', text: SEVERAL_FORM.comment },
    hint: {
      type: 'plain_text',
      text: names ? plain(SEVERAL_FORM.hintRequired, { names }) : SEVERAL_FORM.hint,
      emoji: false,
    },
    element: { type: 'plain_text_input', action_id: COMMENT.action, multiline: true, max_length: LONGEST_INPUT },
  }
}

interface Metadata {
  offer: string
  from: string | null
}

const SEVERAL_METADATA = z.lazy(() =>
  z
    .object({ offer: z.string(), from: z.nullable(z.string().check(z.regex(/^[A-Z][A-Z0-9]{1,30}$/))) })
    .check(z.refine(({ offer }) => offerIn(offer) !== null)),
)

/** @throws {Malformed} if Greenlight did not open the modal. */
export const parseSeveralMetadata = (metadata: string): { offer: Offer; from: string | null } => {
  const { offer, from } = parseAs(SEVERAL_METADATA, parseJson(metadata, 'The modal’s metadata'), 'The modal’s metadata')
  return { offer: offerIn(offer)!, from }
}

export interface FilledSeveral {
  approvals: readonly string[]
  /** Null if the person chose none. */
  verdict: Verdict | null
  comment: string
}

/** What the person has filled in; null if the form does not offer it. */
export const severalFrom = ({ approvals }: Offer, values: FormValues): FilledSeveral | null => {
  const checked = (values[CHECKED.block]?.[CHECKED.action]?.selected_options ?? []).map(({ value }) => value ?? '')
  const chosen = values[CHOSEN_VERDICT.block]?.[CHOSEN_VERDICT.action]?.selected_option
  const verdict = chosen ? VERDICTS.find((one) => one === chosen.value) : null
  if (verdict === undefined || checked.some((one) => !approvals.includes(one))) return null
  return { approvals: [...new Set(checked)], verdict, comment: commentFrom(values) }
}

/** What is missing whatever was checked; null if nothing is. Slack lets a blank input through. */
export const missingInSeveral = ({ approvals, verdict, comment }: FilledSeveral): FormErrors | null => {
  const errors = {
    ...(approvals.length === 0 && { [CHECKED.block]: SEVERAL_FORM.none }),
    ...(verdict === null && { [CHOSEN_VERDICT.block]: SEVERAL_FORM.noVerdict }),
    ...(verdict === 'Rejected' && comment === '' && { [COMMENT.block]: SEVERAL_FORM.noReason }),
    ...tooLong(comment),
  }
  return Object.keys(errors).length > 0 ? errors : null
}

/** Why the comment does not do for one of these approvals; null if it does. */
export const wrongForSeveral = (
  checked: readonly Pick<Judged, 'approval' | 'route'>[],
  { verdict, comment }: FilledSeveral,
): FormErrors | null => {
  if (verdict !== 'Approved') return null
  for (const { approval, route } of checked) {
    const name = namedTarget(approval, route)
    if (route?.comment === 'required' && comment === '')
      return { [COMMENT.block]: plain(SEVERAL_FORM.required, { name }) }
    const form = route?.commentForm
    if (form && !isOfForm(form, comment))
      return { [COMMENT.block]: plain(SEVERAL_FORM.form, { name, hint: formHint(form) }) }
  }
  return null
}

export const severalTaken = (count: number): PrivateAnswer => ({
  title: SEVERAL_SENT.title,
  parts: say(formFor(SEVERAL_SENT.sent, count), { count: String(count) }),
  buttons: [],
})

export const OLD_OFFER: PrivateAnswer = {
  title: SEVERAL_FORM.title,
  parts: say(SEVERAL_SENT.old, { command: PENDING_COMMAND }),
  buttons: [],
}

const MOST_WITH_REASON = 4

/** None of them can be answered any more; why, if they still wait. */
export const noneToAnswer = (judged: readonly Judged[]): PrivateAnswer => ({
  title: SEVERAL_FORM.title,
  parts: [
    ...say(SEVERAL_SENT.gone, { command: PENDING_COMMAND }),
    ...judged
      .slice(0, MOST_WITH_REASON)
      .flatMap(({ approval, route, refusal }) =>
        refusal
          ? [
              { type: 'text' as const, text: `\n${namedTarget(approval, route)}: ` },
              ...refusalAnswer(refusal, approval),
            ]
          : [],
      ),
  ],
  buttons: [],
})
