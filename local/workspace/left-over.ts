import { lstat, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { untilEnded } from '../process/until-ended.ts'

/**
 * A workspace that is killed can stop nothing: its deployed programs keep serving, and its directory stays. So each
 * writes its process into its directory, and the next one ends what has no owner.
 */

const PREFIX = 'greenlight-'
const OWNER = 'owner.json'
const ENDS_WITHIN_MS = 2_000

interface Owner {
  pid: number
  /** When the process began, as the machine counts; null if it does not say. Another process may have the id now. */
  startedAt: string | null
}

/** A new directory within `base` that belongs to this process. */
export const ownDirectory = async (base: string): Promise<string> => {
  const directory = await mkdtemp(join(base, PREFIX))
  const owner: Owner = { pid: process.pid, startedAt: await startOf(process.pid) }
  await writeFile(join(directory, OWNER), JSON.stringify(owner))
  return directory
}

/** Ends the processes and removes the directories of workspaces that no longer have an owner. Returns their number. */
export const endLeftOver = async (base: string): Promise<number> => {
  const names = (await readdir(base)).filter((name) => name.startsWith(PREFIX))
  const left = await Promise.all(
    names.map(async (name) => ((await isLeft(join(base, name))) ? [join(base, name)] : [])),
  )
  for (const directory of left.flat()) {
    for (const pid of await processesIn(directory)) end(pid)
    // What still runs could write a file while its directory is removed.
    await untilEnded(async () => (await processesIn(directory)).length > 0, ENDS_WITHIN_MS)
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
  return left.flat().length
}

/** A directory without an owner's file belongs to no workspace; one of another user is theirs to remove. */
const isLeft = async (directory: string): Promise<boolean> => {
  const found = await lstat(directory).catch(() => null)
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return false
  const owner = await readFile(join(directory, OWNER), 'utf8').then(
    (text) => JSON.parse(text) as Owner,
    () => null,
  )
  return owner !== null && !(await isRunning(owner))
}

const isRunning = async ({ pid, startedAt }: Owner): Promise<boolean> => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // It runs as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return startedAt === null || (await startOf(pid)) === startedAt
}

/** Field 22 of "proc_pid_stat" (Linux manual): the name before it may hold spaces and parentheses. */
const startOf = async (pid: number): Promise<string | null> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

/** The processes that run in the directory, or a program in it. None on a machine without /proc. */
const processesIn = async (directory: string): Promise<number[]> => {
  const all = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const within = await Promise.all(
    all.map(async (pid) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
      const args = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      return cwd.startsWith(`${directory}/`) || args.includes(`${directory}/`)
    }),
  )
  return all.filter((_, index) => within[index]).map(Number)
}

const end = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself, or belongs to another user.
  }
}
