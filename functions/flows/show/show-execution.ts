import { NEWS_FOR } from '../../domain/deployment-notices.ts'
import type { Effect } from '../../domain/effect.ts'
import type { Execution } from '../../domain/execution.ts'
import { described, isBetweenStages, isOver } from '../../domain/execution.ts'
import { outsidePage } from '../../domain/outside-work.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { ExecutionCard } from '../../ports/cards.ts'
import type { Place, ShowingLease } from '../../domain/showing.ts'
import type { Performed } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'
import { describeExecution } from '../execution/describe-execution.ts'
import { findQueue, withQueue } from '../execution/find-ahead.ts'
import { followUp } from '../execution/follow-up.ts'
import { steeringOffered } from '../steer/judge-steering.ts'
import { statusChannelOf } from './execution-effects.ts'
import { showRecord } from './show-record.ts'

export const consolePageOf = ({ configuration }: Services, { key, outside }: Execution): string =>
  outside ? outsidePage(key, outside) : configuration.consoleUrl(key)

/** A card that Slack has not taken by then is not posted. */
const endedLongAgo = (execution: Execution, now: number): boolean =>
  isOver(execution) && now - execution.overall.at > NEWS_FOR

/** Shows the execution in its status card. */
export const showExecution = async (
  services: Services,
  key: ExecutionKey,
  lease: ShowingLease | null = null,
): Promise<Performed> => {
  const { configuration, executions } = services
  let shows: readonly Effect[] = []
  const performed = await showRecord<Execution>(
    services,
    {
      effect: (lease) => ({ do: 'show-execution', execution: key, ...(lease && { lease }) }),
      read: () => executions.read(key),
      change: (step, from) => executions.change(key, step, from && { from }),
      complete: async (known) => {
        const [execution, effects] = await withItsQueue(services, await withStageOrder(services, known))
        shows = effects
        return execution
      },
      channelOf: (execution) =>
        endedLongAgo(execution, services.clock.now()) ? null : statusChannelOf(services, execution),
      render: (execution) => ({
        kind: 'execution',
        execution,
        consoleUrl: consolePageOf(services, execution),
        accountName: configuration.accountName(key.accountId),
        approvalPlaces: approvalPlaces(execution),
        ...offered(services, execution),
      }),
      beganAt: ({ firstEventAt }) => firstEventAt,
    },
    lease,
  )
  return { ...performed, next: [...performed.next, ...shows] }
}

/**
 * The pipeline's order of its stages: events of several stages may have the same second. A function that only linked an
 * approval has not read the pipeline.
 */
const withStageOrder = async (services: Services, execution: Execution): Promise<Execution> => {
  const { executions, clock, log } = services
  const { key, stageOrder, stages } = execution
  if (stageOrder.length > 0 || stages.size < 2) return execution
  try {
    const { facts } = await describeExecution(services, key)
    const complete = (current: Execution): [Execution, Execution] => {
      const next = described(current, facts, clock.now())
      return [next, next]
    }
    return (await executions.change(key, complete, { from: execution })) ?? execution
  } catch (error) {
    log.warn('CodePipeline did not tell the order of the stages', { execution: key.executionId, error })
    return execution
  }
}

/**
 * With what it waits for in front of a stage; an execution that goes on at once waits for nothing. The messages of its
 * approvals say so, too: they are changed first, because the execution is what a repeated delivery compares with. Returns
 * the effects that show them as well.
 */
const withItsQueue = async (services: Services, execution: Execution): Promise<[Execution, readonly Effect[]]> => {
  const { executions, clock, log } = services
  const { key } = execution
  if (!isBetweenStages(execution)) return [execution, []]
  let shows: readonly Effect[] = []
  try {
    const queue = await findQueue(services, key)
    if (withQueue(execution, queue, clock.now()) === execution) return [execution, []]
    shows = await followUp(services, execution, [], queue)
    const queued = (current: Execution): [Execution, Execution] => {
      const next = withQueue(current, queue, clock.now())
      return [next, next]
    }
    return [(await executions.change(key, queued, { from: execution })) ?? execution, shows]
  } catch (error) {
    log.warn('The card does not say what the execution waits for', { execution: key.executionId, error })
    return [execution, shows]
  }
}

const offered = (services: Services, execution: Execution): Pick<ExecutionCard, 'steering'> => {
  const steering = steeringOffered(services, execution)
  return steering.length > 0 ? { steering } : {}
}

const approvalPlaces = ({ approvals }: Execution): ReadonlyMap<string, Place> =>
  new Map([...approvals].flatMap(([where, { place }]) => (place ? [[where, place]] : [])))
