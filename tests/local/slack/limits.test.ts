import { checkContent } from '../../../local/slack/message-content.ts'
import { problemsOfView } from '../../../local/slack/block-kit.ts'
import { approvalMessage } from '../../../functions/slack/approval-message.ts'
import { decisionModal } from '../../../functions/slack/decision-modal.ts'
import { messageProblems, modalProblems } from '../../support/block-kit-limits.ts'
import { cardOf } from '../../support/cards.ts'
import { approval } from '../../support/records.ts'

/*
 * The workspace's Slack must refuse everything that Slack refuses; otherwise a message that works there fails in a real
 * channel. The tests of messages use tests/support/block-kit-limits.ts; this test compares it with the workspace's
 * Slack.
 */

type Change = (json: string) => string

const MESSAGE = approvalMessage(cardOf(approval()))
const MODAL = decisionModal(approval(), null, 'reject')
const long = (length: number) => 'x'.repeat(length)
const texts = (count: number, type = 'mrkdwn', length = 1) =>
  Array.from({ length: count }, () => ({ type, text: long(length) }))
const button = (more: object) => ({
  type: 'actions',
  block_id: 'b',
  elements: [
    { type: 'button', action_id: 'a', text: { type: 'plain_text', text: 'Go' }, accessibility_label: 'Go', ...more },
  ],
})
const confirm = (more: object) =>
  button({
    confirm: {
      ...Object.fromEntries(
        ['title', 'text', 'confirm', 'deny'].map((name) => [name, { type: 'plain_text', text: name }]),
      ),
      ...more,
    },
  })
const rich = (element: object) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [element] }],
})
const plain = (length: number) => ({ type: 'plain_text', text: long(length) })

const refusal = (blocks: unknown[]): unknown => {
  const checked = checkContent({ blocks })
  return 'refusal' in checked ? checked.refusal.error : null
}

test('accepts what Greenlight writes', () => {
  expect(messageProblems(MESSAGE)).toEqual([])
  expect(refusal(MESSAGE.blocks as unknown[])).toBeNull()
  expect(modalProblems(MODAL)).toEqual([])
  expect(problemsOfView(MODAL as unknown as Record<string, unknown>)).toEqual([])
})

const cell = (text = 'x') => ({ type: 'raw_text', text })
const table = (rows: object[][], more = {}) => ({
  type: 'data_table',
  caption: 'Each pipeline',
  page_size: 5,
  rows,
  ...more,
})
const rows = (count: number, columns = 1) =>
  Array.from({ length: count }, () => Array.from({ length: columns }, () => cell()))

test('accepts a table of data', () => {
  const blocks = [
    table([
      [cell('Pipeline'), cell('Deployments')],
      [cell('shop-web'), { type: 'raw_number', value: 2, text: '2' }],
    ]),
  ]
  expect(messageProblems({ text: 'x', blocks })).toEqual([])
  expect(refusal(blocks)).toBeNull()
  expect(refusal([table(rows(101, 20), { page_size: 100 })])).toBe('msg_blocks_too_long')
})

