import fc from 'fast-check'
import { DECISIONS } from '../../functions/slack/approval-buttons.ts'
import type { Decision } from '../../functions/slack/approval-buttons.ts'
import { approvalMessage } from '../../functions/slack/approval-message.ts'
import { decisionModal } from '../../functions/slack/decision-modal.ts'
import { executionMessage } from '../../functions/slack/execution-message.ts'
import { addresses, messageProblems, modalProblems, mrkdwnTexts } from './block-kit-limits.ts'
import { MARK, hostileApprovalCard, hostileExecutionCard } from './hostile-records.ts'

/** Nothing that somebody else wrote is read as markup, and no click leads anywhere but to a page. */
const expectInert = (of: unknown) => {
  expect(mrkdwnTexts(of).filter((text) => text.includes(MARK) || text.includes('<!channel>'))).toEqual([])
  expect(addresses(of).filter((url) => !/^https?:\/\/\S+$/.test(url))).toEqual([])
}

describe('whatever people write into names, commits, comments and links', () => {
  test('the approval’s message keeps to Slack’s limits and reads none of it as markup', () => {
    fc.assert(
      fc.property(hostileApprovalCard, (card) => {
        const message = approvalMessage(card)
        expect(messageProblems(message)).toEqual([])
        expectInert(message.blocks)
      }),
      { numRuns: 200 },
    )
  })

  test('the execution’s message does', () => {
    fc.assert(
      fc.property(hostileExecutionCard, (card) => {
        const message = executionMessage(card)
        expect(messageProblems(message)).toEqual([])
        expectInert(message.blocks)
      }),
      { numRuns: 200 },
    )
  })

  test('the modal does', () => {
    fc.assert(
      fc.property(
        hostileApprovalCard,
        fc.constantFrom(...(Object.keys(DECISIONS) as Decision[])),
        ({ approval, route }, decision) => {
          if (!route) return
          const modal = decisionModal(approval, route, decision)
          expect(modalProblems(modal)).toEqual([])
          expectInert(modal)
        },
      ),
      { numRuns: 200 },
    )
  })
})
