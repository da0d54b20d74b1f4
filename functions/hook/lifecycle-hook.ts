import * as z from 'zod/mini'
import { parseAs } from '../malformed.ts'
import type { LifecycleHook } from './validate-version.ts'

const id = z.string().check(z.minLength(1))
const hookEvent = z.object({ DeploymentId: id, LifecycleEventHookExecutionId: id })

/**
 * The event that CodeDeploy invokes a hook with (AWS CodeDeploy User Guide, "AppSpec 'hooks' section for an AWS Lambda
 * deployment"). @throws {Malformed}
 */
export const parseLifecycleHook = (event: unknown): LifecycleHook => {
  const parsed = parseAs(hookEvent, event, 'CodeDeploy’s event')
  return { deploymentId: parsed.DeploymentId, hookExecutionId: parsed.LifecycleEventHookExecutionId }
}
