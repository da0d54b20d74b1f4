import fc from 'fast-check'
import { coAuthorsOf } from '../../functions/domain/author.ts'
import { authorsOf } from '../../functions/domain/revision.ts'
import { CARDS, ROUNDING, revision } from '../support/records.ts'

const BEN = { name: 'Ben', email: 'ben@example.com' }
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

  test('a title that begins like a trailer names the addresses in it, and its other words are no author', () => {
    expect(coAuthorsOf('Co-authors: sort them by name')).toEqual([])
    expect(coAuthorsOf('Co-authored-by: Ben <ben@example.com>')).toEqual([BEN])
  })

  test('name twenty people at most, then an unknown one, each at a limited length', () => {
    const many = Array.from({ length: 50 }, (_, at) => `Co-authored-by: ${'x'.repeat(999)} <p${at}@example.com>`)
    expect(coAuthorsOf(many.join('\n'))).toHaveLength(21)
    expect(coAuthorsOf(many.join('\n')).at(-1)).toEqual({ name: null, email: null })
    expect(JSON.stringify(coAuthorsOf(many.join('\n'))).length).toBeLessThan(10_000)
  })

  test('may be missing from a message that was cut: an unknown author stands for them', () => {
    expect(coAuthorsOf('Fix', true)).toEqual([{ name: null, email: null }])
  })

  const words = fc.constantFrom(
    'Co-authored-by:',
    'Fix',
    ' ',
    '\t',
    '<',
    '>',
    '(',
    ')',
    '@',
    ',',
    '\n',
    '\r',
    '-',
    'a',
    '\u200b',
  )
  const message = fc.array(words, { size: 'large' }).map((parts) => parts.join(''))

  test('give addresses without white space and brackets, whatever the message', () => {
    fc.assert(
      fc.property(message, (text) => {
        for (const { email } of coAuthorsOf(text)) if (email !== null) expect(email).toMatch(/^[^<>\s]+$/)
      }),
    )
    expect(coAuthorsOf(`Co-authored-by: ${' '.repeat(20_000)}`)).toEqual([])
  })

  test('always name the person of a trailer, in any spelling, or an author without an address', () => {
    const oneOf = (...spellings: string[]) => fc.constantFrom(...spellings)
    const spelling = fc
      .tuple(
        oneOf('', ' ', '\t', '* ', '- ', '> ', '\u200b', '\u00a0'),
        oneOf(
          'Co-authored-by',
          'co-authored-by',
          'CO-AUTHORED-BY',
          'Co\u2010authored\u2010by',
          'Coauthored-by',
          'Co-author',
        ),
        oneOf(':', ' :', ': ', '\uff1a', ':\t'),
        oneOf('Ben', 'Ben Okafor', '"Okafor, Ben"', 'Chen <chen@example.com>, Ben', 'Chen <chen@example.com> &', ''),
        oneOf(' ', '\n ', '\r\n\t', ' (pair) '),
        oneOf('<ben@example.com>', '< BEN@example.com >', 'ben@example.com', '<ben@example.com', '(ben@example.com)'),
        oneOf('', ' ', '\u00a0', ' (they/them)', ',', '.', ' # pair'),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(message, spelling, message, (before, trailer, after) => {
        const found = coAuthorsOf(`Title\n${before}\n${trailer}\n${after}`)
        expect(found.some(({ email }) => email === 'ben@example.com' || email === null)).toBe(true)
      }),
      { numRuns: 2_000 },
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

  test('are not merged where they might be two people who share an address', () => {
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
