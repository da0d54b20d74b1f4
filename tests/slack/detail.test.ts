import { approvalMessage } from '../../functions/slack/approval-message.ts'
import { addresses, messageProblems, readable } from '../support/block-kit-limits.ts'
import { cardOf } from '../support/cards.ts'
import { DAY, START, approval, revision } from '../support/records.ts'

const longUrl = (name: string) => `https://example.com/${name}/${'x'.repeat(2_900)}`
const linked = (id: string) => ({ ...revision(id, `Change ${id}`), url: longUrl(id) })

/** The changes that differ, those that are live, and the newer ones: each with an address as long as Slack takes. */
const crowded = approval({
  request: { customData: 'Check the basket first.', reviewUrl: longUrl('review') },
  change: {
    ...approval().change,
    revisions: [linked('4f9c2e1')],
    since: {
      changed: [],
      releasedAt: START - DAY,
      included: [linked('4f9c2e1'), linked('77e0c3d')],
      count: 2,
      more: false,
      newer: linked('9aa01bc'),
    },
    live: [
      { stage: 'Production', executionId: 'e0', since: START - DAY, revisions: [linked('84f95a3')], approvedBy: null },
    ],
  },
  newer: { executionId: 'e2', revision: linked('5d1e0aa'), startedAt: null },
})

test('an approval whose links alone are larger than Slack takes keeps its words and loses the long addresses', () => {
  const message = approvalMessage(cardOf(crowded))
  expect(messageProblems(message)).toEqual([])
  for (const id of ['4f9c2e1', '77e0c3d', '9aa01bc', '84f95a3', '5d1e0aa'])
    expect(readable(message.blocks)).toContain(id)
  expect(addresses(message.blocks).filter((url) => url.length > 300)).toEqual([])
})

test('a link that fits stays', () => {
  const one = approval({ request: { customData: null, reviewUrl: longUrl('review') } })
  expect(addresses(approvalMessage(cardOf(one)).blocks)).toContain(longUrl('review'))
})
