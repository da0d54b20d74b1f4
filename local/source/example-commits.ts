import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Author, NewCommit, Tree } from './repository.ts'

/** The fate of a commit: it is deployed, it fails its tests, or it passes them and fails to start. */
export type CommitKind = 'good' | 'failing-test' | 'broken'

/** The change of a file: replaces the first of these texts by the second, or adds the file. */
export type Edit = { path: string; from: string | RegExp; to: string } | { path: string; added: string }

export interface Change {
  message: string
  edits: readonly Edit[]
}

/** An example's repository: its content, its history, and the changes of pushes. */
export interface Seed {
  /** Folders of this project whose files are at the top of the repository, and single files there. */
  parts: readonly string[]
  /** How the example looked before the last commit of its history. */
  beginning: readonly Edit[]
  /** Oldest first. Each has all files but those `without`; the last is the example as it is. */
  history: readonly { message: string; daysAgo: number; without?: RegExp }[]
  /** The changes of pushes, one after the other, so that every deployment looks different. */
  good: readonly Change[]
  /** Builds and passes its tests, and fails to start. */
  broken: Change
  'failing-test': Change
}

/** Files that running an example there leaves behind, and those that its build writes. */
const NOT_SOURCE = /(^|\/)(\.venv|\.pytest_cache|__pycache__|reports|VERSION)(\/|$)/

export interface Push {
  message: string
  tree: Tree
}

/** Makes one push after the other: each has the whole example, with this push's change and no earlier fault. */
export const createPushes = (seed: Seed, source: Tree): ((kind: CommitKind, message?: string) => Push) => {
  let current = source
  let next = 0
  let broken: string | undefined
  return (kind, given) => {
    if (kind !== 'good') {
      const { edits, message } = seed[kind]
      broken = (given ?? message).split('\n')[0]
      return { message: given ?? message, tree: edited(current, edits) }
    }
    const change = seed.good[next++ % seed.good.length]!
    current = edited(source, change.edits)
    const message = broken === undefined ? change.message : `${change.message}, and undo "${broken}"`
    broken = undefined
    return { message: given ?? message, tree: current }
  }
}

const DAY_MS = 86_400_000

/** The history of the repository, ending not long before `now`. */
export const historyOf = (seed: Seed, source: Tree, people: readonly Author[], now: number): NewCommit[] => {
  const first = edited(source, seed.beginning)
  return seed.history.map(({ message, daysAgo, without }, at) => ({
    author: people[at % people.length]!,
    at: now - daysAgo * DAY_MS,
    message,
    tree:
      at === seed.history.length - 1 ? source : new Map([...first].filter(([path]) => without?.test(path) !== true)),
  }))
}

/** Reads the example's files as they are in this project. */
export const readExample = async ({ parts }: Seed): Promise<Tree> => {
  const files = await Promise.all(
    parts.map((part) => filesOf(fileURLToPath(new URL(`../../${part}`, import.meta.url)))),
  )
  return new Map(files.flat().sort(([a], [b]) => (a < b ? -1 : 1)))
}

const filesOf = async (part: string) => {
  const read = async (path: string, file: string) => {
    const executable = ((await stat(file)).mode & 0o100) !== 0
    return [path, { content: await readFile(file, 'utf8'), executable }] as const
  }
  if ((await stat(part)).isFile()) return [await read(basename(part), part)]
  const entries = await readdir(part, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(part, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !NOT_SOURCE.test(path))
  return Promise.all(paths.map((path) => read(path, join(part, path))))
}

/** Throws if there is nothing to replace: the example and its changes must fit together. */
const edited = (tree: Tree, edits: readonly Edit[]): Tree => {
  const result = new Map(tree)
  for (const edit of edits) {
    const { path } = edit
    const file = result.get(path)
    const content = 'added' in edit ? edit.added : file?.content.replace(edit.from, () => edit.to)
    if (content === undefined || content === file?.content)
      throw new Error(`The example's ${path} is not what its commits are to change`)
    result.set(path, { executable: false, ...file, content })
  }
  return result
}
