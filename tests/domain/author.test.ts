import fc from 'fast-check'
import { coAuthorsOf } from '../../functions/domain/author.ts'
import { authorsOf } from '../../functions/domain/revision.ts'
import { CARDS, ROUNDING, revision } from '../support/records.ts'

describe('the trailers of a commit message', () => {
  test.each([
    ['Fix\n\nCo-authored-by: Ben <ben@example.com>', [{ name: 'Ben', email: 'ben@example.com' }]],
    ['Fix\r\n\r\nco-authored-by:  Ben Li  <BEN@EXAMPLE.COM>  \r\n', [{ name: 'Ben Li', email: 'ben@example.com' }]],
    ['Co-authored-by: <ben@example.com>', [{ name: null, email: 'ben@example.com' }]],
    ['Thanks to Co-authored-by: Ben <ben@example.com>', []],
    ['Co-authored-by: Ben', []],
    ['Co-authored-by: Ben <ben@example.com', []],
    ['Signed-off-by: Ben <ben@example.com>', []],
    ['', []],
  ])('%j names %j', (message, authors) => expect(coAuthorsOf(message)).toEqual(authors))

  test('name at most twenty authors, then an unknown one; an overlong line names no one', () => {
    const many = Array.from({ length: 50 }, (_, at) => `Co-authored-by: ${'x'.repeat(999)} <p${at}@example.com>`)
    expect(coAuthorsOf(many.join('\n'))).toHaveLength(21)
    expect(coAuthorsOf(many.join('\n')).at(-1)).toEqual({ name: null, email: null })
    expect(JSON.stringify(coAuthorsOf(many.join('\n'))).length).toBeLessThan(10_000)
  })

  test('may be missing from a message that was cut: an unknown author stands for them', () => {
    expect(coAuthorsOf('Fix', true)).toEqual([{ name: null, email: null }])
  })

  test('are parsed in linear time, whatever their text', () => {
    const words = fc.constantFrom('Co-authored-by:', ' ', '<', '>', '@', '\n', 'a')
    const message = fc.array(words, { size: 'large' }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(message, (text) => {
        for (const { email } of coAuthorsOf(text)) if (email !== null) expect(email).toMatch(/^[^<>\s]+$/)
      }),
    )
    expect(coAuthorsOf(`Co-authored-by: ${' '.repeat(20_000)}`)).toEqual([])
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

  test('include an unknown author for a revision without any', () => {
    const unsigned = { author: null, authorEmail: null }
    const changes = [revision('aaaa', 'One', unsigned), revision('bbbb', 'Two', unsigned)]
    expect(authorsOf(changes)).toEqual([
      { name: null, email: null, revision: 'aaaa000' },
      { name: null, email: null, revision: 'bbbb000' },
    ])
  })
})
