import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { copyService } from './service-copy.ts'
import type { Template } from './template.ts'
import { unzip } from './zip.ts'

export interface Packaged {
  template: Template
  /** Door → path in its archive → content. */
  archives: Map<string, Map<string, Buffer>>
  /** An empty directory far from node_modules; removed by `dispose`. */
  directory: string
  dispose(): Promise<void>
}

/** A machine without an account: no credentials, no profile, and no way out through a proxy. */
const environment = (home: string) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:AWS|SLS|NODE_OPTIONS)/.test(name))),
  HOME: home,
  // serverless-esbuild leaves what it zipped.
  TMPDIR: home,
  USERPROFILE: home,
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
})

/** Several times what it takes; less than the time limit of the tests' preparations. */
const PATIENCE = 100_000

const killGroup = (leader: number | undefined): void => {
  try {
    if (leader) process.kill(-leader, 'SIGKILL')
  } catch {
    // It has ended at this moment.
  }
}

/**
 * Runs a command to its end. Rejects with its output if it fails; also if it has not ended in time, and then every
 * process that it started is killed.
 */
export const runToEnd = async (
  [command = '', ...argv]: string[],
  { env, patience, cwd }: { env: NodeJS.ProcessEnv; patience: number; cwd?: string },
): Promise<void> => {
  // A process group of its own: esbuild's processes outlive serverless if only serverless is killed.
  const running = spawn(command, argv, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let late = false
  const timer = setTimeout(() => {
    late = true
    killGroup(running.pid)
  }, patience)
  try {
    const [said, complained, [code]] = await Promise.all([
      text(running.stdout),
      text(running.stderr),
      once(running, 'close') as Promise<[number | null]>,
    ])
    const words = `${said}${complained}`.trim()
    if (late) throw new Error(`not done after ${patience / 1000} s, and killed: ${argv.join(' ')}\n${words}`)
    if (code !== 0) throw new Error(`${argv.join(' ')} ends with ${code}\n${words}`)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Runs `serverless package` on a copy of the service and reads the result. `argv` is added to the command.
 *
 * If an import cannot be resolved, serverless says so and does not end: the error then holds its output.
 */
export const packageService = async (...argv: string[]): Promise<Packaged> => {
  const directory = await mkdtemp(join(tmpdir(), 'greenlight-package-'))
  const output = join(directory, 'package')
  const service = await copyService('greenlight-service-')
  const serverless = join(service, 'node_modules', 'serverless', 'bin', 'serverless.js')
  try {
    await runToEnd([process.execPath, serverless, 'package', '--package', output, ...argv], {
      cwd: service,
      env: environment(directory),
      patience: PATIENCE,
    })
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  } finally {
    await rm(service, { recursive: true, force: true })
  }
  const zips = (await readdir(output)).filter((file) => file.endsWith('.zip'))
  const template = await readFile(join(output, 'cloudformation-template-update-stack.json'), 'utf8')
  return {
    template: JSON.parse(template) as Template,
    archives: new Map(
      await Promise.all(
        zips.map(async (zip) => [basename(zip, '.zip'), unzip(await readFile(join(output, zip)))] as const),
      ),
    ),
    directory,
    dispose: () => rm(directory, { recursive: true, force: true }),
  }
}
