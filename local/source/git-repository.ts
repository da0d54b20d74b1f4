import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { cleanEnvironment } from '../process/clean-environment.ts'
import { type Author, COMMIT_ID, type Commit, type NewCommit, type Repository } from './repository.ts'

const BRANCH = 'refs/heads/main'
const FIELDS = ['%H', '%an', '%ae', '%at', '%B']

/** A bare git repository in `directory`, with the branch main. People may clone it; their git settings are ignored. */
export const openGitRepository = async (directory: string): Promise<Repository> => {
  await mkdir(directory, { recursive: true })
  const env = cleanEnvironment(directory, {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_DIR: directory,
  })
  const git = (args: string[], input?: string, more: Record<string, string> = {}) =>
    output(spawn('git', args, { cwd: directory, env: { ...env, ...more } }), args, input)
  const resolve = async (id: string) => {
    if (!COMMIT_ID.test(id)) return null
    const sha = await git(['rev-parse', '--verify', '--quiet', `${id}^{commit}`]).catch(() => '')
    return sha.trim() || null
  }
  const log = async (...args: string[]) =>
    parseLog(await git(['log', '-z', `--format=${FIELDS.join('%x00')}`, ...args]))

  await git(['init', '--quiet', '--bare', '--initial-branch=main', directory])
  return {
    async add(commits) {
      const before = await git(['rev-parse', '--verify', '--quiet', BRANCH]).catch(() => '')
      const stream = commits.map((commit, at) => commitCommand(commit, at === 0 && before !== '')).join('')
      await git(['fast-import', '--quiet'], stream)
      return (await git(['rev-parse', BRANCH])).trim()
    },
    commits: (limit) => log(`--max-count=${limit}`, BRANCH),
    async show(id) {
      const sha = await resolve(id)
      const [commit] = sha === null ? [] : await log('--max-count=1', sha)
      return commit ? { commit, diff: await git(['show', '--format=', '--patch', commit.sha]) } : null
    },
    async compare(base, head) {
      const [from, to] = await Promise.all([resolve(base), resolve(head)])
      if (from === null || to === null) return null
      // Three dots, as in the address: the commits on head since the common ancestor.
      return { commits: await log(`${from}..${to}`), diff: await git(['diff', `${from}...${to}`]) }
    },
    async checkOut(sha, target) {
      const index = { GIT_INDEX_FILE: join(directory, `index-${sha}-${process.hrtime.bigint()}`) }
      try {
        await git(['read-tree', sha], undefined, index)
        await git(
          ['-c', 'core.bare=false', '--work-tree', target, 'checkout-index', '--all', '--force'],
          undefined,
          index,
        )
      } finally {
        await rm(index.GIT_INDEX_FILE, { force: true })
      }
    },
  }
}

/** One commit for `git fast-import`: the whole tree, inline. Within one stream each follows the one before by itself. */
const commitCommand = ({ author, at, message, tree }: NewCommit, followsBranch: boolean): string => {
  const who = `${identity(author)} ${Math.floor(at / 1000)} +0000`
  const files = [...tree].map(
    ([path, { content, executable }]) => `M ${executable ? '100755' : '100644'} inline ${path}\n${data(content)}`,
  )
  return [
    `commit ${BRANCH}\nauthor ${who}\ncommitter ${who}\n`,
    data(message),
    followsBranch ? `from ${BRANCH}^0\n` : '',
    'deleteall\n',
    ...files,
    '\n',
  ].join('')
}

const data = (content: string) => `data ${Buffer.byteLength(content)}\n${content}\n`

const identity = ({ name, email }: Author) =>
  `${name.replaceAll(/[<>\n\0]/g, '')} <${email.replaceAll(/[<>\s\0]/g, '')}>`

const parseLog = (output: string): Commit[] => {
  const parts = output.split('\0')
  return Array.from({ length: Math.floor(parts.length / FIELDS.length) }, (_, at) => {
    const [sha = '', name = '', email = '', seconds = '', message = ''] = parts.slice(at * FIELDS.length)
    return { sha: sha.trim(), author: { name, email }, at: Number(seconds) * 1000, message: message.trim() }
  })
}

const output = async (child: ChildProcess, args: string[], input?: string): Promise<string> => {
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
  const [code, stdout, stderr] = await Promise.all([exit, text(child.stdout!), text(child.stderr!)])
  if (code !== 0) throw new Error(`git ${args[0]} exited ${code}: ${stderr.trim()}`)
  return stdout
}
