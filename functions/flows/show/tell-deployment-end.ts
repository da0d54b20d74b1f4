import type { Approval } from '../../domain/approval.ts'
import { deciders } from '../../domain/approval.ts'
import type { DeploymentEnd, ToldEnd } from '../../domain/deployment-notices.ts'
import { endOfDeployment, endOfExecution, isTold } from '../../domain/deployment-notices.ts'
import { same } from '../../domain/canonical.ts'
import type { Execution } from '../../domain/execution.ts'
import { approvalActions, isRequestedAfter, lastFailure } from '../../domain/execution.ts'
import { NO_MUTES, notMuted } from '../../domain/mute.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { Members, Route } from '../../domain/route.ts'
import { NO_MEMBERS } from '../../domain/route.ts'
import type { Starter } from '../../domain/starter.ts'
import { restoresEarlier } from '../../domain/starter.ts'
import { frozenAt } from '../../domain/window.ts'
import type { Services } from '../../ports/services.ts'
import { readableApproval } from '../readable-records.ts'
import type { DeploymentSubject } from '../approval/resolve-policy.ts'
import { concernedBy, lookUp } from '../approval/resolve-policy.ts'
import { failingSince } from '../execution/failing-since.ts'
import { outsideFailingSince } from '../outside/keep-end.ts'
import { mendsOffered } from '../steer/judge-steering.ts'
import type { Telling } from './deliver-notice.ts'

/** What the thread of an approval tells of its deployment's end; null if its route does not want to hear of it. */
export const tellDeploymentEnd = async (services: Services, approval: Approval): Promise<Telling | null> => {
  const { where, executionId, deployment, starter, change } = approval
  const route = services.configuration.routeFor(where, { ...approval, at: services.clock.now() })
  const end = endOfDeployment(deployment)
  if (!route || !end) return null
  const key = { ...pipelineOf(where), executionId }
  const since = await sinceWhen(services, end, route, key)
  if (!isTold(toldEnd(end, since, starter), route.deployments)) return null
  const approvers = end.name === 'failed' ? deciders(approval, 'Approved').map(({ userId }) => userId) : []
  const others =
    deployment && 'told' in deployment ? [] : await peopleFor(services, route, end, { starter, change }, where.pipeline)
  // Quiet hours are known from the policy, and the notice waits for their end.
  const mention = [...new Set([...others, ...(await willingToHear(services, approvers, where.pipeline))])]
  return { mention, failingSince: since, heldUntil: null, ...(await mends(services, end, key)) }
}

/** Where the failure is read, it can be mended. */
const mends = async (
  services: Services,
  { name }: DeploymentEnd,
  key: Execution['key'],
  known?: Execution,
): Promise<Pick<Telling, 'steering'>> => {
  const execution = name === 'failed' ? (known ?? (await services.executions.read(key))) : null
  const steering = execution ? mendsOffered(services, execution) : []
  return steering.length > 0 ? { steering } : {}
}

/** The same of the thread of an execution's status card. */
export const tellExecutionEnd = async (services: Services, execution: Execution): Promise<Telling | null> => {
  const { configuration, clock } = services
  const { key, outside, starter } = execution
  const end = endOfExecution(execution)
  if (!end) return null
  const { stage, action } = (end.name === 'failed' && lastFailure(execution)) || {}
  const route = outside
    ? configuration.outsideRouteFor(key, outside)?.route
    : configuration.routeOfExecution({ ...key, ...(stage && action && { stage, action }) })
  if (!route) return null
  const since = outside ? await outsideFailingSince(services, execution) : await sinceWhen(services, end, route, key)
  const told = toldEnd(end, since, starter)
  if (!isTold(told, route.deployments)) return null
  const quiet = frozenAt(route.quiet, clock.now())
  const steering = await mends(services, end, key, execution)
  if (quiet) return { mention: [], failingSince: since, heldUntil: quiet.until ?? Infinity, ...steering }
  const elsewhere = await toldByApproval(services, execution, told)
  return {
    mention: elsewhere
      ? await onCallBeside(services, route, end, elsewhere.onCall)
      : await peopleFor(services, route, end, deploymentSubject(execution), key.pipeline),
    failingSince: since,
    heldUntil: null,
    ...steering,
  }
}

/** Not asked if it makes no difference: CodePipeline lists the executions for it. */
const sinceWhen = async (
  services: Services,
  { name }: DeploymentEnd,
  { deployments }: Route,
  key: Execution['key'],
): Promise<number | null> =>
  name === 'live' && (isTold('live', deployments) || isTold('recovered', deployments))
    ? failingSince(services, key)
    : null

const toldEnd = ({ name }: DeploymentEnd, since: number | null, starter: Starter | null): ToldEnd => {
  if (name !== 'live') return name
  if (since !== null) return 'recovered'
  return restoresEarlier(starter) ? 'restored' : 'live'
}

/** Those of these people who have not muted the pipeline. Not asked of those on call. */
const willingToHear = async (
  { clock, mutes }: Services,
  userIds: readonly string[],
  pipeline: string,
): Promise<string[]> =>
  userIds.length === 0 ? [] : notMuted((await mutes.read('mutes')) ?? NO_MUTES, userIds, pipeline, clock.now())

/** The person who started it, the authors of its change and, if it failed, those on call. */
const peopleFor = async (
  services: Services,
  { onCall }: Route,
  { name }: DeploymentEnd,
  subject: DeploymentSubject,
  pipeline: string,
): Promise<string[]> => {
  const concerned = await willingToHear(services, await concernedBy(services, subject), pipeline)
  return name === 'failed' ? [...concerned, ...(await lookUp(services, onCall)).people] : concerned
}

/** Those on call whom the thread of the approval, whose route names `others`, does not mention. */
const onCallBeside = async (
  services: Services,
  { onCall }: Route,
  { name }: DeploymentEnd,
  others: Members,
): Promise<string[]> => {
  if (name !== 'failed' || same(onCall, others)) return []
  const [own, mentioned] = await Promise.all([lookUp(services, onCall), lookUp(services, others)])
  return own.people.filter((one) => !mentioned.people.includes(one))
}

/**
 * Whether the thread of an approval mentions those whose deployment it is, so that they hear of the same end once, and
 * whom its route has on call. Null if none does. Of several approvals, the last one mentions them whose route wants to
 * hear of this end.
 */
const toldByApproval = async (
  services: Services,
  execution: Execution,
  told: ToldEnd,
): Promise<{ onCall: Members } | null> => {
  const newestFirst = [...execution.approvals.values()].sort((one, other) =>
    isRequestedAfter(one, other) ? -1 : Number(isRequestedAfter(other, one)),
  )
  for (const link of newestFirst) {
    const approval = link.place ? await readableApproval(services, link.id) : null
    if (!approval) return null
    const { stage, action } = approval.where
    const isApproved = approvalActions(execution, stage).find((one) => one.action === action)?.progress === 'succeeded'
    // The approval ended with the execution, and the notice of its outcome says so.
    if (!isApproved) return told === 'stopped' || told === 'superseded' ? { onCall: NO_MEMBERS } : null
    const route = services.configuration.routeFor(approval.where, { ...approval, at: services.clock.now() })
    if (route && isTold(told, route.deployments)) return route
  }
  return null
}

const deploymentSubject = ({ revisions, starter }: Execution): DeploymentSubject => ({
  starter: starter ?? { kind: 'unknown', name: null, arn: null },
  change: {
    revisions: [...revisions],
    into: [],
    liveIn: [],
    seen: [],
    since: null,
    unknown: null,
    live: [],
    authors: [],
  },
})
