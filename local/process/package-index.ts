import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NotRun, Tool } from './capabilities.ts'
import { cleanEnvironment } from './clean-environment.ts'
import { runInGroup } from './process-group.ts'

export interface PackageIndex {
  /**
   * Makes what a requirements.txt asks for available to pip without the network. Answers the environment that pip then
   * needs, or why no package can be had. A requirement that does not exist is not this function's business: pip says so
   * where it is installed. Rejects when it is aborted.
   */
  prepare(requirementsFile: string, signal: AbortSignal): Promise<Record<string, string> | NotRun>
}

export const isNotRun = (answer: Record<string, string> | NotRun): answer is NotRun => 'why' in answer

/** Beside the packages that npm installed, where tools keep what they can make again. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/greenlight', import.meta.url))

/** One minute is much for eight small packages. */
const TIMEOUT_MS = 60_000

/** Wheels by content of requirements.txt, in a directory that outlives the workspace: fetched once a machine. */
export const createPackageIndex = (python: Tool, cache: string = CACHE): PackageIndex => {
  const answers = new Map<string, Promise<Record<string, string> | NotRun>>()
  return {
    async prepare(requirementsFile, signal) {
      const requirements = await readFile(requirementsFile).catch(() => undefined)
      if (!requirements) return {}
      if ('missing' in python) return unavailable(python.missing)
      const key = createHash('sha256').update(requirements).update(python.version).digest('hex').slice(0, 16)
      const wheels = join(cache, `wheels-${key}`)
      const fetching = answers.get(key) ?? prepareWheels(python.path, requirementsFile, wheels, signal)
      answers.set(key, fetching)
      // What cannot be reached now may be reached later.
      const forget = () => answers.delete(key)
      fetching.then((answer) => isNotRun(answer) && forget(), forget)
      return fetching
    },
  }
}

const prepareWheels = async (
  python: string,
  requirementsFile: string,
  wheels: string,
  signal: AbortSignal,
): Promise<Record<string, string> | NotRun> => {
  const offline = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels }
  if (await exists(wheels)) return offline
  await mkdir(dirname(wheels), { recursive: true })
  const work = await mkdtemp(join(dirname(wheels), 'fetching-'))
  try {
    const run = async (command: string, args: string[]) => {
      const lines: string[] = []
      const env = cleanEnvironment(work)
      const onLine = (line: string) => lines.push(line)
      const outcome = await runInGroup({ command, args, cwd: work, env, onLine, timeoutMs: TIMEOUT_MS, signal })
      return { ok: outcome.kind === 'exited' && outcome.code === 0, last: lines.findLast((line) => line.trim()) }
    }
    const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check', '--no-input', '--retries', '0']
    const hasPip = await run(python, ['-m', 'pip', '--version'])
    const environment = hasPip.ok ? hasPip : await run(python, ['-m', 'venv', 'venv'])
    if (!environment.ok) return unavailable(`python3 could not make a virtual environment: ${environment.last ?? ''}`)
    const fetcher = hasPip.ok ? python : join(work, 'venv/bin/python')
    const into = ['wheel', '--wheel-dir', join(work, 'wheels')]
    const fetched = await run(fetcher, [...pip, ...into, '--requirement', requirementsFile])
    if (fetched.ok) {
      // Another process may have been first.
      await rename(join(work, 'wheels'), wheels).catch(() => undefined)
      return (await exists(wheels)) ? offline : {}
    }
    signal.throwIfAborted()
    // Either there is no index, or this requirement is not in it; pip itself is in every index.
    const reachable = await run(fetcher, [...pip, ...into, '--no-deps', 'pip'])
    return reachable.ok ? {} : unavailable('no Python package index can be reached from this machine')
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const unavailable = (why: string): NotRun => ({
  what: 'the build’s commands and the deployment’s hooks: files are only copied',
  why,
})

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