test.each<[string, object[]]>([
  ['a table of a header alone', [table(rows(1))]],
  ['a table of 102 rows', [table(rows(102))]],
  ['a table of 21 columns', [table(rows(2, 21))]],
  ['a table with rows of several lengths', [table([[cell(), cell()], [cell()]])]],
  ['a table with an empty cell', [table([[cell()], [cell('')]])]],
  [
    'a table with a text as the value of a number',
    [table([[cell()], [{ type: 'raw_number', value: '2', text: '2' }]])],
  ],
  ['a table without a caption', [table(rows(2), { caption: undefined })]],
  ['a table with pages of 101 rows', [table(rows(2), { page_size: 101 })]],
  ['a table with rich text in the header', [table([[{ type: 'rich_text', elements: [] }], [cell()]])]],
  ['a table of 10001 characters', [table([[cell()], [cell(long(10_000))]])]],
  ['a header of 151 characters', [{ type: 'header', text: plain(151) }]],
  ['an empty header', [{ type: 'header', text: plain(0) }]],
  ['a header with markup', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }]],
  ['a section of 3001 characters', [{ type: 'section', text: { type: 'mrkdwn', text: long(3_001) } }]],
  ['a section without a text', [{ type: 'section' }]],
  ['a context of eleven texts', [{ type: 'context', elements: texts(11) }]],
  ['a context of none', [{ type: 'context', elements: [] }]],
  ['a context text of 2001 characters', [{ type: 'context', elements: texts(1, 'mrkdwn', 2_001) }]],
  ['an empty context text', [{ type: 'context', elements: texts(1, 'mrkdwn', 0) }]],
  ['no button', [{ type: 'actions', block_id: 'b', elements: [] }]],
  ['26 buttons', [{ ...button({}), elements: Array.from({ length: 26 }, () => button({}).elements[0]) }]],
  ['a block id of 256 characters', [{ ...button({}), block_id: long(256) }]],
  ['a block id used twice', [button({}), button({})]],
  ['a button of 76 characters', [button({ text: plain(76) })]],
  ['a button with no text', [button({ text: plain(0) })]],
  ['a button with markup', [button({ text: { type: 'mrkdwn', text: 'x' } })]],
  ['a button value of 2001 characters', [button({ value: long(2_001) })]],
  ['an action id of 256 characters', [button({ action_id: long(256) })]],
  ['a button that leads nowhere', [button({ url: 'nowhere' })]],
  ['a button with an address of 3001 characters', [button({ url: `https://example.com/${long(3_000)}` })]],
  ['a label for screen readers of 76 characters', [button({ accessibility_label: long(76) })]],
  ['an unknown style', [button({ style: 'warning' })]],
  ['a question with a title of 101 characters', [confirm({ title: plain(101) })]],
  ['a question of 301 characters', [confirm({ text: plain(301) })]],
  ['a question whose yes has 31 characters', [confirm({ confirm: plain(31) })]],
  ['a question whose no is missing', [confirm({ deny: undefined })]],
  ['an empty text', [rich({ type: 'text', text: '' })]],
  ['a link that leads nowhere', [rich({ type: 'link', url: 'nowhere', text: 'x' })]],
  ['a link without a text', [rich({ type: 'link', url: 'https://example.com', text: '' })]],
  ['a mention without a user ID', [rich({ type: 'user', user_id: 'dana' })]],
  ['a date without a time', [rich({ type: 'date', format: '{date}', fallback: 'x' })]],
  ['a date without a format', [rich({ type: 'date', timestamp: 1, format: 'today', fallback: 'x' })]],
  ['a paragraph of nothing', [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [] }] }]],
  ['no paragraph', [{ type: 'rich_text', elements: [] }]],
  ['a block that there is not', [{ type: 'sections' }]],
  ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'section', text: { type: 'mrkdwn', text: 'x' } }))],
])('refuses %s, as Slack does', (_, blocks) => {
  expect(messageProblems({ text: 'x', blocks })).not.toEqual([])
  expect(refusal(blocks)).toBe('invalid_blocks')
})

test('refuses blocks that are too long together, though each is short enough', () => {
  const blocks = texts(5, 'mrkdwn', 2_700).map((text) => ({ type: 'section', text }))
  expect(messageProblems({ text: 'x', blocks })).not.toEqual([])
  expect(refusal(blocks)).toBe('msg_blocks_too_long')
  expect(refusal(blocks.slice(0, 4))).toBeNull()
})

test.each<[string, Change]>([
  ['a title of 25 characters', (json) => json.replace(/("title":{"type":"plain_text","text":")[^"]*/, `$1${long(25)}`)],
  ['an empty title', (json) => json.replace(/("title":{"type":"plain_text","text":")[^"]*/, '$1')],
  [
    'a button of 25 characters',
    (json) => json.replace(/("submit":{"type":"plain_text","text":")[^"]*/, `$1${long(25)}`),
  ],
  ['a note to itself of 3001 characters', (json) => json.replace(/"private_metadata":"/, `$&${long(3_000)}`)],
  [
    'a question of 2001 characters',
    (json) => json.replace(/("label":{"type":"plain_text","text":")[^"]*/, `$1${long(2_001)}`),
  ],
  ['room for 3001 characters', (json) => json.replace(/"max_length":\d+/, '"max_length":3001')],
])('refuses a modal with %s, as Slack does', (_, change) => {
  const json = JSON.stringify(MODAL)
  const changed = JSON.parse(change(json)) as Record<string, unknown>
  expect(JSON.stringify(changed)).not.toBe(json)
  expect(problemsOfView(changed)).not.toEqual([])
  expect(modalProblems(changed)).not.toEqual([])
})
