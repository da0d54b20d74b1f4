import picomatch from 'picomatch'

/**
 * Whether a name matches one of these globs. A dot is an ordinary character of a name: `*` matches `v1.2`, `.hidden`, and
 * the names `.` and `..`, which CodePipeline allows and a glob for files leaves out.
 */
export const matchesGlob = (globs: string | readonly string[], name: string): boolean => {
  const isMatch = picomatch(globs as string | string[], { dot: true })
  return isMatch(name) || (DOTS.test(name) && isMatch(name.replaceAll('.', NO_CHARACTER_OF_A_NAME)))
}

const DOTS = /^\.{1,2}$/
const NO_CHARACTER_OF_A_NAME = '\u0001'
