import fc from 'fast-check'
import { h } from 'preact'
import { readBlocks, readView } from '../../../../local/page/slack/block-kit.ts'
import { Message } from '../../../../local/page/slack/message.tsx'
import { renderAs } from '../render.tsx'
import { approvalMessage, busySnapshot, button, DANA, FINN, message } from '../snapshots.ts'
import { anyCharacter } from '../../../support/any-character.ts'
import { wholeInCi } from '../../../support/whole-in-ci.ts'

const snapshot = busySnapshot()
const draw = (blocks: unknown[], me = DANA, change = {}) =>
  renderAs(me, snapshot, h(Message, { channelId: 'C0', message: message('1.0', 'text', blocks, change) }))
const mrkdwn = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })
const plain = (text: string) => ({ type: 'plain_text', text })

test('the approval as it is posted', () => {
  const html = renderAs(DANA, snapshot, h(Message, { channelId: 'C0', message: approvalMessage }))
  expect(html).toContain('Approve flask-app to Production?')
  expect(html).toContain('<span class="app-badge">APP</span>')
  expect(html).toContain('slack-button--primary')
  expect(html).toMatch(/<a class="slack-button [^>]*href="https:\/\/console\.example\/flask-app"[^>]*target="_blank"/)
  expect(html).toContain('<code>4f9c2e1</code>')
})

test.each([
  ['header', [{ type: 'header', text: plain('Hello :rocket:') }], '<h4 class="block-header">Hello 🚀</h4>'],
  ['divider', [{ type: 'divider' }], '<hr class="block-divider"/>'],
  ['context', [{ type: 'context', elements: [plain('a'), { type: 'mrkdwn', text: '*b*' }] }], '<b>b</b>'],
  ['two columns', [{ type: 'section', fields: [plain('a'), plain('b')] }], '<div>a</div><div>b</div>'],
  ['accessory', [{ ...mrkdwn('a'), accessory: button('go', 'Go') }], '<span>Go</span></button>'],
  ['image', [{ type: 'image', image_url: 'https://elsewhere.example/x.png', alt_text: 'A graph' }], '>A graph<'],
  [
    'table of data',
    [
      {
        type: 'data_table',
        caption: 'Each pipeline',
        rows: [
          [
            { type: 'raw_text', text: 'Pipeline' },
            { type: 'raw_text', text: 'Deployments' },
          ],
          [
            { type: 'raw_text', text: 'shop-web' },
            { type: 'raw_number', value: 2, text: '██ 2' },
          ],
        ],
      },
    ],
    '<tr><th scope="row">shop-web</th><td class="number">██ 2</td></tr>',
  ],
  ['unknown block', [{ type: 'video' }], 'video is not shown here'],
  ['unknown element', [{ type: 'actions', elements: [{ type: 'datepicker' }] }], 'datepicker is not shown here'],
  ['a section that is malformed', [{ type: 'section', text: 4 }], 'section is not shown here'],
])('%s', (_, blocks, expected) => {
  const html = draw(blocks)
  expect(html).toContain(expected)
  expect(html).not.toContain('<img')
})

test('one malformed block does not affect the others', () => {
  expect(draw([null, { type: 'video' }, mrkdwn('still here')])).toContain('still here')
})

test('rich text: lists, links in code, styles, mentions, lines', () => {
  const leaf = { type: 'link', url: 'https://a.example/1', text: '4f9c2e1', style: { code: true } }
  const unsafe = { type: 'link', url: 'javascript:alert(1)', text: 'Approve' }
  const section = (...elements: object[]) => ({ type: 'rich_text_section', elements })
  const html = draw([
    {
      type: 'rich_text',
      elements: [
        section({ type: 'text', text: 'Needs ', style: { bold: true } }, { type: 'user', user_id: FINN.id }),
        { type: 'rich_text_list', style: 'bullet', elements: [section(leaf), section(unsafe)] },
        { type: 'rich_text_quote', elements: [{ type: 'text', text: 'q' }] },
      ],
    },
  ])
  expect(html).toContain('<b>Needs </b>')
  expect(html).toContain('@Finn Larsen')
  expect(html).toContain('<li><code><a href="https://a.example/1"')
  expect(html).toContain('<li>Approve</li>')
  expect(html).toContain('<blockquote>q</blockquote>')
})

test('names, channels and groups; the reader’s own are marked', () => {
  const html = draw([mrkdwn('<@U0DANA> <@U0NOBODY> <#C0RELEASES> <!subteam^S0RELMGRS> <!here>')])
  expect(html).toContain('<span class="mention mention--me">@Dana Novak</span>')
  expect(html).toContain('@U0NOBODY')
  expect(html).toContain('#releases')
  expect(html).toContain('<span class="mention mention--me">@release-managers</span>')
  expect(draw([mrkdwn('<@U0DANA>')], FINN)).not.toContain('mention--me')
})

test('a message without blocks shows its text', () => expect(draw([])).toContain('<p>text</p>'))

test('a private message says so', () => {
  expect(draw([], FINN, { onlyFor: FINN.id })).toContain('Only visible to you')
})

test('hostile text never becomes an element or an unsafe address', () => {
  const parts = [
    '<script>',
    '<img src=x onerror=y>',
    '<javascript:x|y>',
    '"',
    "'",
    '*',
    '`',
    '\n',
    '&lt;',
    'https://a/"onx="',
  ]
  const hostile = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.array(fc.constantFrom(...parts)).map((list) => list.join('')),
  )
  fc.assert(
    fc.property(hostile, (text) => {
      const html = draw([
        mrkdwn(text),
        { type: 'header', text: plain(text) },
        { type: 'actions', elements: [button('a', text, { url: text })] },
      ])
      expect(html).not.toMatch(/<(?:script|img|iframe|style)|<[^>]* on\w+=(?=[^>]*>)(?![^<]*")/i)
      for (const [, href] of html.matchAll(/<a [^>]*?href="([^"]*)"/g)) expect(href).toMatch(/^(https?:\/\/|mailto:)/i)
    }),
    { numRuns: wholeInCi(200, 50) },
  )
})

test('missing ids are filled in by position', () => {
  expect(readBlocks([{ type: 'divider' }, { type: 'actions', block_id: 'mine', elements: [] }])).toMatchObject([
    { block_id: 'block-0' },
    { block_id: 'mine' },
  ])
})

test('a view without a title is null', () => expect(readView({ type: 'modal', blocks: [] })).toBeNull())

test('reading never throws', () => {
  fc.assert(fc.property(fc.array(fc.anything()), (blocks) => expect(readBlocks(blocks)).toHaveLength(blocks.length)))
})
