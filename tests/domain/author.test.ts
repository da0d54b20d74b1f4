import fc from 'fast-check'
import { coAuthorsOf } from '../../functions/domain/author.ts'
import { authorsOf } from '../../functions/domain/revision.ts'
import { anyMessage, trailerOfBen } from '../support/trailers.ts'
import { CARDS, ROUNDING, revision } from '../support/records.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

const BEN = { name: 'Ben', email: 'ben@example.com' }
const UNKNOWN = { name: null, email: null }
const CHEN = { name: 'Chen', email: 'chen@example.com' }

describe('the trailers of a commit message', () => {
  test.each([
    ['Co-authored-by: Ben <ben@example.com>', [BEN]],
    ['co-authored-by:  Ben Li  <BEN@EXAMPLE.COM>  \r', [{ name: 'Ben Li', email: 'ben@example.com' }]],
    ['Co-authored-by: <ben@example.com>', [{ name: null, email: 'ben@example.com' }]],
    ['Co-authored-by: Ben <ben@example.com> (they/them)', [BEN]],
    ['Co-authored-by: Ben <ben@example.com>\u00a0', [BEN]],
    ['Co-authored-by: Ben < ben@example.com >', [BEN]],
    ['Co-authored-by: Ben <ben@example.com', [BEN]],
    ['Co-authored-by: Ben <ben@example.com.\n >', [BEN]],
    ['Co-authored-by: Ben <ben@example.com,>', [BEN]],
    ['Co-authored-by: Ben <"ben@example.com">', [BEN]],
    ["Co-authored-by: Ben 'ben@example.com'", [BEN]],
    ['Co-authored-by: Ben <">', [{ name: 'Ben', email: null }]],
    ['Co-authored-by: Ben ben@example.com', [BEN]],
    ['Co-authored-by Ben <ben@example.com>', [BEN]],
    ['Co-authored-by : Ben <ben@example.com>', [BEN]],
    ['Co-authored-by: Ben\n <ben@example.com>', [BEN]],
    ['* Co-authored-by: Ben <ben@example.com>', [BEN]],
    ['    Co-authored-by: Ben <ben@example.com>', [BEN]],
    ['Co\u2011authored\u2011by\uff1a Ben <ben@example.com>', [BEN]],
    ['Coauthored-by: Ben <mailto:ben@example.com>', [BEN]],
    ['Thanks! Co-authored-by: Ben <ben@example.com>', [BEN]],
    ['Co-authored-by: Ben', [{ name: 'Ben', email: null }]],
    ['Co-authored-by: Okafor, Ben <ben@example.com>', [{ name: 'Okafor, Ben', email: 'ben@example.com' }]],
    ['Co-authored-by: Chen <chen@example.com>, Ben <ben@example.com>', [CHEN, BEN]],
    ['Co-authored-by: Chen <chen@example.com> (with ben@example.com)', [CHEN, { ...BEN, name: null }]],
    ['Co-authored-by: Chen <chen@example.com> and Ben', [CHEN, { name: 'Ben', email: null }]],
    ['Co-authored-by: Chen <chen@example.com>\n  Co-authored-by: Ben <ben@example.com>', [CHEN, BEN]],
    ['Co-authored-by: Chen <chen@example.com>\n\n  Ben wrote the rest', [CHEN]],
    ['Co-authored-by:', []],
    ['Signed-off-by: Ben <ben@example.com>', []],
    ['Read co-authored-by: lines again', []],
    ['', []],
  ])('%j names %j', (trailer, authors) => expect(coAuthorsOf(`Fix\n\n${trailer}`)).toEqual(authors))

  test.each(['\n', '\r\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029'])('stand on lines that %j ends', (end) => {
    const lines = ['Fix', 'Co-authored-by: Ben', 'Co-authored-by: Chen <chen@example.com>']
    expect(coAuthorsOf(lines.join(end))).toEqual([{ name: 'Ben', email: null }, CHEN])
  })

  test.each([
    ['Co-authored-by: Zoe\u0301 Anne\u2013Marie <zoe@example.com>', 'Zoé Anne-Marie'],
    ['Co-authored-by: Ben\u00a0Oka\u200bfor <ben@example.com>', 'Ben Okafor'],
    ['Co-authored-by: Be\ud83dn <ben@example.com>', 'Be\ufffdn'],
    ['Co-authored-by: Ben(pair)Okafor <ben@example.com>', 'Ben Okafor'],
    ['Co-authored-by: And ben and Chen <both@example.com>', 'ben and Chen'],
    ['Co-authored-by: renovate[bot] <bot@example.com>', 'renovate[bot]'],
    ['Co-authored-by: Ben O. <ben@example.com>', 'Ben O.'],
    ['Co-authored-by: 1Ben2 <ben@example.com>', '1Ben2'],
  ])('%j: the name is %j', (trailer, name) => {
    expect(coAuthorsOf(`Fix\n\n${trailer}`)).toMatchObject([{ name }])
  })

  test.each([
    ['a co-author without a colon within a sentence', 'Thanks, co-author Ben <ben@example.com>', []],
    ['a line that begins like a trailer, without colon and address', 'Co-authored the tests', []],
    ['a word that ends like a trailer', 'Disco-authored-by: Ben <ben@example.com>', []],
    ['a line that follows a trailer', 'Co-authored-by: Chen <chen@example.com>\nBen wrote the rest', [CHEN]],
    ['an empty line that follows a trailer', 'Co-authored-by: Chen <chen@example.com>\n \nBen', [CHEN]],
  ])('%s is no trailer: %j', (_, text, authors) => {
    expect(coAuthorsOf(`Fix\n\n${text}`)).toEqual(authors)
  })

  test('may fold over several lines', () => {
    expect(coAuthorsOf('Fix\n\nCo-authored-by: Ben\n Okafor\n <ben@example.com>')).toEqual([
      { name: 'Ben Okafor', email: 'ben@example.com' },
    ])
  })

  test('may have several comments with addresses, and any case of mailto', () => {
    const trailer = 'Co-authored-by: Chen <MAILTO:chen@example.com> (with ben@example.com) (and <eli@example.com>)'
    expect(coAuthorsOf(`Fix\n\n${trailer}`)).toEqual([
      CHEN,
      { ...BEN, name: null },
      { name: null, email: 'eli@example.com' },
    ])
  })

  test('in an indented title count for their addresses', () => {
    expect(coAuthorsOf(' Fix (co-authored-by: Ben <ben@example.com>)')).toEqual([BEN])
  })

  test('a line longer than 4,000 characters ends with an unknown author', () => {
    const name = 'x'.repeat(4_000 - ' <ben@x.example>'.length)
    const ben = { name: 'x'.repeat(200), email: 'ben@x.example' }
    const named = (value: string) => coAuthorsOf(`Fix\n\nCo-authored-by: ${value}`)
    expect(named(`${name} <ben@x.example>`)).toEqual([ben])
    expect(named(`${name} <ben@x.example> and Chen <chen@example.com>`)).toEqual([ben, UNKNOWN])
  })

  test('name people at no more than 200 characters', () => {
    const [author] = coAuthorsOf(`Fix\n\nCo-authored-by: ${'x'.repeat(201)} <${'y'.repeat(201)}@example.com>`)
    expect(author).toEqual({ name: 'x'.repeat(200), email: 'y'.repeat(200) })
  })

  test('a title that begins like a trailer names the addresses in it, and its other words are no author', () => {
    expect(coAuthorsOf('Co-authors: sort them by name')).toEqual([])
    expect(coAuthorsOf('Co-authored-by: Ben <ben@example.com>')).toEqual([BEN])
  })

  test('name twenty people at most, then an unknown one, each at a limited length', () => {
    const many = Array.from({ length: 50 }, (_, at) => `Co-authored-by: ${'x'.repeat(999)} <p${at}@example.com>`)
    expect(coAuthorsOf(many.join('\n'))).toHaveLength(21)
    expect(coAuthorsOf(many.join('\n')).at(-1)).toEqual(UNKNOWN)
    expect(coAuthorsOf(many.slice(0, 20).join('\n'))).not.toContainEqual(UNKNOWN)
    expect(JSON.stringify(coAuthorsOf(many.join('\n'))).length).toBeLessThan(10_000)
  })

  test('may be missing from a message that was cut: an unknown author stands for them', () => {
    expect(coAuthorsOf('Fix', true)).toEqual([{ name: null, email: null }])
  })

  test('give addresses without white space and brackets, whatever the message', () => {
    fc.assert(
      fc.property(anyMessage, (text) => {
        for (const { email } of coAuthorsOf(text)) if (email !== null) expect(email).toMatch(/^[^<>\s]+$/)
      }),
    )
    expect(coAuthorsOf(`Co-authored-by: ${' '.repeat(20_000)}`)).toEqual([])
  })

  test('always name the person of a trailer, in any spelling, or an author without an address', () => {
    fc.assert(
      fc.property(anyMessage, trailerOfBen, anyMessage, (before, trailer, after) => {
        const found = coAuthorsOf(`Title\n${before}\n${trailer}\n${after}`)
        expect(found.some(({ email }) => email === 'ben@example.com' || email === null)).toBe(true)
      }),
      { numRuns: wholeInCi(2_000, 400) },
    )
  })
})

