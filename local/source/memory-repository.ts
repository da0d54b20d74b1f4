import { createHash } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { COMMIT_ID, type Commit, type NewCommit, type Repository, type Tree } from './repository.ts'

/**
 * A repository for a machine without git: commits in memory, ids made from their content, and differences that name the
 * changed files without their lines.
 */
export const createMemoryRepository = (): Repository => {
  /** Oldest first. */
  const history: { commit: Commit; tree: Tree }[] = []
  const indexOf = (id: string) =>
    COMMIT_ID.test(id) ? history.findIndex(({ commit }) => commit.sha.startsWith(id)) : -1

  return {
    async add(commits) {
      for (const { tree, ...rest } of commits) {
        const sha = idOf({ tree, ...rest }, history.at(-1)?.commit.sha ?? '')
        const at = Math.floor(rest.at / 1000) * 1000
        history.push({ commit: { sha, ...rest, at, message: rest.message.trim() }, tree })
      }
      return history.at(-1)?.commit.sha ?? ''
    },
    commits: async (limit) =>
      history
        .slice(-limit)
        .reverse()
        .map(({ commit }) => commit),
    async show(id) {
      const at = indexOf(id)
      const found = history[at]
      return found ? { commit: found.commit, diff: changedFiles(history[at - 1]?.tree, found.tree) } : null
    },
    async compare(base, head) {
      const [from, to] = [indexOf(base), indexOf(head)]
      if (from < 0 || to < 0) return null
      const newer = history.slice(from + 1, to + 1)
      const commits = newer.reverse().map(({ commit }) => commit)
      return { commits, diff: from < to ? changedFiles(history[from]!.tree, history[to]!.tree) : '' }
    },
    async checkOut(sha, directory) {
      const found = history[indexOf(sha)]
      if (!found) throw new Error(`There is no commit ${sha}`)
      for (const [path, { content, executable }] of found.tree) {
        const file = join(directory, path)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, content)
        await chmod(file, executable ? 0o755 : 0o644)
      }
    },
  }
}

const idOf = ({ author, at, message, tree }: NewCommit, parent: string): string => {
  const content = JSON.stringify([parent, author, at, message, ...tree])
  return createHash('sha1').update(content).digest('hex')
}

const changedFiles = (before: Tree = new Map(), after: Tree): string => {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths
    .flatMap((path) => {
      if (!after.has(path)) return `D ${path}\n`
      if (!before.has(path)) return `A ${path}\n`
      return before.get(path)!.content === after.get(path)!.content ? [] : `M ${path}\n`
    })
    .join('')
}
