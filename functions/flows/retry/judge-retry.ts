import type { Execution } from '../../domain/execution.ts'
import type { FailedStage } from '../../domain/stage-retry.ts'
import { failedStageOf } from '../../domain/stage-retry.ts'
import type { Route } from '../../domain/route.ts'
import { frozenAt } from '../../domain/window.ts'
import type { Services } from '../../ports/services.ts'
import { freezesOn, lookUp } from '../approval/resolve-policy.ts'

type Judging = Pick<Services, 'calendars' | 'clock' | 'configuration' | 'directory' | 'executions' | 'freezes'>

/** Whether `may: { retry: … }` names a person on every route that the stage may have. */
const isRetryable = ({ configuration }: Pick<Services, 'configuration'>, failed: FailedStage): boolean => {
  const routes = routesOf(configuration, failed)
  return routes.length > 0 && routes.every(({ may }) => may.retry.people.length + may.retry.groups.length > 0)
}

/** The stage of a failed execution that people may retry in Slack. */
export const retryableStage = (services: Pick<Services, 'configuration'>, execution: Execution): FailedStage | null => {
  const stage = failedStageOf(execution)
  const failed = stage === null ? null : { execution: execution.key, stage }
  return failed && isRetryable(services, failed) ? failed : null
}

const routesOf = (configuration: Services['configuration'], { execution, stage }: FailedStage): readonly Route[] =>
  configuration.routesOfStage({ ...execution, stage })

/** Why the person cannot have the stage run again now, in a sentence; null if they can. */
export const whyNotRetried = async (services: Judging, failed: FailedStage, userId: string): Promise<string | null> => {
  const { clock, configuration, executions } = services
  const known = await executions.read(failed.execution)
  if (!known) return 'Greenlight does not know this execution.'
  if (failedStageOf(known) !== failed.stage)
    return `The stage ${failed.stage} of this execution does not stand failed any more.`
  if (!isRetryable(services, failed)) return `No one may retry this stage in Slack. ${WHO_MAY}`
  const now = clock.now()
  for (const route of routesOf(configuration, failed)) {
    const [{ people, unread }, freezes] = await Promise.all([
      lookUp(services, route.may.retry),
      freezesOn(services, route, failed.execution.pipeline, now),
    ])
    if (!people.includes(userId))
      return unread.length > 0
        ? `Greenlight cannot tell whether you may retry this stage: ${unread.join('; ')}.`
        : `You may not retry this stage. ${WHO_MAY}`
    const frozen = frozenAt(freezes, now)
    if (frozen) return `The change freeze “${frozen.name}” is in force. Retry the stage after it.`
  }
  return null
}

const WHO_MAY = 'The setting “may: { retry: … }” of its route in greenlight.yml says who may.'
