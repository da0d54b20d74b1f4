import fc from 'fast-check'
import { linearPattern } from '../../functions/domain/linear-pattern.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

const found = (pattern: string, text: string): string | null => {
  const match = linearPattern(pattern).find(text)
  return match && text.slice(match.from, match.to)
}

test.each([
  ['CHG\\d{7}', 'for CHG0012345, see there', 'CHG0012345'],
  ['CHG\\d{7}', 'CHG001234', null],
  ['(?:SHOP|PAY)-[1-9]\\d*', 'PAY-120 and SHOP-7', 'PAY-120'],
  ['^#\\d+$', '#12', '#12'],
  ['^#\\d+$', 'see #12', null],
  ['[^\\s,]+@x\\.y', 'to a@x.y, b', 'a@x.y'],
  ['[a-]+', 'b-a-', '-a-'],
  ['[+-]1', 'is -1', '-1'],
  ['a{2,3}', 'aaaa', 'aaa'],
  ['a|ab', 'xab', 'ab'],
  ['\\w+', '-aZ_9-', 'aZ_9'],
  ['\\W+', 'a-. b', '-. '],
  ['\\D+', '1a-2', 'a-'],
  ['\\s+', 'a \t\u00a0b', ' \t\u00a0'],
  ['\\S+', ' a1 ', 'a1'],
  ['a{2,}', 'baaaab', 'aaaa'],
  ['a{10,11}', 'a'.repeat(12), 'a'.repeat(11)],
  ['a{0,100}b', `${'a'.repeat(100)}b`, `${'a'.repeat(100)}b`],
  ['a{100}', 'a'.repeat(99), null],
  ['a{0}b', 'ab', 'b'],
  ['[a-c]+', '`abcd', 'abc'],
  ['[a-a]+', 'baac', 'aa'],
  ['[a-c]', '-', null],
  ['[a-c-e]', 'd', null],
  ['[a-c-e]+', 'd-e', '-e'],
  ['ba?', 'baa', 'ba'],
  ['.+', 'a\nb', 'a'],
  ['x*', 'abc', ''],
  ['b|$', 'a', ''],
])('%s in “%s” is %j', (pattern, text, match) => expect(found(pattern, text)).toBe(match))

test.each([
  ['(a)\\1', /^\\1 at character 5/],
  ['(?=a)b', /lookaround/],
  ['a**', /second quantifier/],
  ['(a', /group without its end/],
  ['[a', /class without its end/],
  ['a)', /^\) at character 2/],
  ['(((a{99}){99}){99})', /repeats too much/],
  ['(?:(?:(?:){300}){300}){300}', /repeats too much/],
  [`${'(?:'.repeat(20)}${'){300}'.repeat(20)}`, /repeats too much/],
  [`(?:${'|'.repeat(180)}){900}`, /repeats too much/],
  ['\\b', /^\\b at/],
  ['[\\.-9]', /range from a character with a backslash at character 4/],
  ['[^\\--9]', /range from a character with a backslash/],
  ['[\\d-x]', /range from a character with a backslash/],
  ['^*', /quantifier of \^ or \$/],
  ['^{2}', /quantifier of \^ or \$/],
  ['a$?', /quantifier of \^ or \$/],
  ['a{3,2}', /a range that ends before it begins/],
  ['a{1000}', /^\{ at character 2/],
  ['[c-a]', /such a range/],
  ['a\\', /^\\ at character 3/],
])('%s is refused with what is wrong', (pattern, problem) => expect(() => linearPattern(pattern)).toThrow(problem))

/** Patterns with every construct, as text. */
const { pattern: anyPattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '[\\d\\.-]', '[^\\s\\-]', '^', '$'),
    fc.tuple(tie('pattern'), tie('pattern')).map((two) => two.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map((two) => `(?:${two.join('|')})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('?', '*', '+', '{2}', '{1,2}'))
      .map(([one, times]) => `(?:${one})${times}`),
  ),
}))

test('for every pattern and text, there is a match where JavaScript has one, and it begins there', () => {
  fc.assert(
    fc.property(anyPattern, fc.string({ unit: fc.constantFrom('a', 'b', '1', ' '), maxLength: 8 }), (pattern, text) => {
      expect(linearPattern(pattern).find(text)?.from).toBe(new RegExp(pattern).exec(text)?.index)
    }),
  )
})

const PIECES = ['a', '1', '9', '.', '-', '^', '$', '[', '[^', ']', '(?:', '(', ')', '|', '?', '*', '+', '{2}', '{0,1}']
const ESCAPES = ['\\.', '\\-', '\\]', '\\d', '\\S', '\\w', '\\\\']
const TEXT = ['a', '1', '5', '9', '.', '-', ',', ' ', ']', '\\', '^', '\n', '\r', '\u2028', '\u2029']

const orNull = <T>(make: () => T): T | null => {
  try {
    return make()
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const agreesWithJavaScript = (pattern: string, text: string): void => {
  const linear = orNull(() => linearPattern(pattern))
  if (linear) expect([pattern, linear.find(text)?.from]).toEqual([pattern, new RegExp(pattern).exec(text)?.index])
}

test('every class that is accepted matches where it does in JavaScript, with escapes and ranges', () => {
  const inClass = fc.array(fc.constantFrom('a', '1', '9', '.', '-', '^', '+', ...ESCAPES), { maxLength: 5 })
  const text = fc.string({ unit: fc.constantFrom(...TEXT), maxLength: 4 })
  fc.assert(
    fc.property(fc.constantFrom('[', '[^'), inClass, text, (begin, items, text) =>
      agreesWithJavaScript(`${begin}${items.join('')}]`, text),
    ),
    { numRuns: wholeInCi(2_000, 400) },
  )
})

test('every pattern that is accepted is one of JavaScript, and matches where it does there', () => {
  const pieces = fc.array(fc.constantFrom(...PIECES, ...ESCAPES), { maxLength: 8 })
  const text = fc.string({ unit: fc.constantFrom(...TEXT), maxLength: 6 })
  fc.assert(
    fc.property(pieces, text, (pieces, text) => agreesWithJavaScript(pieces.join(''), text)),
    { numRuns: wholeInCi(5_000, 1_000) },
  )
})

test('a pattern has at most two hundred characters, a thousand states and five thousand repeated parts', () => {
  const refused = (pattern: string) => () => linearPattern(pattern)
  expect(refused('a'.repeat(200))).not.toThrow()
  expect(refused('a'.repeat(201))).toThrow(/expected at most 200 characters/)
  expect(refused('a{999}')).not.toThrow()
  expect(refused('a{999}a')).toThrow(/repeats too much/)
  expect(refused('aa{998}')).not.toThrow()
  expect(refused('aaa{998}')).toThrow(/repeats too much/)
  const emptyGroups = (times: number) => `(?:${'(?:)'.repeat(times)}){999}`
  expect(refused(emptyGroups(3))).not.toThrow()
  expect(refused(emptyGroups(4))).toThrow(/repeats too much/)
  expect(refused(emptyGroups(3) + '(?:)'.repeat(4))).not.toThrow()
  expect(refused(emptyGroups(3) + '(?:)'.repeat(5))).toThrow(/repeats too much/)
})

test('a pattern for which JavaScript tries every way to split the text ends soon', () => {
  expect(linearPattern('^(?:a+)+$').find(`${'a'.repeat(3_000)}b`)).toBeNull()
})
