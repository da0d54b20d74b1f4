import type { Execution } from '../../domain/execution.ts'
import { explained, lacksCause, unexplained } from '../../domain/explanation.ts'
import type { FailureCause } from '../../domain/failure-cause.ts'
import { UNKNOWN_CAUSE, storable } from '../../domain/failure-cause.ts'
import type { Effect } from '../../domain/effect.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { FailedRun } from '../../ports/failures.ts'
import type { Pipelines } from '../../ports/pipelines.ts'
import type { DueServices, Services } from '../../ports/services.ts'
import { within } from '../within.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import { showing, telling, withCardLease } from '../show/execution-effects.ts'
import { followUp } from './follow-up.ts'

/** The effects that read why actions of the execution failed. */
export const explaining = (execution: Execution): Effect[] =>
  unexplained(execution).map((action) => ({ do: 'explain-failure', execution: execution.key, action }))

/** For all calls of the service together: assuming a role and the question to CodePipeline come before. */
const EXPLAINING_MS = 8_000

/** A service that does not answer for so long is named as the cause that is missing. */
const TRIED_FOR_MS = 5 * 60_000
const PAUSE_SECONDS = 15

/** The last lines reach CloudWatch some seconds after the action's end. */
const LOG_LAGS_MS = 20_000
const UNTIL_LOGGED_SECONDS = 10

type Explaining = Services & Pick<DueServices, 'failures'>

/**
 * Story: an action has failed. The service that ran it is asked why, once; the execution keeps the answer, and its
 * messages say it. What cannot be read is part of the answer, so that people know what they do not see.
 */
export const explainFailure = async (services: Explaining, key: ExecutionKey, action: string): Promise<Performed> => {
  const { executions, clock } = services
  const known = await executions.read(key)
  if (!known || !lacksCause(known, action)) return done()
  const failedAt = known.actions.get(action)!.at
  const read = await readCause(services, known, action)
  const isLate = clock.now() >= failedAt + TRIED_FOR_MS
  if (!read && !isLate) return again(PAUSE_SECONDS, 'the cause of a failure could not be read')
  const cause = read ?? {
    ...UNKNOWN_CAUSE,
    unread: [{ because: 'no-answer', of: known.actions.get(action)!.provider }],
  }
  if (mayBeLogged(cause) && clock.now() < failedAt + LOG_LAGS_MS)
    return again(UNTIL_LOGGED_SECONDS, 'the log of a failure has no lines yet')

  const owner = clock.newId()
  const stored = await executions.change(
    key,
    (execution) => {
      const now = clock.now()
      const next = explained(execution, action, storable(cause), now)
      if (next === execution) return [execution, null]
      const [shown, lease] = withCardLease(services, next, owner, now, { isUrgent: true })
      return [shown, { execution: shown, lease }]
    },
    { from: known },
  )
  if (!stored) return done()
  const { execution, lease } = stored
  return done([
    ...(await followUp(services, execution)),
    ...showing(execution, lease),
    ...telling(execution, clock.now()),
  ])
}

const mayBeLogged = ({ unread }: FailureCause): boolean =>
  unread.some(({ because }) => because === 'no-lines' || because === 'no-stream')

/** A build or a deployment outside a pipeline, as CodePipeline would list it. */
const outsideRun = ({ key, actions }: Execution): FailedRun => {
  const { action, category, provider, at } = actions.get(key.executionId)!
  return { action, category, provider, externalId: key.executionId, configuration: {}, startedAt: at, updatedAt: at }
}

const failedRun = async (pipelines: Pipelines, execution: Execution, action: string) => {
  if (execution.outside) return outsideRun(execution)
  const runs = await pipelines.actionRuns(execution.key)
  return runs?.find((one) => one.actionExecutionId === action || `${one.stage}/${one.action}` === action)
}

/** Null if CodePipeline or the service did not answer. */
const readCause = async (
  { pipelines, failures, clock, log }: Explaining,
  execution: Execution,
  action: string,
): Promise<FailureCause | null> => {
  const { key } = execution
  try {
    const run = await failedRun(pipelines, execution, action)
    if (!run) return { ...UNKNOWN_CAUSE, unread: [{ because: 'gone', of: 'CodePipeline' }] }
    const { region = key.region } = run
    const cause = await within(clock, EXPLAINING_MS, failures.read({ accountId: key.accountId, region }, run))
    const denied = cause?.unread.filter(({ because }) => because === 'denied') ?? []
    if (denied.length > 0)
      log.warn('The role may not read why an action failed', { execution: key.executionId, lacks: denied[0]!.of })
    return cause
  } catch (error) {
    log.warn('Why an action failed could not be read', { execution: key.executionId, error })
    return null
  }
}
