import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../functions/clock.ts'
import type { ActionOutcome, ActionRun, ActionRunner } from '../codepipeline/runner.ts'
import { copyArtifacts } from './build-artifacts.ts'
import { buildEnvironment } from './build-environment.ts'
import { type ShellState, runPhase } from './build-phase.ts'
import { type Buildspec, PHASES, type PhaseName, readBuildspec } from './buildspec.ts'
import type { NotRun, Tools } from './capabilities.ts'
import { type PackageIndex, isNotRun } from './package-index.ts'

export interface CodeBuildOptions {
  /** To work in. */
  directory: string
  tools: Tools
  packageIndex: PackageIndex
  clock: Clock
  /** The commit that an input artifact holds, for CODEBUILD_RESOLVED_SOURCE_VERSION. */
  commitIn: (artifactDirectory: string) => string | undefined
  /** The buildspec's place in the source, as the CodeBuild project names it. */
  buildspec?: string
  timeoutMs?: number
}

/** After which of these phases failing nothing else runs; after a failed build, post_build still does. */
const STOPS_THE_BUILD = new Set<PhaseName>(['install', 'pre_build'])

const TEN_MINUTES_MS = 600_000

/**
 * The runner of Build/CodeBuild: runs the buildspec of the input artifact with bash on this machine. Where bash, or
 * Python or a package index for a source with a requirements.txt, is missing, the commands are not run: the files are
 * handed on as they are, and log and summary say so.
 */
export function createCodeBuild(options: CodeBuildOptions): ActionRunner {
  return async (run) => {
    const [source] = Object.values(run.inputArtifacts)
    if (source === undefined) return configurationError('The build has no input artifact')
    await mkdir(options.directory, { recursive: true })
    const work = await mkdtemp(join(options.directory, 'build-'))
    const buildId = `${run.configuration.ProjectName ?? run.pipelineName}:${options.clock.newId()}`
    try {
      return { externalExecutionId: buildId, ...(await build(options, run, { source, work, buildId })) }
    } catch (error) {
      return { externalExecutionId: buildId, ...configurationError((error as Error).message) }
    } finally {
      await rm(work, { recursive: true, force: true, maxRetries: 3 })
    }
  }
}

interface Place {
  source: string
  work: string
  buildId: string
}

async function build(options: CodeBuildOptions, run: ActionRun, place: Place): Promise<ActionOutcome> {
  const source = join(place.work, 'src')
  await cp(place.source, source, { recursive: true })
  const fileName = options.buildspec ?? 'buildspec.yml'
  const content = await readFile(join(source, fileName), 'utf8').catch(() => undefined)
  if (content === undefined) return configurationError(`${fileName} is not in the source`)
  const buildspec = readBuildspec(content, fileName)
  logWhatIsLeftOut(buildspec, options.tools, run)

  const packages = await neededPackages(options, join(source, 'requirements.txt'), run.signal)
  if (isNotRun(packages)) {
    run.log(`Not run: the commands of ${fileName}, because ${packages.why}`)
    await handOn(buildspec, source, run)
    return { status: 'Succeeded', summary: `Files handed on as they are; the build was not run: ${packages.why}.` }
  }

  const env = buildEnvironment({
    run,
    buildId: place.buildId,
    source,
    sourceVersion: options.commitIn(place.source),
    home: options.directory,
    startedAt: options.clock.now(),
    tools: options.tools,
    variables: buildspec.env.variables,
    packages,
  })
  const ended = await runPhases(options, run, buildspec, { state: { env, cwd: source }, directory: place.work })
  const outputVariables = exportedVariables(buildspec, ended.state)
  if (ended.failure !== null)
    return { status: 'Failed', errorCode: 'JobFailed', summary: `${ended.failure}.`, outputVariables }
  const count = await handOn(buildspec, source, run)
  return { status: 'Succeeded', summary: `Built, ${count} files handed on.`, outputVariables }
}

async function runPhases(
  options: CodeBuildOptions,
  run: ActionRun,
  buildspec: Buildspec,
  start: { state: ShellState; directory: string },
): Promise<{ state: ShellState; failure: string | null }> {
  // The machine's time: a person may move the workspace's while commands run.
  const deadline = performance.now() + (options.timeoutMs ?? TEN_MINUTES_MS)
  const { signal } = run
  const log = (line: string) => run.log(line)
  let { state } = start
  let failure: string | null = null
  for (const name of PHASES) {
    const phase = buildspec.phases[name]
    if (!phase) continue
    log(`[Container] Entering phase ${name.toUpperCase()}`)
    const timeoutMs = deadline - performance.now()
    const outcome = await runPhase({ name, phase, state, directory: start.directory, log, timeoutMs, signal })
    log(`[Container] Phase complete: ${name.toUpperCase()} State: ${outcome.failure === null ? 'SUCCEEDED' : 'FAILED'}`)
    failure ??= outcome.failure
    state = {
      ...outcome.state,
      env: { ...outcome.state.env, CODEBUILD_BUILD_SUCCEEDING: failure === null ? '1' : '0' },
    }
    if (outcome.ended) break
    const onFailure = phase['on-failure'] ?? (STOPS_THE_BUILD.has(name) ? 'ABORT' : 'CONTINUE')
    if (outcome.failure !== null && onFailure === 'ABORT') break
  }
  return { state, failure }
}

async function neededPackages(
  { tools, packageIndex }: CodeBuildOptions,
  requirements: string,
  signal: AbortSignal,
): Promise<Record<string, string> | NotRun> {
  if ('missing' in tools.bash) return { what: 'the build’s commands', why: tools.bash.missing }
  return packageIndex.prepare(requirements, signal)
}

function logWhatIsLeftOut({ env, phases, ...rest }: Buildspec, { python }: Tools, run: ActionRun): void {
  for (const name of [...Object.keys(env['parameter-store']), ...Object.keys(env['secrets-manager'])])
    run.log(`${name} is not set: Parameter Store and Secrets Manager are not here`)
  for (const part of ['reports', 'cache'] as const) if (rest[part] !== undefined) run.log(`${part} is left out here`)
  const wanted = phases.install?.['runtime-versions'].python
  if (wanted !== undefined && 'version' in python && !python.version.startsWith(`${wanted}.`))
    run.log(`runtime-versions asks for python ${wanted}; this machine has ${python.version}`)
}

async function handOn({ artifacts }: Buildspec, source: string, run: ActionRun): Promise<number> {
  const [to] = Object.values(run.outputArtifacts)
  if (!artifacts || to === undefined) return 0
  return copyArtifacts({ from: source, to, artifacts, log: (line) => run.log(line) })
}

function exportedVariables({ env }: Buildspec, { env: left }: ShellState): Record<string, string> {
  return Object.fromEntries(
    env['exported-variables'].flatMap((name) => (left[name] === undefined ? [] : [[name, left[name]] as const])),
  )
}

const configurationError = (summary: string): ActionOutcome => ({
  status: 'Failed',
  errorCode: 'ConfigurationError',
  summary,
})
