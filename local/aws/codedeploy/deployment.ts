import { chmod, cp, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { applyPermissions } from './apply-permissions.ts'
import {
  type Appspec,
  type Hook,
  type HookEvent,
  LIFECYCLE,
  type LifecycleEvent,
  ignoredIn,
  readAppspec,
} from './appspec.ts'
import { carriageReturnsBeside } from './carriage-returns.ts'
import { findAppspec } from './find-appspec.ts'
import { installFiles } from './install-files.ts'
import { type GroupOutcome, runInGroup } from '../../process/process-group.ts'
import { versionName } from './version-name.ts'

/** An unpacked bundle on the machine, as CodeDeploy keeps it in deployment-root/<group>/<deployment>/. */
export interface Revision {
  /** The name that people use: its version, or the deployment's id if the bundle has no VERSION. */
  name: string
  archive: string
  appspec: Appspec
}

export interface DeploymentRun {
  /** Resolves to the directory of the bundle to deploy, or rejects with a sentence. */
  bundle: () => Promise<string>
  /** Where CodeDeploy keeps it. */
  archive: string
  id: string
  /** The directory that stands for `/` in absolute destinations. */
  root: string
  /** Scripts of ApplicationStop come from here; null before the first success. */
  lastSuccessful: Revision | null
  installedBefore: readonly string[]
  /** For every hook; LIFECYCLE_EVENT is added. */
  env: Record<string, string>
  /** Continues when a script of ApplicationStop fails (CreateDeployment's parameter of that name). */
  ignoreApplicationStopFailures: boolean
  /** How long the scripts of one event may run together, in seconds. */
  eventSeconds: number
  /** Set if hooks cannot run on this machine. */
  withoutHooks: boolean
  log: (line: string) => void
  /** Called with each event that it reaches. */
  began: (event: LifecycleEvent) => void
  signal: AbortSignal
}

export interface DeploymentResult {
  /** Null if the bundle could not be read. */
  revision: Revision | null
  /** The files that Install put on the machine. */
  installed: readonly string[]
  /** The same as CodeDeploy's API has it. */
  diagnostics: EventDiagnostics | null
  /** `ValidateService on local failed after 34 s: validate-service.sh exited 1: …`, without its end; null on success. */
  failure: string | null
}

/** What the agent reports of a lifecycle event that failed ("Diagnostics", CodeDeploy API reference). */
export interface EventDiagnostics {
  lifecycleEventName: LifecycleEvent
  scriptName: string
  errorCode: 'ScriptMissing' | 'ScriptTimedOut' | 'ScriptFailed' | 'UnknownError'
  message: string
  logTail: string
}

/** A script of the bundle failed. */
class HookFailed extends Error {
  readonly diagnostics: Omit<EventDiagnostics, 'lifecycleEventName'>
  constructor(message: string, diagnostics: Omit<EventDiagnostics, 'lifecycleEventName'>) {
    super(message)
    this.diagnostics = diagnostics
  }
}

const LAST_LINES = 2

/** The agent sends the last 2 kB of its log. */
const LOG_TAIL = 2_048
const MOST_OUTPUT = 200

/** Runs one deployment, event by event, until one fails. */
export const deploy = async (run: DeploymentRun): Promise<DeploymentResult> => {
  let revision: Revision | null = null
  let installed = run.installedBefore
  const downloaded = () => {
    if (!revision) throw new Error('the bundle has not been downloaded')
    return revision
  }
  const events: Record<LifecycleEvent, () => Promise<void>> = {
    ApplicationStop: () => hooksOf(run, run.lastSuccessful, 'ApplicationStop'),
    DownloadBundle: async () => {
      revision = await download(run)
    },
    BeforeInstall: () => hooksOf(run, downloaded(), 'BeforeInstall'),
    Install: async () => {
      const { appspec, archive } = downloaded()
      installed = await installFiles({ appspec, bundle: archive, root: run.root, installedBefore: installed })
      run.log(`[Install] ${installed.length} files`)
      const { permissions } = appspec
      const modes = await applyPermissions({ permissions, root: run.root, installed })
      if (permissions.length > 0)
        run.log(`[Install] ${modes} files got their mode; owners and groups need root, and are left as they are`)
    },
    AfterInstall: () => hooksOf(run, downloaded(), 'AfterInstall'),
    ApplicationStart: () => hooksOf(run, downloaded(), 'ApplicationStart'),
    ValidateService: () => hooksOf(run, downloaded(), 'ValidateService'),
  }
  for (const event of LIFECYCLE) {
    const startedAt = performance.now()
    try {
      run.signal.throwIfAborted()
      run.began(event)
      await events[event]()
    } catch (error) {
      const seconds = Math.round((performance.now() - startedAt) / 1000)
      const because = run.signal.aborted ? 'it was stopped' : (error as Error).message
      run.log(`[${event}] failed: ${because}`)
      if (event === 'ApplicationStop' && !run.signal.aborted) {
        if (run.ignoreApplicationStopFailures) continue
        run.log('[ApplicationStop] is the last revision’s: only ignoreApplicationStopFailures gets past it')
      }
      const diagnostics =
        error instanceof HookFailed
          ? error.diagnostics
          : { scriptName: '', errorCode: 'UnknownError' as const, message: because, logTail: '' }
      return {
        revision,
        installed,
        diagnostics: { lifecycleEventName: event, ...diagnostics },
        failure: `${event} on local failed after ${seconds} s: ${because}`,
      }
    }
  }
  return { revision, installed, diagnostics: null, failure: null }
}

const download = async ({ bundle, archive, id, log }: DeploymentRun): Promise<Revision> => {
  const found = await findAppspec(await bundle())
  if (!found) throw new Error('appspec.yml is not at the top of the bundle')
  const { fileName, content } = found
  await cp(found.directory, archive, { recursive: true })
  const appspec = readAppspec(content, fileName)
  const version = await readFile(join(archive, 'VERSION'), 'utf8').catch(() => null)
  const name = version === null ? id : versionName(version)
  log(`[DownloadBundle] revision ${name}`)
  if (fileName !== 'appspec.yml') log(`${fileName}: the agent on an instance must be 2.0 or newer to find its hooks`)
  for (const problem of ignoredIn(content, fileName)) log(`Ignored by CodeDeploy: ${problem}`)
  const left = Object.keys(appspec.hooks).filter((event) => !LIFECYCLE.some((known) => known === event))
  if (left.length > 0) log(`${left.join(', ')}: not run, there is no load balancer here`)
  return { name, archive, appspec }
}

const hooksOf = async (run: DeploymentRun, revision: Revision | null, event: LifecycleEvent & HookEvent) => {
  const scripts = revision?.appspec.hooks[event] ?? []
  const together = scripts.reduce((sum, { timeout }) => sum + timeout, 0)
  if (together > run.eventSeconds)
    run.log(
      `[${event}] its scripts may run ${together} s by their timeouts; CodeDeploy ends it after ${run.eventSeconds} s`,
    )
  const endsAt = performance.now() + run.eventSeconds * 1000
  for (const script of scripts)
    if (run.withoutHooks) run.log(`[${event}] ${script.location} is not run on this machine`)
    else await runHook(run, revision!.archive, event, script, endsAt)
}

/** @param endsAt when the event is over, in the time of `performance.now()`. */
const runHook = async (run: DeploymentRun, archive: string, event: HookEvent, script: Hook, endsAt: number) => {
  const { location, timeout } = script
  const command = join(archive, location)
  const name = basename(location)
  if (!(await isFile(command)))
    throw new HookFailed(`${location} is not in the bundle`, {
      scriptName: location,
      errorCode: 'ScriptMissing',
      message: `Script does not exist at specified location: ${location}`,
      logTail: '',
    })
  // The agent does the same: a zip file made elsewhere may have lost the mode.
  await chmod(command, 0o755)
  const recent: string[] = []
  const output: string[] = []
  run.log(`[${event}] ${location}`)
  const leftMs = Math.max(1, endsAt - performance.now())
  const outcome = await runInGroup({
    command,
    cwd: run.root,
    env: { ...run.env, LIFECYCLE_EVENT: event },
    onLine: (line) => {
      run.log(`[${event}]   ${line}`)
      output.push(`[stdout]${line}`)
      if (output.length > MOST_OUTPUT) output.shift()
      if (/\w/.test(line)) recent.push(line.trim())
      if (recent.length > LAST_LINES) recent.shift()
    },
    timeoutMs: Math.min(timeout * 1000, leftMs),
    signal: run.signal,
  })
  const limit =
    timeout * 1000 <= leftMs
      ? `its timeout of ${timeout} s`
      : `the ${run.eventSeconds} s that the scripts of one event have together`
  const problem = describe(outcome, limit)
  if (problem === null) return
  const windows = await carriageReturnsBeside(command)
  const cause =
    windows.length > 0 ? ` (${windows.join(', ')}: lines end as on Windows, with CR LF; Linux wants LF)` : ''
  throw new HookFailed(`${name} ${problem}${recent.length > 0 ? `: ${recent.join(' · ')}` : ''}${cause}`, {
    scriptName: location,
    errorCode: outcome.kind === 'timed-out' ? 'ScriptTimedOut' : 'ScriptFailed',
    message: `Script at specified location: ${location} ${problem.replace(/^exited /, 'failed with exit code ')}${cause}`,
    logTail: [`LifecycleEvent - ${event}`, `Script - ${location}`, ...output].join('\n').slice(-LOG_TAIL),
  })
}

const describe = (outcome: GroupOutcome, limit: string): string | null => {
  switch (outcome.kind) {
    case 'exited':
      return outcome.code === 0 ? null : `exited ${outcome.code}`
    case 'held-output':
      return 'left a process behind that holds its output; give that process an output of its own'
    case 'killed':
      return `was killed by ${outcome.signal}`
    case 'timed-out':
      return `was ended after ${limit}`
    case 'aborted':
      return 'was stopped'
    case 'not-started':
      return `could not be started: ${outcome.because}`
  }
}

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
