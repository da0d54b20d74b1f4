import fc from 'fast-check'

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
/** What people and tools write into commit messages, in any order. */
export const anyMessage = fc.array(words, { size: 'large' }).map((parts) => parts.join(''))

const oneOf = (...spellings: string[]) => fc.constantFrom(...spellings)
/** A trailer that names Ben, in spellings that people and tools have. */
export const trailerOfBen = fc
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
    oneOf(
      '<ben@example.com>',
      '< BEN@example.com >',
      'ben@example.com',
      '<ben@example.com',
      '(ben@example.com)',
      '<ben@example.com.>',
      '<"ben@example.com">',
      "'ben@example.com'",
    ),
    oneOf('', ' ', '\u00a0', ' (they/them)', ',', '.', ' # pair'),
  )
  .map((parts) => parts.join(''))
