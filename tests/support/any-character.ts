import fc from 'fast-check'

const codeOf = (text: unknown): number => {
  if (typeof text !== 'string' || [...text].length !== 1) throw new Error('not one character')
  return text.codePointAt(0)!
}

/**
 * Any character of Unicode and any half of one, for `fc.string({ unit: anyCharacter })`. fast-check's own unit `binary`
 * is the same, but keeps a table of all 1.1 million of them, which takes seconds to make in every test file.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .nat({ max: 0x10ffff })
  .map((code) => String.fromCodePoint(code), codeOf)
