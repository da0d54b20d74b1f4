import { mkdir, realpath, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../../../functions/clock.ts'
import type { ActionOutcome, ActionRunner } from '../action-runner.ts'
import type { Tools } from '../../process/capabilities.ts'
import type { DeployedApplication } from './deployed-application.ts'
import { type EventDiagnostics, type Revision, deploy } from './deployment.ts'
import { hookEnvironment } from './hook-environment.ts'
import { type PackageIndex, isNotRun } from '../../process/package-index.ts'
import type { GroupNames, InstanceDeployment, S3Location } from './instance-deployment.ts'
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

/** A deployment that no pipeline runs. */
export interface DeploymentOrder extends GroupNames {
  accountId: string
  region: string
  revision: S3Location
  description: string | undefined
  /** Overrides that of the group. */
  ignoreApplicationStopFailures: boolean | undefined
  /** Resolves to the directory of the bundle, for a deployment's ID. Rejects with a sentence. */
  bundle(id: string): Promise<string>
  /** Called when the deployment has ended, with its ID, also if it could not begin. */
  ended(id: string): Promise<unknown>
}

export interface InstanceGroup {
  /** Its ID in CodeDeploy. */
  id: string
  /** The runner of Deploy/CodeDeploy. One deployment at a time, as for a deployment group. */
  runner: ActionRunner
  /** Starts a deployment outside a pipeline, and returns its ID. */
  deploy(order: DeploymentOrder): string
  /** The application that the last deployment started; null before the first, and if hooks cannot run. */
  application(): DeployedApplication | null
  /** Stops the deployment in progress, without a rollback, and the application. */
  close(): Promise<void>
}

/** A deployment to run, of a pipeline or outside one. */
interface Order {
  deployment: InstanceDeployment
  bundle: () => Promise<string>
  ignoreApplicationStopFailures: boolean
  log: (line: string) => void
  progress: (summary: string) => void
  signal: AbortSignal
}

interface OneDeployment extends Order {
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
  const { clock, port, deployments, changed = () => {} } = options
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

  const once = async (order: OneDeployment) => {
    const { deployment, log, during = '' } = order
    const { id } = deployment
    const signal = AbortSignal.any([order.signal, closing.signal, deployment.stop.signal])
    let diagnostics: EventDiagnostics | null = UNKNOWN
    deployments.start(deployment)
    try {
      const bundle = order.bundle()
      const packages = await packagesFor(options, await bundle.catch(() => null), signal)
      const missing = isNotRun(packages) ? packages : null
      if (missing) log(`Hooks are not run: ${missing.why}`)
      const archive = join(options.directory, 'deployment-root', groupId, id, 'deployment-archive')
      archives.push(archive)
      const env = hookEnvironment({ ...options, names: deployment, id, groupId, appDirectory, home: options.directory })
      if (live) live = { ...live, validated: false }
      const result = await deploy({
        bundle: () => bundle,
        id,
        signal,
        archive,
        root,
        lastSuccessful,
        installedBefore: installed,
        env: isNotRun(packages) ? env : { ...env, ...packages },
        ignoreApplicationStopFailures: order.ignoreApplicationStopFailures,
        eventSeconds: options.eventSeconds ?? EVENT_SECONDS,
        withoutHooks: missing !== null,
        log,
        began: (event) => {
          deployment.reached = event
          order.progress(`${during}${event} on local.`)
        },
      })
      installed = result.installed
      const version = result.revision?.name ?? live?.version ?? id
      live = missing ? null : { version, validated: result.failure === null }
      if (result.failure === null) {
        lastSuccessful = result.revision
        await forgetOldArchives()
      }
      diagnostics = result.diagnostics
      return { ...result, missing }
    } finally {
      deployments.end(deployment, diagnostics)
      changed()
    }
  }

  const forgetOldArchives = async () => {
    const kept = archives
      .filter((archive) => archive === lastSuccessful?.archive)
      .concat(archives.slice(-KEPT_ARCHIVES))
    for (const archive of archives)
      if (!kept.includes(archive)) await rm(dirname(archive), { recursive: true, force: true })
    archives = archives.filter((archive) => kept.includes(archive))
  }

  const rollBack = async (order: Order): Promise<string> => {
    const target: Revision | null = lastSuccessful
    const failed = order.deployment
    if (closing.signal.aborted) return 'Not rolled back: the workspace is closing.'
    if (failed.stop.signal.aborted && !failed.rollsBackIfStopped)
      return 'Not rolled back: StopDeployment asked for no rollback.'
    if (!target) return 'Nothing to roll back to: no deployment has succeeded yet.'
    const [last] = deployments.ofGroup(groupId).filter(({ status }) => status === 'Succeeded')
    const deployment = deployments.create({
      ...namesOf(failed),
      id: deploymentId(clock),
      groupId,
      isOfPipeline: failed.isOfPipeline,
      rollsBack: failed.id,
      revision: last?.revision ?? null,
    })
    order.log(`Rolling back to ${target.name}, as deployment ${deployment.id}`)
    const { failure } = await once({
      ...order,
      deployment,
      bundle: () => Promise.resolve(target.archive),
      signal: closing.signal,
      during: `Rolling back to ${target.name}: `,
    })
    return failure === null
      ? `Rolled back to ${target.name}.`
      : `Rolling back to ${target.name} failed too: ${failure}.`
  }

  const release = async (order: Order): Promise<ActionOutcome> => {
    const externalExecutionId = order.deployment.id
    const { failure, revision, missing } = await once(order)
    if (failure !== null) {
      const summary = `${failure}. ${await rollBack(order)}`
      return { status: 'Failed', errorCode: 'JobFailed', externalExecutionId, summary }
    }
    const name = revision?.name ?? externalExecutionId
    const where = served.runs() ? `answers on http://127.0.0.1:${port}` : 'is deployed'
    const summary = missing ? `Files of ${name} copied; nothing was started: ${missing.why}.` : `${name} ${where}.`
    return { status: 'Succeeded', externalExecutionId, summary, outputVariables: { DeploymentId: externalExecutionId } }
  }

  /** From the first hook to the last, with a rollback. */
  const released = async (order: Order): Promise<ActionOutcome> => {
    deploying = true
    try {
      return await release(order)
    } finally {
      deploying = false
      changed()
    }
  }

  const enqueue = (order: Order): Promise<ActionOutcome> => {
    const outcome = queue.then(() => released(order))
    queue = outcome.catch(() => undefined)
    return outcome
  }

  const ignored = options.ignoreApplicationStopFailures ?? false

  return {
    id: groupId,
    runner: (run) => {
      const [bundle] = Object.values(run.inputArtifacts)
      if (bundle === undefined)
        return Promise.resolve({
          status: 'Failed',
          errorCode: 'ConfigurationError',
          summary: 'The deployment has no input artifact.',
        })
      const { ApplicationName = run.pipelineName, DeploymentGroupName = 'local' } = run.configuration
      const deployment = deployments.create({
        accountId: run.accountId,
        region: run.region,
        applicationName: ApplicationName,
        deploymentGroupName: DeploymentGroupName,
        id: deploymentId(clock),
        groupId,
        isOfPipeline: true,
        rollsBack: null,
        revision: null,
      })
      return enqueue({
        deployment,
        bundle: () => Promise.resolve(bundle),
        ignoreApplicationStopFailures: ignored,
        log: (line) => run.log(line),
        progress: (summary) => run.progress(summary),
        signal: run.signal,
      })
    },
    deploy: ({ bundle, ended, ignoreApplicationStopFailures = ignored, revision, description, ...place }) => {
      const id = deploymentId(clock)
      const deployment = deployments.create({
        ...namesOf(place),
        id,
        groupId,
        isOfPipeline: false,
        rollsBack: null,
        revision,
        description,
      })
      const outcome = enqueue({
        deployment,
        bundle: () => bundle(id),
        ignoreApplicationStopFailures,
        log: () => {},
        progress: () => {},
        signal: closing.signal,
      }).finally(() => ended(id))
      // It has no caller any more: an error of the workspace itself would end the process.
      queue = outcome.catch(() => {})
      return id
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

/** @param bundle null if it could not be read. */
const packagesFor = async (options: InstanceGroupOptions, bundle: string | null, signal: AbortSignal) => {
  const { bash } = options.tools
  if ('missing' in bash) return { what: 'the deployment’s hooks', why: bash.missing }
  if (bundle === null) return {}
  return options.packageIndex.prepare(join(bundle, 'requirements.txt'), signal)
}

const namesOf = ({
  accountId,
  region,
  applicationName,
  deploymentGroupName,
}: Pick<InstanceDeployment, 'accountId' | 'region' | keyof GroupNames>) => ({
  accountId,
  region,
  applicationName,
  deploymentGroupName,
})

/** The workspace itself failed, and no event of the deployment. */
const UNKNOWN: EventDiagnostics = {
  lifecycleEventName: 'ApplicationStop',
  scriptName: '',
  errorCode: 'UnknownError',
  message: 'The workspace could not run the deployment.',
  logTail: '',
}

const deploymentId = (clock: Clock) => `d-${clock.newId().replaceAll('-', '').slice(0, 9).toUpperCase()}`
