import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rmdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/*
 * A machine whose first process is the real systemd. It has this machine's kernel, network and programs, and cannot
 * change them: see boot.sh.
 */

export interface Machine {
  /** Where its files are on this machine. */
  root: string
  /** Runs a command there as root. Returns its output, after `exit <code>:` if it failed. */
  run(command: string[], env?: Record<string, string>): Promise<string>
  close(): Promise<void>
}

const BOOT = fileURLToPath(new URL('boot.sh', import.meta.url))

/**
 * Boots in `room`, an empty directory, and shows the directories `shown` there. Needs root.
 *
 * @throws with the output so far, if it does not start.
 */
export const bootMachine = async (room: string, shown: readonly string[]): Promise<Machine> => {
  const booting = spawn(BOOT, [room, ...shown], { stdio: ['ignore', 'pipe', 'pipe'] })
  const complaints: string[] = []
  createInterface(booting.stderr).on('line', (line) => complaints.push(line))
  const first = await firstProcess(booting)
  const enter = ['--target', String(first), '--all', '--root', '--wd']
  const run = (command: string[], env: Record<string, string> = {}) =>
    promisify(execFile)('nsenter', [...enter, 'env', '-i', ...pairs({ ...ENVIRONMENT, ...env }), ...command]).then(
      ({ stdout }) => stdout,
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) =>
        `exit ${code}: ${stdout}${stderr}`,
    )
  const close = async () => {
    const over = once(booting, 'exit')
    // When the first process ends, so do all others.
    if (first) process.kill(first, 'SIGKILL')
    if (booting.exitCode === null && booting.signalCode === null) await over
    await removeControlGroup(room)
  }
  const state = first ? await run(['bash', '-c', WAIT]) : 'not booted'
  if (state === 'running\n') return { root: `/proc/${first}/root`, run, close }
  await close()
  throw new Error(`systemd could not be booted (${state.trim()}): ${complaints.join(' · ')}`)
}

/** Until systemd listens, systemctl says that it is offline; then systemctl itself can wait. */
const WAIT =
  'for _ in {1..200}; do [ -S /run/systemd/private ] && break; sleep 0.05; done; timeout 30 systemctl is-system-running --wait'

const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' }

const pairs = (env: Record<string, string>) => Object.entries(env).map(([name, value]) => `${name}=${value}`)

/** The machine's first process, by its id on this machine; null if it has not started. */
const firstProcess = async (booting: ChildProcess): Promise<number | null> => {
  const said = once(createInterface(booting.stdout!), 'line').then(() => true)
  const ended = once(booting, 'close').then(() => false)
  if (!(await Promise.race([said, ended]))) return null
  const children = await readFile(`/proc/${booting.pid}/task/${booting.pid}/children`, 'utf8')
  return Number(children.trim())
}

const removeControlGroup = async (room: string): Promise<void> => {
  const group = (await readFile(join(room, 'control-group'), 'utf8').catch(() => '')).trim()
  if (group) await removeGroup(group)
}

const removeGroup = async (group: string): Promise<void> => {
  const entries = await readdir(group, { withFileTypes: true })
  for (const entry of entries) if (entry.isDirectory()) await removeGroup(join(group, entry.name))
  await rmdir(group)
}
