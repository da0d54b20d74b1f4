import { cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NotRun, Tool } from './capabilities.ts'
import { cleanEnvironment } from './clean-environment.ts'
import { runInGroup } from './process-group.ts'

export interface PackageIndex {
  /**
   * Makes the packages of a requirements.txt available to pip without the network. Returns the environment that pip
   * then needs, or why there are no packages. A requirement that does not exist is left to pip, which says so during
   * the installation. Rejects if it is aborted.
   */
  prepare(requirementsFile: string, signal: AbortSignal): Promise<Record<string, string> | NotRun>
}

export const isNotRun = (answer: Record<string, string> | NotRun): answer is NotRun => 'why' in answer

/** Beside the packages that npm installed, where tools keep files that they can make again. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/greenlight', import.meta.url))

/** One minute is much for eight small packages. */
const TIMEOUT_MS = 60_000

/** The hooks' own: what it names has the same packages (docs/hooks.md, "Virtual environments"). */
const ENVIRONMENT_KEY = fileURLToPath(new URL('../../appspec/ec2/scripts/environment-key.py', import.meta.url))

/** Wheels by all that decides which they are, in a directory that outlives the workspace: fetched once a machine. */
export const createPackageIndex = (python: Tool, cache: string = CACHE): PackageIndex => {
  const answers = new Map<string, Promise<Record<string, string> | NotRun>>()
  return {
    async prepare(requirementsFile, signal) {
      if (!(await exists(requirementsFile))) return {}
      if ('missing' in python) return unavailable(python.missing)
      const { key, anew } = await nameOf(python.path, requirementsFile, cache, signal)
      const wheels = join(cache, `wheels-${key}`)
      const order = { python: python.path, requirementsFile, wheels, anew, signal }
      const fetching = (!anew && answers.get(key)) || prepareWheels(order)
      answers.set(key, fetching)
      // An index that cannot be reached now may be reached later.
      const forget = () => answers.delete(key)
      fetching.then((answer) => isNotRun(answer) && forget(), forget)
      return fetching
    },
  }
}

/** A key of everything that decides what pip downloads; `anew` if that is not known. Rejects if it is aborted. */
const nameOf = async (python: string, requirementsFile: string, home: string, signal: AbortSignal) => {
  const lines: string[] = []
  const outcome = await runInGroup({
    command: python,
    args: ['-I', ENVIRONMENT_KEY, requirementsFile],
    cwd: dirname(requirementsFile),
    env: cleanEnvironment(home),
    onLine: (line) => lines.push(line),
    timeoutMs: TIMEOUT_MS,
    signal,
  })
  signal.throwIfAborted()
  const [key = '', ...reasons] = lines
  const named = outcome.kind === 'exited' && outcome.code === 0
  return named ? { key, anew: reasons.length > 0 } : { key: 'unnamed', anew: true }
}

interface Fetch {
  python: string
  requirementsFile: string
  /** Where the wheels go. */
  wheels: string
  /** Whether they are downloaded even if there are some. */
  anew: boolean
  signal: AbortSignal
}

const prepareWheels = async (order: Fetch): Promise<Record<string, string> | NotRun> => {
  const { python, wheels, signal } = order
  // Python compiles what a program imports, which is a small part of what pip would compile. The value is as pip's page
  // "Configuration" says of options that begin with no-.
  const offline = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels, PIP_NO_COMPILE: 'no' }
  if (!order.anew && (await exists(wheels))) return offline
  await mkdir(dirname(wheels), { recursive: true })
  const work = await mkdtemp(join(dirname(wheels), 'fetching-'))
  try {
    // Building a local package leaves files beside it.
    const source = join(work, 'source')
    await cp(dirname(order.requirementsFile), source, { recursive: true })
    const run = async (command: string, args: string[]) => {
      const lines: string[] = []
      const env = cleanEnvironment(work)
      const onLine = (line: string) => lines.push(line)
      const outcome = await runInGroup({ command, args, cwd: source, env, onLine, timeoutMs: TIMEOUT_MS, signal })
      return { ok: outcome.kind === 'exited' && outcome.code === 0, last: lines.findLast((line) => line.trim()) }
    }
    const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check', '--no-input', '--retries', '0']
    const hasPip = await run(python, ['-m', 'pip', '--version'])
    const environment = hasPip.ok ? hasPip : await run(python, ['-m', 'venv', join(work, 'venv')])
    if (!environment.ok) return unavailable(`python3 could not make a virtual environment: ${environment.last ?? ''}`)
    const fetcher = hasPip.ok ? python : join(work, 'venv/bin/python')
    const into = ['wheel', '--wheel-dir', join(work, 'wheels')]
    const fetched = await run(fetcher, [
      ...pip,
      ...into,
      '--requirement',
      join(source, basename(order.requirementsFile)),
    ])
    if (fetched.ok) {
      if (order.anew) await rm(wheels, { recursive: true, force: true })
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
