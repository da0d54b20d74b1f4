import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../functions/clock.ts'
import type { ActionOutcome, ActionRun, ActionRunner } from '../action-runner.ts'
import { copyArtifacts } from './build-artifacts.ts'
import { buildEnvironment } from './build-environment.ts'
import { type ShellState, runPhase } from './build-phase.ts'
import { type Buildspec, PHASES, type PhaseName, readBuildspec } from './buildspec.ts'
import { neededPackages } from './build-packages.ts'
import { countsOf, inWords, readReports } from './build-reports.ts'
import type { LogPlace } from '../logs/logs.ts'
import type { BuildBegun, PublishedBuild, PublishedPhase } from './build-states.ts'
import type { BuildOrder, BuildRunner } from './build-order.ts'
import type { Tools } from '../../process/capabilities.ts'
import { type PackageIndex, isNotRun } from '../../process/package-index.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

export { type PublishedBuilds, createPublishedBuilds } from './published-builds.ts'
export type { BuildEvent } from './build-events.ts'
export type { PublishedBuild } from './build-states.ts'

/** What a build takes from its CodeBuild project. */
export interface BuildProject {
  /** The buildspec's place in the source. */
  buildspec: string
  timeoutMs: number
}

export interface CodeBuildOptions {
  /** To work in. */
  directory: string
  tools: Tools
  packageIndex: PackageIndex
  clock: Clock
  /** The commit that an input artifact holds, for CODEBUILD_RESOLVED_SOURCE_VERSION. */
  commitIn: (artifactDirectory: string) => string | undefined
  /** By name. */
  projects: Record<string, BuildProject>
  /** Called with each build when it begins. */
  begin?: (build: BuildBegun) => void
  /** Called with each build that has ended, and its test reports. */
  publish?: (build: PublishedBuild) => void
  /** Keeps a line of a build's log. */
  keepLine?: (place: LogPlace, line: string) => void
  /** The page of the build's log. */
  logPage?: (run: Pick<ActionRun, 'actionExecutionId'>) => string
}

/** The phases after whose failure no other runs; after a failed build, post_build still does. */
const STOPS_THE_BUILD = new Set<PhaseName>(['install', 'pre_build'])

/** The runner of Build/CodeBuild and Test/CodeBuild: builds the input artifact. */
export const createCodeBuild = (options: CodeBuildOptions): ActionRunner => {
  const build = createBuildRunner(options)
  return async (order) => {
    const [source] = Object.values(order.inputArtifacts)
    if (source === undefined) return configurationError('The build has no input artifact')
    if (order.configuration.BatchEnabled === 'true') return configurationError('The workspace runs no batch of builds')
    return build({
      ...order,
      initiator: `codepipeline/${order.pipelineName}`,
      sourceVersion: null,
      streamName: options.clock.newId(),
      source: () => Promise.resolve(source),
    })
  }
}

/**
 * Runs the buildspec that a project names with bash on this machine. Without bash, or the Python that its
 * runtime-versions require, or a package index for requirements that its commands install, the commands are not run:
 * files are passed on as they are, and log and summary say so.
 */
export const createBuildRunner =
  (options: CodeBuildOptions): BuildRunner =>
  async (order) => {
    const { ProjectName: projectName = '' } = order.configuration
    const project = ownEntry(options.projects, projectName)
    if (!project) return configurationError(`There is no CodeBuild project "${projectName}"`)
    const { streamName } = order
    const buildId = `${projectName}:${streamName}`
    const run = logged(options, order, { group: groupOf(projectName), stream: streamName })
    const begun = beginning(options, run, buildId)
    options.begin?.(begun)
    let work: string | null = null
    try {
      await mkdir(options.directory, { recursive: true })
      work = await mkdtemp(join(options.directory, 'build-'))
      const source = await order.source()
      const place = { project, source, work, begun: { ...begun, commit: options.commitIn(source) ?? null } }
      return { externalExecutionId: buildId, ...(await build(options, run, place)) }
    } catch (error) {
      const { message } = error as Error
      run.log(`[Container] Phase complete: DOWNLOAD_SOURCE State: FAILED`)
      run.log(message)
      const phases = [{ name: 'DOWNLOAD_SOURCE', failure: { code: 'YAML_FILE_ERROR', message } }]
      publish(options, run, begun, { phases, reports: [] })
      return { externalExecutionId: buildId, ...configurationError(message) }
    } finally {
      if (work !== null) await rm(work, { recursive: true, force: true, maxRetries: 3 })
    }
  }

