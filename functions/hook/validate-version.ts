import type { Clock } from '../clock.ts'
import { type Answer, type Expected, problemWith } from './judge-answer.ts'
import type { Log } from '../ports/log.ts'

/** The result that CodeDeploy expects, once, and within an hour. */
export interface LifecycleHook {
  deploymentId: string
  hookExecutionId: string
}

/** What a deployment replaces; `shifted` if production traffic already goes to the new version. */
export type ShiftingTarget =
  | { kind: 'lambda'; functionName: string; alias: string; version: string; shifted: boolean }
  | { kind: 'ecs'; shifted: boolean }

export interface ShiftingServices {
  clock: Clock
  log: Log
  deployments: {
    /** @throws if CodeDeploy does not say, or the target is of another kind. */
    target(deploymentId: string, signal: AbortSignal): Promise<ShiftingTarget>
    /** Reports the result. A report that CodeDeploy already has counts as sent. @throws if it cannot be reported. */
    report(hook: LifecycleHook, status: 'Succeeded' | 'Failed'): Promise<void>
  }
  newVersion: {
    /** Invokes a version by its number, or through an alias, as `GET <path>` of an HTTP API. */
    invoke(functionName: string, qualifier: string, path: string, signal: AbortSignal): Promise<Answer>
    get(url: string, signal: AbortSignal): Promise<Answer>
  }
  settings: ShiftingSettings
}

export interface ShiftingSettings {
  /** Where a function or a service has its health check: `/healthz`. */
  healthPath: string
  /** The version that the answer must name; null accepts any. */
  releasedVersion: string | null
  /** For ECS: the health check at the test listener, and at the production listener. */
  testUrl: string | null
  liveUrl: string | null
}

export type Validation = { status: 'Succeeded' } | { status: 'Failed'; because: string }

const TRIES = 5
const CHECK_PAUSE_MS = 1_000

/**
 * Checks the health of the new version, and reports to CodeDeploy: Succeeded, or Failed for whatever reason, also for a
 * crash or a check that does not end within `budgetMs`. A hook that never reports holds its deployment for an hour (AWS
 * CodeDeploy User Guide, "AppSpec 'hooks' section for an AWS Lambda deployment").
 *
 * @throws if the report itself cannot be made; Lambda then tries again.
 */
export const validateVersion = async (
  services: ShiftingServices,
  hook: LifecycleHook,
  budgetMs: number,
): Promise<Validation> => {
  const target = (signal: AbortSignal) => services.deployments.target(hook.deploymentId, signal)
  const validation = await checkVersion(services, { about: { ...hook }, target }, budgetMs)
  await services.deployments.report(hook, validation.status)
  return validation
}

/** A new version to check, and what log lines say of it. */
export interface Candidate {
  about: Record<string, unknown>
  target(signal: AbortSignal): Promise<ShiftingTarget>
}

/** Checks the health of the new version, and logs the result. Failed also if the check does not end within `budgetMs`. */
export const checkVersion = async (
  services: ShiftingServices,
  candidate: Candidate,
  budgetMs: number,
): Promise<Validation> => {
  const validation = await withinBudget(services, budgetMs, (signal) => check(services, candidate, signal))
  services.log[validation.status === 'Failed' ? 'error' : 'info'](`The new version is reported: ${validation.status}`, {
    ...candidate.about,
    ...(validation.status === 'Failed' && { because: validation.because }),
  })
  return validation
}

const withinBudget = async (
  { clock }: ShiftingServices,
  budgetMs: number,
  work: (signal: AbortSignal) => Promise<Validation>,
): Promise<Validation> => {
  const over = new AbortController()
  const late = clock.sleep(budgetMs, over.signal).then(
    (): Validation => failedValidation(`the check took longer than the ${budgetMs / 1000} s that it has`),
    () => failedValidation('the check has ended'),
  )
  try {
    return await Promise.race([work(over.signal), late])
  } catch (error) {
    return failedValidation(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  } finally {
    over.abort()
  }
}

const check = async (services: ShiftingServices, candidate: Candidate, signal: AbortSignal): Promise<Validation> => {
  const target = await candidate.target(signal)
  const { ask, expected, whom } = target.kind === 'lambda' ? ofFunction(services, target) : ofService(services, target)
  let problem: string | null = null
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (tried > 0) await services.clock.sleep(CHECK_PAUSE_MS, signal)
    problem = problemWith(await ask(signal), expected)
    if (problem === null) return { status: 'Succeeded' }
    services.log.info('The new version is not healthy yet', { ...candidate.about, problem })
  }
  return failedValidation(`${whom} ${problem}, ${TRIES} times`)
}

interface Question {
  ask: (signal: AbortSignal) => Promise<Answer>
  expected: Expected
  whom: string
}

const ofFunction = (
  { newVersion, settings }: ShiftingServices,
  { functionName, alias, version, shifted }: ShiftingTarget & { kind: 'lambda' },
): Question => {
  // Before traffic, the version itself; after, the address of the traffic.
  const qualifier = shifted ? alias : version
  return {
    ask: (signal) => newVersion.invoke(functionName, qualifier, settings.healthPath, signal),
    expected: { releasedVersion: settings.releasedVersion, executedVersion: version },
    whom: `${functionName}:${qualifier}`,
  }
}

const ofService = ({ newVersion, settings }: ShiftingServices, { shifted }: ShiftingTarget): Question => {
  const url = shifted ? settings.liveUrl : settings.testUrl
  if (url === null)
    throw new Error(`${shifted ? 'LIVE_URL' : 'TEST_URL'} is not set: there is no address to ask the service at`)
  return {
    ask: (signal) => newVersion.get(url, signal),
    expected: { releasedVersion: settings.releasedVersion, executedVersion: null },
    whom: url,
  }
}

const failedValidation = (because: string): Validation => ({ status: 'Failed', because })
