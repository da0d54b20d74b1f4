import type { Effect } from '../../domain/effect.ts'
import { ofPipeline } from '../../domain/outside-execution.ts'
import type { Services } from '../../ports/services.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'

/** CodePipeline learns the deployment’s ID from CodeDeploy soon after the action has begun. */
const UNTIL_NAMED_SECONDS = 5
const NAMED_WITHIN_MS = 2 * 60_000

/**
 * Story: an action of a pipeline has created a deployment. CodeDeploy says of none whether a pipeline created it, so the
 * deployment is marked by the ID that CodePipeline has of it: it gets no card beside the execution's.
 */
export const claimDeployment = async (
  { executions, pipelines, clock, log }: Services,
  { execution: key, action }: Extract<Effect, { do: 'claim-deployment' }>,
): Promise<Performed> => {
  const runs = await pipelines.actionRuns(key)
  const run = runs?.find(({ actionExecutionId }) => actionExecutionId === action)
  if (!run) return done()
  const { configuration, externalId, region = key.region, roleArn, status, startedAt } = run
  if (externalId === null) {
    const mayFollow = status === 'InProgress' && clock.now() < startedAt + NAMED_WITHIN_MS
    return mayFollow ? again(UNTIL_NAMED_SECONDS, 'CodePipeline does not name the deployment yet') : done()
  }
  const { ApplicationName: application, DeploymentGroupName: group = null } = configuration
  if (application === undefined) {
    log.warn('CodePipeline does not name the application of a deployment', { execution: key.executionId, action })
    return done()
  }
  const accountId = ACCOUNT_OF_ROLE.exec(roleArn ?? '')?.[1] ?? key.accountId
  const deployment = { accountId, region, pipeline: application, executionId: externalId }
  await executions.create(ofPipeline(deployment, { service: 'CodeDeploy', group, version: null }, clock.now()))
  return done()
}

/** An action of another account has a role there ("Create a pipeline that uses resources from another account"). */
const ACCOUNT_OF_ROLE = /^arn:[a-z-]+:iam::(\d{12}):role\//