interface Place {
  project: BuildProject
  source: string
  work: string
  begun: BuildBegun
}

const beginning = (options: CodeBuildOptions, order: BuildOrder, id: string): BuildBegun => {
  const { accountId, region, initiator, sourceVersion, streamName } = order
  const [projectName = ''] = id.split(':')
  const deepLink = options.logPage?.(order)
  return {
    id,
    projectName,
    accountId,
    region,
    startedAt: options.clock.now(),
    initiator,
    sourceVersion,
    commit: null,
    logs: { groupName: groupOf(projectName), streamName, ...(deepLink !== undefined && { deepLink }) },
  }
}

/** The log group that CodeBuild uses where its project names none. */
const groupOf = (projectName: string): string => `/aws/codebuild/${projectName}`

const logged = (
  { keepLine }: CodeBuildOptions,
  run: BuildOrder,
  log: Pick<LogPlace, 'group' | 'stream'>,
): BuildOrder => ({
  ...run,
  log: (line) => {
    run.log(line)
    keepLine?.({ accountId: run.accountId, region: run.region, ...log }, line)
  },
})

const publish = (
  { clock, publish: keep }: CodeBuildOptions,
  { signal }: BuildOrder,
  begun: BuildBegun,
  { phases, reports }: Pick<PublishedBuild, 'phases' | 'reports'>,
): void => {
  const ended = phases.every(({ failure }) => failure === null) ? 'SUCCEEDED' : 'FAILED'
  const status = signal.aborted ? 'STOPPED' : ended
  keep?.({ ...begun, endedAt: clock.now(), status, phases, reports, newId: () => clock.newId() })
}

const build = async (options: CodeBuildOptions, run: BuildOrder, place: Place): Promise<ActionOutcome> => {
  const source = join(place.work, 'src')
  await cp(place.source, source, { recursive: true })
  const fileName = place.project.buildspec
  const content = await readFile(join(source, fileName), 'utf8').catch(() => undefined)
  if (content === undefined) throw new Error(`${fileName} is not in the source`)
  const buildspec = readBuildspec(content, fileName)
  logWhatIsLeftOut(buildspec, options.tools, run)

  const why = missingFor(buildspec, options.tools)
  const packages =
    why !== null
      ? { what: 'the build’s commands', why }
      : await neededPackages(buildspec, source, options.packageIndex, run.signal)
  if (isNotRun(packages)) {
    run.log(`Not run: the commands of ${fileName}, because ${packages.why}`)
    await handOn(buildspec, source, run)
    publish(options, run, place.begun, { phases: [], reports: [] })
    const handedOn = buildspec.artifacts ? 'Files handed on as they are; the' : 'The'
    return {
      status: 'Succeeded',
      summary: `${handedOn} ${run.category.toLowerCase()} was not run: ${packages.why}.`,
      // Later actions use them: a text that says so is better than an action that fails for want of a value.
      outputVariables: Object.fromEntries(buildspec.env['exported-variables'].map((name) => [name, 'not-built'])),
    }
  }

  const { id: buildId, startedAt } = place.begun
  const env = buildEnvironment({
    run,
    buildId,
    source,
    sourceVersion: options.commitIn(place.source),
    home: options.directory,
    temporary: place.work,
    startedAt,
    tools: options.tools,
    variables: buildspec.env.variables,
    packages,
  })
  const { timeoutMs } = place.project
  const ended = await runPhases(run, buildspec, { state: { env, cwd: source }, directory: place.work, timeoutMs })
  const outputVariables = exportedVariables(buildspec, ended.state)
  const reports = await readReports({ from: source, reports: buildspec.reports, log: (line) => run.log(line) })
  const tests = countsOf(reports)
  publish(options, run, place.begun, { phases: ended.phases, reports })
  if (ended.failure !== null) {
    // The reason of the failure says more than the name of the command; the log has both.
    const summary = tests?.failed.length ? `${inWords(tests)}.` : `${ended.failure}.`
    return { status: 'Failed', errorCode: 'JobFailed', summary, outputVariables }
  }
  const count = await handOn(buildspec, source, run)
  const done = [
    ...(tests ? [`${inWords(tests)}.`] : []),
    ...(buildspec.artifacts ? [`Built, ${count} files handed on.`] : []),
  ]
  return { status: 'Succeeded', summary: done.join(' ') || 'Built.', outputVariables }
}

