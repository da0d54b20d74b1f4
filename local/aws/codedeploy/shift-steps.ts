import { ownEntry } from '../../../functions/own-entry.ts'

/** For this time the new version gets this share, 0 to 1, of the requests; the last step is 1 and stays. */
export interface ShiftStep {
  share: number
  forMs: number
}

const MINUTE_MS = 60_000

const canary = (minutes: number): ShiftStep[] => [
  { share: 0.1, forMs: minutes * MINUTE_MS },
  { share: 1, forMs: 0 },
]

const linear = (minutes: number): ShiftStep[] =>
  Array.from({ length: 10 }, (_, step) => ({ share: (step + 1) / 10, forMs: step < 9 ? minutes * MINUTE_MS : 0 }))

/** AWS CodeDeploy User Guide, "Predefined deployment configurations for an AWS Lambda compute platform". */
const CONFIGURATIONS: Record<string, ShiftStep[]> = {
  LambdaAllAtOnce: [{ share: 1, forMs: 0 }],
  LambdaCanary10Percent5Minutes: canary(5),
  LambdaCanary10Percent10Minutes: canary(10),
  LambdaCanary10Percent15Minutes: canary(15),
  LambdaCanary10Percent30Minutes: canary(30),
  LambdaLinear10PercentEvery1Minute: linear(1),
  LambdaLinear10PercentEvery2Minutes: linear(2),
  LambdaLinear10PercentEvery3Minutes: linear(3),
  LambdaLinear10PercentEvery10Minutes: linear(10),
}

/** The steps of `CodeDeployDefault.LambdaCanary10Percent5Minutes` and the like. Throws a sentence for another name. */
export const shiftSteps = (deploymentConfigName: string): readonly ShiftStep[] => {
  const steps = ownEntry(CONFIGURATIONS, deploymentConfigName.replace(/^CodeDeployDefault\./, ''))
  if (steps) return steps
  const known = Object.keys(CONFIGURATIONS).map((name) => `CodeDeployDefault.${name}`)
  throw new Error(`${deploymentConfigName} is not a deployment configuration for Lambda: ${known.join(', ')}`)
}
