import type { Approval } from '../../functions/domain/approval.ts'
import { settled } from '../../functions/domain/approval.ts'
import type { NoticeKind } from '../../functions/domain/notice.ts'
import { decisionModal } from '../../functions/slack/decision-modal.ts'
import { noticeMessage } from '../../functions/slack/notice-message.ts'
import { asText } from '../support/as-text.ts'
import { answerProblems } from '../support/block-kit-limits.ts'
import { GLASS, ROUTE, frozen } from '../support/cards.ts'
import { DAY, MINUTE, START, approval } from '../support/records.ts'
import { labels, lines, spoken } from './rendered-approval.ts'

const UNTIL = 'Another person must confirm the override: due Tue, Nov 24 at 09:30 UTC.'
const OPEN = { ...GLASS, reviewUntil: START + DAY }
const CONFIRMED = {
  ...OPEN,
  confirmed: { userId: 'U0DANA', name: 'Dana Novak', comment: 'It was right', at: START + 60 * MINUTE },
}
const waiting = (override: Approval['override'] = OPEN): Approval => ({ ...frozen(), override })
const ended = (override: Approval['override'] = OPEN): Approval =>
  settled({ ...approval(), override }, { how: 'expired' }, START + MINUTE)

test('while it waits and after its end, the message says until when another person must confirm, with a button', () => {
  expect(lines(waiting())).toContain(UNTIL)
  expect(labels(waiting())).toEqual([
    'Approve…',
    'Reject…',
    'Confirm the override…',
    'Open in AWS',
    'Tell me when it is live',
  ])
  expect(lines(ended())).toContain(UNTIL)
  expect(labels(ended())).toEqual(['Confirm the override…', 'Open in AWS'])
  expect(spoken(ended())).toContain(UNTIL)
})

test('once it is confirmed, it says by whom and what they wrote, without the button', () => {
  expect(lines(ended(CONFIRMED))).toContain('Override confirmed by @U0DANA (Mon, Nov 23 at 10:30 UTC): “It was right”')
  expect(labels(ended(CONFIRMED))).toEqual(['Open in AWS'])
  const silent = { ...CONFIRMED, confirmed: { ...CONFIRMED.confirmed, comment: '' } }
  expect(lines(ended(silent))).toContain('Override confirmed by @U0DANA (Mon, Nov 23 at 10:30 UTC)')
})

test('an override without a review says nothing of one', () => {
  expect(lines(waiting(GLASS)).join()).not.toMatch(/confirm/i)
  expect(labels(ended(GLASS))).toEqual(['Open in AWS'])
})

const notice = (kind: NoticeKind, of: Approval, channel: string | null = null) => {
  const said = noticeMessage({
    kind: 'notice',
    notice: { kind, key: `${kind}-1`, dueAt: START, channel },
    approval: of,
    route: ROUTE,
    consoleUrl: 'https://console.example/shop-web',
    mention: ['U0DANA'],
  })
  expect(answerProblems(said)).toEqual([])
  return asText(said).split('\n')
}
const WHAT = ['Eli Brandt overrode the freeze: “the shop is down”', UNTIL]

test('its notices say who overrode the freeze and why, with the button', () => {
  expect(notice('review', ended())).toEqual([
    '⚠ Override not confirmed yet: shop-web to Production',
    ...WHAT,
    '2 changes: Fix rounding in basket totals · Ana · <4f9c2e1> and 1 more',
    'For @U0DANA',
    '[Confirm the override…]',
  ])
  expect(notice('review-overdue', ended(), 'C0LEADS')).toEqual([
    '⚠ Override not confirmed in time: shop-web to Production',
    ...WHAT,
    '2 changes: Fix rounding in basket totals · Ana · <4f9c2e1> and 1 more',
    'For @U0DANA',
    'Open the approval',
    '[Confirm the override…]',
  ])
  expect(notice('glass-broken', waiting())).toContain(UNTIL)
  expect(notice('override-confirmed', ended(CONFIRMED))).toEqual([
    '✓ Override confirmed by Dana Novak: shop-web to Production',
    '“It was right”',
    'For @U0DANA',
  ])
})

test('its form shows what is confirmed, and takes a comment', () => {
  const { blocks, title } = decisionModal(ended(), ROUTE, 'confirm-override')
  expect(title.text).toBe('Confirm the override')
  expect(JSON.stringify(blocks)).toContain('the shop is down')
  expect(blocks.at(-1)).toMatchObject({ type: 'input', optional: true })
})