const pythonWanted = ({ phases }: Buildspec) => phases.install?.['runtime-versions'].python

/** Why this machine cannot run the commands; null when it has the programs. Node runs the workspace, and so is there. */
const missingFor = (buildspec: Buildspec, { bash, python }: Tools): string | null => {
  if ('missing' in bash) return bash.missing
  return pythonWanted(buildspec) !== undefined && 'missing' in python ? python.missing : null
}

const runPhases = async (
  run: BuildOrder,
  buildspec: Buildspec,
  start: { state: ShellState; directory: string; timeoutMs: number },
): Promise<{ state: ShellState; failure: string | null; phases: PublishedPhase[] }> => {
  // The machine's time: a person may move the workspace's while commands run.
  const deadline = performance.now() + start.timeoutMs
  const { signal } = run
  const log = (line: string) => run.log(line)
  let { state } = start
  let failure: string | null = null
  const phases: PublishedPhase[] = []
  for (const name of PHASES) {
    const phase = buildspec.phases[name]
    if (!phase) continue
    log(`[Container] Entering phase ${name.toUpperCase()}`)
    const timeoutMs = deadline - performance.now()
    const outcome = await runPhase({ name, phase, state, directory: start.directory, log, timeoutMs, signal })
    log(`[Container] Phase complete: ${name.toUpperCase()} State: ${outcome.failure === null ? 'SUCCEEDED' : 'FAILED'}`)
    const { context } = outcome
    phases.push({
      name: name.toUpperCase(),
      failure: context === null ? null : { code: 'COMMAND_EXECUTION_ERROR', message: context },
    })
    failure ??= outcome.failure
    state = {
      ...outcome.state,
      env: { ...outcome.state.env, CODEBUILD_BUILD_SUCCEEDING: failure === null ? '1' : '0' },
    }
    if (outcome.ended) break
    const onFailure = phase['on-failure'] ?? (STOPS_THE_BUILD.has(name) ? 'ABORT' : 'CONTINUE')
    if (outcome.failure !== null && onFailure === 'ABORT') break
  }
  return { state, failure, phases }
}

const logWhatIsLeftOut = (buildspec: Buildspec, { python }: Tools, run: BuildOrder): void => {
  const { env, cache } = buildspec
  for (const name of [...Object.keys(env['parameter-store']), ...Object.keys(env['secrets-manager'])])
    run.log(`${name} is not set: Parameter Store and Secrets Manager are not here`)
  if (cache !== undefined) run.log('cache is left out here')
  const wanted = pythonWanted(buildspec)
  if (wanted !== undefined && 'version' in python && !python.version.startsWith(`${wanted}.`))
    run.log(`runtime-versions asks for python ${wanted}; this machine has ${python.version}`)
}

const handOn = async ({ artifacts }: Buildspec, source: string, run: BuildOrder): Promise<number> => {
  const [to] = Object.values(run.outputArtifacts)
  if (!artifacts || to === undefined) return 0
  return copyArtifacts({ from: source, to, artifacts, log: (line) => run.log(line) })
}

const exportedVariables = ({ env }: Buildspec, { env: left }: ShellState): Record<string, string> =>
  Object.fromEntries(
    env['exported-variables'].flatMap((name) => {
      const value = ownEntry(left, name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )

const configurationError = (summary: string): ActionOutcome => ({
  status: 'Failed',
  errorCode: 'ConfigurationError',
  summary,
})
