/** Why a stage takes no executions in: its transition is disabled. */
export interface Hold {
  reason: string
  /** Epoch milliseconds; null if CodePipeline does not say. */
  since: number | null
  /** The Slack user ID of the person for whom the bot did it; null if it was done in AWS. */
  userId: string | null
  /** Who did it in AWS, as people know the caller; null if it was the bot, or CodePipeline does not say. */
  name: string | null
}

export interface HeldStage extends Hold {
  stage: string
}

interface Transition {
  stage: string
  held?: Hold
  inbound: readonly string[]
}

export const heldAmong = (stages: readonly Transition[]): HeldStage[] =>
  stages.flatMap(({ stage, held }) => (held ? [{ stage, ...held }] : []))

/** The held stage that comes next behind this one; null if it takes executions in. `stages`: in the pipeline's order. */
export const heldBehind = (stages: readonly Transition[], stage: string): HeldStage | null => {
  const own = stages.findIndex((one) => one.stage === stage)
  return own < 0 ? null : (heldAmong(stages.slice(own + 1, own + 2))[0] ?? null)
}

/** The held stage in front of which the execution waits; null if it waits in front of none. */
export const heldInFront = (stages: readonly Transition[], executionId: string): HeldStage | null =>
  heldAmong(stages.filter(({ inbound }) => inbound.includes(executionId)))[0] ?? null
