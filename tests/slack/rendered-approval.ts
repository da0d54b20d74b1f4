import type { Approval } from '../../functions/domain/approval.ts'
import type { ApprovalCard } from '../../functions/ports/cards.ts'
import { approvalMessage } from '../../functions/slack/approval-message.ts'
import { asText } from '../support/as-text.ts'
import { messageProblems } from '../support/block-kit-limits.ts'
import { cardOf } from '../support/cards.ts'

export const SMALL_PRINT = '(By Ana’s push · shop-prod, eu-west-1)'
export const CHANGES = [
  '2 changes since Sat, Nov 21 · <Compare>',
  '- Fix rounding in basket totals · Ana · <4f9c2e1>',
  '- Add gift cards (<#412>) · Ben · <b01d7aa>',
]
export const WHAT = '2 changes: Fix rounding in basket totals (Ana) and Add gift cards (#412) (Ben).'

export const message = (of: Approval, more: Partial<ApprovalCard> = {}) => {
  const rendered = approvalMessage(cardOf(of, more))
  expect(messageProblems(rendered)).toEqual([])
  return rendered
}

export const lines = (of: Approval, more: Partial<ApprovalCard> = {}) => asText(message(of, more)).split('\n')
export const spoken = (of: Approval, more: Partial<ApprovalCard> = {}) =>
  message(of, more).text.replaceAll('\u00a0', ' ')
export const buttons = (of: Approval, more: Partial<ApprovalCard> = {}) => {
  const blocks = message(of, more).blocks.filter((block) => block.type === 'actions')
  return blocks.flatMap(({ elements }) => elements).filter((element) => element.type === 'button')
}
export const labels = (of: Approval) => buttons(of).map(({ text }) => text.text)
