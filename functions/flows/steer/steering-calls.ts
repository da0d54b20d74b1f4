import { pipelineOf } from '../../domain/pipeline.ts'
import type { Steering, SteeringAct } from '../../domain/steering.ts'
import type { SteeringRefusal } from '../../ports/pipeline-steering.ts'
import type { Pipelines } from '../../ports/pipelines.ts'

/** How CodePipeline is called for an act, and how a function sees that it took a call whose answer was lost. */
export interface SteeringCall {
  /** What CodePipeline shows before the first call; undefined if it no longer has the execution. */
  before: (pipelines: Pipelines, steering: Steering) => Promise<string | null | undefined>
  /** Whether CodePipeline took a call since; undefined if it no longer has the execution. */
  wasTaken: (pipelines: Pipelines, steering: Steering, before: string | null) => Promise<boolean | undefined>
  /** What its refusals mean to the person. */
  refusals: Partial<Record<SteeringRefusal, string>>
}

/** The newest action execution of the stage, as CodePipeline lists them. */
const newestRun: SteeringCall['before'] = async (pipelines, { execution, stage }) => {
  const runs = await pipelines.actionRuns(execution)
  return runs ? (runs.find((run) => run.stage === stage)?.actionExecutionId ?? null) : undefined
}

const statusOf: SteeringCall['before'] = async (pipelines, { execution }) =>
  (await pipelines.execution(execution))?.status

/** How the transition into the stage stands; undefined if CodePipeline no longer has the stage. */
export const transitionOf = async (
  pipelines: Pipelines,
  execution: Steering['execution'],
  stage: string | null,
): Promise<'held' | 'open' | undefined> => {
  const standing = (await pipelines.stages(pipelineOf(execution)))?.find((one) => one.stage === stage)
  return standing && (standing.held === undefined ? 'open' : 'held')
}

/** The newest rollback to that execution. */
const newestRollback: SteeringCall['before'] = async (pipelines, { execution, choice }) => {
  const listed = await pipelines.executions(pipelineOf(execution))
  return listed ? (listed.find(({ rollbackTo }) => rollbackTo === choice)?.executionId ?? null) : undefined
}

/** CodePipeline took a call if it shows another one than before. */
const isAnother = (newest: SteeringCall['before']): SteeringCall['wasTaken'] => {
  return async (pipelines, steering, before) => {
    const now = await newest(pipelines, steering)
    return now === undefined ? undefined : now !== before
  }
}

export const STEERING_CALLS: Record<SteeringAct, SteeringCall> = {
  retry: {
    before: newestRun,
    wasTaken: isAnother(newestRun),
    refusals: {
      'not-latest': 'A newer execution has been in this stage since, so CodePipeline does not retry this one.',
      unable: 'CodePipeline cannot retry this stage: it did not fail, or the pipeline has changed since.',
    },
  },
  rollback: {
    before: newestRollback,
    wasTaken: isAnother(newestRollback),
    refusals: {
      outdated: 'The pipeline was edited since that execution, so CodePipeline does not roll back to it.',
      unable:
        'CodePipeline cannot roll this stage back: an execution is in it, its transition is disabled, or the pipeline is not of type V2 or runs in PARALLEL mode.',
    },
  },
  stop: {
    before: statusOf,
    wasTaken: async (pipelines, steering, before) => {
      const status = await statusOf(pipelines, steering)
      // An execution that was stopping before is stopped by another call.
      return typeof status === 'string'
        ? status === 'Stopped' || (status === 'Stopping' && before !== status)
        : undefined
    },
    refusals: {
      already: 'It is being stopped in this way already.',
      unable: 'CodePipeline cannot stop this execution: it is over, or about to be.',
    },
  },
  // A call that comes again leaves the transition as it is.
  hold: {
    before: async () => null,
    wasTaken: async (pipelines, { execution, stage }) => (await transitionOf(pipelines, execution, stage)) === 'held',
    refusals: { unable: 'CodePipeline cannot hold this stage.' },
  },
  resume: {
    before: async () => null,
    wasTaken: async (pipelines, { execution, stage }) => (await transitionOf(pipelines, execution, stage)) === 'open',
    refusals: { unable: 'CodePipeline cannot let this stage go on.' },
  },
  // CodePipeline starts one execution for the calls of one request ("StartPipelineExecution", clientRequestToken).
  release: {
    before: async () => null,
    wasTaken: async () => false,
    refusals: { unable: 'CodePipeline runs as many executions of this pipeline as it can already.' },
  },
}

/** Refusals that say the same for every act. */
export const REFUSALS = {
  busy: 'CodePipeline was busy with this pipeline. Look there, and request it again.',
  gone: 'CodePipeline no longer has this pipeline, stage or execution.',
  unable: 'CodePipeline refused it.',
} as const satisfies Partial<Record<SteeringRefusal, string>>
