import type { Approval, FailedBeside } from '../../domain/approval.ts'
import type { Deployment } from '../../domain/outcome.ts'
import { isDeploying, routeSubjectOf, withDeployment } from '../../domain/approval.ts'
import {
  besideOthers,
  wentOn,
  withBehind,
  withFailedBeside,
  withHeld,
  withStopping,
} from '../../domain/approval-in-pipeline.ts'
import type { Effect } from '../../domain/effect.ts'
import type { ActionProgress, Execution, Progress } from '../../domain/execution.ts'
import { causeOf, isUnexplained } from '../../domain/explanation.ts'
import { saysSomething } from '../../domain/failure-cause.ts'
import { noticeAt } from '../../domain/due-notices.ts'
import { isTold, lastBeginning } from '../../domain/deployment-notices.ts'
import {
  approvalActions,
  isBetweenStages,
  isOver,
  isPast,
  isRequestedAfter,
  lastFailure,
  latestActions,
  stagesFailedByRule,
} from '../../domain/execution.ts'
import { same } from '../../domain/canonical.ts'
import { withShowingLease } from '../../domain/showing.ts'
import { changeApproval } from '../approval/change-approval.ts'
import type { Services } from '../../ports/services.ts'
import type { WaitsFor } from './find-ahead.ts'

/**
 * Updates the approvals of an execution whose state changed: those that it is linked to, and `others`, which are at
 * hand. `queue`: what it waits for in front of a stage, if that was read now. Returns the effects that show them.
 */
export const followUp = async (
  services: Services,
  execution: Execution,
  others: readonly Approval[] = [],
  queue: WaitsFor | null = null,
): Promise<Effect[]> => {
  const { clock } = services
  const toldAt = execution.overall.at
  const atHand = new Map(others.map((approval) => [approval.id, approval]))
  const ids = [...new Set([...[...execution.approvals.values()].map(({ id }) => id), ...atHand.keys()])]
  const shows: Effect[] = []
  for (const id of ids) {
    const known = atHand.get(id)
    const told = (approval: Approval, now: number): Approval => {
      const { stage, action } = approval.where
      const others = approvalActions(execution, stage).flatMap((one) => (one.action === action ? [] : one.action))
      const stopping = withStopping(approval, execution.overall.progress === 'stopping', now)
      const failing = withFailedBeside(stopping, failedBeside(execution, approval.where), now)
      const beside = besideOthers(failing, others, now)
      const isAsking = approval.state.name !== 'settled' || mayAskMore(execution, stage)
      const next = isAsking ? beside : wentOn(beside, now)
      const deployed = withDeployment(next, deploymentOf(services, execution, next), toldAt, now)
      if (!isDeploying(deployed)) return deployed
      const { held, behind } = waitsNow(execution, deployed, queue)
      return withBehind(withHeld(deployed, held, now), behind, now)
    }
    if (known && told(known, clock.now()) === known) continue
    const owner = clock.newId()
    const changed = await changeApproval(
      services,
      id,
      (approval) => {
        const now = clock.now()
        const next = told(approval, now)
        if (next === approval) return [approval, null]
        const [shown, lease] = withShowingLease(next, owner, now)
        return [
          shown,
          { lease, isNews: (noticeAt(next) ?? Infinity) <= now, hasEntries: next.journal.unfiled.length > 0 },
        ]
      },
      known,
    )
    if (changed?.lease) shows.push({ do: 'show-approval', approval: id, lease: changed.lease })
    if (changed?.isNews) shows.push({ do: 'send-notices', approval: id })
    if (changed?.hasEntries) shows.push({ do: 'file-entries', approval: id })
  }
  return isOver(execution) ? [...checks(ids), ...shows] : shows
}

/**
 * Whether the change concerns the execution's approvals: each needs the execution's end, what failed and how the other
 * approvals go in its stage, and that the execution has gone on behind its stage.
 */
export const mattersToApprovals = (before: Execution, after: Execution): boolean =>
  isOver(after) ||
  before.overall.progress !== after.overall.progress ||
  !same(shared(before), shared(after)) ||
  !same(failedBesides(before), failedBesides(after)) ||
  !same(passedApprovals(before), passedApprovals(after)) ||
  !same(unclear(before), unclear(after))

/** The approval actions of each stage that has several. */
const shared = (execution: Execution): object[] =>
  [...execution.stages.keys()].flatMap((stage) => {
    const approvals = approvalActions(execution, stage).map(({ progress }) => progress)
    return approvals.length > 1 ? [{ progress: execution.stages.get(stage)?.progress, approvals }] : []
  })

/** What has failed beside each approval. */
const failedBesides = (execution: Execution): object[] =>
  [...execution.approvals.keys()].flatMap((where) => {
    const [stage, action] = where.split('/') as [string, string]
    return failedBeside(execution, { stage, action }) ?? []
  })