describe('the authors of a change', () => {
  test('are named once each, with the first of their revisions', () => {
    const anas = revision('aaaa', 'Again', { authorEmail: 'ANA@example.com' })
    expect(authorsOf([ROUNDING, CARDS, anas])).toEqual([
      { name: 'Ana', email: 'ana@example.com', revision: '4f9c2e1' },
      { name: 'Ben', email: 'ben@example.com', revision: 'b01d7aa' },
    ])
  })

  test('are not merged if they might be two people who share an address', () => {
    const shared = { authorEmail: 'noreply@git.example' }
    const head = revision('aaaa', 'One', {
      ...shared,
      author: 'renovate[bot]',
      coAuthors: [{ name: 'Chen', email: 'noreply@git.example' }],
    })
    const other = revision('bbbb', 'Two', { ...shared, author: 'Ben Okafor' })
    expect(authorsOf([head, other, other]).map(({ name }) => name)).toEqual(['renovate[bot]', 'Chen', 'Ben Okafor'])
  })

  test('include an unknown one for each revision that names none', () => {
    const unsigned = { author: null, authorEmail: null }
    const changes = [revision('aaaa', 'One', unsigned), revision('bbbb', 'Two', unsigned)]
    expect(authorsOf(changes)).toEqual([
      { name: null, email: null, revision: 'aaaa000' },
      { name: null, email: null, revision: 'bbbb000' },
    ])
  })
})
