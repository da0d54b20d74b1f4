import * as z from 'zod/mini'
import { parseAs } from '../malformed.ts'
import type { Validation } from './validate-version.ts'

const lifecycleStageEvent = z.object({ resourceArn: z.string().check(z.minLength(1)), lifecycleStage: z.string() })

/** A stage of a deployment that ECS itself makes, without CodeDeploy. */
export interface EcsStage {
  /** The ARN of the service deployment. */
  deploymentArn: string
  stage: string
  /** Production traffic already goes to the new tasks. */
  shifted: boolean
}

/** The stages in which the new tasks have an address: that of the test listener, then that of production. */
const SHIFTED = new Map([
  ['TEST_TRAFFIC_SHIFT', false],
  ['POST_TEST_TRAFFIC_SHIFT', false],
  ['PRODUCTION_TRAFFIC_SHIFT', true],
  ['POST_PRODUCTION_TRAFFIC_SHIFT', true],
])

/**
 * The event that ECS invokes a hook with; null for CodeDeploy's (ECS Developer Guide, "Lambda hooks for Amazon ECS
 * service deployments"). @throws {Malformed} also for a stage in which no new task has an address.
 */
export const parseEcsStage = (event: unknown): EcsStage | null => {
  if (typeof event !== 'object' || event === null || !('lifecycleStage' in event)) return null
  const { resourceArn, lifecycleStage } = parseAs(lifecycleStageEvent, event, 'ECS’s event')
  const stage = parseAs(z.enum([...SHIFTED.keys()]), lifecycleStage, 'the stage of ECS’s event')
  return { deploymentArn: resourceArn, stage, shifted: SHIFTED.get(stage) === true }
}

/** The answer that ECS waits for. Without one, it rolls the deployment back. */
export interface EcsAnswer {
  hookStatus: 'SUCCEEDED' | 'FAILED'
}

export const ecsAnswer = ({ status }: Validation): EcsAnswer => ({
  hookStatus: status === 'Succeeded' ? 'SUCCEEDED' : 'FAILED',
})
