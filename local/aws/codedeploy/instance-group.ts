import { mkdir, realpath, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../../../functions/clock.ts'
import type { ActionOutcome, ActionRun, ActionRunner } from '../action-runner.ts'
import type { Tools } from '../../process/capabilities.ts'
import type { DeployedApplication } from './deployed-application.ts'
import { type Revision, deploy } from './deployment.ts'
import { hookEnvironment } from './hook-environment.ts'
import { type PackageIndex, isNotRun } from '../../process/package-index.ts'
import type { InstanceDeployments } from './instance-deployments.ts'
import { servedFrom } from './served-application.ts'

export interface InstanceGroupOptions {
  /** Where callers of CodeDeploy's API find what was deployed. */
  deployments: InstanceDeployments
  /** The sandbox: everything that is deployed lies below it. */
  directory: string
  /** Where the application is to listen on 127.0.0.1. */
  port: number
  tools: Tools
  packageIndex: PackageIndex
  clock: Clock
  /** See CreateDeployment: how to deploy in spite of a failing stop script. Off if left out. */
  ignoreApplicationStopFailures?: boolean
  /** How long the scripts of one lifecycle event may run together, in seconds; an hour if left out, as on AWS. */
  eventSeconds?: number
  /** Called when {@link InstanceGroup.application} has changed. */
  changed?: () => void
}

export interface InstanceGroup {
  /** The runner of Deploy/CodeDeploy. One deployment at a time, as for a deployment group. */
  runner: ActionRunner
  /** The application that the last deployment started; null before the first, and if hooks cannot run. */
  application(): DeployedApplication | null
  /** Stops the deployment in progress, without a rollback, and the application. */
  close(): Promise<void>
}

interface OneDeployment {
  bundle: string
  id: string
  signal: AbortSignal
  /** What its events belong to, if that is more than the deployment itself. */
  during?: string
}

/** Where the example application lives on an instance, and so below the sandbox. */
const APP_DIRECTORY = '/opt/flask-app'

/** AWS CodeDeploy User Guide, "AppSpec 'hooks' section": `timeout`. */
const EVENT_SECONDS = 3600

/** As many as CodeDeploy's agent keeps. */
const KEPT_ARCHIVES = 5

/**
 * A deployment group with one instance, this machine: runs a bundle's appspec in a sandbox directory. When a deployment
 * fails, the last successful revision is deployed again. If hooks cannot run (no bash, no Python, no package index),
 * files are copied, and log and summary say so.
 */
export const openInstanceGroup = async (options: InstanceGroupOptions): Promise<InstanceGroup> => {
  const { clock, port, changed = () => {} } = options
  const root = join(options.directory, 'root')
  await mkdir(root, { recursive: true })
  // Processes are recognized by their command line, which names no symbolic links.
  const appDirectory = join(await realpath(root), APP_DIRECTORY)
  const served = servedFrom(join(appDirectory, 'run/gunicorn.pid'), appDirectory)
  const groupId = clock.newId()
  const closing = new AbortController()

  let lastSuccessful: Revision | null = null
  let installed: readonly string[] = []
  let archives: string[] = []
  let live: { version: string; validated: boolean } | null = null
  let queue: Promise<unknown> = Promise.resolve()
  let deploying = false

  const once = async (run: ActionRun, deployment: OneDeployment) => {
    const { bundle, id, signal, during = '' } = deployment
    const packages = await packagesFor(options, bundle, signal)
    const missing = isNotRun(packages) ? packages : null
    if (missing) run.log(`Hooks are not run: ${missing.why}`)
    const archive = join(options.directory, 'deployment-root', groupId, id, 'deployment-archive')
    archives.push(archive)
    const env = hookEnvironment({ ...options, run, id, groupId, appDirectory, home: options.directory })
    if (live) live = { ...live, validated: false }
    const result = await deploy({
      ...deployment,
      archive,
      root,
      lastSuccessful,
      installedBefore: installed,
      env: isNotRun(packages) ? env : { ...env, ...packages },
      ignoreApplicationStopFailures: options.ignoreApplicationStopFailures ?? false,
      eventSeconds: options.eventSeconds ?? EVENT_SECONDS,
      withoutHooks: missing !== null,
      log: (line) => run.log(line),
      began: (event) => run.progress(`${during}${event} on local.`),
    })
    installed = result.installed
    const version = result.revision?.name ?? live?.version ?? id
    live = missing ? null : { version, validated: result.failure === null }
    if (result.failure === null) {
      lastSuccessful = result.revision
      await forgetOldArchives()
    }
    changed()
    return { ...result, missing }
  }

  const forgetOldArchives = async () => {
    const kept = archives
      .filter((archive) => archive === lastSuccessful?.archive)
      .concat(archives.slice(-KEPT_ARCHIVES))
    for (const archive of archives)
      if (!kept.includes(archive)) await rm(dirname(archive), { recursive: true, force: true })
    archives = archives.filter((archive) => kept.includes(archive))
  }

  const rollBack = async (run: ActionRun): Promise<string> => {
    const target: Revision | null = lastSuccessful
    if (closing.signal.aborted) return 'Not rolled back: the workspace is closing.'
    if (!target) return 'Nothing to roll back to: no deployment has succeeded yet.'
    const id = deploymentId(clock)
    run.log(`Rolling back to ${target.name}, as deployment ${id}`)
    const { failure } = await once(run, {
      bundle: target.archive,
      id,
      signal: closing.signal,
      during: `Rolling back to ${target.name}: `,
    })
    return failure === null
      ? `Rolled back to ${target.name}.`
      : `Rolling back to ${target.name} failed too: ${failure}.`
  }

  const release = async (run: ActionRun): Promise<ActionOutcome> => {
    const [bundle] = Object.values(run.inputArtifacts)
    if (bundle === undefined)
      return { status: 'Failed', errorCode: 'ConfigurationError', summary: 'The deployment has no input artifact.' }
    const externalExecutionId = deploymentId(clock)
    const signal = AbortSignal.any([run.signal, closing.signal])
    const { failure, diagnostics, revision, missing } = await once(run, { bundle, id: externalExecutionId, signal })
    options.deployments.add({ id: externalExecutionId, diagnostics })
    if (failure !== null) {
      const summary = `${failure}. ${await rollBack(run)}`
      return { status: 'Failed', errorCode: 'JobFailed', externalExecutionId, summary }
    }
    const name = revision?.name ?? externalExecutionId
    const where = served.runs() ? `answers on http://127.0.0.1:${port}` : 'is deployed'
    const summary = missing ? `Files of ${name} copied; nothing was started: ${missing.why}.` : `${name} ${where}.`
    return { status: 'Succeeded', externalExecutionId, summary, outputVariables: { DeploymentId: externalExecutionId } }
  }

  /** From the first hook to the last, with a rollback. */
  const released = async (run: ActionRun): Promise<ActionOutcome> => {
    deploying = true
    try {
      return await release(run)
    } finally {
      deploying = false
      changed()
    }
  }

  return {
    runner: (run) => {
      const outcome = queue.then(() => released(run))
      queue = outcome.catch(() => undefined)
      return outcome
    },
    application: () =>
      live && {
        url: `http://127.0.0.1:${port}`,
        version: live.version,
        healthy: live.validated && served.runs(),
        deploying,
      },
    close: async () => {
      closing.abort()
      await queue
      await served.stop()
    },
  }
}

const packagesFor = async (options: InstanceGroupOptions, bundle: string, signal: AbortSignal) => {
  const { bash } = options.tools
  if ('missing' in bash) return { what: 'the deployment’s hooks', why: bash.missing }
  return options.packageIndex.prepare(join(bundle, 'requirements.txt'), signal)
}

const deploymentId = (clock: Clock) => `d-${clock.newId().replaceAll('-', '').slice(0, 9).toUpperCase()}`
