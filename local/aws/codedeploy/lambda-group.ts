import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorkspaceClock } from '../../clock.ts'
import type { ActionOutcome, ActionRun, ActionRunner } from '../action-runner.ts'
import type { Lambda } from '../lambda/lambda.ts'
import type { Tools } from '../../process/capabilities.ts'
import { type HookFunction, askHook } from './ask-hook.ts'
import type { DeployedApplication } from './deployed-application.ts'
import { findAppspec } from './find-appspec.ts'
import { type LambdaAppspec, readLambdaAppspec } from './lambda-appspec.ts'
import { shiftSteps } from './shift-steps.ts'
import type { ShiftingDeployment, ShiftingDeployments } from './shifting-deployments.ts'
import { versionName } from './version-name.ts'

export interface LambdaGroupOptions {
  /** Versions of the function are kept below it. */
  directory: string
  /** Its clock for traffic shifts and hooks: a person who moves it ahead does not have to wait. */
  clock: WorkspaceClock
  lambda: Lambda
  /** Where hooks find the deployment, and report. */
  deployments: ShiftingDeployments
  tools: Tools
  accountId: string
  functionName: string
  /** `nodejs24.x` or `python3.13`: the machine's own interpreter of that family runs it. */
  runtime: string
  /** `index.handler`. */
  handler: string
  /** The only alias; `live` when left out. */
  alias?: string
  /** One of CodeDeploy's for Lambda; a tenth for five minutes when left out. */
  deploymentConfigName?: string
  /** The functions that the appspec may name as hooks. See {@link HookFunction}. */
  hooks: Record<string, HookFunction>
  /** Called when {@link LambdaGroup.application} has changed. */
  changed?: () => void
}

export interface LambdaGroup {
  /** The runner of a Deploy action. One deployment at a time. */
  runner: ActionRunner
  /** What the alias routes to; null before the first deployment. `next` while traffic is shifted. */
  application(): DeployedApplication | null
  /** Stops the deployment in progress, without a rollback, and the function's processes. */
  close(): Promise<void>
}

/** The longest that one invocation may take. */
const INVOCATION_MS = 10_000

/**
 * A deployment group of one Lambda function, on this machine: publishes the bundle as the function's next version,
 * invokes the appspec's hooks, shifts the alias's traffic step by step, and back if a hook reports Failed (AWS
 * CodeDeploy User Guide, "Deployments on an AWS Lambda compute platform"). In an account, CloudFormation or a build
 * publishes the version.
 */
