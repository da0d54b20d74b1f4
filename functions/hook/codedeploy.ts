import {
  BatchGetDeploymentTargetsCommand,
  CodeDeployClient,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
} from '@aws-sdk/client-codedeploy'
import type { LifecycleEvent } from '@aws-sdk/client-codedeploy'
import type { ShiftingServices, ShiftingTarget } from './validate-version.ts'
import { HOOK_REPORT } from '../aws/call-limits.ts'
import type { AwsConnection } from '../aws/connection.ts'

/** An earlier attempt reported, and its answer was lost: done. */
const REPORTED_ALREADY = 'LifecycleEventAlreadyCompletedException'

/**
 * CodeDeploy, as a hook calls it. The event names neither the deployed revision nor the hook itself, so both are read
 * from the deployment's target (AWS CodeDeploy API Reference, "LambdaFunctionInfo" and "LifecycleEvent").
 */
export const codeDeploy = (connection: AwsConnection): ShiftingServices['deployments'] => {
  const client = new CodeDeployClient({ ...connection, ...HOOK_REPORT })
  return {
    target: async (deploymentId, abortSignal) => {
      const { targetIds } = await client.send(new ListDeploymentTargetsCommand({ deploymentId }), { abortSignal })
      const asked = new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds: targetIds ?? [] })
      const { deploymentTargets } = await client.send(asked, { abortSignal })
      const { lambdaTarget, ecsTarget } = deploymentTargets?.[0] ?? {}
      if (ecsTarget) return { kind: 'ecs', shifted: isShifted(ecsTarget.lifecycleEvents) }
      const { functionName, functionAlias, targetVersion } = lambdaTarget?.lambdaFunctionInfo ?? {}
      if (!functionName || !functionAlias || !targetVersion)
        throw new Error(`CodeDeploy does not say which function or service ${deploymentId} deploys`)
      return {
        kind: 'lambda',
        functionName,
        alias: functionAlias,
        version: targetVersion,
        shifted: isShifted(lambdaTarget?.lifecycleEvents),
      } satisfies ShiftingTarget
    },

    report: async ({ deploymentId, hookExecutionId: lifecycleEventHookExecutionId }, status) => {
      const report = new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId,
        lifecycleEventHookExecutionId,
        status,
      })
      await client.send(report).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === REPORTED_ALREADY)) throw error
      })
    },
  }
}

const isShifted = (events: LifecycleEvent[] | undefined): boolean =>
  (events ?? []).some(
    ({ lifecycleEventName, status }) => lifecycleEventName === 'AllowTraffic' && status === 'Succeeded',
  )