/** The stage fails as soon as what runs beside this one has ended. */
const failedBeside = (
  execution: Execution,
  { stage, action }: Pick<Approval['where'], 'stage' | 'action'>,
): FailedBeside | null => {
  const failed = latestActions(execution, stage).find((one) => one.action !== action && one.progress === 'failed')
  return failed ? { action: failed.action, isApproval: failed.category === 'Approval' } : null
}

const passedApprovals = (execution: Execution): string[] =>
  [...execution.approvals.keys()].filter((where) => isPast(execution, where.split('/')[0]!))

/** Whether each stage may ask more, of those with an approval that needs to know. */
const unclear = (execution: Execution): object[] =>
  [...execution.approvals].flatMap(([where, link]) => {
    const [stage] = where.split('/') as [string]
    return link.mayAskMore ? [{ where, mayAskMore: mayAskMore(execution, stage) }] : []
  })

/** Whether the stage runs, and only approvals have begun in it. */
const mayAskMore = (execution: Execution, stage: string): boolean =>
  execution.stages.get(stage)?.progress === 'running' &&
  latestActions(execution, stage).every(({ category }) => category === 'Approval')

/** What the execution waits for in front of the next stage. What the approval knows of it stays until the execution tells. */
const waitsNow = (execution: Execution, approval: Approval, queue: WaitsFor | null): WaitsFor => {
  if (isPast(execution, approval.where.stage)) return { held: null, behind: null }
  const { held, behind } = queue ?? execution
  const isTold = isBetweenStages(execution) && (queue ?? held ?? behind)
  const known = isTold ? { held, behind } : approval
  return { held: known.held ?? null, behind: known.behind ?? null }
}

const deploymentOf = (services: Services, execution: Execution, approval: Approval): Deployment => {
  const { where, otherApprovals } = approval
  const { overall } = execution
  const name = RELEASE_OF_PROGRESS[overall.progress]
  if (!name) {
    const waitsFor = openApprovals(execution, where.stage, otherApprovals)
    return waitsFor.length > 0 ? { name: 'running', waitsFor } : { name: 'running' }
  }
  const failed = name === 'failed' ? lastFailure(execution) : null
  const byRule = name === 'failed' && !failed ? stagesFailedByRule(execution).at(-1) : undefined
  const deployment: Deployment = { name, at: overall.at, summary: failed?.summary || byRule?.because || null }
  if (failed?.category === 'Approval') return { ...deployment, rejectedIn: failed.action }
  const told = whomItTells(services, execution, approval, name)
  return {
    ...deployment,
    startedAt: lastBeginning(execution),
    ...(failed && { failedIn: failed.action, ...causeParts(execution, failed) }),
    ...(byRule && { failedIn: byRule.stage }),
    ...(overall.progress === 'superseded' && { isSuperseded: true as const }),
    ...(told && { told }),
  }
}

const causeParts = (execution: Execution, failed: ActionProgress): Pick<EndedDeployment, 'cause' | 'awaitsCause'> => {
  const cause = causeOf(execution, failed)
  if (cause) return saysSomething(cause) ? { cause: { ...cause, log: cause.log ?? failed.url } } : {}
  return isUnexplained(execution, failed) ? { awaitsCause: true } : {}
}

type EndedDeployment = Exclude<Deployment, { name: 'running' }>

/**
 * Of several approvals of an execution, the one that was requested last tells its people of the end. One whose route
 * wants to hear of no such end tells no one, and leaves it to the one before.
 */
const whomItTells = (
  { configuration, clock }: Services,
  { key, approvals }: Execution,
  approval: Approval,
  name: 'live' | 'failed' | 'stopped',
) => {
  const tells = (place: string): boolean => {
    const [stage, action] = place.split('/') as [string, string]
    const route = configuration.routeFor({ ...key, stage, action }, routeSubjectOf(approval, clock.now()))
    // Whether it ends a time of failures is not known yet.
    return route !== null && isTold(name === 'live' ? 'recovered' : name, route.deployments)
  }
  const later = [...approvals].filter(([place, link]) => isRequestedAfter(link, approval) && tells(place))
  if (later.length === 0) return null
  return later.some(([place]) => !place.startsWith(`${approval.where.stage}/`)) ? 'elsewhere' : 'approvers'
}

/** The approval actions of these for which the stage still waits: those that run, or have not begun. */
const openApprovals = (execution: Execution, stage: string, others: readonly string[]): string[] => {
  if (execution.stages.get(stage)?.progress !== 'running') return []
  const ended = approvalActions(execution, stage).filter(({ progress }) => progress !== 'running')
  return others.filter((other) => !ended.some(({ action }) => action === other))
}

const RELEASE_OF_PROGRESS: Partial<Record<Progress, 'live' | 'failed' | 'stopped'>> = {
  succeeded: 'live',
  failed: 'failed',
  stopped: 'stopped',
  canceled: 'stopped',
  superseded: 'stopped',
}

export const checks = (ids: readonly string[]): Effect[] => ids.map((approval) => ({ do: 'check-approval', approval }))
