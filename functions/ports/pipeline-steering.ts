import type { Steering } from '../domain/steering.ts'

/** What people do to a pipeline in Slack besides deciding about approvals, as CodePipeline is told it. */
export interface PipelineSteering {
  steer(steering: Steering, sender: SteeringSender): Promise<SteeringOutcome>
}

/** `by`: the Slack user ID of the person, for CloudTrail. `once`: the request's chain in the audit record, the same for
 * each call of one request. */
export interface SteeringSender {
  by: string
  once: string
}

/** Why CodePipeline did not do it. `busy`: it may in a moment. `gone`: it no longer has the pipeline, stage or execution. */
export type SteeringRefusal = 'not-latest' | 'outdated' | 'already' | 'unable' | 'busy' | 'gone'

/** `refused`: AWS does not let the bot do it. */
export type SteeringNotTaken = { kind: SteeringRefusal } | { kind: 'refused'; because: string }
export type SteeringOutcome = { kind: 'taken' } | SteeringNotTaken
