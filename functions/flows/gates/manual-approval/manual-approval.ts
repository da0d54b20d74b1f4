import type { Approval } from '../../../domain/approval.ts'
import { deciders } from '../../../domain/approval.ts'
import { same } from '../../../domain/canonical.ts'
import type { Ending } from '../../../domain/ending.ts'
import { outcomeOf, signerOf } from '../../../domain/ending.ts'
import { heldBehind } from '../../../domain/held-stage.ts'
import { summaryOf } from '../../../domain/summary.ts'
import { MINUTE } from '../../../domain/time-units.ts'
import { wasRefused } from './was-refused.ts'
import { behindApproval, changeSetsToShow } from './read-change-sets.ts'
import { describeChange, seenIn } from './describe-change.ts'
import { describeNewer } from './describe-newer.ts'
import type { ExecutionStatus, StageState } from '../../../ports/pipelines.ts'
import { BY_RULE } from '../../../ports/pipelines.ts'
import type { Services } from '../../../ports/services.ts'
import { findExecution } from '../../execution/find-execution.ts'
import { ANSWERS_AGREE_AFTER, endingIn, executionOf, findEnding, findRun } from './find-ending.ts'
import { findStarted } from './find-started.ts'
import { findPendingApproval } from './find-pending-approval.ts'
import { stoppedInSlack } from './stopped-in-slack.ts'
import { readTests } from './read-tests.ts'
import { newestInbound } from './newest-inbound.ts'
import { decidedBy } from '../../approval/decided-by.ts'
import type { GateState, Ended, Gate } from '../../../ports/gate.ts'

/** With the person whom CodePipeline names, so that their approval can be held against the policy. */
const endedBy = async (services: Services, approval: Approval, ending: Ending): Promise<Ended> => {
  const userId = await decidedBy(services, signerOf(ending))
  const inSlack = await stoppedInSlack(services, approval, ending)
  return (current) => outcomeOf(current, { ...ending, userId, stoppedInSlack: inSlack })
}

/** CodePipeline's manual approval action: requested through its SNS topic, decided by PutApprovalResult. */
export const manualApproval = (services: Services): Gate => {
  const { pipelines, clock, configuration } = services
  return {
    findStarted: (started) => findStarted(pipelines, started, clock.now()),

    findPending: (notification, executionId) =>
      findPendingApproval(pipelines, { ...notification, executionId }, clock.now()),

    describe: async (where, { executionId, newerExecutionId }, { withEvidence = false } = {}) => {
      const stages = await pipelines.stages(where)
      const { runs, ...described } = await describeChange(services, where, executionId, stages ?? [], { withEvidence })
      const [newer, tests, changeSets] = await Promise.all([
        describeNewer(services, where, newerExecutionId, described.change),
        withEvidence ? readTests(services, where, executionId, runs) : null,
        withEvidence ? changeSetsToShow(services, where, executionId, runs) : null,
      ])
      return { ...described, newer, held: heldBehind(stages ?? [], where.stage), tests, changeSets }
    },

    behind: (where, executionId) => behindApproval(services, where, executionId),

    wasRefused: (where, executionId) => wasRefused(services, where, executionId),

    describeNewer: (where, executionId, asked) => describeNewer(services, where, executionId, asked),

    compare: (approval) => compare(services, approval),

    findEnding: async (approval) => {
      // CodePipeline lists no actions of a deleted pipeline, so the approval's end is not read from them.
      if (!(await pipelines.stages(approval.where))) return 'gone'
      const ending = await findEnding(services, approval)
      return ending && endedBy(services, approval, ending)
    },

    sendVerdict: (approval, verdict) =>
      pipelines.putApprovalResult(approval.where, approval.token, verdict, {
        summary: summaryOf(approval, verdict),
        by: approval.approvedBy ? [BY_RULE] : deciders(approval, verdict).map(({ userId }) => userId),
      }),

    consoleUrl: (where) => configuration.consoleUrl(where),
  }
}

const compare = async (services: Services, approval: Approval): Promise<GateState> => {
  const { pipelines, clock } = services
  const { where, token, requestedAt, expiresAt } = approval
  const stages = await pipelines.stages(where)
  if (!stages) return DELETED
  const stage = stages.find(({ stage }) => stage === where.stage)
  const action = stage?.actions.find(({ action }) => action === where.action)
  const held = heldBehind(stages, where.stage)
  const pending = async (mayHaveMoved: boolean): Promise<GateState> => ({
    kind: 'pending',
    newerExecutionId: await newestInbound(pipelines, where, stage),
    ...(held && { held }),
    anew: mayHaveMoved ? await describedAnew(services, approval, stages) : null,
  })
  if (action?.token === token && action.status === 'InProgress') return pending(hasMoved(approval, stages))

  const run = await findRun(pipelines, approval)
  const ending = await endingIn(services, approval, run)
  if (ending) return { kind: 'ended', ended: await endedBy(services, approval, ending) }
  const [key, now] = [executionOf(approval), clock.now()]
  const execution = await findExecution(pipelines, key)
  const isCanceled = execution?.status === 'Cancelled' || (!action && execution?.status !== 'InProgress')
  if (!isCanceled) {
    if (run) return pending(true)
    if (now > Math.max(expiresAt, requestedAt) + EXPIRY_LISTED_AFTER) return UNTOLD
    const mayWait = execution ? !OVER.includes(execution.status) : await pipelines.execution(key)
    if (mayWait) return pending(true)
  }
  if (Math.max(execution?.updatedAt ?? 0, requestedAt) >= now - ANSWERS_AGREE_AFTER)
    return { kind: 'unclear', because: 'CodePipeline shows the execution as over and not yet how the approval ended' }
  if (isCanceled) return EDITED
  return execution ? UNTOLD : DELETED
}

/** Nothing waits in such an execution. */
const OVER: readonly ExecutionStatus[] = ['Failed', 'Stopped', 'Succeeded', 'Superseded']

/** CodePipeline has ended what no one approved or rejected, and lists that. Milliseconds. */
const EXPIRY_LISTED_AFTER = 5 * MINUTE

/** Null if CodePipeline does not list the execution's revisions now: the stored ones stay. */
const describedAnew = async (services: Services, { where, executionId }: Approval, stages: readonly StageState[]) => {
  const described = await describeChange(services, where, executionId, stages, { withEvidence: true })
  return described.change.revisions.length > 0 ? described : null
}

/**
 * Whether CodePipeline's state would lead to another description: another execution has gone live since, or the state
 * that the description was read from was outdated. In PARALLEL mode the state does not show the approval.
 */
const hasMoved = ({ where, change }: Approval, stages: readonly StageState[]): boolean =>
  !same(seenIn(stages, where.stage, change.liveIn), change.seen)

/** The pipeline was edited or deleted, and CodePipeline has canceled the approval. */
const DELETED: GateState = { kind: 'ended', ended: () => ({ how: 'pipeline-edited', isDeleted: true }) }

const EDITED: GateState = { kind: 'ended', ended: () => ({ how: 'pipeline-edited' }) }

/** CodePipeline no longer waits, and lists no run that would say how the approval ended. */
const UNTOLD: GateState = { kind: 'ended', ended: () => ({ how: 'unknown', status: '' }) }
