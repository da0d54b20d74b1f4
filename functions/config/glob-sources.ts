import picomatch from 'picomatch'
import type { GlobSources } from './glob.ts'

/** The regular expression of each of these globs. */
export const globSources = (globs: readonly string[]): GlobSources =>
  Object.fromEntries(globs.map((glob) => [glob, picomatch.makeRe(glob, { dot: true, windows: false }).source]))
