import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { detectTools, type Tool, type Tools } from '../../local/process/capabilities.ts'
import { withCopiedEnvironments } from '../../local/process/copied-environments.ts'
import { createPackageIndex, isNotRun } from '../../local/process/package-index.ts'
import { bootMachine } from './systemd/machine.ts'
import { whereIs } from './bare-path.ts'
import { decidedOnce } from './decided-once.ts'
import { noteSeenInPart } from './seen-in-part.ts'

export type Need =
  | keyof typeof tools
  | 'packages'
  | 'chromium'
  | 'unzip'
  | 'aws'
  | 'jq'
  | 'openssl'
  | 'root'
  | 'ipv6'
  | 'namespaces'
  | 'systemd'
  | 'previous release'

/** Where it is; or a sentence without its full stop that says why it is missing. */
export type Found = { path: string } | { missing: string }

/** It is there, and a suite does not start it as a program. */
const THERE: Found = { path: '' }

/** The git, bash and Python of this machine, as the workspace finds them. */
export const tools: Tools = await decidedOnce('tools', () => detectTools())

// Of a suite that may use these tools, another machine shows more.
if (Object.values(tools).some((tool: Tool) => 'missing' in tool)) noteSeenInPart()

/** A Python that copies virtual environments where it is told to make them, as the workspace's: venv takes seconds. */
export const copyingPython = async (): Promise<string> => {
  const { python } = await withCopiedEnvironments(tools)
  return 'missing' in python ? 'python3' : python.path
}

/** How the workspace sees a missing tool. */
export const missing: Tool = { missing: 'it is not installed' }

const asFound = (tool: Tool): Found => ('missing' in tool ? tool : { path: tool.path })

const REQUIREMENTS = fileURLToPath(new URL('../../examples/flask-app/requirements.txt', import.meta.url))

const run = (command: string, ...args: string[]): Promise<boolean> =>
  promisify(execFile)(command, args, { timeout: 20_000 }).then(
    () => true,
    () => false,
  )

const listens = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(0, address, () => server.close(() => resolve(true)))
  })

const PREVIOUS_RELEASE = new URL('../deploy/previous-release.json', import.meta.url)

/** The release before this one: its version, and the commit of this repository that it was made from. */
export const previousRelease = async (): Promise<{ version: string; commit: string }> =>
  JSON.parse(await readFile(PREVIOUS_RELEASE, 'utf8')) as { version: string; commit: string }

/** The one without windows first: it takes a fifth less CPU. */
const CHROMIUM = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']

/** How each need of a suite is looked for. All programs are found on `PATH`. */
const LOOK: Record<Need, () => Promise<Found>> = {
  git: async () => asFound(tools.git),
  bash: async () => asFound(tools.bash),
  /** 3.9 or newer, with venv and ensurepip. */
  python: async () => asFound(tools.python),
  /** What the example app requires of PyPI, and bash and Python to install it. */
  packages: async () => {
    if ('missing' in tools.bash) return tools.bash
    const prepared = await createPackageIndex(tools.python).prepare(REQUIREMENTS, new AbortController().signal)
    return isNotRun(prepared) ? { missing: prepared.why } : THERE
  },
  chromium: async () => {
    for (const name of CHROMIUM) if (await run(name, '--version')) return { path: await whereIs(name) }
    return { missing: 'Chromium is not installed' }
  },
  unzip: async () => ((await run('unzip', '-v')) ? THERE : { missing: 'unzip is not installed' }),
  aws: async () => ((await run('aws', '--version')) ? THERE : { missing: 'the AWS CLI is not installed' }),
  jq: async () => ((await run('jq', '--version')) ? THERE : { missing: 'jq is not installed' }),
  openssl: async () => ((await run('openssl', 'version')) ? THERE : { missing: 'OpenSSL’s command is not installed' }),
  root: async () => (process.getuid?.() === 0 ? THERE : { missing: 'the tests are not run by root' }),
  ipv6: async () => ((await listens('::1')) ? THERE : { missing: 'this machine has no IPv6' }),
  /** Mount and process namespaces, which a container may deny even to root. */
  namespaces: async () =>
    (await run('unshare', '--user', '--map-root-user', '--mount', '--pid', '--fork', 'true'))
      ? THERE
      : { missing: 'this machine makes no namespaces' },
  /** Its commit, which a shallow clone does not have. */
  'previous release': async () => {
    if ('missing' in tools.git) return tools.git
    const { version, commit } = await previousRelease()
    const isThere = await run(tools.git.path, 'cat-file', '-e', `${commit}^{commit}`)
    return isThere ? THERE : { missing: `this clone has no commit of version ${version}` }
  },
  systemd: async () => {
    const lacking = await Promise.all([find('bash'), find('root'), find('namespaces')])
    const [first] = lacking.filter((one) => 'missing' in one)
    if (first) return first
    const room = await mkdtemp(join(tmpdir(), 'greenlight-systemd-'))
    try {
      await (await bootMachine(room, [])).close()
      return THERE
    } catch (error) {
      return { missing: (error as Error).message }
    } finally {
      await rm(room, { recursive: true, force: true })
    }
  },
}

export const NEEDS = Object.keys(LOOK) as Need[]

/** Looks for it once in a run of the tests. */
export const find = (need: Need): Promise<Found> => decidedOnce<Found>(need, LOOK[need])
