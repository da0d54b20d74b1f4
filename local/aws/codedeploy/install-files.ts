import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path'
import type { Appspec } from './appspec.ts'

/**
 * CodeDeploy's Install: removes the files of the last installation, then copies the files that `files` names, each
 * destination below `root` (`/opt/app` becomes `<root>/opt/app`). Returns the files that it owns now. Throws a sentence
 * before it copies any file if a source is missing, if two sources have the same target, or if a file is in the way and
 * `file_exists_behavior` is DISALLOW.
 */
export const installFiles = async (options: {
  appspec: Appspec
  bundle: string
  root: string
  installedBefore: readonly string[]
}): Promise<string[]> => {
  const { appspec, bundle, root } = options
  for (const file of options.installedBefore) await rm(file, { force: true })
  const copies = new Map<string, string>()
  for (const { source, destination } of appspec.files)
    for (const { from, to } of await copiesOf(bundle, source, join(root, posix.normalize(destination)))) {
      const place = posix.join('/', relative(root, to))
      if (copies.has(to)) throw new Error(`files: two sources name the same destination ${place}`)
      if (await exists(to)) {
        if (appspec.file_exists_behavior === 'DISALLOW')
          throw new Error(`a file exists already at ${place}, and the AppSpec file disallows it`)
        if (appspec.file_exists_behavior === 'RETAIN') continue
      }
      copies.set(to, from)
    }
  for (const [to, from] of copies) {
    await mkdir(dirname(to), { recursive: true })
    await copyFile(from, to)
  }
  return [...copies.keys()]
}

/** A file goes into the destination; of a directory, its content. */
const copiesOf = async (bundle: string, source: string, into: string): Promise<{ from: string; to: string }[]> => {
  const from = resolve(bundle, `./${source}`)
  if (from !== resolve(bundle) && !from.startsWith(resolve(bundle) + sep))
    throw new Error(`files: ${source} lies outside the bundle`)
  const found = await stat(from).catch(() => undefined)
  if (!found) throw new Error(`files: ${source} is not in the bundle`)
  if (found.isFile()) return [{ from, to: join(into, basename(from)) }]
  const entries = await readdir(from, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ from: file, to: join(into, relative(from, file)) }))
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