export const openLambdaGroup = async (options: LambdaGroupOptions): Promise<LambdaGroup> => {
  const { clock, lambda, deployments, tools, changed = () => {}, alias = 'live' } = options
  const steps = shiftSteps(options.deploymentConfigName ?? 'CodeDeployDefault.LambdaCanary10Percent5Minutes')
  const closing = new AbortController()
  const names = new Map<string, string>()
  let queue: Promise<unknown> = Promise.resolve()
  let log: (line: string) => void = () => {}
  const released = await lambda.openFunction({
    directory: options.directory,
    accountId: options.accountId,
    runtime: options.runtime,
    handler: options.handler,
    name: options.functionName,
    alias,
    timeoutMs: INVOCATION_MS,
    environment: {},
    python: 'missing' in tools.python ? 'python3' : tools.python.path,
    log: (line) => log(`[${options.functionName}] ${line}`),
  })

  const prepare = async (bundle: string, id: string): Promise<{ appspec: LambdaAppspec; version: string }> => {
    const found = await findAppspec(bundle)
    if (!found) throw new Error('appspec.yml is not at the top of the bundle')
    const appspec = readLambdaAppspec(found.content)
    const named = `${appspec.functionName}:${appspec.alias}`
    if (named !== `${released.name}:${alias}`)
      throw new Error(`appspec.yml deploys ${named}, and this deployment group ${released.name}:${alias}`)
    const { current } = released.traffic()
    if (appspec.currentVersion !== null && appspec.currentVersion !== current)
      throw new Error(`CurrentVersion is ${appspec.currentVersion}, and ${named} leads to ${current ?? 'no version'}`)
    if (appspec.targetVersion !== null && !released.has(appspec.targetVersion))
      throw new Error(`TargetVersion is ${appspec.targetVersion}, and no such version is published`)
    if (appspec.targetVersion !== null) return { appspec, version: appspec.targetVersion }
    const version = await released.publish(bundle)
    const release = await readFile(join(bundle, 'VERSION'), 'utf8').catch(() => null)
    names.set(version, release === null ? id : versionName(release))
    return { appspec, version }
  }

  const shift = async (run: ActionRun, deployment: ShiftingDeployment, signal: AbortSignal) => {
    // With no version live, a share of the traffic tests nothing: in an account, the stack points a new alias at its
    // first version.
    for (const { share, forMs } of deployment.currentVersion === null ? steps.slice(-1) : steps) {
      released.shift(deployment.targetVersion, share)
      deployment.targetVersionWeight = share * 100
      changed()
      const until = forMs > 0 ? ` until ${new Date(clock.now() + forMs).toISOString().slice(11, 19)} UTC` : ''
      const shifted = `${Math.round(share * 100)} % to version ${deployment.targetVersion}${until}`
      run.log(`[AllowTraffic] ${shifted}`)
      run.progress(`AllowTraffic: ${shifted}.`)
      if (forMs > 0) await clock.sleep(forMs, signal)
    }
  }

  const release = async (run: ActionRun): Promise<ActionOutcome> => {
    const [bundle] = Object.values(run.inputArtifacts)
    if (bundle === undefined)
      return { status: 'Failed', errorCode: 'ConfigurationError', summary: 'The deployment has no input artifact.' }
    log = (line) => run.log(line)
    const signal = AbortSignal.any([run.signal, closing.signal])
    const id = deploymentId(clock)
    const before = released.traffic().current
    let event = 'Publish'
    let lifecycle: ShiftingDeployment['events'][number] | undefined
    try {
      signal.throwIfAborted()
      const { appspec, version } = await prepare(bundle, id)
      run.log(`[Publish] ${names.get(version)} is version ${version} of ${released.name}`)
      const deployment: ShiftingDeployment = {
        id,
        functionName: released.name,
        alias,
        currentVersion: before,
        targetVersion: version,
        targetVersionWeight: 0,
        events: ['BeforeAllowTraffic', 'AllowTraffic', 'AfterAllowTraffic'].map((lifecycleEventName) => ({
          lifecycleEventName,
          status: 'Pending',
        })),
      }
      deployments.add(deployment)
      for (lifecycle of deployment.events) {
        event = lifecycle.lifecycleEventName
        lifecycle.status = 'InProgress'
        run.progress(`${event} of version ${version}.`)
        if (event === 'AllowTraffic') await shift(run, deployment, signal)
        else {
          const hook = appspec.hooks[event as keyof LambdaAppspec['hooks']]
          if (hook !== null)
            await askHook({ clock, lambda, deployments, hooks: options.hooks, id, hook, event, signal, run })
        }
        lifecycle.status = 'Succeeded'
      }
      changed()
      const summary = `${names.get(version)} answers as version ${version} on ${released.url}.`
      return { status: 'Succeeded', externalExecutionId: id, summary, outputVariables: { DeploymentId: id } }
    } catch (error) {
      const because = signal.aborted ? 'it was stopped' : (error as Error).message
      run.log(`[${event}] failed: ${because}`)
      if (lifecycle) lifecycle.status = 'Failed'
      const summary = `${event} failed: ${because}. ${rollBack(run, before)}`
      return { status: 'Failed', errorCode: 'JobFailed', externalExecutionId: id, summary }
    }
  }

  const rollBack = (run: ActionRun, before: string | null): string => {
    if (closing.signal.aborted) return 'Not rolled back: the workspace is closing.'
    const { current, next } = released.traffic()
    if (current === before && next === null) return 'No traffic had been shifted.'
    released.point(before)
    changed()
    if (before === null) return 'Nothing to roll back to: no deployment has succeeded yet.'
    run.log(`Rolling back to version ${before}, as deployment ${deploymentId(clock)}`)
    return `Rolled back to ${names.get(before)}, version ${before}.`
  }

  return {
    runner: (run) => {
      const outcome = queue.then(() => release(run))
      queue = outcome.catch(() => undefined)
      return outcome
    },
    application: () => {
      const { current, next, share } = released.traffic()
      if (current === null) return null
      const nameOf = (version: string) => names.get(version) ?? version
      return {
        url: released.url,
        version: nameOf(current),
        healthy: true,
        next: next === null ? null : { version: nameOf(next), percent: Math.round(share * 100) },
      }
    },
    close: async () => {
      closing.abort()
      await queue
      await released.close()
    },
  }
}

const deploymentId = (clock: WorkspaceClock) => `d-${clock.newId().replaceAll('-', '').slice(0, 9).toUpperCase()}`
