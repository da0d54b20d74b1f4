import type { Approval } from '../../domain/approval.ts'
import { deciders } from '../../domain/approval.ts'
import type { DeploymentEnd, ToldEnd } from '../../domain/deployment-notices.ts'
import { endOfDeployment, endOfExecution, isTold } from '../../domain/deployment-notices.ts'
import type { Execution } from '../../domain/execution.ts'
import { lastFailure } from '../../domain/execution.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { Route } from '../../domain/route.ts'
import type { Starter } from '../../domain/starter.ts'
import { restoresEarlier } from '../../domain/starter.ts'
import { frozenAt } from '../../domain/window.ts'
import type { Services } from '../../ports/services.ts'
import type { DeploymentSubject } from '../approval/resolve-policy.ts'
import { concernedBy, lookUp } from '../approval/resolve-policy.ts'
import { failingSince } from '../execution/failing-since.ts'
import type { Telling } from './deliver-notice.ts'

/** What the thread of an approval tells of its deployment's end; null if its route does not want to hear of it. */
export const tellDeploymentEnd = async (services: Services, approval: Approval): Promise<Telling | null> => {
  const { where, executionId, deployment, starter, change } = approval
  const route = services.configuration.routeFor(where, { ...approval, at: services.clock.now() })
  const end = endOfDeployment(deployment)
  if (!route || !end) return null
  const since = await sinceWhen(services, end, { ...pipelineOf(where), executionId })
  if (!isTold(toldEnd(end, since, starter), route.deployments)) return null
  const approvers = end.name === 'failed' ? deciders(approval, 'Approved').map(({ userId }) => userId) : []
  const others = deployment && 'told' in deployment ? [] : await peopleFor(services, route, end, { starter, change })
  // Quiet hours are known from the policy, and the notice waits for their end.
  return { mention: [...new Set([...others, ...approvers])], failingSince: since, heldUntil: null }
}

/** The same of the thread of an execution's status card. */
export const tellExecutionEnd = async (services: Services, execution: Execution): Promise<Telling | null> => {
  const { configuration, clock } = services
  const { key, starter } = execution
  const end = endOfExecution(execution)
  if (!end) return null
  const { stage, action } = (end.name === 'failed' && lastFailure(execution)) || {}
  const route = configuration.routeOfExecution({ ...key, ...(stage && action && { stage, action }) })
  const since = await sinceWhen(services, end, key)
  if (!isTold(toldEnd(end, since, starter), route.deployments)) return null
  const quiet = frozenAt(route.quiet, clock.now())
  return {
    mention: isToldByApproval(execution, end)
      ? []
      : await peopleFor(services, route, end, deploymentSubject(execution)),
    failingSince: since,
    heldUntil: quiet && (quiet.until ?? Infinity),
  }
}

const sinceWhen = (services: Services, end: DeploymentEnd, key: Execution['key']): Promise<number | null> =>
  end.name === 'live' ? failingSince(services, key) : Promise.resolve(null)

const toldEnd = ({ name }: DeploymentEnd, since: number | null, starter: Starter | null): ToldEnd => {
  if (name !== 'live') return name
  if (since !== null) return 'recovered'
  return restoresEarlier(starter) ? 'restored' : 'live'
}

/** The person who started it, the authors of its change and, if it failed, those on call. */
const peopleFor = async (
  services: Services,
  { onCall }: Route,
  { name }: DeploymentEnd,
  subject: DeploymentSubject,
): Promise<string[]> => {
  const concerned = await concernedBy(services, subject)
  return name === 'failed' ? [...concerned, ...(await lookUp(services, onCall)).people] : concerned
}

/** An approval's thread mentions them: the same people hear of the same end once. */
const isToldByApproval = ({ actions, approvals }: Execution, { name }: DeploymentEnd): boolean =>
  [...actions.values()].some(
    ({ stage, action, category, progress }) =>
      category === 'Approval' &&
      (progress === 'succeeded' || name === 'stopped' || name === 'superseded') &&
      approvals.get(`${stage}/${action}`)?.place,
  )

const deploymentSubject = ({ revisions, starter }: Execution): DeploymentSubject => ({
  starter: starter ?? { kind: 'unknown', name: null, arn: null },
  change: {
    revisions: [...revisions],
    into: [],
    liveIn: [],
    seen: [],
    since: null,
    unknown: null,
    authors: [],
  },
})
