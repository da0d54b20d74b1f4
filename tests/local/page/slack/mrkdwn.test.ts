import fc from 'fast-check'
import type { Inline } from '../../../../local/page/slack/inline.ts'
import { type MrkdwnBlock, parseMrkdwn } from '../../../../local/page/slack/mrkdwn.ts'
import { anyCharacter } from '../../../support/any-character.ts'
import { wholeInCi } from '../../../support/whole-in-ci.ts'

const inline = (source: string): Inline[] => {
  const [block] = parseMrkdwn(source)
  return block && block.type !== 'preformatted' ? block.children : []
}
const text = (written: string): Inline => ({ type: 'text', text: written })

describe('emphasis', () => {
  test.each<[string, Inline[]]>([
    ['*bold*', [{ type: 'bold', children: [text('bold')] }]],
    ['_italic_', [{ type: 'italic', children: [text('italic')] }]],
    ['~strike~', [{ type: 'strike', children: [text('strike')] }]],
    ['*a _b_*', [{ type: 'bold', children: [text('a '), { type: 'italic', children: [text('b')] }] }]],
    ['`*code*`', [{ type: 'code', text: '*code*' }]],
    ['snake_case_name', [text('snake_case_name')]],
    ['2*3*4', [text('2*3*4')]],
    ['* not a bullet *', [text('* not a bullet *')]],
    ['*open', [text('*open')]],
    ['**', [text('**')]],
  ])('%s', (source, expected) => expect(inline(source)).toEqual(expected))

  test('ends at the end of its line', () => expect(inline('*a\nb*')).toContainEqual({ type: 'break' }))
})

describe('blocks', () => {
  test('quotes, written with > or &gt;, and the lines around them', () => {
    expect(parseMrkdwn('before\n> one\n&gt; two\nafter').map(({ type }) => type)).toEqual([
      'paragraph',
      'quote',
      'paragraph',
    ])
  })
  test('preformatted text keeps its marks', () => {
    expect(parseMrkdwn('see\n```\na *b* &lt;c\n```')).toEqual([
      { type: 'paragraph', children: [text('see')] },
      { type: 'preformatted', text: 'a *b* <c' },
    ])
  })
  test('an empty text', () => expect(parseMrkdwn('')).toEqual([]))
})

describe('references', () => {
  test.each<[string, Inline]>([
    ['<https://a.example/?b&amp;c|A *b*>', { type: 'link', href: 'https://a.example/?b&c', label: 'A *b*' }],
    ['<https://a.example>', { type: 'link', href: 'https://a.example', label: '' }],
    ['<mailto:ana@shop.example|Ana>', { type: 'link', href: 'mailto:ana@shop.example', label: 'Ana' }],
    ['<@U0ANA>', { type: 'user', id: 'U0ANA', label: null }],
    ['<#C0REL|releases>', { type: 'channel', id: 'C0REL', label: 'releases' }],
    ['<!subteam^S0REL>', { type: 'usergroup', id: 'S0REL', label: null }],
    ['<!here>', { type: 'broadcast', range: 'here' }],
    [
      '<!date^1392734382^{date} at {time}^https://a.example|then>',
      { type: 'date', at: 1_392_734_382_000, format: '{date} at {time}', href: 'https://a.example', fallback: 'then' },
    ],
    [':rocket:', { type: 'emoji', name: 'rocket' }],
  ])('%s', (source, expected) => expect(inline(source)).toEqual([expected]))

  test('a bare address is a link, without the full stop after it', () => {
    expect(inline('see https://a.example/b.')).toEqual([
      text('see '),
      { type: 'link', href: 'https://a.example/b', label: '' },
      text('.'),
    ])
  })
  test('verbatim text has no links of its own', () => {
    expect(parseMrkdwn('https://a.example', { verbatim: true })).toEqual([
      { type: 'paragraph', children: [text('https://a.example')] },
    ])
  })
})

describe('hostile text stays text', () => {
  test.each([
    '<javascript:alert(1)|Approve>',
    '<JaVaScRiPt:alert(1)>',
    '<data:text/html,x|y>',
    '<//evil.example|x>',
    '<https:///|x>',
    '<!unknown^1|x>',
    '<script>alert(1)</script>',
    '<@ana>',
    '<!date^soon^{date}|x>',
  ])('%s', (source) => expect(inline(source)).toEqual([text(source)]))

  test('escaped references are shown as text', () => {
    expect(inline('&lt;@U0ANA&gt; &lt;!channel&gt; &amp;lt;')).toEqual([text('<@U0ANA> <!channel> &lt;')])
  })
  test('only Slack’s three entities are decoded', () =>
    expect(inline('&quot;&#60;&nbsp;')).toEqual([text('&quot;&#60;&nbsp;')]))
})

const hrefsOf = (part: MrkdwnBlock | Inline): string[] => [
  ...('href' in part && part.href !== null ? [part.href] : []),
  ...('children' in part ? part.children.flatMap(hrefsOf) : []),
]
const pieces = fc.constantFrom(
  ...[
    '<',
    '>',
    '|',
    '^',
    '*',
    '_',
    '~',
    '`',
    '```',
    '\n',
    '&gt;',
    '&amp;',
    ':',
    ' ',
    '!date',
    '@U1',
    '{date}',
    '1392734382',
  ],
  ...['javascript:', 'JAVASCRIPT:', 'data:', 'https://', 'http:', 'mailto:', '//', '\u0000', '\t', 'a.example', 'é'],
)
const hostile = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.array(pieces, { maxLength: 60 }).map((list) => list.join('')),
)

describe('any text', () => {
  test('gives no address except http, https and mailto', () => {
    fc.assert(
      fc.property(hostile, (source) => {
        for (const href of parseMrkdwn(source).flatMap(hrefsOf)) {
          expect(['http:', 'https:', 'mailto:']).toContain(new URL(href).protocol)
        }
      }),
      { numRuns: wholeInCi(2_000, 500) },
    )
  })
  test('without markup stays as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]*[a-z]$/), (source) =>
        expect(parseMrkdwn(source, { verbatim: true })).toEqual([{ type: 'paragraph', children: [text(source)] }]),
      ),
    )
  })
  test('three thousand characters of open marks are parsed in linear time', () => {
    expect(parseMrkdwn('*_~'.repeat(1000))).toHaveLength(1)
    expect(parseMrkdwn('*a_b '.repeat(600))).toHaveLength(1)
  })
})
