import { chanceOf } from '../../clock.ts'
import { settled } from '../../domain/approval.ts'
import type { Effect } from '../../domain/effect.ts'
import type { Execution, StateChange } from '../../domain/execution.ts'
import { described, hasFailed, newExecution, applyEvent } from '../../domain/execution.ts'
import { lacksCause } from '../../domain/explanation.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { ShowingLease } from '../../domain/showing.ts'
import { withShowingLease } from '../../domain/showing.ts'
import { readApproval } from '../approval/change-approval.ts'
import { findCause } from './cause-of-failure.ts'
import { describeExecution } from './describe-execution.ts'
import { closeApproval } from '../approval/close-approval.ts'
import { checks, followUp, mattersToApprovals } from './follow-up.ts'
import type { EventEnding } from '../gates/manual-approval/ended-by-event.ts'
import { endedByEvent } from '../gates/manual-approval/ended-by-event.ts'
import { GATHER_MS, hasStatusCard, showing, telling, withCardLease, withoutCard } from '../show/execution-effects.ts'
import { hasUnexplainedStage } from './stage-conditions.ts'
import type { Services } from '../../ports/services.ts'

/** A state change in a pipeline, from an event of EventBridge. */
export interface PipelineEvent {
  key: ExecutionKey
  change: StateChange
  /** Set when an approval action began or ended. */
  approval: { id: string | null; ending: EventEnding | null } | null
}

/**
 * Story: something happened in a pipeline. Its execution is updated, its approvals are closed or compared with the
 * event, and every outdated message is shown again. Events may be lost, late, repeated or out of order.
 */
export const followPipeline = async (services: Services, event: PipelineEvent): Promise<Effect[]> => {
  const { key, change, approval } = event
  await handOnStarted(services, event)
  await handOnDeployment(services, event)
  await takePlace(services, change)
  const heard = await rememberEvent(services, event)
  if (!heard) return []
  if (heard.isNew) await handOnFailed(services, heard.execution, change)
  const { execution, lease, matters, isNew } = await rememberCause(services, heard, change)
  const closing = approval?.ending ? await endApproval(services, event, approval.id, approval.ending) : []
  return [
    ...closing,
    ...(matters ? await followUp(services, execution) : []),
    ...(await checkWaiting(services, execution, change)),
    ...(hasUnexplainedStage(execution) ? [{ do: 'check-execution', execution: key } as const] : []),
    ...showing(execution, lease),
    ...(isNew ? telling(execution, services.clock.now()) : []),
  ]
}

/** Hands an approval action that began to wait to the function that requests approvals. */
const handOnStarted = async (
  { queue, configuration }: Services,
  { key: { executionId, ...pipeline }, change, approval }: PipelineEvent,
): Promise<void> => {
  if (!approval || change.level !== 'action' || change.progress !== 'running') return
  const where = { ...pipeline, stage: change.stage, action: change.action }
  if (!configuration.mayAskByEvents(where)) return
  const effect: Effect = { do: 'find-approval', action: { gate: 'manual-approval', where, executionId } }
  await queue.send({ effect, attempt: 1 }, 0)
}

const DEPLOYS_BY_CODEDEPLOY: readonly string[] = ['CodeDeploy', 'CodeDeployToECS']

/** Where routes want to see deployments outside pipelines, those of a pipeline are marked. */
const handOnDeployment = async ({ queue, configuration }: Services, { key, change }: PipelineEvent): Promise<void> => {
  if (change.level !== 'action' || change.progress !== 'running' || !configuration.seesDeployments) return
  if (!DEPLOYS_BY_CODEDEPLOY.includes(change.provider)) return
  const effect: Effect = { do: 'claim-deployment', execution: key, action: change.actionExecutionId }
  await queue.send({ effect, attempt: 1 }, 0)
}

/** Hands an action that has failed to the function that may ask why. */
const handOnFailed = async ({ queue }: Services, execution: Execution, change: StateChange): Promise<void> => {
  if (change.level !== 'action' || !lacksCause(execution, change.actionExecutionId)) return
  const effect: Effect = { do: 'explain-failure', execution: execution.key, action: change.actionExecutionId }
  await queue.send({ effect, attempt: 1 }, 0)
}

/**
 * A step of a pipeline comes as two to four events in the same instant: an action and its stage end, the next ones begin. Each
 * kind has a place after the one before, so that their writes to one record come one after another. Parallel actions have the
 * same place, and wait a random part of it.
 */
const takePlace = ({ clock }: Services, { level, progress }: StateChange): Promise<void> =>
  clock.sleep(PLACE_MS * (PLACES[level][progress === 'running' ? 'begins' : 'ends'] + chanceOf(clock)))

