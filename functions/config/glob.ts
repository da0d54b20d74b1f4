import { ownEntry } from '../own-entry.ts'

/** Each glob of greenlight.yml as a regular expression (glob-sources.ts): no function loads a library for globs. */
export type GlobSources = Readonly<Record<string, string>>

/**
 * Whether a name matches one of these globs. A dot is an ordinary character of a name: `*` matches `v1.2`, `.hidden`, and
 * the names `.` and `..`, which CodePipeline allows and a glob for files leaves out. `letterCase` says whether capital
 * letters make another name, as they do in the names of AWS.
 *
 * @throws if a glob has no regular expression.
 */
export const matchesGlob = (
  sources: GlobSources,
  globs: string | readonly string[],
  name: string,
  letterCase: LetterCase = 'differs',
): boolean =>
  [globs].flat().some((glob) => {
    const source = ownEntry(sources, glob)
    if (source === undefined) throw new Error(`The glob ${glob} is not compiled`)
    const pattern = new RegExp(source, letterCase === 'is-the-same' ? 'i' : '')
    const isMatch = (text: string): boolean => text === glob || (text !== '' && pattern.test(text))
    return isMatch(name) || (DOTS.test(name) && isMatch(name.replaceAll('.', NO_CHARACTER_OF_A_NAME)))
  })

export type LetterCase = 'differs' | 'is-the-same'

const DOTS = /^\.{1,2}$/
const NO_CHARACTER_OF_A_NAME = '\u0001'
