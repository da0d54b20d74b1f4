import fc from 'fast-check'
import picomatch from 'picomatch'
import { globSources } from '../../functions/config/glob-sources.ts'
import { matchesGlob } from '../../functions/config/glob.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

const matches = (glob: string, name: string): boolean => matchesGlob(globSources([glob]), glob, name)

test.each([
  ['shop-*', 'shop-web', true],
  ['shop-*', 'web', false],
  ['*', 'v1.2', true],
  ['*', '.hidden', true],
  ['*', '.', true],
  ['..', '..', true],
  ['?', '.', true],
  ['Shop', 'shop', false],
  ['{a,b}-?', 'b-1', true],
  ['release/**', 'release/2026/1', true],
  ['!(main)', 'main', false],
  ['!(main)', 'next', true],
  ['dependabot[bot]', 'dependabot[bot]', true],
  ['*', '', false],
])('%s and %j', (glob, name, expected) => {
  expect(matches(glob, name)).toBe(expected)
})

test('one of several globs is enough, and letter case can make no difference', () => {
  const globs = ['a*', 'B*']
  expect(matchesGlob(globSources(globs), globs, 'bc')).toBe(false)
  expect(matchesGlob(globSources(globs), globs, 'bc', 'is-the-same')).toBe(true)
})

test('a glob that is not compiled is an error, and matches nothing', () => {
  expect(() => matchesGlob(globSources(['a']), 'b', 'b')).toThrow('The glob b is not compiled')
})

const text = fc.string({ unit: fc.constantFrom(...'ab.-/*?[]{}!()+@,|1'), minLength: 1, maxLength: 8 })

test('a compiled glob matches what the library matches', () => {
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 5 }), fc.boolean(), (glob, names, isSame) => {
      const library = picomatch(glob, { dot: true, windows: false, nocase: isSame })
      const letterCase = isSame ? 'is-the-same' : 'differs'
      for (const name of [...names, glob, glob.replaceAll(/[*?]/g, 'a')])
        // The names that only dots make are told apart by Greenlight.
        if (!/^\.{1,2}$/.test(name))
          expect([name, matchesGlob(globSources([glob]), glob, name, letterCase)]).toEqual([name, library(name)])
    }),
    { numRuns: wholeInCi(500, 100) },
  )
})