/** The event of an approval that begins is among the first. A pipeline begins without a stage that ends. */
const PLACES: Record<StateChange['level'], Record<'begins' | 'ends', number>> = {
  action: { begins: 0, ends: 1 },
  stage: { begins: 3, ends: 2 },
  pipeline: { begins: 2, ends: 3 },
}

/** DynamoDB reads and writes in about 20 milliseconds; CodePipeline's events are not quite at the same time. */
const PLACE_MS = 60

interface Remembered {
  execution: Execution
  lease: ShowingLease | null
  /**
   * Whether the execution's approvals must be updated. The first delivery of a repeated event may have been cut short.
   */
  matters: boolean
  /** The event said something new. */
  isNew: boolean
}

const rememberEvent = async (services: Services, { key, change }: PipelineEvent): Promise<Remembered | null> => {
  const { executions, clock } = services
  const owner = clock.newId()
  const remembered = await executions.change<Remembered>(
    key,
    (known) => {
      const now = clock.now()
      const next = applyEvent(known, change, now)
      const precedence = { notBefore: now + GATHER_MS, isUrgent: hasFailed(next) && !hasFailed(known) }
      const [execution, lease] = lacksFacts(next)
        ? withShowingLease(next, owner, now, precedence.notBefore, precedence)
        : withCardLease(services, next, owner, now, precedence)
      const isNew = next !== known
      return [execution, { execution, lease, isNew, matters: !isNew || mattersToApprovals(known, next) }]
    },
    { fresh: () => newExecution(key, clock.now()) },
  )
  // Of the functions that handle a step's events together, the one that has the lease reads CodePipeline.
  if (!remembered?.lease || !lacksFacts(remembered.execution)) return remembered
  const { facts } = await describeExecution(services, key)
  const isShown = hasStatusCard(services, remembered.execution)
  await executions.change(
    key,
    (known) => {
      const next = described(known, facts, clock.now())
      return [isShown ? next : withoutCard(next), null]
    },
    { from: remembered.execution },
  )
  return isShown ? remembered : { ...remembered, lease: null }
}

/** What is remembered, with the cause of a failure if CodePipeline says one: the event is stored before it is asked. */
const rememberCause = async (services: Services, heard: Remembered, change: StateChange): Promise<Remembered> => {
  const { executions, clock } = services
  const caused = await findCause(services, heard.execution, change)
  if (!caused) return heard
  const owner = clock.newId()
  const told = await executions.change<Remembered>(
    heard.execution.key,
    (known) => {
      const now = clock.now()
      const next = applyEvent(known, caused, now)
      const [execution, lease] = withCardLease(services, next, owner, now, { isUrgent: hasFailed(next) })
      return [execution, { execution, lease: heard.lease ?? lease, matters: true, isNew: true }]
    },
    { from: heard.execution },
  )
  return told ?? heard
}

/** The revisions are known once the first stage has passed; CodePipeline does not have all of them earlier. */
const lacksFacts = ({ stageOrder, revisions, stages }: Execution): boolean =>
  stageOrder.length === 0 ||
  (revisions.length === 0 && [...stages.values()].some(({ progress }) => progress === 'succeeded'))

const endApproval = async (
  services: Services,
  { key }: PipelineEvent,
  id: string | null,
  told: EventEnding,
): Promise<Effect[]> => {
  const { approvals, attention, clock, log } = services
  const approval = id ? await readApproval(services, id) : null
  if (!approval) {
    // Its notification may still be on the way; no one may be asked to approve an approval that is over.
    if (id) await approvals.create({ kind: 'tombstone', id, closedAt: clock.now() })
    // AWS does not promise that the event's id is the token, so every open approval of the pipeline is compared.
    return checks(await attention.openApprovals(pipelineOf(key)))
  }
  if (approval.state.name === 'settled') {
    log.info('The pipeline confirms an approval’s end', { approval: approval.id, status: told.status })
    return []
  }
  const ended = await endedByEvent(services, approval, told)
  if (!ended) return checks([approval.id])
  const performed = await closeApproval(
    services,
    approval.id,
    (current, now) => settled(current, ended(current), now),
    approval,
  )
  return [...performed.next]
}

/**
 * The execution left a stage, or ended: another execution may now wait behind an open approval. In PARALLEL mode none waits,
 * and each execution may have an open approval: those of others are compared once, when what is live has changed.
 */
const checkWaiting = async (
  { attention }: Services,
  { key, starter, approvals }: Execution,
  { level, progress }: StateChange,
): Promise<Effect[]> => {
  if (level === 'action' || progress === 'running') return []
  const open = await attention.openApprovals(pipelineOf(key))
  const concernsOthers = starter?.executionMode !== 'PARALLEL' || (level === 'pipeline' && progress === 'succeeded')
  const own = new Set([...approvals.values()].map(({ id }) => id))
  return checks(concernsOthers ? open : open.filter((id) => own.has(id)))
}
