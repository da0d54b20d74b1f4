import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import picomatch from 'picomatch'
import type { Artifacts } from './buildspec.ts'

/**
 * Copies the files that a buildspec's `artifacts` names into the output artifact. Returns their number. Throws a
 * sentence if the base directory is missing or no file matches, as CodeBuild's UPLOAD_ARTIFACTS fails.
 */
export const copyArtifacts = async (options: {
  from: string
  to: string
  artifacts: Artifacts
  log: (line: string) => void
}): Promise<number> => {
  const { artifacts, log, to } = options
  const base = join(options.from, artifacts['base-directory'])
  if (!(await isDirectory(base))) throw new Error(`artifacts: base-directory ${artifacts['base-directory']} is missing`)
  const files = await filesBelow(base)
  const patterns = artifacts.files.map((pattern) => ({ pattern, matches: matcher(pattern) }))
  for (const { pattern, matches } of patterns)
    if (!files.some((file) => matches(file))) log(`artifacts: nothing matches ${pattern}`)
  const excluded = artifacts['exclude-paths'].map(matcher)
  const wanted = files.filter(
    (file) => patterns.some(({ matches }) => matches(file)) && !excluded.some((matches) => matches(file)),
  )
  if (wanted.length === 0) throw new Error(`artifacts: no file matches ${artifacts.files.join(', ')}`)
  for (const file of wanted) {
    const target = join(to, artifacts['discard-paths'] ? basename(file) : file)
    await mkdir(dirname(target), { recursive: true })
    await copyFile(join(base, file), target)
  }
  return wanted.length
}

/**
 * The files below `directory` that match one of the patterns, as paths with forward slashes; none if the directory is
 * missing.
 */
export const filesMatching = async (directory: string, patterns: readonly string[]): Promise<string[]> => {
  if (!(await isDirectory(directory))) return []
  const matches = patterns.map(matcher)
  return (await filesBelow(directory)).filter((file) => matches.some((one) => one(file)))
}

/** Files whose names begin with a dot are files like others to CodeBuild. */
const matcher = (pattern: string) => picomatch(pattern.replace(/^\.\//, ''), { dot: true })

/** Paths with forward slashes, relative to `directory`. Symbolic links do not survive an artifact's zip file. */
const filesBelow = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

const isDirectory = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
