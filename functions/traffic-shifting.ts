import type { Context } from 'aws-lambda'
import { codeDeploy } from './hook/codedeploy.ts'
import { HOOK_REPORT, longest } from './aws/call-limits.ts'
import { connectionFrom } from './aws/connection.ts'
import { newVersion } from './hook/new-version.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Log } from './ports/log.ts'
import {
  type Candidate,
  checkVersion,
  type ShiftingServices,
  type Validation,
  validateVersion,
} from './hook/validate-version.ts'
import { ecsAnswer, type EcsAnswer, parseEcsStage } from './hook/ecs.ts'
import { parseLifecycleHook } from './hook/lifecycle-hook.ts'
import { lambdaLog } from './log.ts'

/** How long reporting may take, with a moment for the steps before it. */
const REPORT_MS = longest(HOOK_REPORT) + 1_000

/** An answer to ECS needs no call, only the time to return. */
const ANSWER_MS = 1_000

/**
 * CodeDeploy or ECS: a lifecycle event of a deployment to Lambda or ECS asks whether the new version is healthy. CodeDeploy
 * takes a report, ECS the function's answer.
 */
export const trafficShifting =
  (services: ShiftingServices) =>
  async (
    event: unknown,
    { getRemainingTimeInMillis: remaining }: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<Validation | EcsAnswer> => {
    const ecs = parseEcsStage(event)
    if (ecs === null) return validateVersion(services, parseLifecycleHook(event), Math.max(0, remaining() - REPORT_MS))
    const { shifted, ...about } = ecs
    const candidate: Candidate = { about, target: () => Promise.resolve({ kind: 'ecs', shifted }) }
    return ecsAnswer(await checkVersion(services, candidate, Math.max(0, remaining() - ANSWER_MS)))
  }

/** Everything is optional: a mistake in a setting must be reported too. docs/hooks.md has the variables. */
export const shiftingServices = (
  environment: Record<string, string | undefined>,
  clock: Clock,
  log: Log = lambdaLog(),
): ShiftingServices => ({
  clock,
  log,
  deployments: codeDeploy(connectionFrom(environment)),
  newVersion: newVersion(connectionFrom(environment)),
  settings: {
    healthPath: environment['HEALTH_PATH'] || '/healthz',
    releasedVersion: environment['RELEASED_VERSION'] || null,
    testUrl: environment['TEST_URL'] || null,
    liveUrl: environment['LIVE_URL'] || null,
  },
})

let open: ReturnType<typeof trafficShifting> | undefined

export const handler = async (event: unknown, context: Context): Promise<Validation | EcsAnswer> =>
  (open ??= trafficShifting(shiftingServices(process.env, systemClock)))(event, context)
