import picomatch from 'picomatch'

/**
 * Whether a name matches one of these globs. A dot is an ordinary character of a name: `*` matches `v1.2`, `.hidden`, and
 * the names `.` and `..`, which CodePipeline allows and a glob for files leaves out. `letterCase` says whether capital
 * letters make another name, as they do in the names of AWS.
 */
export const matchesGlob = (
  globs: string | readonly string[],
  name: string,
  letterCase: LetterCase = 'differs',
): boolean => {
  const isMatch = picomatch(globs as string | string[], { dot: true, nocase: letterCase === 'is-the-same' })
  return isMatch(name) || (DOTS.test(name) && isMatch(name.replaceAll('.', NO_CHARACTER_OF_A_NAME)))
}

export type LetterCase = 'differs' | 'is-the-same'

const DOTS = /^\.{1,2}$/
const NO_CHARACTER_OF_A_NAME = '\u0001'
