import { z } from 'zod'
import type { ShiftStep } from '../codedeploy/codedeploy.ts'
import { STAGES, type ServiceDeployment } from './deploy-service.ts'

const number = z.coerce.number()

const configuration = z.looseObject({
  Strategy: z.enum(['BLUE_GREEN', 'CANARY', 'LINEAR']),
  BakeTimeInMinutes: number.default(0),
  CanaryConfiguration: z.object({ CanaryPercent: number, CanaryBakeTimeInMinutes: number }).optional(),
  LinearConfiguration: z.object({ StepPercent: number, StepBakeTimeInMinutes: number }).optional(),
  LifecycleHooks: z.array(z.looseObject({ LifecycleStages: z.array(z.enum(STAGES)) })).default([]),
})

const service = z.looseObject({
  ServiceName: z.string(),
  DeploymentController: z.object({ Type: z.literal('ECS') }),
  DeploymentConfiguration: configuration,
})

/** How ECS deploys a service, by its properties in CloudFormation. */
export interface DeployedByEcs {
  name: string
  steps: readonly ShiftStep[]
  bakeMs: number
  /** The stages of each hook. */
  hooks: readonly ServiceDeployment['configuration']['hooks'][number]['stages'][]
}

const MINUTE_MS = 60_000

/**
 * Reads the properties of an `AWS::ECS::Service` that ECS itself deploys (ECS API Reference, "DeploymentConfiguration").
 * Throws a ZodError for others.
 */
export const deployedByEcs = (properties: unknown): DeployedByEcs => {
  const { ServiceName: name, DeploymentConfiguration: read } = service.parse(properties)
  return {
    name,
    steps: stepsOf(read),
    bakeMs: read.BakeTimeInMinutes * MINUTE_MS,
    hooks: read.LifecycleHooks.map(({ LifecycleStages }) => LifecycleStages),
  }
}

const ALL: ShiftStep = { share: 1, forMs: 0 }

const stepsOf = ({
  Strategy,
  CanaryConfiguration: canary,
  LinearConfiguration: linear,
}: z.output<typeof configuration>): readonly ShiftStep[] => {
  if (Strategy === 'CANARY' && canary)
    return [{ share: canary.CanaryPercent / 100, forMs: canary.CanaryBakeTimeInMinutes * MINUTE_MS }, ALL]
  if (Strategy === 'LINEAR' && linear) {
    const steps = Math.ceil(100 / linear.StepPercent)
    return Array.from({ length: steps }, (_, at) => {
      const share = Math.min(1, ((at + 1) * linear.StepPercent) / 100)
      return share === 1 ? ALL : { share, forMs: linear.StepBakeTimeInMinutes * MINUTE_MS }
    })
  }
  return [ALL]
}
