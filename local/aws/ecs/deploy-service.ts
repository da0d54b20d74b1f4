import { z } from 'zod'
import type { Clock } from '../../../functions/clock.ts'
import type { ShiftStep } from '../codedeploy/codedeploy.ts'

/** The stages at which a hook can run, in order; traffic moves within the two that end in _SHIFT. */
export const STAGES = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
] as const
export type Stage = (typeof STAGES)[number]

export interface ServiceDeployment {
  deploymentArn: string
  /** `DeploymentConfiguration` of the service, with the steps of its strategy. */
  configuration: {
    steps: readonly ShiftStep[]
    bakeMs: number
    hooks: readonly { stages: readonly Stage[]; invoke: (event: object) => Promise<unknown> }[]
  }
  clock: Clock
  /** An alarm of the service rings; ECS reads it from the first production traffic to the end of the bake time. */
  rings: () => boolean
  /** Tells the share, 0 to 1, of a listener's requests that the new tasks get. */
  weigh: (listener: 'test' | 'production', share: number) => void
}

export type Outcome = { status: 'SUCCESSFUL' } | { status: 'ROLLBACK_SUCCESSFUL'; because: string }

const answer = z.looseObject({
  hookStatus: z.enum(['SUCCEEDED', 'FAILED', 'IN_PROGRESS']),
  callBackDelay: z.number().default(30),
})

class RolledBack extends Error {}

/**
 * One deployment of a service by ECS itself: its hooks at their stages, the shift of traffic, the bake time, and a rollback
 * if a hook or an alarm says so (ECS Developer Guide, "Amazon ECS blue/green service deployments workflow" and "Lambda
 * hooks for Amazon ECS service deployments").
 */
export const deployService = async (deployment: ServiceDeployment): Promise<Outcome> => {
  const { steps, bakeMs } = deployment.configuration
  const { clock, weigh } = deployment
  const watched = async (ms: number) => {
    for (let left = ms; left >= 0; left -= ALARM_PERIOD_MS) {
      if (deployment.rings()) throw new RolledBack('an alarm rang')
      await clock.sleep(Math.min(left, ALARM_PERIOD_MS))
    }
  }
  const moves: Partial<Record<Stage, () => Promise<void>>> = {
    TEST_TRAFFIC_SHIFT: () => Promise.resolve(weigh('test', 1)),
    PRODUCTION_TRAFFIC_SHIFT: async () => {
      for (const { share, forMs } of steps) {
        weigh('production', share)
        await watched(forMs)
      }
    },
  }
  try {
    for (const stage of STAGES) {
      await moves[stage]?.()
      await askHooks(deployment, stage)
    }
    await watched(bakeMs)
    return { status: 'SUCCESSFUL' }
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error
    weigh('production', 0)
    weigh('test', 0)
    return { status: 'ROLLBACK_SUCCESSFUL', because: error.message }
  }
}

const ALARM_PERIOD_MS = 60_000

/** @throws {RolledBack} for FAILED, for a hook that threw, and for an answer without a status. */
const askHooks = async ({ deploymentArn, configuration, clock }: ServiceDeployment, stage: Stage): Promise<void> => {
  for (const { stages, invoke } of configuration.hooks.filter((hook) => hook.stages.includes(stage))) {
    for (let asking = true; asking;) {
      const said = answer.safeParse(
        await invoke({ executionId: 'workspace', lifecycleStage: stage, resourceArn: deploymentArn }).catch(() => null),
      )
      if (!said.success) throw new RolledBack(`the hook at ${stages.join(', ')} gave no status in ${stage}`)
      if (said.data.hookStatus === 'FAILED') throw new RolledBack(`the hook failed in ${stage}`)
      asking = said.data.hookStatus === 'IN_PROGRESS'
      if (asking) await clock.sleep(said.data.callBackDelay * 1_000)
    }
  }
}
