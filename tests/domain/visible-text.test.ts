import fc from 'fast-check'
import { oneLine, visible } from '../../functions/domain/visible-text.ts'
import { anyCharacter } from '../support/any-character.ts'

const BLANK_ALONE = ['\u2800', '\u200b', '\u3164', '\u2060', '\u00ad', '\u034f', '\u115f', '\u202e', '\ufe0f', '\u0000']

test.each(BLANK_ALONE.map((char) => [char.codePointAt(0)!.toString(16), char]))(
  'U+%s alone gives an empty text, and beside a letter it is left out',
  (_, char) => {
    expect(visible(`${char} ${char}`).trim()).toBe('')
    expect(oneLine(`a${char}`)).toBe('a')
  },
)

test.each([
  ['a\tb\u00a0c\u3000d', 'a b c d', 'a b c d'],
  ['a\r\nb\u2028c\u2029d\u0085e\rf', 'a\nb\nc\nd\ne\nf', 'a b c d e f'],
  ['  two   spaces ', '  two   spaces ', 'two spaces'],
  ['👩‍👩‍👧 ❤️ 🏴‍☠️ 1️⃣ 👍🏽', '👩‍👩‍👧 ❤️ 🏴‍☠️ 1️⃣ 👍🏽', '👩‍👩‍👧 ❤️ 🏴‍☠️ 1️⃣ 👍🏽'],
  ['née café日本', 'née café日本', 'née café日本'],
  ['half \ud83d', 'half \ufffd', 'half \ufffd'],
])('%j is shown as %j, and as %j in one line', (text, shown, line) => {
  expect(visible(text)).toBe(shown)
  expect(oneLine(text)).toBe(line)
})

test('for every text, one line is one line, and a second pass changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\n\r\u2028\u2029\u0085\t]|^\s|\s$|\s\s/)
      expect(oneLine(oneLine(text))).toBe(oneLine(text))
      expect(visible(visible(text))).toBe(visible(text))
    }),
  )
})
