import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { SERVICE_SOURCES } from '../support/service-copy.ts'
import { unzip } from '../support/zip.ts'
import { REGION, STACK, type Installation } from './installation.ts'
import { projectIn, type Project } from './serverless.ts'

const run = promisify(execFile)
const git = async (...argv: string[]): Promise<string> =>
  (await run('git', argv, { maxBuffer: 256 * 1024 * 1024 })).stdout.trim()

/** The project as it was at a commit, with this repository's packages. */
export const copyAt = async (commit: string, environment: Record<string, string>): Promise<Project> => {
  const directory = await mkdtemp(join(tmpdir(), 'greenlight-previous-'))
  const archive = join(directory, 'sources.tar')
  await git('archive', '--output', archive, commit, ...SERVICE_SOURCES)
  await run('tar', ['-xf', archive, '-C', directory])
  await symlink(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'))
  return projectIn(directory, environment)
}

/** A deployed release: its functions run from the packages that `serverless deploy` uploaded. */
export interface Release {
  /** Runs a function with an event, in its deployed environment, and returns its answer. */
  invoke(door: string, event: unknown): Promise<unknown>
  /** The lines that its functions logged. */
  log: Record<string, unknown>[]
  /** Ends its functions, as Lambda does once others replace them. */
  end(): Promise<void>
}

/** Deploys a project and opens its functions. `environment` replaces the addresses of AWS and Slack. */
export const deployRelease = async (
  { connection }: Pick<Installation, 'connection'>,
  project: Project,
  environment: Record<string, string>,
  params: readonly string[] = [],
): Promise<Release> => {
  const given = params.flatMap((param) => ['--param', param])
  const said = await project.serverless('deploy', '--region', REGION, ...given)
  if (!said.includes(`Service deployed to stack ${STACK}`)) throw new Error(said)
  const unpacked = await unpackedFunctions(project)
  const lambda = new LambdaClient(connection)
  const log: Record<string, unknown>[] = []
  const open = async (door: string): Promise<RunningFunction> => {
    const FunctionName = `${STACK}-${door}`
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
    const own = join(unpacked, door)
    return runFunction(join(own, 'functions', `${door}.mjs`), log, {
      ...Environment?.Variables,
      GREENLIGHT_CONFIG: join(own, 'greenlight.json'),
      AWS_LAMBDA_FUNCTION_NAME: FunctionName,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      ...environment,
    })
  }
  const running = new Map<string, Promise<RunningFunction>>()
  return {
    invoke: async (door, event) => {
      const known = running.get(door) ?? open(door)
      running.set(door, known)
      return (await known).invoke(event)
    },
    log,
    end: async () => {
      for (const one of running.values()) await (await one).end()
    },
  }
}

/** The functions that a deploy packaged, unpacked into a directory each. */
const unpackedFunctions = async ({ directory }: Project): Promise<string> => {
  const packages = join(directory, '.serverless')
  const unpacked = await mkdtemp(join(directory, 'functions-'))
  for (const file of (await readdir(packages)).filter((name) => name.endsWith('.zip')))
    for (const [path, content] of unzip(await readFile(join(packages, file)))) {
      const to = join(unpacked, basename(file, '.zip'), path)
      await mkdir(dirname(to), { recursive: true })
      await writeFile(to, content)
    }
  return unpacked
}

interface RunningFunction {
  invoke(event: unknown): Promise<unknown>
  end(): Promise<void>
}

const ANSWER = 'ANSWER '

/** A process that runs a function, one event after the other, as an execution environment of Lambda does. */
const runFunction = (
  module: string,
  log: Record<string, unknown>[],
  environment: Record<string, string>,
): RunningFunction => {
  // Lambda switches off the require of ES modules.
  const run = ['--no-experimental-require-module', join(process.cwd(), 'tests', 'deploy', 'run-function.mjs'), module]
  const child = spawn(process.execPath, run, {
    cwd: dirname(module),
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const answers: ((line: string) => void)[] = []
  const heard = (line: string): void => {
    if (line.startsWith(ANSWER)) answers.shift()?.(line.slice(ANSWER.length))
    else if (line.startsWith('{')) log.push(JSON.parse(line) as Record<string, unknown>)
  }
  createInterface(child.stdout).on('line', heard)
  let complaints = ''
  createInterface(child.stderr).on('line', (line) => {
    complaints += `${line}\n`
    heard(line)
  })
  const ended = once(child, 'exit')
  const answerTo = async (event: unknown): Promise<unknown> => {
    const answer = new Promise<string>((resolve) => answers.push(resolve))
    child.stdin.write(`${JSON.stringify(event)}\n`)
    const line = await Promise.race([
      answer,
      ended.then(() => Promise.reject(new Error(`${module} ended: ${complaints}`))),
    ])
    const said = JSON.parse(line) as { returned: unknown } | { error: string }
    if ('error' in said) throw new Error(said.error)
    return said.returned
  }
  let last: Promise<unknown> = Promise.resolve()
  return {
    invoke: (event) => {
      const answer = last.then(() => answerTo(event))
      last = answer.catch(() => undefined)
      return answer
    },
    end: async () => {
      child.stdin.end()
      await ended
    },
  }
}
